import { ofPlan } from './of-plan.js';
import type { Change } from './plan.js';

/** Everything that an operator changes in the course of a run. */
export const changesOf = ofPlan((plan): readonly Change[] => {
  return plan.faults.flatMap((fault) => (fault.kind === 'set' ? fault.changes : []));
});
