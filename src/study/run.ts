import { AlertBook, capacityOf, firstAlert, judge, recognise, troubleOf } from '../judge/index.js';
import type { Measured } from '../measure/measured.js';
import type { Plan } from '../model/plan.js';
import { type Cell, cellsOf, hasChance, planFor, type Scenario } from '../scenario/index.js';
import { cellText } from './cells.js';
import { ExpectationBook } from './expectations.js';
import { spansOf } from './fault-spans.js';
import { Gathering, type Outcome } from './gathering.js';
import { type Between, Pace } from './progress.js';
import type { PolicyResult, RunResult, Theory } from './result.js';
import { runPlan } from './run-plan.js';
import { replicationsFor, seedsFor } from './seeds.js';
import { stepSecondsFor } from './step.js';

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
}

/** What all runs of one study share. */
interface Study {
  scenario: Scenario;
  policies: readonly string[];
  seed: string;
  replications: number;
  stepSeconds: number | undefined;
  memoryLimitBytes: number;
  book: ExpectationBook;
  pace: Pace;
  /** Why runs were cut short, each reason once. */
  stops: Set<string>;
}

/**
 * Runs a scenario: the file as written and, where it has a sweep, every cell of it; each under
 * every policy, in as many replications as asked. Serial. Replications are the outer loop, so that
 * a study that is stopped has as much of each policy as of any other.
 */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<RunResult> {
  const study = studyOf(scenario, options);
  const { book, pace, stops } = study;
  const cells = cellsOf(scenario).filter(
    (cell) => options.cells !== 'expected' || book.looksAt(cell),
  );
  for (const cell of [null, ...cells]) pace.expect(workNs(study, cell));

  const policies = await runCell(study, null);
  const sweep: NonNullable<RunResult['sweep']> = [];
  for (const cell of cells) {
    if (pace.stopped) break;
    sweep.push({ where: cell, policies: await runCell(study, cell) });
  }
  return {
    spillway: 1,
    version: options.version,
    title: scenario.title,
    seed: study.seed,
    scenario_sha256: options.scenarioSha256,
    partial: stops.size > 0 || pace.stopped,
    ...(stops.size > 0 ? { stopped: [...stops].join('; ') } : {}),
    policies,
    expect: book.results(),
    ...(sweep.length > 0 ? { sweep } : {}),
  };
}

/** The names of the policies that a scenario runs under, in the order of the file. */
export function policyNames(scenario: Scenario): string[] {
  return scenario.policies.map(({ name }) => name);
}

function studyOf(scenario: Scenario, options: RunOptions): Study {
  const { seed, replications } = options;
  const policies = options.policies ?? policyNames(scenario);
  return {
    scenario,
    policies,
    seed: seed ?? scenario.seed,
    replications: replicationsFor({ file: scenario.replications, seed, replications }),
    stepSeconds: options.stepSeconds,
    memoryLimitBytes: options.memoryLimitBytes,
    book: new ExpectationBook(scenario, policies),
    pace: new Pace(options.between),
    stops: new Set(),
  };
}

/** One policy in one cell: how often it runs, and what became of it so far. */
interface Row {
  policy: string;
  /** Without chance a run would only repeat itself. */
  chancy: boolean;
  durationNs: number;
  gathering: Gathering;
  result(): PolicyResult;
}

function rowOf(study: Study, policy: string, cell: Cell | null): Row {
  const { scenario } = study;
  const plan = planFor(scenario, policy, cell === null ? {} : { cell });
  const { title, description } = scenario.policies.find(({ name }) => name === policy)!;
  const gathering = new Gathering();
  return {
    policy,
    chancy: hasChance(plan),
    durationNs: plan.durationNs,
    gathering,
    result: () =>
      gathering.result({
        title,
        description,
        theory: { ...capacityOf(plan), ...recognised(plan) },
      }),
  };
}

function recognised(plan: Plan): Pick<Theory, 'forms' | 'refused'> {
  const { forms, refused } = recognise(plan);
  return { forms, refused };
}

/** Simulated time of one cell. */
function workNs(study: Study, cell: Cell | null): number {
  return study.policies
    .map((policy) => rowOf(study, policy, cell))
    .reduce((sum, row) => sum + row.durationNs * (row.chancy ? study.replications : 1), 0);
}

async function runCell(study: Study, cell: Cell | null): Promise<Record<string, PolicyResult>> {
  const { pace, book } = study;
  const rows = study.policies.map((policy) => rowOf(study, policy, cell));
  const seeds = seedsFor(study.seed, rows.some(({ chancy }) => chancy) ? study.replications : 1);
  book.plan(cell, seeds.length);
  // Outcomes that stand for every replication: of runs without chance, or that broke off.
  const settled: Record<string, Outcome> = {};
  for (const seed of seeds) {
    const outcomes: Record<string, Outcome> = { ...settled };
    for (const { policy, chancy, gathering } of rows) {
      if (pace.stopped) break;
      if (Object.hasOwn(outcomes, policy)) continue;
      pace.label = labelOf(policy, cell, seeds, seed);
      const outcome = await runOne(study, { policy, seed, cell });
      const { stopped } = outcome.measured;
      outcomes[policy] = outcome;
      gathering.add(seed, outcome);
      if (stopped !== null) study.stops.add(stopText(policy, stopped));
      if (stopped !== null || !chancy) settled[policy] = outcome;
    }
    if (pace.stopped) break;
    book.judge(cell, outcomes);
  }
  const begun = rows.filter(({ gathering }) => gathering.count > 0);
  return Object.fromEntries(begun.map((row) => [row.policy, row.result()]));
}

async function runOne(
  study: Study,
  { policy, seed, cell }: { policy: string; seed: string; cell: Cell | null },
): Promise<Outcome> {
  const { scenario, pace, memoryLimitBytes } = study;
  const plan = planFor(scenario, policy, { seed, ...(cell === null ? {} : { cell }) });
  const stepSeconds = study.stepSeconds ?? stepSecondsFor(plan.durationNs);
  const alerts = AlertBook.of(plan);
  const measured = await runPlan(plan, {
    stepNs: Math.round(stepSeconds * 1e9),
    windows: study.book.windows,
    memoryLimitBytes,
    observer: alerts,
    pace,
  });
  const trouble = troubleOf(plan, measured);
  const raised = alerts?.alerts(measured) ?? [];
  const first = alerts === null ? null : firstAlert(plan, trouble, raised, alerts.bySecond);
  return {
    measured,
    verdict: { ...judge(measured, plan), ...(first === null ? {} : { first_alert: first }) },
    alerts: raised,
    firstFaultNs: trouble?.firstNs ?? null,
    faults: spansOf(plan, measured),
  };
}

function stopText(policy: string, stopped: NonNullable<Measured['stopped']>): string {
  const at = Number((stopped.atNs / 1e9).toFixed(3));
  return `${policy}, at ${at} s of simulated time: ${stopped.text}`;
}

/** "retry-storm at load 1.5, 3 of 20" */
function labelOf(
  policy: string,
  cell: Cell | null,
  seeds: readonly string[],
  seed: string,
): string {
  const place = cell === null ? '' : ` at ${cellText(cell)}`;
  return seeds.length === 1
    ? `${policy}${place}`
    : `${policy}${place}, ${seeds.indexOf(seed) + 1} of ${seeds.length}`;
}
