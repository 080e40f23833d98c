import type { Guard } from '../policies/guard.js';
import type { EdgePlan } from './plan.js';
import { limitsOf, rateLimitsOf, throttlesOf } from './sending-limits.js';
import { breakersOf } from './watched-breaker.js';

/** Rules before sending stand at the first gates, in this order. */
export const THROTTLE = 0;
export const BREAKER = 1;
export const RATE_LIMIT = 2;
export const LIMIT = 3;
/** How many gates have rules. */
export const GUARDS = 4;

/** The rules of an edge by gate, one for each client; empty where a gate has none. */
export type EdgeGuards = readonly (readonly Guard[])[];

/** Makes the rules of an edge for so many callers; chance belongs to the edge. */
export function rulesOf(edge: EdgePlan, callers: number, seed: string): EdgeGuards {
  const rules: (readonly Guard[])[] = [[], [], [], []];
  rules[THROTTLE] = throttlesOf(edge, callers);
  rules[BREAKER] = breakersOf(edge.breaker, callers);
  rules[RATE_LIMIT] = rateLimitsOf(edge, callers);
  rules[LIMIT] = limitsOf(edge, callers, seed);
  return rules;
}
