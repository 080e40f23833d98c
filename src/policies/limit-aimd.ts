import type { Limit } from './limit.js';

/** Netflix concurrency-limits `AIMDLimit`: its options, with their defaults. */
export interface AimdSpec {
  /** `initialLimit`, 20. */
  initialLimit: number;
  /** `minLimit`, 20. */
  minLimit: number;
  /** `maxLimit`, 200. */
  maxLimit: number;
  /** `backoffRatio`, 0.9, from 0.5 to below 1. */
  backoffRatio: number;
  /** `timeout`, 5 s: what took longer counts as dropped. */
  timeoutNs: number;
}

/** The defaults of [Netflix/concurrency-limits@78a74b9878 …/limit/AIMDLimit.java]. */
export const AIMD_DEFAULTS: AimdSpec = {
  initialLimit: 20,
  minLimit: 20,
  maxLimit: 200,
  backoffRatio: 0.9,
  timeoutNs: 5e9,
};

/**
 * Additive increase, multiplicative decrease: one more for every sample that found at least half of
 * the limit in use, `int(0.9 × limit)` for one that was dropped or took longer than the timeout. One
 * step a sample, not a round trip [Netflix/concurrency-limits@78a74b9878 …/limit/AIMDLimit.java].
 */
export class AimdLimit implements Limit {
  limit: number;

  constructor(private readonly spec: AimdSpec) {
    this.limit = spec.initialLimit;
  }

  sample(_nowNs: number, tookNs: number, inFlight: number, dropped: boolean): void {
    const { backoffRatio, maxLimit, minLimit, timeoutNs } = this.spec;
    let next = this.limit;
    if (dropped || tookNs > timeoutNs) next = Math.floor(this.limit * backoffRatio);
    else if (inFlight * 2 >= this.limit) next = this.limit + 1;
    this.limit = Math.min(maxLimit, Math.max(minLimit, next));
  }
}
