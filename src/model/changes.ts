import type { Change, Plan } from './plan.js';

/** Everything that an operator changes in the course of a run. */
export function changesOf(plan: Plan): Change[] {
  return plan.faults.flatMap((fault) => (fault.kind === 'set' ? fault.changes : []));
}
