import { statSync } from 'node:fs';
import type { Command } from 'commander';
import { mistakes } from './mistakes.js';

/** In the folder where a command is called. */
export const STORE = '.spillway';

export interface StoreFlags {
  store?: string;
  /** False for `--no-cache`, true where that might have been said, else left out. */
  cache?: boolean;
  quiet?: boolean;
}

/** The flags of a command whose runs may be kept; `cache`: they are, unless it is told not to. */
export function addStoreFlags(command: Command, { cache }: { cache: boolean }): Command {
  if (!cache) {
    return command.option(
      '--store <dir>',
      'keep every run here, and run none that is here already (default: keep none)',
    );
  }
  return command
    .option('--store <dir>', `keep every run here, and run none that is here (default: ${STORE})`)
    .option('--no-cache', 'neither look for runs in the store nor keep them there');
}

/** The folder that the flags ask for; null where nothing is to be kept. */
export function storeFolder({ store, cache }: StoreFlags): string | null {
  if (store !== undefined && cache === false) throw mistakes.storeWithoutCache(store);
  const folder = store ?? (cache === true ? STORE : null);
  if (folder === null) return null;
  if (isFile(folder)) throw mistakes.storeNoFolder(folder);
  return folder;
}

/** Whatever else keeps a folder from being used is said when it is, and the command goes on. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
  } catch {
    return false;
  }
}
