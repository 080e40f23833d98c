import type { Scenario } from '../scenario/index.js';
import { CellRun } from './cell-run.js';
import { type Comparison, compareSides, type Side } from './compare-pair.js';
import { ExpectationBook } from './expectations.js';
import { Pace } from './progress.js';
import type { ComparedSide, CompareResult, ExpectResult, PolicyResult } from './result.js';
import { policyNames, type RunOptions } from './run.js';
import { runTurns, type TurnsOptions } from './run-turns.js';
import { here } from './runner.js';
import { extentsOfDifferences, firstRound, untilTight } from './until.js';

export interface CompareOptions extends Omit<RunOptions, 'cells'> {
  /** Compares each of the others with this one alone. Default: every pair, in the order of the file. */
  against?: string | undefined;
}

/** One file of a comparison of two. */
export interface ComparedFile {
  scenario: Scenario;
  file: string;
  scenarioSha256: string;
}

/** What is run on one side of a comparison, and what its policies are called in the result. */
interface Group {
  scenario: Scenario;
  policies: readonly string[];
  nameOf(policy: string): string;
  /** Left out where all is of one file. */
  file?: string;
}

/** Two names of policies in a result. */
export type Pair = readonly [a: string, b: string];

/**
 * Compares the policies of a scenario on the same seeds: the file as written (no cell of its sweep)
 * under each of them, in at least 10 replications where the file does not say more and there is
 * chance, and for every pair A − B of each metric with the interval of the paired difference.
 */
export async function compareScenario(
  scenario: Scenario,
  options: CompareOptions,
): Promise<CompareResult> {
  const policies = options.policies ?? policyNames(scenario);
  const group: Group = { scenario, policies, nameOf: (policy) => policy };
  const pairs = pairsOf(policies, options.against);
  const seed = options.seed ?? scenario.seed;
  const asked = { file: scenario.replications, seed: options.seed };
  const replications = firstRound({ ...asked, replications: options.replications });
  const head = { title: scenario.title, seed, scenario_sha256: options.scenarioSha256 };
  return { ...(await run([group], pairs, { ...options, seed, replications })), ...head };
}

/**
 * Compares two scenarios on the same seeds (A's, unless told otherwise): the policies that both
 * have, each with itself, or the only one of either. What has the same name in both draws the same
 * numbers. Throws where they have nothing to compare: ask `samePolicies` before.
 */
export async function compareScenarios(
  a: ComparedFile,
  b: ComparedFile,
  options: Omit<CompareOptions, 'scenarioSha256' | 'against'>,
): Promise<CompareResult> {
  const names = samePolicies(policyNames(a.scenario), policyNames(b.scenario), options.policies);
  if (names === null) throw new Error('the two files have no policy in common');
  const groups = [a, b].map(({ scenario, file }, side): Group => {
    const policies = names.map((pair) => pair[side]!);
    return { scenario, policies, nameOf: side === 0 ? nameA : nameB, file };
  });
  const seed = options.seed ?? a.scenario.seed;
  const replications = firstRound({
    file: Math.max(a.scenario.replications, b.scenario.replications),
    seed: options.seed,
    replications: options.replications,
  });
  const pairs = names.map(([ofA, ofB]): Pair => [nameA(ofA), nameB(ofB)]);
  const found = await run(groups, pairs, { ...options, seed, replications });
  const [sideA, sideB] = [a, b].map(({ scenario, file, scenarioSha256 }): ComparedSide => {
    const { title } = scenario;
    return { file, title, seed, version: options.version, scenario_sha256: scenarioSha256 };
  }) as [ComparedSide, ComparedSide];
  const title = titleOf(sideA, sideB);
  const head = { title, seed, scenario_sha256: a.scenarioSha256 };
  return { ...found, ...head, sides: { A: sideA, B: sideB } };
}

export const nameA = (policy: string): string => `A: ${policy}`;
export const nameB = (policy: string): string => `B: ${policy}`;

export function titleOf(a: ComparedSide, b: ComparedSide): string {
  return a.title === b.title ? a.title : `A: ${a.title}; B: ${b.title}`;
}

/**
 * Which policy of A stands beside which of B: those of the same name (of `wanted`, where some are
 * named), or the only one of each. Null where there is neither.
 */
export function samePolicies(
  a: readonly string[],
  b: readonly string[],
  wanted: readonly string[] | undefined,
): Pair[] | null {
  const both = a.filter((name) => b.includes(name) && (wanted?.includes(name) ?? true));
  if (both.length > 0) return both.map((name) => [name, name]);
  if (a.length === 1 && b.length === 1 && wanted === undefined) return [[a[0]!, b[0]!]];
  return null;
}

/** Every pair, in order; or each of the others with one. */
export function pairsOf(policies: readonly string[], against?: string): Pair[] {
  if (against !== undefined) {
    return policies.filter((name) => name !== against).map((name) => [name, against]);
  }
  return policies.flatMap((a, index) => policies.slice(index + 1).map((b): Pair => [a, b]));
}

/** "retry-storm vs retry-budget" */
export function pairName({ a, b }: { a: string; b: string }): string {
  return `${a} vs ${b}`;
}

/** The differences of pairs among policies that have a result, as a comparison's JSON has them. */
export function differencesOf(
  policies: Readonly<Record<string, PolicyResult>>,
  pairs: readonly Pair[],
  chanceless: ReadonlySet<string>,
): Pick<CompareResult, 'differences' | 'pairs'> {
  const all = comparisonsOf(policies, pairs, chanceless);
  return {
    differences: Object.fromEntries(all.map((one) => [pairName(one), one.metrics])),
    pairs: Object.fromEntries(
      all.map(({ metrics: _, ...pair }) => [pairName(pair), pair] as const),
    ),
  };
}

/** Pairs of which a side never began (the study was stopped) are left out. */
function comparisonsOf(
  policies: Readonly<Record<string, PolicyResult>>,
  pairs: readonly Pair[],
  chanceless: ReadonlySet<string>,
): Comparison[] {
  const sideOf = (name: string): Side | null => {
    const result = policies[name];
    return result === undefined ? null : { name, result, chancy: !chanceless.has(name) };
  };
  return pairs.flatMap(([nameOfA, nameOfB]) => {
    const a = sideOf(nameOfA);
    const b = sideOf(nameOfB);
    return a === null || b === null ? [] : [compareSides(a, b)];
  });
}

/** Runs all groups on the same seeds, one pace over all. */
async function run(
  groups: readonly Group[],
  pairs: readonly Pair[],
  options: Omit<CompareOptions, 'scenarioSha256'> & { seed: string; replications: number },
): Promise<Omit<CompareResult, 'title' | 'seed' | 'scenario_sha256'>> {
  const { seed, replications, until, version } = options;
  const pace = new Pace(options.between);
  const runner = options.runner ?? here(options.memoryLimitBytes);
  const turns: TurnsOptions = { runner, pace, stepSeconds: options.stepSeconds };
  const studies = groups.map((group) => {
    const { scenario, policies } = group;
    const book = new ExpectationBook(scenario, policies);
    const cellRun = new CellRun(scenario, { policies, cell: null, seed, replications, book });
    return { group, book, cellRun };
  });
  const cellRuns = studies.map(({ cellRun }) => cellRun);
  for (const cellRun of cellRuns) pace.expect(cellRun.workNs());
  let isWhole = await runTurns(
    cellRuns.flatMap((cellRun) => [...cellRun.turns()]),
    turns,
  );

  const chanceless = new Set(
    studies.flatMap(({ group, cellRun }) => cellRun.chanceless.map(group.nameOf)),
  );
  const named = (): Record<string, PolicyResult> =>
    Object.fromEntries(
      studies.flatMap(({ group, cellRun }) =>
        Object.entries(cellRun.results()).map(([name, one]) => [group.nameOf(name), one] as const),
      ),
    );
  const measure = (metrics: readonly string[]) =>
    extentsOfDifferences(comparisonsOf(named(), pairs, chanceless), metrics);
  const tightened =
    until === undefined || !isWhole ? null : await untilTight(cellRuns, { until, measure }, turns);
  if (tightened !== null) isWhole = tightened.isWhole;
  const stops = new Set(cellRuns.flatMap((cellRun) => cellRun.stops));
  const policies = named();
  return {
    spillway: 1,
    version,
    partial: stops.size > 0 || !isWhole,
    ...(stops.size > 0 ? { stopped: [...stops].join('; ') } : {}),
    policies,
    expect: studies.flatMap(({ group, book }) => expectationsOf(group, book)),
    ...(tightened === null ? {} : { until: tightened.result }),
    ...differencesOf(policies, pairs, chanceless),
  };
}

/** Those about a cell of a sweep were not looked at. */
function expectationsOf({ nameOf, file }: Group, book: ExpectationBook): ExpectResult[] {
  return book
    .results()
    .filter(({ where }) => where === undefined)
    .map((one) => ({
      ...one,
      policy: one.policy === null ? null : nameOf(one.policy),
      ...(file === undefined ? {} : { file }),
    }));
}
