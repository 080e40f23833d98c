import { execute } from '../execute.js';
import type { Outcome, Task } from '../index.js';
import { type ToldFailure, toldOf } from './failures.js';
import { IncomingScenarios, type SentScenario } from './sent-scenarios.js';
import { Signal } from './signal.js';

/** One run for a thread. */
export interface Order {
  scenario: SentScenario;
  task: Task;
  memoryLimitBytes: number;
  signal: SharedArrayBuffer;
}

/** Null where the run was begun elsewhere before a thread came to it. */
export type Reply = { outcome: Outcome } | { failure: ToldFailure } | null;

const scenarios = new IncomingScenarios();

/** What a thread does, called once a run (piscina's default export). */
export default async function runOrder(order: Order): Promise<Reply> {
  const { task, memoryLimitBytes } = order;
  const signal = new Signal(order.signal);
  if (!signal.claim()) return null;
  try {
    const scenario = scenarios.of(order.scenario);
    const outcome = await execute(scenario, task, {
      memoryLimitBytes,
      tick: async (nowNs) => {
        signal.nowNs = nowNs;
        return !signal.stopped;
      },
    });
    return { outcome };
  } catch (error) {
    return { failure: toldOf(error) };
  }
}
