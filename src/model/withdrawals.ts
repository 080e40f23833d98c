import type { Plan } from './plan.js';

/**
 * Whether an attempt at this component may be ended before its turn comes or its work is done. Then
 * its lines are linked both ways and its work runs on a clock that can be stopped.
 */
export function mayWithdraw(plan: Plan, component: number): boolean {
  return plan.faults.some((fault) => fault.kind === 'crash' && fault.component === component);
}
