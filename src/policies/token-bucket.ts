/** A rate limit's numbers: so many a second on average, so many at once. */
export interface RateSpec {
  /** Tokens that come each second; above 0. */
  perSecond: number;
  /** Tokens that the bucket holds, and is full of at first; at least 1. */
  burst: number;
}

/** One who asks more slowly than once in 104 days never sees a second token. */
const PERIOD_MAX_NS = Number.MAX_SAFE_INTEGER;

/**
 * What a bucket holds where nothing was said: what comes in one second, and at least one token (as
 * the bursts of Guava's `RateLimiter.create`, which saves up one second of permits).
 */
export function burstFor(perSecond: number): number {
  return Math.max(1, perSecond);
}

/**
 * A token bucket: `tokens = min(burst, tokens + rate × Δt)`, one may pass if there is a token. In any
 * stretch of T seconds at most burst + rate × T pass. It is kept as the moment at which the next token
 * is there, which is the same thing (the generic cell rate algorithm of ITU-T I.371, with T = 1/rate
 * and τ = (burst − 1) × T) and needs one number.
 *
 * With waiting it shapes: who asks `reserve` is told how long to wait for its token, first come first
 * served. With a burst of 1 that is a leaky bucket used as a queue (NGINX `limit_req` with `burst`, where
 * the longest wait is that burst ÷ rate); without waiting it is a leaky bucket used as a meter (`nodelay`).
 */
export class TokenBucket {
  private readonly periodNs: number;
  private readonly saveableNs: number;
  /** When the next token is there; in the past by as much as has been saved up. */
  private dueNs = -Infinity;

  constructor(spec: RateSpec) {
    this.periodNs = Math.min(PERIOD_MAX_NS, 1e9 / spec.perSecond);
    this.saveableNs = (spec.burst - 1) * this.periodNs;
  }

  /** Takes a token, if there is one. */
  take(nowNs: number): boolean {
    this.fill(nowNs);
    if (this.dueNs > nowNs) return false;
    this.dueNs += this.periodNs;
    return true;
  }

  /** The first whole nanosecond, not before `nowNs`, at which `take` would find a token. */
  nextNs(nowNs: number): number {
    return Math.max(nowNs, Math.ceil(this.dueNs));
  }

  /**
   * Takes the next token that is not promised yet: how long to wait for it, or -1 if that is longer
   * than `waitMaxNs`, and then none is taken.
   */
  reserve(nowNs: number, waitMaxNs: number): number {
    this.fill(nowNs);
    const waitNs = this.nextNs(nowNs) - nowNs;
    if (waitNs > waitMaxNs) return -1;
    this.dueNs += this.periodNs;
    return waitNs;
  }

  /** A token that was taken or reserved is not needed after all. */
  giveBack(): void {
    this.dueNs -= this.periodNs;
  }

  /** How many tokens there are now; below 0 by what is promised. */
  tokens(nowNs: number): number {
    this.fill(nowNs);
    return (nowNs - this.dueNs) / this.periodNs + 1;
  }

  /** Nothing beyond the burst is saved up. */
  private fill(nowNs: number): void {
    const fullNs = nowNs - this.saveableNs;
    if (this.dueNs < fullNs) this.dueNs = fullNs;
  }
}
