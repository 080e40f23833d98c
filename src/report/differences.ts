import type { Difference, PairKind, ReportedRun } from '../study/result.js';
import { formatNumber, formatRate, formatSeconds, formatShare, formatTimes } from './format.js';

/** Which way a figure is better; `neither` where more of it is a means, not an end. */
type Better = 'higher' | 'lower' | 'neither';

/** How a figure is written. */
type Unit = 'rate' | 'share' | 'seconds' | 'times' | 'number';

/** A figure that policies are compared by. */
export interface Measure {
  metric: string;
  heading: string;
  explained: string;
  unit: Unit;
  better: Better;
}

/** The columns of the comparison, in order. */
export const MEASURES: readonly Measure[] = [
  {
    metric: 'offered',
    heading: 'Offered',
    explained: 'Requests a second that the producers sent',
    unit: 'rate',
    better: 'neither',
  },
  {
    metric: 'goodput',
    heading: 'Goodput',
    explained: 'Good answers a second: in time and undegraded',
    unit: 'rate',
    better: 'higher',
  },
  {
    metric: 'goodput_ratio',
    heading: 'Good share',
    explained: 'Good answers as a share of what was offered',
    unit: 'share',
    better: 'higher',
  },
  {
    metric: 'latency.p50',
    heading: 'p50',
    explained: 'Half of the successes took no longer',
    unit: 'seconds',
    better: 'lower',
  },
  {
    metric: 'latency.p99',
    heading: 'p99',
    explained: 'Of a hundred successes, 99 took no longer',
    unit: 'seconds',
    better: 'lower',
  },
  {
    metric: 'amplification',
    heading: 'Amplification',
    explained: 'Attempts sent for each first try, on the worst edge',
    unit: 'times',
    better: 'lower',
  },
  {
    metric: 'wasted_work',
    heading: 'Wasted work',
    explained: 'Share of worker time spent on what nobody was waiting for',
    unit: 'share',
    better: 'lower',
  },
];

/** What the table adds at its end. */
export const RECOVERY: Measure = {
  metric: 'recovery_time',
  heading: 'Recovery',
  explained: 'From the end of the last fault',
  unit: 'seconds',
  better: 'lower',
};

const WRITERS: Record<Unit, (value: number | null) => string> = {
  rate: formatRate,
  share: formatShare,
  seconds: formatSeconds,
  times: formatTimes,
  number: formatNumber,
};

/** A figure in its unit. */
export function writeFigure({ unit }: Pick<Measure, 'unit'>, value: number | null): string {
  return WRITERS[unit](value);
}

/** A difference with its sign; of shares in points of a hundred. */
export function writeDifference({ unit }: Pick<Measure, 'unit'>, value: number): string {
  const sign = value > 0 ? '+' : value < 0 ? '−' : '';
  const size = Math.abs(value);
  if (unit === 'share') return `${sign}${formatNumber(size * 100)}\u00a0points`;
  return `${sign}${WRITERS[unit](size)}`;
}

/** One policy's figure less another's. */
export interface Delta extends Pick<Difference, 'estimate' | 'interval' | 'shown'> {
  kind: PairKind;
}

/** Differences of a result by the two policies, whichever way round they were compared. */
export class Differences {
  private readonly found = new Map<string, { key: string; flipped: boolean; kind: PairKind }>();

  constructor(private readonly result: Pick<ReportedRun, 'differences' | 'pairs'>) {
    for (const [key, { a, b, kind }] of Object.entries(result.pairs)) {
      this.found.set(JSON.stringify([a, b]), { key, flipped: false, kind });
      this.found.set(JSON.stringify([b, a]), { key, flipped: true, kind });
    }
  }

  /** How many runs stand behind a pair, and how they were put side by side. */
  pair(of: string, against: string): { kind: PairKind; runs: number } | null {
    const found = this.found.get(JSON.stringify([of, against]));
    const pair = found && this.result.pairs[found.key];
    return pair ? { kind: pair.kind, runs: Math.max(...pair.replications) } : null;
  }

  /** `of` less `against`; null where they were not compared, or had no such figure. */
  of(metric: string, of: string, against: string): Delta | null {
    const found = this.found.get(JSON.stringify([of, against]));
    const all = found && this.result.differences[found.key];
    const one = all && Object.hasOwn(all, metric) ? all[metric] : undefined;
    if (!found || !one) return null;
    const { estimate, interval, shown } = one;
    const { kind, flipped } = found;
    if (!flipped) return { estimate, interval, shown, kind };
    return {
      // Not −0, which would be written with a sign.
      estimate: estimate === null ? null : 0 - estimate,
      interval: interval === null ? null : [0 - interval[1], 0 - interval[0]],
      shown,
      kind,
    };
  }
}

/** A difference in words. */
export interface Told {
  text: string;
  /** The interval, or that it is exact; empty where there is none. */
  detail: string;
  /** Whether the policy does better or worse than the reference; null where that is not shown. */
  verdict: 'better' | 'worse' | null;
}

/** What a difference says: its size and interval, or that none is shown. */
export function tellDifference(measure: Measure, delta: Delta | null): Told {
  if (delta === null || delta.estimate === null) {
    return { text: '–', detail: '', verdict: null };
  }
  const { estimate, interval, shown, kind } = delta;
  const text = writeDifference(measure, estimate);
  if (kind === 'single' || interval === null) {
    return { text: estimate === 0 ? 'the same' : text, detail: '', verdict: null };
  }
  if (kind === 'exact') {
    const verdict = verdictOf(measure, estimate);
    return { text: estimate === 0 ? 'the same' : text, detail: 'exact', verdict };
  }
  const [low, high] = interval;
  if (low === 0 && high === 0) return { text: 'the same', detail: 'in every run', verdict: null };
  const detail = `${writeDifference(measure, low)} to ${writeDifference(measure, high)}`;
  if (!shown) return { text: 'no difference shown', detail, verdict: null };
  return { text, detail, verdict: verdictOf(measure, estimate) };
}

function verdictOf({ better }: Measure, estimate: number): Told['verdict'] {
  if (better === 'neither' || estimate === 0) return null;
  return estimate > 0 === (better === 'higher') ? 'better' : 'worse';
}

/** Below this ratio two single runs are not called different: latencies are known to 1%. */
const MARGIN = 1.02;

/** A policy's value of a figure. */
export interface Valued {
  name: string;
  value: number;
}

/**
 * Whether one value is better than another by more than chance: by the interval of their
 * difference; by more than two parts in a hundred where there is one run of each, or no interval.
 */
export function isBetter(
  measure: Measure,
  [one, other]: readonly [Valued, Valued],
  differences: Differences,
): boolean {
  const delta = differences.of(measure.metric, one.name, other.name);
  if (delta?.interval && delta.estimate !== null) {
    return delta.shown && verdictOf(measure, delta.estimate) === 'better';
  }
  const [more, less] = measure.better === 'higher' ? [one, other] : [other, one];
  return more.value > less.value * MARGIN;
}

/** Who is best and who is worst: all that cannot be told from the extreme; empty where none differ. */
export function extremes(
  measure: Measure,
  valued: readonly Valued[],
  differences: Differences,
): { best: Valued[]; worst: Valued[] } {
  if (measure.better === 'neither' || valued.length < 2) return { best: [], worst: [] };
  const sign = measure.better === 'higher' ? -1 : 1;
  const sorted = [...valued].sort((a, b) => sign * (a.value - b.value));
  const [first, last] = [sorted[0] as Valued, sorted.at(-1) as Valued];
  const beats = (one: Valued, other: Valued) => isBetter(measure, [one, other], differences);
  if (!beats(first, last)) return { best: [], worst: [] };
  const best = sorted.filter((one) => one === first || !beats(first, one));
  const worst = sorted.filter((one) => !best.includes(one) && (one === last || !beats(one, last)));
  // A mark that most of them bear would say nothing of any.
  const few = (some: Valued[]) => (2 * some.length <= valued.length ? some : []);
  return { best, worst: few(worst) };
}
