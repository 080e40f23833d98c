import { changesOf } from './changes.js';
import { ofPlan } from './of-plan.js';
import type { Plan, WhenFull } from './plan.js';

/**
 * Whether an attempt at this component may be ended before its turn comes or its work is done. Then
 * its lines are linked both ways and its work runs on a clock that can be stopped.
 */
export function mayWithdraw(plan: Plan, component: number): boolean {
  if (plan.components[component].queue.discipline === 'preemptive') return true;
  if (cancelled(plan).has(component)) return true;
  return mayGoDown(plan, component);
}

/** Whether replicas of a component may go down: by a fault, out of memory, killed by their checks. */
export function mayGoDown({ components, faults }: Plan, component: number): boolean {
  const { health, memory } = components[component];
  if (memory !== null || health?.then === 'restart') return true;
  return faults.some((fault) => fault.kind === 'crash' && fault.component === component);
}

/** Whether a component's full queue does so, in the plan or by an operator's change. */
export function mayFill(plan: Plan, component: number, how: WhenFull): boolean {
  if (plan.components[component].queue.whenFull === how) return true;
  return changesOf(plan).some(
    (change) =>
      change.what === 'whenFull' && change.component === component && change.whenFull === how,
  );
}

/** Whether work that runs on this component's replicas, its own or of what it called, may be stopped. */
export function mayStop(plan: Plan, component: number): boolean {
  if (mayWithdraw(plan, component)) return true;
  return stopsOthers(plan);
}

/** Components that are called on edges that cancel. */
const cancelled = ofPlan((plan): ReadonlySet<number> => {
  return new Set(plan.edges.flatMap(({ cancel, to }) => (cancel ? [to] : [])));
});

/** Whether a replica may run what it called, and that may be ended. */
const stopsOthers = ofPlan((plan): boolean => {
  const runsOthers = plan.components.some((_, c) => mayFill(plan, c, 'caller_runs'));
  return runsOthers && plan.components.some((_, c) => mayWithdraw(plan, c));
});

/** Whether an attempt may leave this component's line from anywhere in it. */
export function mayLeaveLine(plan: Plan, component: number): boolean {
  const { coalesce, discipline, maxAge, shed } = plan.components[component].queue;
  if (discipline !== 'fifo' || maxAge !== null || isFair(plan, component)) return true;
  if (coalesce !== null || shed?.kind === 'facebook') return true;
  const displaces =
    mayFill(plan, component, 'drop_oldest') || mayFill(plan, component, 'drop_lowest_priority');
  return displaces || mayWithdraw(plan, component);
}

/** Whether those who wait at this component stand in many queues, which take turns. */
export function isFair(plan: Plan, component: number): boolean {
  return plan.components[component].admission.some(({ kind }) => kind === 'fair_queues');
}

/** Whether those who wait at this component are told apart by their importance. */
export function ranksLine(plan: Plan, component: number): boolean {
  const { discipline } = plan.components[component].queue;
  if (mayFill(plan, component, 'drop_lowest_priority')) return true;
  return discipline === 'priority' || discipline === 'preemptive';
}
