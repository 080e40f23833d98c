/** What a breaker remembers of calls that ended: how many of the last ones failed, or were slow. */
export interface OutcomeWindow {
  readonly total: number;
  readonly failures: number;
  readonly slow: number;
  record(nowNs: number, failed: boolean, slow: boolean): void;
  /** Forgets everything. */
  clear(nowNs: number): void;
}

const FAILED = 1;
const SLOW = 2;

/** The last so many calls (resilience4j's FixedSizeSlidingWindowMetrics). */
export class CountWindow implements OutcomeWindow {
  total = 0;
  failures = 0;
  slow = 0;
  private next = 0;
  private readonly outcomes: Uint8Array;

  constructor(private readonly size: number) {
    this.outcomes = new Uint8Array(size);
  }

  record(_nowNs: number, failed: boolean, slow: boolean): void {
    const { outcomes, next } = this;
    if (this.total === this.size) {
      if ((outcomes[next] & FAILED) !== 0) this.failures--;
      if ((outcomes[next] & SLOW) !== 0) this.slow--;
    } else this.total++;
    if (failed) this.failures++;
    if (slow) this.slow++;
    outcomes[next] = (failed ? FAILED : 0) | (slow ? SLOW : 0);
    this.next = next + 1 === this.size ? 0 : next + 1;
  }

  clear(): void {
    this.total = 0;
    this.failures = 0;
    this.slow = 0;
    this.next = 0;
  }
}

const SECOND_NS = 1e9;

/**
 * The calls of the last so many whole seconds, the one at hand included: a partial sum a second
 * (resilience4j's SlidingTimeWindowMetrics, whose seconds are those of the clock).
 */
export class TimeWindow implements OutcomeWindow {
  total = 0;
  failures = 0;
  slow = 0;
  private second = 0;
  private readonly totals: Float64Array;
  private readonly failed: Float64Array;
  private readonly slows: Float64Array;

  constructor(private readonly seconds: number) {
    this.totals = new Float64Array(seconds);
    this.failed = new Float64Array(seconds);
    this.slows = new Float64Array(seconds);
  }

  record(nowNs: number, failed: boolean, slow: boolean): void {
    this.move(Math.floor(nowNs / SECOND_NS));
    const at = this.second % this.seconds;
    this.totals[at]++;
    this.total++;
    if (failed) {
      this.failed[at]++;
      this.failures++;
    }
    if (slow) {
      this.slows[at]++;
      this.slow++;
    }
  }

  clear(nowNs: number): void {
    this.totals.fill(0);
    this.failed.fill(0);
    this.slows.fill(0);
    this.total = 0;
    this.failures = 0;
    this.slow = 0;
    this.second = Math.floor(nowNs / SECOND_NS);
  }

  private move(second: number): void {
    const gone = Math.min(this.seconds, second - this.second);
    for (let i = 1; i <= gone; i++) {
      const at = (this.second + i) % this.seconds;
      this.total -= this.totals[at];
      this.failures -= this.failed[at];
      this.slow -= this.slows[at];
      this.totals[at] = 0;
      this.failed[at] = 0;
      this.slows[at] = 0;
    }
    this.second = second;
  }
}
