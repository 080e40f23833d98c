import type { Metrics } from '../measure/measured.js';
import { mean, studentInterval, wilson } from './statistics.js';

export type Intervals = Record<string, [number, number] | null>;

/** Each metric's mean over replications with its interval; one alone speaks for itself. */
export function figuresOf(all: readonly Metrics[]): { metrics: Metrics; intervals: Intervals } {
  if (all.length === 1) return { metrics: all[0]!, intervals: {} };
  const metrics: Metrics = {};
  const intervals: Intervals = {};
  for (const name of new Set(all.flatMap((one) => Object.keys(one)))) {
    const known = knownOf(all, name);
    // A mean over those that happen to have a value would hide the ones that have none.
    metrics[name] = known.length === all.length ? mean(known) : null;
    intervals[name] = metrics[name] === null ? null : intervalOf(name, known);
  }
  return { metrics, intervals };
}

/** The values that a metric has. */
export function knownOf(all: readonly Metrics[], name: string): number[] {
  return all.map((one) => one[name] ?? null).filter((value) => value !== null);
}

/** `recovered` is a share of the replications (Wilson); all else is a mean (Student's t). */
function intervalOf(name: string, values: readonly number[]): [number, number] | null {
  if (name !== 'recovered') return studentInterval(values, 0.95);
  return wilson(values.filter((value) => value === 1).length, values.length, 0.95);
}
