import type { Scenario } from '../scenario/index.js';
import { execute } from './execute.js';
import type { Outcome } from './outcome.js';
import type { Tick } from './progress.js';
import type { Task } from './task.js';

/**
 * Where the runs of a study happen: here, on threads, on other machines, or in a store that has
 * them already. A task has one outcome, to the byte, wherever it is run.
 */
export interface Runner {
  /** How many tasks are worth having under way at once. */
  readonly width: number;
  /**
   * Runs a task. `tick` is told how far it is and says whether to go on; where it says no, the
   * outcome's `measured.stopped` is "interrupted". A mistake of ours rejects with `EngineFailure`.
   */
  run(scenario: Scenario, task: Task, tick: Tick): Promise<Outcome>;
}

/** Runs one task after the other, in this thread; all that a browser needs. */
export function here(memoryLimitBytes: number): Runner {
  return {
    width: 1,
    run: (scenario, task, tick) => execute(scenario, task, { memoryLimitBytes, tick }),
  };
}
