import type { Limit } from './limit.js';

/** Envoy's adaptive concurrency filter, gradient controller: its options, with their defaults. */
export interface EnvoyLimitSpec {
  /** `sample_aggregate_percentile`, 50%. */
  sampleAggregatePercentile: number;
  /** `max_concurrency_limit`, 1000. */
  maxConcurrencyLimit: number;
  /** `concurrency_update_interval`; required there, 0.1 s in its docs' example. */
  concurrencyUpdateIntervalNs: number;
  /** `interval` between measurements of the least round trip; required there, 60 s in the example. */
  intervalNs: number;
  /** `request_count`, 50: samples of such a measurement. */
  requestCount: number;
  /** `jitter`, 15%: by how much at most an interval is drawn out. */
  jitter: number;
  /** `min_concurrency`, 3: the limit while it is measured, and the least ever. */
  minConcurrency: number;
  /** `buffer`, 25%: so much slower than the least is still well. */
  buffer: number;
  /** `fixed_value`: the least round trip, told instead of measured; null where it is measured. */
  fixedValueNs: number | null;
}

/**
 * The defaults of [envoyproxy/envoy source/extensions/filters/http/adaptive_concurrency/controller/
 * gradient_controller.cc and api/envoy/extensions/filters/http/adaptive_concurrency/v3].
 */
export const ENVOY_LIMIT_DEFAULTS: EnvoyLimitSpec = {
  sampleAggregatePercentile: 0.5,
  maxConcurrencyLimit: 1000,
  concurrencyUpdateIntervalNs: 100e6,
  intervalNs: 60e9,
  requestCount: 50,
  jitter: 0.15,
  minConcurrency: 3,
  buffer: 0.25,
  fixedValueNs: null,
};

/** After so many windows in a row at the least limit, the least round trip is measured anew. */
const WINDOWS_AT_LEAST = 5;

/**
 * Envoy's gradient controller. While it measures the least round trip the limit is `min_concurrency`,
 * until 50 samples are in; their percentile is that round trip. From then on, each update interval with
 * samples: `g = clamp(least × 1.25 ÷ sampled, 0.5, 2)`, `limit = int(limit × g + √(limit × g))`. Measured
 * again on its interval (drawn out by up to 15%), or after five windows in a row at the least limit
 * [envoyproxy/envoy source/extensions/filters/http/adaptive_concurrency/controller/gradient_controller.cc].
 *
 * Its two timers act when the next sample comes, as of the moment they were due. Percentiles are exact,
 * where Envoy's histogram knows two digits.
 */
export class EnvoyLimit implements Limit {
  limit: number;
  /** The limit to return to after a measurement; 0 while none is on. */
  private deferred = 0;
  private epochNs = 0;
  private leastNs: number;
  private windowEndsNs: number;
  private measureAtNs: number;
  private windowsAtLeast = 0;
  private readonly samples: number[] = [];

  /** `draw` gives a number in [0, 1) for the jitter. */
  constructor(
    private readonly spec: EnvoyLimitSpec,
    private readonly draw: () => number,
  ) {
    this.limit = spec.minConcurrency;
    this.windowEndsNs = spec.concurrencyUpdateIntervalNs;
    this.leastNs = spec.fixedValueNs ?? 0;
    this.measureAtNs = Infinity;
    if (spec.fixedValueNs === null) this.deferred = this.limit;
  }

  sample(nowNs: number, tookNs: number, _inFlight: number, _dropped: boolean): void {
    this.catchUp(nowNs);
    if (nowNs - tookNs < this.epochNs) return;
    this.samples.push(Math.max(1, tookNs));
    if (this.deferred > 0 && this.samples.length >= this.spec.requestCount) this.measured(nowNs);
  }

  /** What the timers that were due by now would have done. */
  private catchUp(nowNs: number): void {
    while (this.deferred === 0) {
      const dueNs = Math.min(this.windowEndsNs, this.measureAtNs);
      if (dueNs > nowNs) return;
      if (this.measureAtNs <= this.windowEndsNs) this.beginMeasuring(dueNs);
      else this.endWindow(nowNs);
    }
  }

  private endWindow(nowNs: number): void {
    const { concurrencyUpdateIntervalNs: intervalNs, minConcurrency, fixedValueNs } = this.spec;
    const endedNs = this.windowEndsNs;
    if (this.samples.length === 0) {
      // Windows without a sample change nothing: all of them are passed over at once.
      const bound = Math.min(nowNs, this.measureAtNs);
      const windows = Math.max(1, Math.floor((bound - endedNs) / intervalNs) + 1);
      this.windowEndsNs = endedNs + windows * intervalNs;
      return;
    }
    this.windowEndsNs = endedNs + intervalNs;
    const before = this.limit;
    this.limit = this.next(this.percentile());
    const stays = before === minConcurrency && this.limit === minConcurrency;
    this.windowsAtLeast = stays ? this.windowsAtLeast + 1 : 0;
    if (this.windowsAtLeast >= WINDOWS_AT_LEAST && fixedValueNs === null) {
      this.beginMeasuring(endedNs);
    }
  }

  private next(sampledNs: number): number {
    const { buffer, maxConcurrencyLimit, minConcurrency } = this.spec;
    const gradient = Math.max(0.5, Math.min(2, (this.leastNs * (1 + buffer)) / sampledNs));
    const limit = this.limit * gradient;
    const headroom = Math.floor(limit + Math.sqrt(limit));
    return Math.max(minConcurrency, Math.min(maxConcurrencyLimit, headroom));
  }

  private beginMeasuring(nowNs: number): void {
    this.deferred = this.limit;
    this.limit = this.spec.minConcurrency;
    this.windowsAtLeast = 0;
    this.samples.length = 0;
    this.epochNs = nowNs;
    this.measureAtNs = Infinity;
  }

  private measured(nowNs: number): void {
    const { concurrencyUpdateIntervalNs, intervalNs, jitter } = this.spec;
    this.leastNs = this.percentile();
    this.limit = this.deferred;
    this.deferred = 0;
    this.windowsAtLeast = 0;
    this.measureAtNs = nowNs + intervalNs + Math.floor(this.draw() * intervalNs * jitter);
    this.windowEndsNs = nowNs + concurrencyUpdateIntervalNs;
  }

  /** The percentile of the samples, which are then forgotten. */
  private percentile(): number {
    const { samples } = this;
    const rank = Math.ceil(this.spec.sampleAggregatePercentile * samples.length);
    samples.sort((a, b) => a - b);
    const value = samples[Math.max(0, rank - 1)] ?? 1;
    samples.length = 0;
    return value;
  }
}
