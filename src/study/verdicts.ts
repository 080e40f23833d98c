import type { Metrics } from '../measure/measured.js';
import type { Verdict } from './result.js';
import { mean } from './statistics.js';

/**
 * The verdict of several replications as one. `is` is the commonest (a tie goes to the one met
 * first) and its story, the cascade, is told of the first replication that has it: a mean cascade
 * happened to nobody. `recovered` and `contained` hold only where they hold in every replication.
 */
export function verdictOfAll(verdicts: readonly Verdict[]): Verdict {
  const typical = verdicts[typicalIndex(verdicts)]!;
  if (verdicts.length === 1) return typical;
  const times = verdicts.map((verdict) => verdict.recovery_time);
  return {
    ...typical,
    recovered: everyOne(verdicts.map((verdict) => verdict.recovered)),
    recovery_time: times.every((time) => time !== null) ? mean(times) : null,
    contained: everyOne(verdicts.map((verdict) => verdict.contained)),
  };
}

/** How far the replications agree: "recovered in 18 of 20; …"; null where they all do. */
export function agreement(verdicts: readonly Verdict[], seeds: readonly string[]): string | null {
  const counts = new Map<Verdict['is'], number>();
  for (const { is } of verdicts) counts.set(is, (counts.get(is) ?? 0) + 1);
  if (counts.size <= 1) return null;
  const shares = [...counts].sort((a, b) => b[1] - a[1]);
  const words = shares.map(([is, count]) => `${is ?? 'no verdict'} in ${count}`).join(', ');
  const seed = seeds[typicalIndex(verdicts)];
  return `${words} of ${verdicts.length} replications; the cascade is that of seed ${seed}`;
}

/** Which replication stands for all: the first with the commonest verdict. */
export function typicalIndex(verdicts: readonly Verdict[]): number {
  const counts = new Map<Verdict['is'], number>();
  for (const { is } of verdicts) counts.set(is, (counts.get(is) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return verdicts.findIndex(({ is }) => counts.get(is) === most);
}

/** Null where nothing was to be decided; true only where it was true every time. */
function everyOne(values: readonly (boolean | null)[]): boolean | null {
  if (values.every((value) => value === null)) return null;
  return values.every((value) => value === true);
}

/** The metrics that the language lists and the judge decides. */
export function verdictMetrics(verdict: Verdict): Metrics {
  return {
    recovered: verdict.recovered === null ? null : Number(verdict.recovered),
    recovery_time: verdict.recovery_time,
  };
}
