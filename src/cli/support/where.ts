import { here, type Runner } from '../../study/index.js';
import { memoryLimitBytes } from './memory.js';

/** Where the runs of a command happen, until it is closed. */
export interface Where {
  runner: Runner;
  close(): Promise<void>;
}

/** Opens the place that a command's flags ask for. */
export async function openWhere(): Promise<Where> {
  return { runner: here(memoryLimitBytes()), close: async () => undefined };
}
