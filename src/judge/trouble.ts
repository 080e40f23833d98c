import type { Measured } from '../measure/measured.js';
import type { Plan } from '../model/plan.js';

/** The faults of a run as one span. Nanoseconds. */
export interface Trouble {
  /** When the first fault began. */
  firstNs: number;
  /** When the last fault ended; Infinity where one was still on at the end of the run. */
  lastEndNs: number;
}

/** The span of the faults that began before the run ended; null where none did. */
export function troubleOf(plan: Plan, run: Pick<Measured, 'endNs'>): Trouble | null {
  const begun = plan.faults.filter((fault) => fault.atNs < run.endNs);
  if (begun.length === 0) return null;
  let firstNs = Infinity;
  let lastEndNs = 0;
  for (const { atNs, forNs } of begun) {
    firstNs = Math.min(firstNs, atNs);
    lastEndNs = Math.max(lastEndNs, atNs + forNs >= run.endNs ? Infinity : atNs + forNs);
  }
  return { firstNs, lastEndNs };
}
