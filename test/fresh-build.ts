import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'rolldown';
import { build } from 'vite';
import nodeSide from '../rolldown.config.js';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** When the file, or the newest file in the folder, was written; 0 where there is none. */
function writtenMs(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found?.mtimeMs ?? 0;
  return Math.max(0, ...readdirSync(path).map((name) => writtenMs(`${path}/${name}`)));
}

function isFresh(built: string, sources: readonly string[]): boolean {
  const builtMs = writtenMs(at(built));
  return sources.every((source) => writtenMs(at(source)) < builtMs);
}

/** Builds the report's script where it is missing or older than its source. */
export async function freshClient(): Promise<void> {
  if (isFresh('dist/report/client.js', ['src/report', 'package-lock.json'])) return;
  await build({ configFile: at('src/report/client/vite.config.ts') });
}

/** Builds the command line where it is missing or older than its source. */
export async function freshCommandLine(): Promise<void> {
  const sources = ['src', 'rolldown.config.ts', 'tsconfig.json', 'package-lock.json'];
  if (isFresh('dist/cli/main.js', sources)) return;
  await bundle({ ...nodeSide, cwd: at('') });
}
