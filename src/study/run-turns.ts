import type { Turn } from './cell-run.js';
import { inOrder } from './in-order.js';
import type { Outcome } from './outcome.js';
import type { Pace } from './progress.js';
import type { Runner } from './runner.js';
import { type Task, taskText } from './task.js';

export interface TurnsOptions {
  runner: Runner;
  pace: Pace;
  /** Length of a step of the series; undefined is the smallest round one that keeps them short. */
  stepSeconds: number | undefined;
}

/**
 * Runs turns, several at a time where the runner can, and hands each its outcome in their order.
 * False where it was stopped before the last of them.
 */
export async function runTurns(
  turns: Iterable<Turn>,
  { runner, pace, stepSeconds }: TurnsOptions,
): Promise<boolean> {
  return inOrder<Turn, Outcome>({
    items: turns,
    width: runner.width,
    run(turn) {
      if (turn.isSettled()) return null;
      const task = taskOf(turn, stepSeconds ?? null);
      const { tick, finish } = pace.begin(labelOf(turn, task), turn.durationNs);
      return runner.run(turn.scenario, task, tick).finally(finish);
    },
    fold: (turn, outcome) => turn.take(outcome),
    stopped: () => pace.stopped,
  });
}

function taskOf({ policy, seed, cell, windows }: Turn, stepSeconds: number | null): Task {
  return { policy, seed, cell, shape: null, detail: 'whole', stepSeconds, windows };
}

/** "retry-storm at load 1.5, 3 of 20" */
function labelOf({ index, of }: Turn, task: Task): string {
  return of === 1 ? taskText(task) : `${taskText(task)}, ${index + 1} of ${of}`;
}
