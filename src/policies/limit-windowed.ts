import type { Limit } from './limit.js';

/** Netflix concurrency-limits `WindowedLimit`: its options, with their defaults. */
export interface WindowedSpec {
  /** `minWindowTime` and `maxWindowTime`, 1 s each; a window is twice its shortest round trip within them. */
  minWindowTimeNs: number;
  maxWindowTimeNs: number;
  /** `windowSize`, 10: with fewer samples a window teaches nothing. */
  windowSize: number;
  /** `minRttThreshold`, 100 µs: what was faster is not counted. */
  minRttThresholdNs: number;
}

/** The defaults of [Netflix/concurrency-limits@78a74b9878 …/limit/WindowedLimit.java]. */
export const WINDOWED_DEFAULTS: WindowedSpec = {
  minWindowTimeNs: 1e9,
  maxWindowTimeNs: 1e9,
  windowSize: 10,
  minRttThresholdNs: 100_000,
};

/**
 * Another limit that is told of whole windows instead of single samples: the mean round trip, the
 * most that were in flight, and whether any was dropped. The library's own default limiter is not
 * wrapped so [Netflix/concurrency-limits@78a74b9878 …/limit/WindowedLimit.java].
 */
export class WindowedLimit implements Limit {
  private nextUpdateNs = 0;
  private shortestNs = Infinity;
  private sumNs = 0;
  private samples = 0;
  private inFlightMax = 0;
  private anyDropped = false;

  constructor(
    private readonly spec: WindowedSpec,
    private readonly of: Limit,
  ) {}

  get limit(): number {
    return this.of.limit;
  }

  sample(nowNs: number, tookNs: number, inFlight: number, dropped: boolean): void {
    const { maxWindowTimeNs, minRttThresholdNs, minWindowTimeNs, windowSize } = this.spec;
    if (tookNs < minRttThresholdNs) return;
    this.shortestNs = Math.min(this.shortestNs, tookNs);
    this.sumNs += tookNs;
    this.samples++;
    this.inFlightMax = Math.max(this.inFlightMax, inFlight);
    this.anyDropped ||= dropped;
    if (nowNs <= this.nextUpdateNs) return;
    const lengthNs = Math.max(2 * this.shortestNs, minWindowTimeNs);
    this.nextUpdateNs = nowNs + Math.min(lengthNs, maxWindowTimeNs);
    if (this.samples >= windowSize) {
      const meanNs = Math.floor(this.sumNs / this.samples);
      this.of.sample(nowNs, meanNs, this.inFlightMax, this.anyDropped);
    }
    this.shortestNs = Infinity;
    this.sumNs = 0;
    this.samples = 0;
    this.inFlightMax = 0;
    this.anyDropped = false;
  }
}
