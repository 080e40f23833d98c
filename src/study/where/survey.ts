import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type EntryHead, readHead } from './entry.js';
import { fileKind, PLANS, RESULTS } from './places.js';

/** Most heads are shorter. */
const HEAD_BYTES = 2_048;

/** A file of the store, by its name; what else lies in its folders is nobody's business. */
export interface StoreFile {
  path: string;
  kind: 'result' | 'plan' | 'draft';
  /** The key of a result, the hash of a plan. */
  hash: string;
}

/** An entry of the store, as its first bytes tell. */
export interface Listed {
  path: string;
  bytes: number;
  writtenMs: number;
  /** Null where it cannot be read. */
  head: EntryHead | null;
}

/** All files of a store, in the order of their names; none where there is no such folder. */
export function* filesOf(folder: string): Generator<StoreFile> {
  for (const part of [RESULTS, PLANS]) {
    for (const shard of namesIn(join(folder, part))) {
      for (const name of namesIn(join(folder, part, shard))) {
        const found = fileKind(shard, name);
        if (found !== null) yield { path: join(folder, part, shard, name), ...found };
      }
    }
  }
}

/** What the store holds; one entry at a time, so that a hundred thousand take no memory. */
export function* entriesOf(folder: string): Generator<Listed> {
  const start = Buffer.alloc(HEAD_BYTES);
  for (const { kind, path } of filesOf(folder)) {
    if (kind !== 'result') continue;
    const listed = listedAt(path, start);
    if (listed !== null) yield listed;
  }
}

function listedAt(path: string, start: Buffer): Listed | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    // Another process may have taken it away since its name was read.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    return { path, bytes: 0, writtenMs: NaN, head: null };
  }
  try {
    const { size, mtimeMs } = fstatSync(file);
    const read = readSync(file, start, 0, HEAD_BYTES, 0);
    const head =
      readHead(start.subarray(0, read)) ??
      (size > HEAD_BYTES ? readHead(readFileSync(path)) : null);
    return { path, bytes: size, writtenMs: mtimeMs, head };
  } finally {
    closeSync(file);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
