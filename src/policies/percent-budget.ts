import type { RetryBudget } from './budget.js';
import { Slices } from './slices.js';

/** So that 29% of 100 is 29, not 28.999999999999996. */
const ROUNDING = 1e-9;

/**
 * A retry budget in percent: a retry goes out if with it retries are at most `share` of the first
 * tries of the last ten slices of one second, so load grows at most to 1 + share. The rule of Google's
 * SRE book, "Handling Overload" (a client's retries below 10% of its requests), with the ratio taken
 * over first tries.
 */
export class PercentBudget implements RetryBudget {
  private readonly slices = new Slices();

  /** `share` between 0 and 1; 0 allows none. */
  constructor(readonly share: number) {}

  first(nowNs: number): void {
    this.slices.first(nowNs);
  }

  tryRetry(nowNs: number): boolean {
    const { slices } = this;
    slices.turn(nowNs);
    if (slices.retries + 1 > this.share * slices.firsts + ROUNDING) return false;
    slices.retry(nowNs);
    return true;
  }

  left(nowNs: number): number {
    const { slices } = this;
    slices.turn(nowNs);
    return Math.max(0, Math.floor(this.share * slices.firsts + ROUNDING - slices.retries));
  }
}
