import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Failure, RetryBudget } from '../../src/policies/budget.js';
import { type BudgetSpec, retryBudget } from '../../src/policies/budgets.js';

const full = process.env['SPILLWAY_FULL'] === '1';
const S = 1e9;
const shared = false;

/** One of each kind, in the order of the language. */
const SPECS = {
  percent: { kind: 'percent', share: 0.29 },
  finagle: {
    kind: 'finagle',
    ttlNs: 10 * S,
    minRetriesPerSec: 1,
    percentCanRetry: 0.3,
    shared,
  },
  grpc: { kind: 'grpc', maxTokens: 9, tokenRatio: 0.3, shared },
  envoy: { kind: 'envoy', budgetPercent: 0.29, minRetryConcurrency: 3, shared },
  aws: { kind: 'aws', capacity: 53, mode: 'standard', shared },
  'aws 2.1': { kind: 'aws', capacity: 53, mode: 'standard_2_1', shared },
  sre: { kind: 'sre', ratio: 0.3, shared },
  token_bucket: { kind: 'token_bucket', size: 5, deposit: 0.1, shared },
  breaker: { kind: 'breaker', maxRate: 0.3, shared },
} as const satisfies Record<string, BudgetSpec>;

/** What happens to a budget, and when: nanoseconds after what was before. */
interface Event {
  what: 'first' | 'retry' | 'succeeded' | 'failed';
  after: Failure;
  gapNs: number;
}

const history: fc.Arbitrary<Event[]> = fc.array(
  fc.record({
    what: fc.constantFrom('first', 'first', 'first', 'retry', 'succeeded', 'failed'),
    after: fc.constantFrom<Failure>('timeout', 'rejected', 'error'),
    gapNs: fc.oneof(fc.constant(0), fc.nat(S), fc.nat(4 * S), fc.nat(25 * S)),
  }) as fc.Arbitrary<Event>,
  { maxLength: 60 },
);

/** Whether a retry went out, where one was asked for. */
function happens(budget: RetryBudget, { what, after }: Event, nowNs: number): boolean {
  if (what === 'first') budget.first(nowNs);
  if (what === 'succeeded') budget.succeeded?.(after);
  if (what === 'failed') budget.failed?.();
  return what === 'retry' && budget.tryRetry(nowNs, after, 4, 1);
}

/** How many retries go out now, each of which ends in an error. */
function letOut(budget: RetryBudget, nowNs: number, out: number): number {
  let retries = 0;
  while (retries < 10_000 && budget.tryRetry(nowNs, 'error', out, retries)) {
    retries++;
    budget.failed?.();
  }
  return retries;
}

describe('how many retries a budget would let out now', () => {
  it.each(Object.keys(SPECS) as (keyof typeof SPECS)[])('%s: as many as then go out', (kind) => {
    fc.assert(
      fc.property(history, fc.nat(15 * S), fc.nat(40), (events, gapNs, out) => {
        const budget = retryBudget(SPECS[kind]);
        let nowNs = 0;
        for (const event of events) {
          nowNs += event.gapNs;
          happens(budget, event, nowNs);
        }
        nowNs += gapNs;
        const left = budget.left(nowNs, out, 0);
        expect(letOut(budget, nowNs, out)).toBe(left);
        expect(budget.left(nowNs, out, left)).toBe(0);
      }),
      { numRuns: full ? 5000 : 300, seed: 14 },
    );
  });

  it.each(Object.keys(SPECS) as (keyof typeof SPECS)[])('%s: asking changes nothing', (kind) => {
    fc.assert(
      fc.property(history, (events) => {
        const [asked, left] = [retryBudget(SPECS[kind]), retryBudget(SPECS[kind])];
        let nowNs = 0;
        for (const event of events) {
          asked.left(nowNs + event.gapNs / 2, 4, 1);
          nowNs += event.gapNs;
          asked.left(nowNs, 4, 1);
          expect(happens(asked, event, nowNs)).toBe(happens(left, event, nowNs));
        }
      }),
      { numRuns: full ? 5000 : 300, seed: 15 },
    );
  });
});

describe('what is left, step by step', () => {
  const make = (kind: keyof typeof SPECS, of: object = {}): RetryBudget =>
    retryBudget({ ...SPECS[kind], ...of } as BudgetSpec);
  const firsts = (budget: RetryBudget, times: number, nowNs = 0): void => {
    for (let i = 0; i < times; i++) budget.first(nowNs);
  };

  it('percent: 29% of 100 first tries are 29, less what went out; none after ten seconds', () => {
    const budget = make('percent');
    expect(budget.left(0, 0, 0)).toBe(0);
    firsts(budget, 100);
    expect(budget.left(9.9 * S, 0, 0)).toBe(29);
    expect(budget.tryRetry(0, 'error', 0, 0)).toBe(true);
    expect(budget.left(9.9 * S, 0, 0)).toBe(28);
    expect(budget.left(10 * S, 0, 0)).toBe(0);
  });

  it('sre: 10% of all attempts, so 10 after 90 first tries and 9 after 89', () => {
    for (const [tries, retries] of [
      [90, 10],
      [89, 9],
    ]) {
      const budget = make('sre', { ratio: 0.1 });
      firsts(budget, tries);
      expect(budget.left(0, 0, 0)).toBe(retries);
    }
  });

  it('finagle: the reserve, and one more for every five requests until they are forgotten', () => {
    const budget = make('finagle', { minRetriesPerSec: 10, percentCanRetry: 0.2 });
    expect(budget.left(0, 0, 0)).toBe(100);
    firsts(budget, 14);
    expect(budget.left(0, 0, 0)).toBe(102);
    expect(budget.left(9.9 * S, 0, 0)).toBe(102);
    expect(budget.left(10 * S, 0, 0)).toBe(100);
    expect(make('finagle', { minRetriesPerSec: 0, percentCanRetry: 0 }).left(0, 0, 0)).toBe(0);
  });

  it('grpc: ten tokens bear five failures, and a tenth more than none lets one more out', () => {
    const budget = make('grpc', { maxTokens: 10, tokenRatio: 0.1 });
    expect(budget.left(0, 0, 0)).toBe(5);
    for (let i = 0; i < 5; i++) budget.failed?.();
    expect(budget.left(0, 0, 0)).toBe(0);
    budget.succeeded?.(null);
    expect(budget.left(0, 0, 0)).toBe(1);
  });

  it('envoy: what may still be in flight, 20% of those under way and at least 3', () => {
    const budget = make('envoy', { budgetPercent: 0.2 });
    expect(budget.left(0, 0, 0)).toBe(3);
    expect(budget.left(0, 100, 5)).toBe(15);
    expect(budget.left(0, 10, 9)).toBe(0);
  });

  it('aws: a fifth of what is in the bucket; in the newer mode a fourteenth', () => {
    const budget = make('aws', { capacity: 500 });
    expect(budget.left(0, 0, 0)).toBe(100);
    expect(budget.tryRetry(0, 'timeout', 0, 0)).toBe(true);
    expect(budget.left(0, 0, 0)).toBe(98);
    expect(make('aws 2.1', { capacity: 500 }).left(0, 0, 0)).toBe(35);
  });

  it('token_bucket: the last token stays', () => {
    const budget = make('token_bucket');
    expect(budget.left(0, 0, 0)).toBe(4);
    for (let i = 0; i < 4; i++) budget.tryRetry(0, 'error', 0, 0);
    expect(budget.left(0, 0, 0)).toBe(0);
    budget.first(0);
    expect(budget.left(0, 0, 0)).toBe(1);
  });

  it('breaker: one more failure than is allowed', () => {
    const budget = make('breaker', { maxRate: 0.1 });
    firsts(budget, 20);
    expect(budget.left(0, 0, 0)).toBe(3);
    for (let i = 0; i < 3; i++) budget.failed?.();
    expect(budget.left(0, 0, 0)).toBe(0);
  });
});
