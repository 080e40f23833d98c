import type { Plan } from '../model/plan.js';

/** Seconds; as long as a window of g. More would leave too little of a run to look at. */
const LONGEST = 10;

/**
 * How many seconds before the end of a run a request may have arrived, not be answered, and yet
 * be in time: its objective, rounded up, ten seconds at most; 0 where every success is good, since
 * then no age tells the slow from the lost.
 */
export function graceSeconds(plan: Plan, producers?: readonly number[]): number {
  const of = producers ?? plan.producers.map((_, index) => index);
  let grace = 0;
  for (const index of of) {
    const { objectiveNs } = plan.producers[index];
    if (objectiveNs === Infinity) continue;
    grace = Math.max(grace, Math.min(LONGEST, Math.ceil(objectiveNs / 1e9)));
  }
  return grace;
}
