import type { Measured } from '../measure/measured.js';
import { type FaultPlan, isByOperator, type Plan } from '../model/plan.js';
import type { FaultSpan, Scaling } from './result.js';

/** The times at which the faults of one run were on, in seconds, in the order in which they began. */
export function spansOf(plan: Plan, { faults }: Measured): FaultSpan[] {
  const whole = faults.filter(({ fault }) => plan.faults[fault]?.isPart !== true);
  return whole.map(({ fault, fromNs, toNs, text }) => ({
    from: fromNs / 1e9,
    to: toNs / 1e9,
    text,
    ...struck(plan, fault),
    ...(isByOperator(plan.faults[fault] as FaultPlan) ? { set: true as const } : {}),
  }));
}

/** What a fault strikes, with its parts: those that were written as one with it. */
function struck(plan: Plan, first: number): Pick<FaultSpan, 'on'> {
  const names = new Set<string>();
  for (let at = first; at === first || plan.faults[at]?.isPart === true; at++) {
    for (const name of strikes(plan, plan.faults[at])) names.add(name);
  }
  return names.size > 0 ? { on: [...names] } : {};
}

function strikes(plan: Plan, fault: FaultPlan | undefined): string[] {
  if (fault === undefined) return [];
  if ('component' in fault) return [plan.components[fault.component]!.name];
  if ('producer' in fault) return [plan.producers[fault.producer]!.name];
  if ('edges' in fault) return fault.edges.map((edge) => plan.edges[edge]!.name);
  return fault.changes.map((change) => {
    if ('edge' in change) return plan.edges[change.edge]!.name;
    if ('producer' in change) return plan.producers[change.producer]!.name;
    return plan.components[change.component]!.name;
  });
}

/** When replicas were scaled in one run, and how that is told. */
export function scalingsOf({ scalings }: Measured): Scaling[] {
  return scalings.map(({ atNs, byItself, component, from, to }) => {
    const who = byItself ? '' : ' (an operator)';
    const text = `${component}: from ${from} to ${to} replicas${who}`;
    return { at: atNs / 1e9, component, from, to, text };
  });
}
