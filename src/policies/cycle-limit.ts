/** resilience4j's RateLimiter: its own options. */
export interface CycleSpec {
  /** `limitForPeriod`, default 50. */
  limitForPeriod: number;
  /** `limitRefreshPeriod`, default 500 ns: with the default of 50 that limits nothing in practice. */
  limitRefreshPeriodNs: number;
}

/**
 * The defaults of resilience4j's `RateLimiterConfig` [resilience4j/resilience4j,
 * resilience4j-ratelimiter/…/RateLimiterConfig.java].
 */
export const CYCLE_DEFAULTS = {
  limitForPeriod: 50,
  limitRefreshPeriodNs: 500,
  /** `timeoutDuration`: how long one waits for a permit. */
  timeoutDurationNs: 5e9,
};

/**
 * resilience4j's AtomicRateLimiter: time is cut into cycles from 0; each cycle brings its permits, and
 * what the last one left over is lost. Who finds none reserves one of a later cycle, so that permits go
 * below 0 [resilience4j/resilience4j, resilience4j-ratelimiter/…/internal/AtomicRateLimiter.java].
 */
export class CycleLimit {
  private readonly permits: number;
  private readonly periodNs: number;
  private cycle = 0;
  private left: number;

  constructor(spec: CycleSpec) {
    this.permits = spec.limitForPeriod;
    this.periodNs = spec.limitRefreshPeriodNs;
    this.left = this.permits;
  }

  /** Takes a permit of this cycle, if there is one. */
  take(nowNs: number): boolean {
    this.turn(nowNs);
    if (this.left < 1) return false;
    this.left--;
    return true;
  }

  /** The first moment, not before `nowNs`, at which `take` would find a permit. */
  nextNs(nowNs: number): number {
    return nowNs + this.waitNs(nowNs);
  }

  /**
   * Takes a permit of this cycle or a later one: how long to wait for it, or -1 if that is longer than
   * `waitMaxNs`, and then none is taken.
   */
  reserve(nowNs: number, waitMaxNs: number): number {
    const waitNs = this.waitNs(nowNs);
    if (waitNs > waitMaxNs) return -1;
    this.left--;
    return waitNs;
  }

  private waitNs(nowNs: number): number {
    this.turn(nowNs);
    if (this.left >= 1) return 0;
    const short = 1 - this.left - this.permits;
    const further = short > 0 ? Math.ceil(short / this.permits) : 0;
    return (this.cycle + 1 + further) * this.periodNs - nowNs;
  }

  private turn(nowNs: number): void {
    const cycle = Math.floor(nowNs / this.periodNs);
    if (cycle === this.cycle) return;
    this.left = Math.min(this.permits, this.left + (cycle - this.cycle) * this.permits);
    this.cycle = cycle;
  }
}
