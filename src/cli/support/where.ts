import type { Command } from 'commander';
import { here, type Runner } from '../../study/index.js';
import { memoryLimitBytes } from './memory.js';
import { addStoreFlags, type StoreFlags, storeFolder } from './store-flags.js';

/** Where the runs of a command happen, until it is closed. */
export interface Where {
  runner: Runner;
  close(): Promise<void>;
}

/** What a command says of where its runs may happen. */
export interface WhereOptions {
  /** Whether runs are kept in a store even if nobody names one. */
  cache: boolean;
}

export type WhereFlags = StoreFlags;

/** Adds the flags that `openWhere` obeys. */
export function addWhere(command: Command, options: WhereOptions = { cache: false }): Command {
  return addStoreFlags(command, options);
}

/** Opens the place that a command's flags ask for. */
export async function openWhere(
  flags: WhereFlags = {},
  options: WhereOptions = { cache: false },
): Promise<Where> {
  const folder = storeFolder(flags, options);
  return kept({ runner: here(memoryLimitBytes()), close: async () => undefined }, folder, flags);
}

/** The same place behind the store of this folder. */
async function kept(where: Where, folder: string | null, { quiet }: WhereFlags): Promise<Where> {
  if (folder === null) return where;
  const { tellUse, withStore } = await import('./store.js');
  const runner = withStore(where.runner, folder);
  return {
    runner,
    close: async () => {
      await where.close();
      if (quiet !== true) tellUse(runner, folder);
    },
  };
}
