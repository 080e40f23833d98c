import type { Guard } from '../policies/guard.js';
import type { EdgePlan } from './plan.js';

/** Rules before sending stand at the first gates, in this order. */
export const THROTTLE = 0;
export const BREAKER = 1;
export const RATE_LIMIT = 2;
export const LIMIT = 3;
/** How many gates have rules. */
export const GUARDS = 4;

/** The rules of an edge by gate, one for each client; empty where a gate has none. */
export type EdgeGuards = readonly (readonly Guard[])[];

/** Makes the rules of an edge for so many callers. */
export function rulesOf(_edge: EdgePlan, _callers: number): EdgeGuards {
  return [[], [], [], []];
}
