import type { Plan } from './plan.js';

/**
 * Whether an attempt at this component may be ended before its turn comes or its work is done. Then
 * its lines are linked both ways and its work runs on a clock that can be stopped.
 */
export function mayWithdraw(plan: Plan, component: number): boolean {
  if (plan.components[component].queue.discipline === 'preemptive') return true;
  return plan.edges.some((edge) => edge.cancel && edge.to === component);
}

/** Whether work that runs on this component's replicas, its own or of what it called, may be stopped. */
export function mayStop(plan: Plan, component: number): boolean {
  if (mayWithdraw(plan, component)) return true;
  const runsOthers = plan.components.some(({ queue }) => queue.whenFull === 'caller_runs');
  return runsOthers && plan.components.some((_, c) => mayWithdraw(plan, c));
}

/** Whether an attempt may leave this component's line from anywhere in it. */
export function mayLeaveLine(plan: Plan, component: number): boolean {
  const { discipline, whenFull, maxAge } = plan.components[component].queue;
  if (discipline !== 'fifo' || maxAge !== null) return true;
  const displaces = whenFull === 'drop_oldest' || whenFull === 'drop_lowest_priority';
  return displaces || mayWithdraw(plan, component);
}

/** Whether those who wait at this component are told apart by their importance. */
export function ranksLine(plan: Plan, component: number): boolean {
  const { discipline, whenFull } = plan.components[component].queue;
  if (whenFull === 'drop_lowest_priority') return true;
  return discipline === 'priority' || discipline === 'preemptive';
}
