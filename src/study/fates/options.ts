import type { Plan } from '../../model/plan.js';

/** A run of which only requests and facts are looked at: series of one step, no windows. */
export function optionsFor({ durationNs }: Plan, memoryLimitBytes: number) {
  return { stepNs: Math.ceil(durationNs / 1e9) * 1e9, windows: [], memoryLimitBytes };
}
