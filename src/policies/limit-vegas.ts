import type { Limit } from './limit.js';

/** Netflix concurrency-limits `VegasLimit`: its options, with their defaults. */
export interface VegasSpec {
  /** `initialLimit`, 20. */
  initialLimit: number;
  /** `maxConcurrency`, 1000. */
  maxConcurrency: number;
  /** `smoothing`, 1: how much of the new limit is taken over at once. */
  smoothing: number;
  /** `probeMultiplier`, 30. */
  probeMultiplier: number;
  /** `alpha`, `beta`, `threshold`: fixed numbers; null for 3, 6 and 1 times log10 of the limit. */
  alpha: number | null;
  beta: number | null;
  threshold: number | null;
}

/** The defaults of [Netflix/concurrency-limits@78a74b9878 …/limit/VegasLimit.java]. */
export const VEGAS_DEFAULTS: VegasSpec = {
  initialLimit: 20,
  maxConcurrency: 1000,
  smoothing: 1,
  probeMultiplier: 30,
  alpha: null,
  beta: null,
  threshold: null,
};

/** The whole part of log10, at least 1, as the library's table has it. */
export function log10Root(limit: number): number {
  let digits = 1;
  for (let power = 100; power <= limit; power *= 10) digits++;
  return digits;
}

/**
 * A limit after TCP Vegas: what queues is guessed from the round trip and the shortest one seen,
 * `ceil(limit × (1 − shortest ÷ rtt))`; little of it raises the limit, much of it lowers it, a drop too.
 * Every `U(0.5, 1) × 30 × limit` samples the shortest round trip is *replaced* by the one just seen, so
 * under a load that never eases the limit ratchets up [Netflix/concurrency-limits@78a74b9878
 * …/limit/VegasLimit.java]. (The library's docs still speak of 10% and 20%; the code does not.)
 */
export class VegasLimit implements Limit {
  limit: number;
  private shortestNs = 0;
  private samples = 0;
  private probeJitter: number;

  /** `draw` gives a number in [0, 1) for the spread of the probes. */
  constructor(
    private readonly spec: VegasSpec,
    private readonly draw: () => number,
  ) {
    this.limit = spec.initialLimit;
    this.probeJitter = 0.5 + 0.5 * draw();
  }

  sample(_nowNs: number, tookNs: number, inFlight: number, dropped: boolean): void {
    const rttNs = Math.max(1, tookNs);
    this.samples++;
    if (this.probeJitter * this.spec.probeMultiplier * this.limit <= this.samples) {
      this.probeJitter = 0.5 + 0.5 * this.draw();
      this.samples = 0;
      this.shortestNs = rttNs;
      return;
    }
    if (this.shortestNs === 0 || rttNs < this.shortestNs) {
      this.shortestNs = rttNs;
      return;
    }
    const next = this.next(rttNs, inFlight, dropped);
    const { maxConcurrency, smoothing } = this.spec;
    const clamped = Math.max(1, Math.min(maxConcurrency, next));
    this.limit = (1 - smoothing) * this.limit + smoothing * clamped;
  }

  private next(rttNs: number, inFlight: number, dropped: boolean): number {
    const { limit } = this;
    const log = log10Root(limit);
    if (dropped) return limit - log;
    if (inFlight * 2 < limit) return limit;
    const queued = Math.ceil(limit * (1 - this.shortestNs / rttNs));
    const { alpha, beta, threshold } = this.spec;
    const many = beta ?? 6 * log;
    if (queued <= (threshold ?? log)) return limit + many;
    if (queued < (alpha ?? 3 * log)) return limit + log;
    return queued > many ? limit - log : limit;
  }
}
