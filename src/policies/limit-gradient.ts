import type { Limit } from './limit.js';

/** Netflix concurrency-limits `Gradient2Limit`: its options, with their defaults. */
export interface Gradient2Spec {
  /** `initialLimit`, 20. */
  initialLimit: number;
  /** `minLimit`, 20. */
  minLimit: number;
  /** `maxConcurrency`, 200. */
  maxConcurrency: number;
  /** `smoothing`, 0.2: how much of the new limit is taken over at once. */
  smoothing: number;
  /** `queueSize`, 4: what the limit may grow by where nothing got slower. */
  queueSize: number;
  /** `rttTolerance`, 1.5: so much slower than the long average is still well. */
  rttTolerance: number;
  /** `longWindow`, 600 samples: the memory of the long average. */
  longWindow: number;
}

/** The defaults of [Netflix/concurrency-limits@78a74b9878 …/limit/Gradient2Limit.java]. */
export const GRADIENT2_DEFAULTS: Gradient2Spec = {
  initialLimit: 20,
  minLimit: 20,
  maxConcurrency: 200,
  smoothing: 0.2,
  queueSize: 4,
  rttTolerance: 1.5,
  longWindow: 600,
};

const PLAIN_MEAN_SAMPLES = 10;
/** The long average is this many times the last round trip: an overload is over. */
const DRIFTED = 2;
const DRIFT_BACK = 0.95;

/**
 * A limit from the ratio of a long average of the round trip to the last one, held to [0.5, 1]:
 * `limit × ratio + queueSize`, smoothed. Drops are ignored. Under an overload that lasts, the long
 * average comes up to the last round trip and the limit drifts up by `smoothing × queueSize` a sample
 * to its maximum [Netflix/concurrency-limits@78a74b9878 …/limit/Gradient2Limit.java].
 */
export class Gradient2Limit implements Limit {
  limit: number;
  private longNs = 0;
  private sumNs = 0;
  private samples = 0;

  constructor(private readonly spec: Gradient2Spec) {
    this.limit = spec.initialLimit;
  }

  sample(_nowNs: number, tookNs: number, inFlight: number, _dropped: boolean): void {
    const shortNs = Math.max(1, tookNs);
    const longNs = this.learn(shortNs);
    if (longNs / shortNs > DRIFTED) this.longNs = longNs * DRIFT_BACK;
    if (inFlight < this.limit / 2) return;
    const { maxConcurrency, minLimit, queueSize, rttTolerance, smoothing } = this.spec;
    const gradient = Math.max(0.5, Math.min(1, (rttTolerance * longNs) / shortNs));
    const next = this.limit * gradient + queueSize;
    const smoothed = this.limit * (1 - smoothing) + next * smoothing;
    this.limit = Math.max(minLimit, Math.min(maxConcurrency, smoothed));
  }

  /** The long average with one more: the plain mean of the first ten, then exponential. */
  private learn(rttNs: number): number {
    if (this.samples < PLAIN_MEAN_SAMPLES) {
      this.samples++;
      this.sumNs += rttNs;
      this.longNs = this.sumNs / this.samples;
    } else {
      const weight = 2 / (this.spec.longWindow + 1);
      this.longNs = this.longNs * (1 - weight) + rttNs * weight;
    }
    return this.longNs;
  }
}
