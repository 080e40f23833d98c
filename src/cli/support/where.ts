import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { here, type Runner } from '../../study/index.js';
import { openThreads } from '../../study/where/threads.js';
import { threadNumber } from './flags.js';
import { memoryLimitBytes } from './memory.js';

/** Where the runs of a command happen, until it is closed. */
export interface Where {
  runner: Runner;
  close(): Promise<void>;
}

/** What `addWhere` adds to the flags of a command. */
export interface WhereFlags {
  threads?: number;
}

/** Adds the flags that say where the runs of a command happen. */
export function addWhere(command: Command): Command {
  return command.option(
    '--threads <n>',
    'runs under way at once (default: as many as there are cores)',
    threadNumber,
  );
}

/** Opens the place that a command's flags ask for. */
export async function openWhere(flags: WhereFlags = {}): Promise<Where> {
  const limit = memoryLimitBytes();
  const threads = flags.threads ?? availableParallelism();
  if (threads === 1) return { runner: here(limit), close: async () => undefined };
  const pool = openThreads({ threads, memoryLimitBytes: limit });
  return { runner: pool, close: () => pool.close() };
}
