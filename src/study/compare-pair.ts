import {
  type Interval,
  pairedInterval,
  pairingGain,
  shareInterval,
  welchInterval,
} from './compare-statistics.js';
import type { Difference, PairKind, PairResult, PolicyResult, Replication } from './result.js';
import { mean } from './statistics.js';

/** Two policies compared, metric by metric. */
export interface Comparison extends PairResult {
  /** In the order of A's metrics; what only one side has is left out. */
  metrics: Record<string, Difference>;
}

/** One side of a comparison. */
export interface Side {
  name: string;
  result: Pick<PolicyResult, 'replications' | 'notes'>;
  /** Whether anything in its runs is left to chance: without it one run stands for every seed. */
  chancy: boolean;
}

/** Runs put side by side: the same index is the same seed where they are paired. */
interface Matched {
  kind: PairKind;
  a: readonly Replication[];
  b: readonly Replication[];
  notes: string[];
}

/**
 * A − B for every metric that both have. Replications of the same seed are compared with each other
 * (common random numbers), whatever else either side ran. A metric that has no value in one
 * replication gets no figure: a mean over the others would flatter the side that has none.
 */
export function compareSides(a: Side, b: Side): Comparison {
  const matched = match(a, b);
  const metrics: Record<string, Difference> = {};
  const inB = new Set(matched.b.flatMap((one) => Object.keys(one.metrics)));
  for (const name of new Set(matched.a.flatMap((one) => Object.keys(one.metrics)))) {
    if (!inB.has(name)) continue;
    const difference = differenceOf(name, matched, { a, b });
    if (difference !== null) metrics[name] = difference;
  }
  return {
    a: a.name,
    b: b.name,
    kind: matched.kind,
    replications: [matched.a.length, matched.b.length],
    notes: matched.notes,
    metrics,
  };
}

function match(a: Side, b: Side): Matched {
  const ofA = a.result.replications;
  const ofB = b.result.replications;
  const notes = [a, b].flatMap(({ name, result }) => {
    const partial = result.notes['partial'];
    return partial === undefined ? [] : [`${name} is partial: ${partial}`];
  });
  if (!a.chancy && !b.chancy) return { kind: 'exact', a: [ofA[0]!], b: [ofB[0]!], notes };
  // A side without chance has the same run for every seed of the other.
  if (!a.chancy) return kindly({ a: ofB.map(() => ofA[0]!), b: ofB, notes });
  if (!b.chancy) return kindly({ a: ofA, b: ofA.map(() => ofB[0]!), notes });
  const bySeed = new Map(ofB.map((one) => [one.seed, one]));
  const shared = ofA.filter(({ seed }) => bySeed.has(seed));
  const apart = ofA.length > 1 && ofB.length > 1 && shared.length < 2;
  if (shared.length === 0 || apart) {
    notes.push('they share no seeds, so they are not paired: the interval is wider');
    const kind = ofA.length > 1 && ofB.length > 1 ? 'unpaired' : 'single';
    return { kind, a: ofA, b: ofB, notes };
  }
  const left = ofA.length + ofB.length - 2 * shared.length;
  if (left > 0) notes.push(`${left} runs of seeds that only one side has are left out`);
  return kindly({ a: shared, b: shared.map(({ seed }) => bySeed.get(seed)!), notes });
}

function kindly(matched: Omit<Matched, 'kind'>): Matched {
  return { ...matched, kind: matched.a.length > 1 ? 'paired' : 'single' };
}

/** Null where neither side ever has a value: the metric is not asked of this scenario. */
function differenceOf(metric: string, of: Matched, sides: { a: Side; b: Side }): Difference | null {
  const a = valuesOf(of.a, metric);
  const b = valuesOf(of.b, metric);
  if (a.known.length === 0 && b.known.length === 0) return null;
  const reasons = [sides.a, sides.b].flatMap(({ name, result }) => {
    const note = result.notes[metric];
    return note === undefined ? [] : [`${name}: ${note}`];
  });
  const note = reasons.length === 0 ? {} : { note: reasons.join('; ') };
  const ends = { a: a.all ? mean(a.known) : null, b: b.all ? mean(b.known) : null };
  if (ends.a === null || ends.b === null) {
    return { estimate: null, interval: null, shown: false, ...ends, gain: null, ...note };
  }
  const interval = intervalOf(metric, of.kind, a.known, b.known);
  const shown = interval !== null && (interval[0] > 0 || interval[1] < 0);
  const gain = of.kind === 'paired' ? pairingGain(a.known, b.known) : null;
  // Of pairs not ends.a − ends.b: the middle of the interval to the last bit, 0 where all agree.
  const estimate =
    of.kind === 'paired'
      ? mean(a.known.map((value, index) => value - b.known[index]!))
      : ends.a - ends.b;
  return { estimate, interval, shown, ...ends, gain, ...note };
}

function valuesOf(
  replications: readonly Replication[],
  metric: string,
): { known: number[]; all: boolean } {
  const known = replications
    .map(({ metrics }) => metrics[metric] ?? null)
    .filter((value) => value !== null);
  return { known, all: known.length === replications.length };
}

/** `recovered` is a share of the replications (Newcombe); all else are means (Student, Welch). */
function intervalOf(
  metric: string,
  kind: PairKind,
  a: readonly number[],
  b: readonly number[],
): Interval | null {
  if (kind === 'single') return null;
  if (kind === 'exact') return [a[0]! - b[0]!, a[0]! - b[0]!];
  if (metric === 'recovered') return shareInterval(a, b, { paired: kind === 'paired' });
  return kind === 'paired' ? pairedInterval(a, b) : welchInterval(a, b);
}
