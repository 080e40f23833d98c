import type { Measured } from '../measure/measured.js';
import { type FaultPlan, isByOperator, type Plan } from '../model/plan.js';
import type { FaultSpan, RunResult } from './result.js';

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

/** The faults under each policy of a result. */
export function faultSpans({ policies }: RunResult): Record<string, FaultSpan[]> {
  return Object.fromEntries(Object.entries(policies).map(([name, { faults }]) => [name, faults]));
}
