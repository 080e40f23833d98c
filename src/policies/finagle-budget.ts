import type { RetryBudget } from './budget.js';

/**
 * Finagle's `RetryBudget` [twitter/finagle, finagle-core/…/service/RetryBudget.scala; twitter/util,
 * TokenBucket.newLeakyBucket and WindowedAdder]. A request deposits 1000, a retry withdraws
 * int(1000 / percent_can_retry), and both are forgotten after `ttl` (ten slices; a slice begins with
 * the first use after the one before is over). The balance may fall to −reserve, reserve =
 * min_retries_per_sec · ttl · withdrawal: that is no drip, up to min_retries_per_sec · ttl retries can
 * go out at once, and again when those are forgotten. As in `RetryFilter`, every request deposits,
 * however it ends.
 */
export interface FinagleBudgetSpec {
  kind: 'finagle';
  /** 10 s; 1 s to 60 s. */
  ttlNs: number;
  /** 10; whole. */
  minRetriesPerSec: number;
  /** 20%; up to 1000 times, as in Finagle. 0: the reserve alone. */
  percentCanRetry: number;
  shared: boolean;
}

const SCALE = 1000;
const SLICES = 10;
const MS = 1e6;

export class FinagleBudget implements RetryBudget {
  private readonly deposit: number;
  private readonly withdrawal: number;
  private readonly reserve: number;
  private readonly past = new Float64Array(SLICES - 1);
  private readonly sliceNs: number;
  private pastSum = 0;
  private current = 0;
  private at = 0;
  private begunNs = 0;

  constructor({ minRetriesPerSec, percentCanRetry, ttlNs }: FinagleBudgetSpec) {
    this.deposit = percentCanRetry === 0 ? 0 : SCALE;
    // A billionth of room, so that 1000 ÷ 0.2 is 5000 whatever its last bit says.
    this.withdrawal = percentCanRetry === 0 ? 1 : Math.floor(SCALE / percentCanRetry + 1e-9);
    this.reserve = minRetriesPerSec * Math.floor(ttlNs / 1e9) * this.withdrawal;
    // Finagle counts in whole milliseconds.
    this.sliceNs = Math.floor(ttlNs / MS / SLICES) * MS;
    this.none = minRetriesPerSec === 0 && percentCanRetry === 0;
  }

  /** Neither requests nor time give anything. */
  private readonly none: boolean;

  first(nowNs: number): void {
    this.turn(nowNs);
    this.current += this.deposit;
  }

  tryRetry(nowNs: number): boolean {
    if (this.none) return false;
    this.turn(nowNs);
    if (this.pastSum + this.current + this.reserve < this.withdrawal) return false;
    this.current -= this.withdrawal;
    return true;
  }

  left(nowNs: number): number {
    if (this.none) return 0;
    return Math.max(0, Math.floor((this.balanceAt(nowNs) + this.reserve) / this.withdrawal));
  }

  /** The balance as `turn` would leave it, without turning: a slice begins with a use. */
  private balanceAt(nowNs: number): number {
    const { past, sliceNs } = this;
    const over = Math.floor((nowNs - this.begunNs) / sliceNs);
    if (over > past.length) return 0;
    let balance = this.pastSum + this.current;
    for (let i = 0; i < over; i++) balance -= past[(this.at + i) % past.length];
    return balance;
  }

  /** Closes the slice at hand once it is over, and drops those that are as old as `ttl`. */
  private turn(nowNs: number): void {
    const { past, sliceNs } = this;
    const over = Math.floor((nowNs - this.begunNs) / sliceNs);
    if (over < 1) return;
    this.put(this.current);
    this.current = 0;
    for (let i = Math.min(over - 1, past.length); i > 0; i--) this.put(0);
    this.begunNs = nowNs;
  }

  private put(amount: number): void {
    this.pastSum += amount - this.past[this.at];
    this.past[this.at] = amount;
    this.at = (this.at + 1) % this.past.length;
  }
}
