import { constants } from 'node:fs';
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { beginDraft, draftOf, endDraft } from './drafts.js';
import { mistakes } from './mistakes.js';

const SCENARIO_FILE = /\.ya?ml$/i;

/** The bytes of a file, or a mistake that names it. */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    if (codeOf(error) === 'EISDIR') throw mistakes.isFolder(file);
    throw mistakes.unreadable(file, reasonOf(error));
  }
}

/** Written whole under another name, then renamed: nobody ever sees half a file. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const draft = draftOf(file);
  beginDraft(draft);
  try {
    await writeFile(draft, text);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw mistakes.unwritable(file, reasonOf(error));
  } finally {
    endDraft(draft);
  }
}

export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Finds out before the run, without making anything, whether a folder can be written to. */
export async function checkFolder(folder: string): Promise<void> {
  for (let path = folder; ; path = dirname(path)) {
    const found = await stat(path).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null;
      throw mistakes.unwritable(folder, reasonOf(error));
    });
    if (found === null && dirname(path) !== path) continue;
    if (found === null || !found.isDirectory()) throw mistakes.notFolder(folder);
    await access(path, constants.W_OK).catch((error: unknown) => {
      throw mistakes.unwritable(folder, reasonOf(error));
    });
    return;
  }
}

export async function checkNoFolder(file: string): Promise<void> {
  if (await isFolder(file)) throw mistakes.unwritable(file, 'is a folder');
}

export async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() === true;
}

/** Finds out before the run whether a file can be written. */
export async function checkFile(file: string): Promise<void> {
  await checkNoFolder(file);
  const folder = dirname(file);
  if (!(await exists(folder))) throw mistakes.unwritable(file, 'no such file or folder');
  await access(folder, constants.W_OK).catch((error: unknown) => {
    throw mistakes.unwritable(file, reasonOf(error));
  });
}

export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw mistakes.unwritable(folder, reasonOf(error));
  });
}

/**
 * Scenario files named, and those in folders named, at any depth, in the order of their names; each
 * once, however often and by whatever path it is named.
 */
export async function scenarioFiles(paths: readonly string[]): Promise<string[]> {
  const files = new Map<string, string>();
  const add = (file: string): void => {
    const key = resolve(file);
    if (!files.has(key)) files.set(key, file);
  };
  for (const path of paths) {
    const found = await stat(path).catch((error: unknown) => {
      throw mistakes.unreadable(path, reasonOf(error));
    });
    if (!found.isDirectory()) {
      add(path);
      continue;
    }
    const inside = await readdir(path, { recursive: true });
    const scenarios = inside.filter((name) => SCENARIO_FILE.test(name)).sort();
    if (scenarios.length === 0) throw mistakes.noScenarios(path);
    for (const name of scenarios) add(join(path, name));
  }
  return [...files.values()];
}

/** "scenarios/retry-storm.yaml" is called retry-storm. */
export function scenarioName(file: string): string {
  return basename(file, extname(file)) || 'scenario';
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** The system's reason in words, without the path (it is said already). */
export function reasonOf(error: unknown): string {
  const words: Record<string, string> = {
    ENOENT: 'no such file or folder',
    EACCES: 'permission denied',
    EPERM: 'not permitted',
    EISDIR: 'is a folder',
    ENOTDIR: 'a part of the path is no folder',
    ENOSPC: 'no space left',
    EFBIG: 'file too large',
    EDQUOT: 'no space left for this user',
    EROFS: 'read-only file system',
    ERR_FS_FILE_TOO_LARGE: 'larger than 2 GiB',
  };
  const code = codeOf(error);
  return words[code ?? ''] ?? code ?? String(error);
}
