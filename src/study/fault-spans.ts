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
    ...(isByOperator(plan.faults[fault] as FaultPlan) ? { set: true as const } : {}),
  }));
}

/** When replicas were scaled in one run, and how that is told. */
export function scalingsOf({ scalings }: Measured): Scaling[] {
  return scalings.map(({ atNs, byItself, component, from, to }) => {
    const who = byItself ? '' : ' (an operator)';
    const text = `${component}: from ${from} to ${to} replicas${who}`;
    return { at: atNs / 1e9, component, from, to, text };
  });
}
