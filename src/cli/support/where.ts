import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { here, type Runner } from '../../study/index.js';
import { openThreads } from '../../study/where/threads.js';
import { threadNumber } from './flags.js';
import { memoryLimitBytes } from './memory.js';
import { addRedisFlags, type RedisFlags, redisLink } from './redis.js';
import { addStoreFlags, type StoreFlags, storeFolder } from './store-flags.js';

/** Where the runs of a command happen, until it is closed. */
export interface Where {
  runner: Runner;
  close(): Promise<void>;
}

/** What `addWhere` adds to the flags of a command. */
export interface WhereFlags extends StoreFlags, RedisFlags {
  threads?: number;
}

/**
 * Adds the flags that say where the runs of a command happen. With `cache` they are kept in a store
 * even if nobody names one.
 */
export function addWhere(command: Command, { cache = false } = {}): Command {
  command.option(
    '--threads <n>',
    'runs under way at once (default: as many as there are cores)',
    threadNumber,
  );
  addRedisFlags(command, 'make the runs on its workers');
  return addStoreFlags(command, { cache });
}

/** Opens the place that a command's flags ask for. */
export async function openWhere(flags: WhereFlags = {}): Promise<Where> {
  const folder = storeFolder(flags);
  const where = await openRuns(flags);
  return folder === null ? where : keptIn(folder, where, flags);
}

async function openRuns(flags: WhereFlags): Promise<Where> {
  const link = redisLink(flags);
  if (link !== null) {
    // Only here: nothing else needs it.
    const { openOnRedis } = await import('./open-on-redis.js');
    const runner = await openOnRedis(link);
    return { runner, close: () => runner.close() };
  }
  const limit = memoryLimitBytes();
  const threads = flags.threads ?? availableParallelism();
  if (threads === 1) return { runner: here(limit), close: async () => undefined };
  const pool = openThreads({ threads, memoryLimitBytes: limit });
  return { runner: pool, close: () => pool.close() };
}

/** The same place behind the store of this folder. */
async function keptIn(folder: string, where: Where, { quiet }: WhereFlags): Promise<Where> {
  const { tellUse, withStore } = await import('./store.js');
  const runner = withStore(where.runner, folder);
  return {
    runner,
    close: async () => {
      let isBroken = true;
      try {
        await where.close();
        isBroken = false;
      } finally {
        if (quiet !== true) tellUse(runner, folder, isBroken);
      }
    },
  };
}
