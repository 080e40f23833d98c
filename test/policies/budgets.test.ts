import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Failure, RetryBudget } from '../../src/policies/budget.js';
import { type BudgetSpec, retryBudget } from '../../src/policies/budgets.js';

const full = process.env['SPILLWAY_FULL'] === '1';
const S = 1e9;
const shared = false;

const aws = (capacity = 500, mode: 'standard' | 'standard_2_1' = 'standard'): RetryBudget =>
  retryBudget({ kind: 'aws', capacity, mode, shared });
const grpc = (maxTokens = 10, tokenRatio = 0.1): RetryBudget =>
  retryBudget({ kind: 'grpc', maxTokens, tokenRatio, shared });
const finagle = (of: Partial<Extract<BudgetSpec, { kind: 'finagle' }>> = {}): RetryBudget =>
  retryBudget({
    kind: 'finagle',
    ttlNs: 10 * S,
    minRetriesPerSec: 10,
    percentCanRetry: 0.2,
    shared,
    ...of,
  });
const bucket = (size = 5, deposit = 0.1): RetryBudget =>
  retryBudget({ kind: 'token_bucket', size, deposit, shared });

/** How many retries go out at once at a moment. */
function burst(budget: RetryBudget, nowNs = 0, after: Failure = 'error', out = 0): number {
  let retries = 0;
  while (retries < 10_000 && budget.tryRetry(nowNs, after, out, retries)) retries++;
  return retries;
}

/** So many failed attempts, or successes of first tries. */
function fail(budget: RetryBudget, times: number): void {
  for (let i = 0; i < times; i++) budget.failed?.();
}
function succeed(budget: RetryBudget, times: number): void {
  for (let i = 0; i < times; i++) budget.succeeded?.(null);
}

// boto/botocore, botocore/retries/standard.py and quota.py
describe('the quota of the AWS SDKs', () => {
  it('a total outage lets exactly 100 retries out, 50 after timeouts; 35 in the newer mode', () => {
    expect(burst(aws())).toBe(100);
    expect(burst(aws(), 0, 'timeout')).toBe(50);
    expect(burst(aws(500, 'standard_2_1'), 0, 'timeout')).toBe(35);
    expect(burst(aws(500, 'standard_2_1'), 0, 'rejected')).toBe(100);
  });

  it('time gives nothing back', () => {
    const budget = aws(10);
    expect(burst(budget)).toBe(2);
    expect(burst(budget, 86_400 * S)).toBe(0);
  });

  it('a success without a retry gives 1, after a retry what the last one cost and no more', () => {
    const budget = aws(20);
    // Two retries, 10 + 5; the success gives back only the 5 of the last.
    expect(budget.tryRetry(0, 'timeout', 0, 0)).toBe(true);
    expect(budget.tryRetry(0, 'error', 0, 0)).toBe(true);
    budget.succeeded?.('error');
    expect(burst(budget)).toBe(2);
    succeed(budget, 4);
    expect(burst(budget)).toBe(0);
    succeed(budget, 1);
    expect(burst(budget)).toBe(1);
  });

  it('never holds more than its capacity', () => {
    const budget = aws(500);
    succeed(budget, 1000);
    expect(burst(budget)).toBe(100);
  });
});

// grpc/proposal, A6-client-retries.md, "Throttling Retry Attempts and Hedged RPCs"
describe("gRPC's throttling", () => {
  it('stops when half of the tokens are gone: 10 tokens bear four failures, the fifth stops it', () => {
    const budget = grpc();
    fail(budget, 4);
    expect(budget.tryRetry(0, 'error', 0, 0)).toBe(true);
    fail(budget, 1);
    expect(budget.tryRetry(0, 'error', 0, 0)).toBe(false);
    succeed(budget, 1);
    expect(budget.tryRetry(0, 'error', 0, 0)).toBe(true);
  });

  it('a retry itself costs nothing: failures do, of first tries too', () => {
    expect(burst(grpc())).toBe(10_000);
  });

  it('never falls below 0 nor rises above its maximum', () => {
    const budget = grpc();
    fail(budget, 1000);
    succeed(budget, 50);
    expect(budget.tryRetry(0, 'error', 0, 0)).toBe(false);
    succeed(budget, 1);
    expect(budget.tryRetry(0, 'error', 0, 0)).toBe(true);
    succeed(budget, 1000);
    fail(budget, 5);
    expect(budget.tryRetry(0, 'error', 0, 0)).toBe(false);
  });

  it('looks at three decimals of its ratio', () => {
    const budget = grpc(10, 0.1009);
    fail(budget, 5);
    succeed(budget, 1);
    fail(budget, 1);
    // 5 + 0.1 − 1 = 4.1; nine successes of 0.1 make 5.0, which is not more than half.
    succeed(budget, 9);
    expect(budget.tryRetry(0, 'error', 0, 0)).toBe(false);
  });

  it('breaks even where ratio / (1 + ratio) of the attempts fail: 9.09%', () => {
    const allowed = (failures: number, successes: number): boolean => {
      const budget = grpc();
      for (let i = 0; i < 1000; i++) {
        fail(budget, failures);
        succeed(budget, successes);
      }
      return budget.tryRetry(0, 'error', 0, 0);
    };
    expect(allowed(1, 11)).toBe(true);
    expect(allowed(1, 9)).toBe(false);
  });
});

// twitter/finagle RetryBudget.scala; twitter/util TokenBucket.scala, WindowedAdder.scala
describe("Finagle's budget", () => {
  it('has a reserve that may be spent at once: min_retries_per_sec · ttl', () => {
    expect(burst(finagle())).toBe(100);
    expect(burst(finagle({ minRetriesPerSec: 3, ttlNs: 5 * S }))).toBe(15);
    expect(burst(finagle({ minRetriesPerSec: 0 }))).toBe(0);
  });

  it('the reserve is no drip: spent, it is there again when the withdrawals are forgotten', () => {
    const budget = finagle();
    expect(burst(budget, 0)).toBe(100);
    for (const s of [1, 5, 9]) expect(burst(budget, s * S)).toBe(0);
    expect(burst(budget, 10 * S)).toBe(100);
  });

  it('five requests pay for a retry at 20%, every one deposits, and deposits are forgotten', () => {
    const budget = finagle({ minRetriesPerSec: 0 });
    for (let i = 0; i < 24; i++) budget.first(0);
    expect(burst(budget)).toBe(4);
    budget.first(0);
    expect(burst(budget)).toBe(1);
    for (let i = 0; i < 50; i++) budget.first(0);
    expect(burst(budget, 11 * S)).toBe(0);
  });

  it('a withdrawal is a whole number of thousandths: 30% costs int(3333.3)', () => {
    const budget = finagle({ minRetriesPerSec: 0, percentCanRetry: 0.3 });
    for (let i = 0; i < 3333; i++) budget.first(0);
    expect(burst(budget)).toBe(1000);
  });

  it('more than 100% is what Finagle takes: three retries for each request', () => {
    const budget = finagle({ minRetriesPerSec: 0, percentCanRetry: 3 });
    budget.first(0);
    expect(burst(budget)).toBe(3);
  });

  it('at 0% there is the reserve alone, and with neither nothing', () => {
    const budget = finagle({ percentCanRetry: 0 });
    for (let i = 0; i < 1000; i++) budget.first(0);
    expect(burst(budget)).toBe(100);
    expect(burst(finagle({ percentCanRetry: 0, minRetriesPerSec: 0 }))).toBe(0);
  });

  it('slices begin with the first use after the one before', () => {
    const budget = finagle({ minRetriesPerSec: 0 });
    for (let i = 0; i < 5; i++) budget.first(1.9 * S);
    // The slice of 1.9 s is the tenth back only when nine more have been closed after it.
    expect(budget.tryRetry(11.8 * S, 'error', 0, 0)).toBe(true);
    const other = finagle({ minRetriesPerSec: 0 });
    for (let i = 0; i < 5; i++) other.first(1.9 * S);
    expect(other.tryRetry(11.9 * S, 'error', 0, 0)).toBe(false);
  });
});

// envoyproxy/envoy, source/common/upstream/resource_manager_impl.h, RetryBudgetImpl
describe("Envoy's budget", () => {
  const envoy = (budgetPercent = 0.2, minRetryConcurrency = 3): RetryBudget =>
    retryBudget({ kind: 'envoy', budgetPercent, minRetryConcurrency, shared });

  it.each([
    [0, 3],
    [15, 3],
    [19, 3],
    [20, 4],
    [24, 4],
    [100, 20],
  ])('of %d requests under way %d may be retries', (out, retries) => {
    expect(burst(envoy(), 0, 'error', out)).toBe(retries);
  });

  it('limits what is in flight, not a rate', () => {
    const budget = envoy();
    for (let i = 0; i < 1000; i++) expect(budget.tryRetry(0, 'error', 10, 2)).toBe(true);
    expect(budget.tryRetry(0, 'error', 10, 3)).toBe(false);
  });

  it('every whole percent of a hundred is that many', () => {
    for (let percent = 0; percent <= 100; percent++) {
      expect(burst(envoy(percent / 100, 0), 0, 'error', 100)).toBe(percent);
    }
  });
});

// Google, Site Reliability Engineering, "Handling Overload"
describe('the share of all attempts', () => {
  it.each([
    [0.1, 10 / 9],
    [0.2, 1.25],
    [0.5, 2],
  ])('%d lets load grow to %d', (ratio, growth) => {
    const budget = retryBudget({ kind: 'sre', ratio, shared });
    const tries = 9000;
    let retries = 0;
    for (let i = 0; i < tries; i++) {
      budget.first(i * 10e6);
      for (let k = 0; k < 3; k++) if (budget.tryRetry(i * 10e6, 'error', 0, 0)) retries++;
    }
    expect((tries + retries) / tries).toBeCloseTo(growth, 3);
  });

  it('0 allows none', () => {
    const budget = retryBudget({ kind: 'sre', ratio: 0, shared });
    for (let i = 0; i < 100; i++) budget.first(0);
    expect(burst(budget)).toBe(0);
  });
});

// mbrooker/simulator_example: 5 tokens, +0.1 a first try, a retry while there is more than one
describe("Brooker's bucket", () => {
  it('begins full and lets four out, since more than one token must be there', () => {
    expect(burst(bucket())).toBe(4);
  });

  it('then one for each ten first tries; the first after one, for the bucket holds one already', () => {
    const budget = bucket();
    burst(budget);
    budget.first(0);
    expect(burst(budget)).toBe(1);
    for (let i = 0; i < 9; i++) budget.first(0);
    expect(burst(budget)).toBe(0);
    budget.first(0);
    expect(burst(budget)).toBe(1);
  });

  it('success gives nothing, and no more than its size is held', () => {
    const budget = bucket();
    succeed(budget, 100);
    for (let i = 0; i < 1000; i++) budget.first(0);
    expect(burst(budget)).toBe(4);
  });
});

describe("Brooker's breaker", () => {
  it('looks at all failures so far against all first tries so far', () => {
    const budget = retryBudget({ kind: 'breaker', maxRate: 0.1, shared });
    for (let i = 0; i < 20; i++) budget.first(0);
    fail(budget, 2);
    expect(budget.tryRetry(0, 'error', 0, 0)).toBe(true);
    fail(budget, 1);
    expect(budget.tryRetry(3600 * S, 'error', 0, 0)).toBe(false);
    for (let i = 0; i < 10; i++) budget.first(0);
    expect(budget.tryRetry(3600 * S, 'error', 0, 0)).toBe(true);
  });
});

/** Finagle's window as it stands in WindowedAdder.scala: nine slices behind the one at hand. */
class ByTheLetter {
  private readonly buf = new Array<number>(9).fill(0);
  private i = 0;
  private old = 0;
  private writer = 0;

  constructor(
    private readonly windowMs: number,
    private readonly reserve: number,
    private readonly withdrawal: number,
  ) {}

  add(x: number, nowMs: number): void {
    if (nowMs - this.old >= this.windowMs) this.expired(nowMs);
    this.writer += x;
  }

  tryGet(nowMs: number): boolean {
    if (nowMs - this.old >= this.windowMs) this.expired(nowMs);
    const sum = this.buf.reduce((a, b) => a + b, this.writer);
    if (sum + this.reserve < this.withdrawal) return false;
    this.add(-this.withdrawal, nowMs);
    return true;
  }

  private expired(nowMs: number): void {
    this.buf[this.i] = this.writer;
    this.writer = 0;
    this.i = (this.i + 1) % 9;
    const skipped = Math.min(Math.trunc((nowMs - this.old) / this.windowMs - 1), 9);
    for (let k = 0; k < skipped; k++) this.buf[(this.i + k) % 9] = 0;
    if (skipped > 0) this.i = (this.i + skipped) % 9;
    this.old = nowMs;
  }
}

describe('budgets over any steps', () => {
  it("Finagle's is its window by the letter, at any times", () => {
    const gap = fc.oneof(fc.nat(150), fc.nat(3000), fc.nat(30_000));
    const steps = fc.array(fc.tuple(gap, fc.boolean()), { maxLength: 300 });
    const settings = fc.tuple(
      fc.constantFrom(1, 7, 10, 60),
      fc.constantFrom(0, 1),
      fc.constantFrom(0.2, 0.3, 2),
    );
    fc.assert(
      fc.property(steps, settings, (list, [ttl, min, percent]) => {
        const ours = finagle({ ttlNs: ttl * S, minRetriesPerSec: min, percentCanRetry: percent });
        const cost = Math.trunc(1000 / percent);
        const letter = new ByTheLetter(ttl * 100, min * ttl * cost, cost);
        let now = 0;
        for (const [ms, isFirst] of list) {
          now += ms;
          if (isFirst) {
            ours.first(now * 1e6);
            letter.add(1000, now);
          } else expect(ours.tryRetry(now * 1e6, 'error', 0, 0)).toBe(letter.tryGet(now));
        }
      }),
      { numRuns: full ? 5000 : 500 },
    );
  });

  it('none lets out more than it holds and what came in pays for', () => {
    const specs: [BudgetSpec, number, number][] = [
      [{ kind: 'percent', share: 0.1 }, 0, 0.1],
      [{ kind: 'sre', ratio: 0.1, shared }, 0, 1 / 9],
      [{ kind: 'token_bucket', size: 5, deposit: 0.1, shared }, 5, 0.1],
      [{ kind: 'aws', capacity: 500, mode: 'standard', shared }, 100, 0.2],
    ];
    const kinds = fc.constantFrom('first', 'retry', 'ok', 'failed');
    fc.assert(
      fc.property(fc.array(kinds, { maxLength: 2000 }), fc.constantFrom(...specs), (list, spec) => {
        const [of, held, pays] = spec;
        const budget = retryBudget(of);
        let [tries, retries] = [0, 0];
        for (const kind of list) {
          if (kind === 'first') {
            tries++;
            budget.first(0);
          } else if (kind === 'retry' && budget.tryRetry(0, 'error', 0, 0)) retries++;
          else if (kind === 'ok' && of.kind !== 'aws') budget.succeeded?.(null);
          else if (kind === 'failed') budget.failed?.();
        }
        expect(retries).toBeLessThanOrEqual(held + pays * tries + 1e-6);
      }),
      { numRuns: full ? 3000 : 300 },
    );
  });
});
