import type { Window } from '../measure/measured.js';
import { type Cell, cellsOf, type Scenario } from '../scenario/index.js';
import { CellRun, type Turn } from './cell-run.js';
import { ExpectationBook } from './expectations.js';
import { inOrder } from './in-order.js';
import type { Outcome } from './outcome.js';
import { type Between, Pace } from './progress.js';
import type { RunResult } from './result.js';
import { here, type Runner } from './runner.js';
import { replicationsFor } from './seeds.js';
import { type Task, taskText } from './task.js';

export interface RunOptions {
  /** The product's version and the file's hash: part of what a result says of itself. */
  version: string;
  scenarioSha256: string;
  memoryLimitBytes: number;
  /** Default: all of the file's. */
  policies?: readonly string[] | undefined;
  /** Over the file's; `42/3` repeats the third replication alone. */
  seed?: string | undefined;
  /** Over the file's. */
  replications?: number | undefined;
  /** Length of a step of the series. Default: the smallest round one that keeps them short. */
  stepSeconds?: number | undefined;
  /** Which cells of a sweep to run: all, or those that an expectation is about. */
  cells?: 'all' | 'expected' | undefined;
  between?: Between | undefined;
  /** Where the runs happen. Default: here, one after the other. */
  runner?: Runner | undefined;
}

/**
 * Runs a scenario: the file as written and, where it has a sweep, every cell of it; each under
 * every policy, in as many replications as asked. Replications are the outer loop of a cell, so
 * that a study that is stopped has as much of each policy as of any other. The result is the same
 * to the byte wherever the runs happen.
 */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<RunResult> {
  const policies = options.policies ?? policyNames(scenario);
  const book = new ExpectationBook(scenario, policies);
  const pace = new Pace(options.between);
  const runner = options.runner ?? here(options.memoryLimitBytes);
  const seed = options.seed ?? scenario.seed;
  const replications = replicationsOf(scenario, options);
  const cells = cellsOf(scenario).filter(
    (cell) => options.cells !== 'expected' || book.looksAt(cell),
  );
  const cellRuns = [null, ...cells].map(
    (cell) => new CellRun(scenario, { policies, cell, seed, replications, book }),
  );
  for (const cellRun of cellRuns) pace.expect(cellRun.workNs);

  const isWhole = await inOrder<Turn, Outcome>({
    items: turnsOf(cellRuns),
    width: runner.width,
    run(turn) {
      if (turn.isSettled()) return null;
      const task = taskOf(turn, book.windows, options.stepSeconds);
      const { tick, finish } = pace.begin(labelOf(turn, task), turn.durationNs);
      return runner.run(scenario, task, tick).finally(finish);
    },
    fold: (turn, outcome) => turn.take(outcome),
    stopped: () => pace.stopped,
  });

  const [asWritten, ...swept] = cellRuns as [CellRun, ...CellRun[]];
  const stops = new Set(cellRuns.flatMap((cellRun) => cellRun.stops));
  const sweep = swept
    .filter((cellRun) => cellRun.hasBegun)
    .map((cellRun) => ({ where: cellRun.cell as Cell, policies: cellRun.results() }));
  return {
    spillway: 1,
    version: options.version,
    title: scenario.title,
    seed,
    scenario_sha256: options.scenarioSha256,
    partial: stops.size > 0 || !isWhole,
    ...(stops.size > 0 ? { stopped: [...stops].join('; ') } : {}),
    policies: asWritten.results(),
    expect: book.results(),
    ...(sweep.length > 0 ? { sweep } : {}),
  };
}

/** The names of the policies that a scenario runs under, in the order of the file. */
export function policyNames(scenario: Scenario): string[] {
  return scenario.policies.map(({ name }) => name);
}

function replicationsOf(scenario: Scenario, { seed, replications }: RunOptions): number {
  return replicationsFor({ file: scenario.replications, seed, replications });
}

function* turnsOf(cellRuns: readonly CellRun[]): Iterable<Turn> {
  for (const cellRun of cellRuns) yield* cellRun.turns();
}

function taskOf(
  { policy, seed, cell }: Turn,
  windows: Window[],
  stepSeconds: number | undefined,
): Task {
  const step = stepSeconds ?? null;
  return { policy, seed, cell, shape: null, detail: 'whole', stepSeconds: step, windows };
}

/** "retry-storm at load 1.5, 3 of 20" */
function labelOf({ index, of }: Turn, task: Task): string {
  return of === 1 ? taskText(task) : `${taskText(task)}, ${index + 1} of ${of}`;
}
