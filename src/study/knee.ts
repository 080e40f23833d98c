import type { Knee, Knees } from './result.js';

/**
 * Where a curve over offered load bends, looked for with as few runs as that takes. Loads are whole
 * percents of the file's load.
 *
 * A few coarse loads come first; then, round by round, the middle of each stretch that must hold a
 * knee, until it is as narrow as wanted. What is asked for next depends on the samples alone.
 *
 * What is assumed: whoever is over a bound at one of the loads tried and under it at the next
 * crosses it once in between. A curve may come back (a breaker opens, replicas are added): the knee
 * is the first crossing of the loads tried. What comes and goes between two neighbours among the
 * coarse loads is not seen.
 */

/** What one load showed. */
export interface Sample {
  /** A whole percent of the file's load. */
  percent: number;
  /** Good answers a second. */
  goodput: number;
  /** Of those offered, the share that ended good. */
  goodRatio: number;
  /** Seconds; null where too few were answered to tell. */
  p99: number | null;
}

/** The loads that everybody is tried at, of which the first is what p99 is held against. */
const COARSE = [10, 50, 100, 150, 200];
/** As many runs as a point every 10% would take. */
const RUNS_MAX = 20;
/** A stretch this narrow, as a share of its upper end, is left; 1% is the narrowest in any case. */
const WIDTH_MAX = 0.05;
const GOOD_MIN = 0.99;
const P99_FACTOR = 5;
/** Goodput that fell to this share of its peak has turned down; chance alone moves it by less. */
const FALLEN = 0.95;
/** Within this share of the peak a neighbour is as good as it: which is higher is chance. */
const LEVEL = 0.995;

/** The loads to be tried next, of samples in any order; none when all is found. */
export function nextPercents(samples: readonly Sample[]): number[] {
  if (samples.length === 0) return COARSE;
  const sorted = inOrderOfLoad(samples);
  const crossings = [crossing(sorted, isPoor), crossing(sorted, slowOf(sorted))];
  const stretches = crossings.flatMap((stretch): [number, number][] => {
    // Below the lowest load nothing is tried.
    const low = stretch?.[0] ?? null;
    return low === null ? [] : [[low.percent, stretch![1].percent]];
  });
  const asked = new Set<number>();
  for (const [low, high] of [...stretches, ...aroundPeak(sorted)]) {
    if (isWide(low, high)) asked.add(Math.floor((low + high) / 2));
  }
  const left = Math.max(0, RUNS_MAX - samples.length);
  return [...asked].slice(0, left).sort((a, b) => a - b);
}

/** Where the knees are, by the samples that there are. */
export function kneesOf(samples: readonly Sample[]): Knees {
  const sorted = inOrderOfLoad(samples);
  const base = sorted[0]?.p99 ?? null;
  return {
    goodput99: kneeAt(crossing(sorted, isPoor), ({ goodRatio }) => goodRatio - GOOD_MIN),
    // Delays near saturation go as 1 / (1 − load), so it is their inverse that is nearly straight.
    p99x5: kneeAt(
      crossing(sorted, slowOf(sorted)),
      ({ p99 }) => (p99 === null ? 0 : 1 / p99) - 1 / (P99_FACTOR * base!),
    ),
    peak: peakOf(sorted),
  };
}

/** The last load before the first one past a bound (null: there is none), and that one. */
type Stretch = [Sample | null, Sample];

function crossing(
  sorted: readonly Sample[],
  isPast: ((sample: Sample) => boolean) | null,
): Stretch | null {
  const at = isPast === null ? -1 : sorted.findIndex(isPast);
  return at < 0 ? null : [sorted[at - 1] ?? null, sorted[at]!];
}

function isPoor({ goodRatio }: Sample): boolean {
  return goodRatio < GOOD_MIN;
}

/** Null where the lowest load has no p99 to hold others against. */
function slowOf([lowest]: readonly Sample[]): ((sample: Sample) => boolean) | null {
  const base = lowest?.p99 ?? null;
  if (base === null || base <= 0) return null;
  return ({ p99 }) => p99 === null || p99 >= P99_FACTOR * base;
}

/** Straight between both sides, for a `margin` that is above 0 before the knee and not after it. */
function kneeAt(stretch: Stretch | null, margin: (sample: Sample) => number): Knee | null {
  if (stretch === null) return null;
  const [low, high] = stretch;
  if (low === null) return { load: high.percent / 100, between: [0, high.percent / 100] };
  const before = margin(low);
  const after = margin(high);
  const share = before > after ? Math.min(1, Math.max(0, before / (before - after))) : 1;
  const percent = low.percent + share * (high.percent - low.percent);
  return { load: percent / 100, between: [low.percent / 100, high.percent / 100] };
}

function peakOf(sorted: readonly Sample[]): Knee | null {
  const at = turnsAt(sorted);
  if (at === null) return null;
  const percents = [at - 1, at, at + 1].map((index) => sorted[index]?.percent ?? 0);
  const [low, load, high] = percents.map((percent) => percent / 100) as [number, number, number];
  return { load, between: [low, high] };
}

/** The place of the greatest goodput; null where it does not turn down behind it. */
function turnsAt(sorted: readonly Sample[]): number | null {
  let best = 0;
  sorted.forEach(({ goodput }, index) => {
    if (goodput > sorted[best]!.goodput) best = index;
  });
  const peak = sorted[best]?.goodput ?? 0;
  const falls = sorted.slice(best + 1).some(({ goodput }) => goodput <= FALLEN * peak);
  return falls ? best : null;
}

/** Where around the greatest goodput tried there may be more. */
function aroundPeak(sorted: readonly Sample[]): [number, number][] {
  const at = turnsAt(sorted);
  if (at === null) return [];
  const best = sorted[at]!;
  const isLower = ({ goodput }: Sample): boolean => goodput < LEVEL * best.goodput;
  const [before, after] = [sorted[at - 1], sorted[at + 1]!];
  const stretches: [number, number][] = [];
  if (isLower(after)) stretches.push([best.percent, after.percent]);
  // At less load than this, not even all of it would make as much.
  const least = Math.ceil(best.percent * best.goodRatio);
  if (before !== undefined && isLower(before)) {
    stretches.push([Math.max(before.percent, least), best.percent]);
  }
  return stretches;
}

function isWide(low: number, high: number): boolean {
  return high - low > Math.max(1, WIDTH_MAX * high);
}

function inOrderOfLoad(samples: readonly Sample[]): Sample[] {
  return [...samples].sort((a, b) => a.percent - b.percent);
}
