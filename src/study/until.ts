import type { CellRun } from './cell-run.js';
import type { Comparison } from './compare-pair.js';
import type { Extent, PolicyResult, UntilResult } from './result.js';
import { runTurns, type TurnsOptions } from './run-turns.js';
import { replicationsFor } from './seeds.js';

/**
 * Goes on adding replications until intervals are tight. The first round is never under 10, and a
 * round at most doubles what there is: stopping by looking at the interval makes it a little too
 * narrow where one may stop after very few (Y. S. Chow and H. Robbins, Annals of Mathematical
 * Statistics 36, 1965, show that this passes as the target shrinks; A. M. Law, Simulation Modeling
 * and Analysis, "Obtaining a specified precision", advises at least 10 first).
 */
export interface Until {
  /** Half of a 95% interval may be at most this share of its figure: 0.02 is 2%. */
  share: number;
  /** Whose intervals. Default: `goodput` and `latency.p99`. */
  metrics?: readonly string[] | undefined;
  /** When to give up. Default 200. */
  replicationsMax?: number | undefined;
}

/** Fewer give no variance that one could plan by. */
export const REPLICATIONS_FIRST = 10;
export const REPLICATIONS_MAX = 200;
const METRICS = ['goodput', 'latency.p99'];

/** What a scenario's own figures are compared with: means of metrics, or differences of pairs. */
export type Measure = (metrics: readonly string[]) => Extent[];

/** How many replications a study with a comparison or an `until` begins with. */
export function firstRound(asked: {
  file: number;
  seed?: string | undefined;
  replications?: number | undefined;
}): number {
  if (asked.replications !== undefined) return asked.replications;
  // `--seed 42/3` is one replication of another study, whatever the file says.
  const single = replicationsFor({ file: 2, seed: asked.seed }) === 1;
  return single ? 1 : Math.max(REPLICATIONS_FIRST, asked.file);
}

/**
 * Extends cells that have had their first round, all by as much, until what is measured is tight,
 * the bound is met or somebody stopped. How many depends on nothing but the results.
 */
export async function untilTight(
  cells: readonly CellRun[],
  { until, measure }: { until: Until; measure: Measure },
  options: TurnsOptions,
): Promise<{ result: UntilResult; isWhole: boolean }> {
  const { share, metrics = METRICS, replicationsMax = REPLICATIONS_MAX } = until;
  const rounds = [replicationsOf(cells)];
  let isWhole = true;
  for (;;) {
    const extents = measure(metrics);
    const count = rounds.at(-1)!;
    const next = nextRound(count, { share, replicationsMax, extents });
    if (next <= count || !isWhole || cells.some(({ stops }) => stops.length > 0)) {
      const judged = extents.filter((extent) => extent.share !== null);
      const reached = judged.length > 0 && judged.every((extent) => extent.share! <= share);
      const result = { share, metrics: [...metrics], replicationsMax, reached, rounds, extents };
      return { result, isWhole };
    }
    for (const cell of cells) {
      cell.extend(next);
      options.pace.expect(cell.workNs(count));
    }
    isWhole = await runTurns(
      cells.flatMap((cell) => [...cell.turns(count)]),
      options,
    );
    rounds.push(next);
  }
}

/**
 * How many replications the next round should come to; no more than there are where it is enough.
 * The half width falls with the square root of their number.
 */
export function nextRound(
  count: number,
  of: { share: number; replicationsMax: number; extents: readonly Pick<Extent, 'share'>[] },
): number {
  const { share, replicationsMax, extents } = of;
  const worst = Math.max(0, ...extents.map((extent) => extent.share ?? 0));
  // One run has no variance to plan by, and without chance there never is one.
  if (worst <= share || count < 2 || count >= replicationsMax) return count;
  const times = worst / share;
  const wanted = Math.ceil(count * times * times);
  return Math.min(replicationsMax, 2 * count, Math.max(count + 1, wanted));
}

/** How tight the intervals of means are: half their width as a share of the mean. */
export function extentsOfMeans(
  policies: Readonly<Record<string, PolicyResult>>,
  metrics: readonly string[],
): Extent[] {
  return Object.entries(policies).flatMap(([policy, { metrics: found, intervals, replications }]) =>
    metrics.map((metric): Extent => {
      const of = `${metric} of ${policy}`;
      const middle = found[metric] ?? null;
      if (middle === null) return { of, share: null, why: 'it has no value in some replication' };
      if (replications.length === 1) return { of, share: null, why: 'it was run once' };
      return { of, share: shareOf(metric, intervals[metric] ?? null, middle) };
    }),
  );
}

/** How tight those of differences are: half their width as a share of the greater of the figures. */
export function extentsOfDifferences(
  comparisons: readonly Comparison[],
  metrics: readonly string[],
): Extent[] {
  return comparisons.flatMap(({ a, b, kind, metrics: found }) =>
    metrics.map((metric): Extent => {
      const of = `${metric}, ${a} vs ${b}`;
      const { interval = null, ...ends } = found[metric] ?? {};
      if (kind === 'exact') return { of, share: 0 };
      if (kind === 'single') return { of, share: null, why: 'each was run once' };
      if (interval === null || ends.a === undefined) {
        return { of, share: null, why: 'one has no value in some replication' };
      }
      const size = Math.max(Math.abs(ends.a!), Math.abs(ends.b!));
      return { of, share: shareOf(metric, interval, size) };
    }),
  );
}

/** `recovered` is a share itself: its points count as they are. */
function shareOf(metric: string, interval: readonly number[] | null, size: number): number | null {
  if (interval === null) return null;
  const half = (interval[1]! - interval[0]!) / 2;
  if (metric === 'recovered') return half;
  return half === 0 ? 0 : half / Math.abs(size);
}

function replicationsOf(cells: readonly CellRun[]): number {
  return Math.max(...cells.map(({ replications }) => replications));
}
