import { type Cell, cellsOf, type Scenario } from '../scenario/index.js';
import { CellRun, type CellRunOptions, type Turn } from './cell-run.js';
import { ExpectationBook } from './expectations.js';
import { type Between, Pace } from './progress.js';
import type { RunCell, RunResult } from './result.js';
import { runTurns, type TurnsOptions } from './run-turns.js';
import { here, type Runner } from './runner.js';
import { replicationsFor } from './seeds.js';
import { extentsOfMeans, firstRound, type Until, untilTight } from './until.js';

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
  /** Adds replications, in each cell by itself, until the intervals of its means are tight. */
  until?: Until | undefined;
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
  const turns: TurnsOptions = { runner, pace, stepSeconds: options.stepSeconds };
  const seed = options.seed ?? scenario.seed;
  const replications = replicationsOf(scenario, options);
  const cells = cellsOf(scenario).filter(
    (cell) => options.cells !== 'expected' || book.looksAt(cell),
  );
  const study: Omit<CellRunOptions, 'cell'> = { policies, seed, replications, book };
  const asWritten = new CellRun(scenario, { ...study, cell: null });
  const swept = cells.map((cell) => new CellRun(scenario, { ...study, cell }));
  for (const cellRun of [asWritten, ...swept]) pace.expect(cellRun.workNs());
  let isWhole = await runTurns(turnsOf([asWritten, ...swept]), turns);

  const { until } = options;
  const tight = async (cellRun: CellRun): Promise<Pick<RunResult, 'until'>> => {
    if (until === undefined || !isWhole) return {};
    const measure = (metrics: readonly string[]) => extentsOfMeans(cellRun.results(), metrics);
    const tightened = await untilTight([cellRun], { until, measure }, turns);
    isWhole = tightened.isWhole;
    return { until: tightened.result };
  };
  const untilAsWritten = await tight(asWritten);
  const sweep: RunCell[] = [];
  for (const cellRun of swept.filter(({ hasBegun }) => hasBegun)) {
    const reached = await tight(cellRun);
    sweep.push({ where: cellRun.cell as Cell, policies: cellRun.results(), ...reached });
  }
  const stops = new Set([asWritten, ...swept].flatMap((cellRun) => cellRun.stops));
  const partial = stops.size > 0 || !isWhole;
  // Half a run would teach what is not so.
  const lesson = partial ? [] : book.lesson();
  return {
    spillway: 1,
    version: options.version,
    title: scenario.title,
    seed,
    scenario_sha256: options.scenarioSha256,
    partial,
    ...(stops.size > 0 ? { stopped: [...stops].join('; ') } : {}),
    policies: asWritten.results(),
    expect: book.results(),
    ...(lesson.length > 0 ? { lesson } : {}),
    ...(sweep.length > 0 ? { sweep } : {}),
    ...untilAsWritten,
  };
}

/** The names of the policies that a scenario runs under, in the order of the file. */
export function policyNames(scenario: Scenario): string[] {
  return scenario.policies.map(({ name }) => name);
}

function replicationsOf(scenario: Scenario, { seed, replications, until }: RunOptions): number {
  const asked = { file: scenario.replications, seed, replications };
  return until === undefined ? replicationsFor(asked) : firstRound(asked);
}

function* turnsOf(cellRuns: readonly CellRun[]): Iterable<Turn> {
  for (const cellRun of cellRuns) yield* cellRun.turns();
}
