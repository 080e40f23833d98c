import type { RetryBudget } from './budget.js';
import { Slices } from './slices.js';

/** So that 29% of 100 is 29, not 28.999999999999996. */
const ROUNDING = 1e-9;

/**
 * The per-client budget of Google's SRE book ("Handling Overload") with the ratio taken over all
 * attempts: a retry goes out if with it retries are at most `ratio` of all attempts, itself included,
 * in the last ten slices of one second. So load grows to 1 / (1 − ratio): 1.111 with 10%, where the
 * ratio over first tries gives 1.100.
 */
export interface SreBudgetSpec {
  kind: 'sre';
  /** 10%. */
  ratio: number;
  shared: boolean;
}

export class SreBudget implements RetryBudget {
  private readonly slices = new Slices();

  constructor(private readonly spec: SreBudgetSpec) {}

  first(nowNs: number): void {
    this.slices.first(nowNs);
  }

  tryRetry(nowNs: number): boolean {
    const { slices } = this;
    slices.turn(nowNs);
    const retries = slices.retries + 1;
    if (retries > this.spec.ratio * (slices.firsts + retries) + ROUNDING) return false;
    slices.retry(nowNs);
    return true;
  }

  left(nowNs: number): number {
    const { slices, spec } = this;
    slices.turn(nowNs);
    // retries + n ≤ ratio · (firsts + retries + n), for n.
    const over = spec.ratio * (slices.firsts + slices.retries) + ROUNDING - slices.retries;
    return Math.max(0, Math.floor(over / (1 - spec.ratio)));
  }
}
