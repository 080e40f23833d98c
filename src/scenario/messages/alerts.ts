import type { Refusal } from '../refusal.js';

/** A share that nothing can be above. */
export function neverAbove(): Refusal {
  return {
    code: 'out_of_range',
    message: 'nothing is above the whole',
    expected: 'less than 100%',
  };
}

/** A span of time that a rule cannot look over. */
export function noSpan(leastSeconds: number, mostSeconds?: number): Refusal {
  const most = mostSeconds === undefined ? 'or more' : `to ${mostSeconds}s`;
  return {
    code: 'out_of_range',
    message: 'alerts are judged by second',
    expected: `a duration of ${leastSeconds}s ${most}`,
  };
}
