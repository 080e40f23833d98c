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
export function troubleOf(plan: Plan, run: Pick<Measured, 'faults' | 'endNs'>): Trouble | null {
  const begun = faultsOf(plan, run);
  if (begun.length === 0) return null;
  let firstNs = Infinity;
  let lastEndNs = 0;
  for (const { fromNs, toNs, isOn } of begun) {
    firstNs = Math.min(firstNs, fromNs);
    lastEndNs = Math.max(lastEndNs, isOn || toNs >= run.endNs ? Infinity : toNs);
  }
  return { firstNs, lastEndNs };
}

/** The times at which something was wrong; what an operator does is no fault. */
export function faultsOf(plan: Plan, run: Pick<Measured, 'faults' | 'endNs'>): Measured['faults'] {
  return run.faults.filter(({ fault, fromNs }) => {
    const { kind } = plan.faults[fault];
    return kind !== 'set' && kind !== 'restart' && fromNs < run.endNs;
  });
}
