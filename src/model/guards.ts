import type { Guard } from '../policies/guard.js';
import type { EdgePlan } from './plan.js';
import { limitRule, limitsOf, rateLimitRule, rateLimitsOf, throttlesOf } from './sending-limits.js';
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

/** A fresh rule of one gate for one caller, by the name of its chance; null where all share it. */
export function ruleOf(edge: EdgePlan, gate: number, seed: string, caller: string): Guard | null {
  if (gate === THROTTLE) return throttlesOf(edge, 1)[0];
  if (gate === BREAKER) return breakersOf(edge.breaker, 1)[0];
  if (gate === RATE_LIMIT) return edge.rateLimit?.shared ? null : rateLimitRule(edge);
  return edge.concurrency?.shared ? null : limitRule(edge, seed, caller);
}
