import type { Plan } from './plan.js';

/**
 * Whether an attempt at this component may be ended before its turn comes or its work is done. Then
 * its lines are linked both ways and its work runs on a clock that can be stopped.
 */
export function mayWithdraw(_plan: Plan, _component: number): boolean {
  return false;
}
