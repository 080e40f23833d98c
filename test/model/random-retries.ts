import fc from 'fast-check';
import type { ComponentPlan, RetryPlan, RetryReason } from '../../src/model/plan.js';
import type { BudgetSpec } from '../../src/policies/budgets.js';

const MS = 1e6;
const S = 1e9;
const share = fc.constantFrom(0, 0.1, 0.5, 0.9, 1);

/** What refusing costs, and what it tells. */
export const reject: fc.Arbitrary<ComponentPlan['reject']> = fc.option(
  fc.record({
    costNs: fc.constantFrom(0, 1, 3 * MS, 20 * MS),
    retryAfterNs: fc.constantFrom(0, 1, 50 * MS, 500 * MS),
  }),
  { freq: 2 },
);

const shared = fc.boolean();
const budget: fc.Arbitrary<BudgetSpec> = fc.oneof(
  { weight: 3, arbitrary: share.map((of): BudgetSpec => ({ kind: 'percent', share: of })) },
  fc.record({
    kind: fc.constant('finagle' as const),
    ttlNs: fc.constantFrom(1 * S, 10 * S),
    minRetriesPerSec: fc.constantFrom(0, 1, 10),
    percentCanRetry: fc.constantFrom(0, 0.2, 3),
    shared,
  }),
  fc.record({
    kind: fc.constant('grpc' as const),
    maxTokens: fc.constantFrom(1, 3, 10),
    tokenRatio: fc.constantFrom(0.001, 0.1, 1),
    shared,
  }),
  fc.record({
    kind: fc.constant('envoy' as const),
    budgetPercent: share,
    minRetryConcurrency: fc.constantFrom(0, 1, 3),
    shared,
  }),
  fc.record({
    kind: fc.constant('aws' as const),
    capacity: fc.constantFrom(1, 12, 500),
    mode: fc.constantFrom('standard' as const, 'standard_2_1' as const),
    shared,
  }),
  fc.record({ kind: fc.constant('sre' as const), ratio: fc.constantFrom(0, 0.1, 0.9), shared }),
  fc.record({
    kind: fc.constant('token_bucket' as const),
    size: fc.constantFrom(1.5, 5),
    deposit: fc.constantFrom(0, 0.1, 1),
    shared,
  }),
  fc.record({
    kind: fc.constant('breaker' as const),
    maxRate: fc.constantFrom(0, 0.1, 0.9),
    shared,
  }),
);

export const retry: fc.Arbitrary<RetryPlan> = fc.record({
  attempts: fc.integer({ min: 1, max: 4 }),
  on: fc.subarray<RetryReason>([
    'timeout',
    'rejected',
    'error',
    'expired',
    'dropped',
    'crashed',
    'breaker_open',
    'throttled',
    'rate_limited',
    'bulkhead_full',
    'no_connection',
    'deadline',
  ]),
  elsewhere: fc.boolean(),
  backoff: fc.oneof(
    fc.constant({ kind: 'none' as const }),
    fc.record({ kind: fc.constant('fixed' as const), waitNs: fc.constantFrom(0, 1, 20 * MS) }),
    fc.record({
      kind: fc.constant('exponential' as const),
      baseNs: fc.constantFrom(0, 1, 5 * MS),
      capNs: fc.constantFrom(50 * MS, Infinity),
      factor: fc.constantFrom(1, 1.5, 2, 10),
    }),
    fc.record({
      kind: fc.constant('finagle' as const),
      form: fc.constantFrom(
        ...(['const', 'linear', 'exponential', 'equal_jittered'] as const),
        ...(['exponential_jittered', 'decorrelated_jittered'] as const),
      ),
      startNs: fc.constantFrom(1, 5 * MS),
      maximumNs: fc.constantFrom(5 * MS, 200 * MS),
      offsetNs: fc.constantFrom(0, 10 * MS),
      multiplier: fc.constantFrom(1, 3),
    }),
    fc.record({
      kind: fc.constant('grpc' as const),
      initialNs: fc.constantFrom(0, 10 * MS),
      maxNs: fc.constantFrom(0, 40 * MS),
      multiplier: fc.constantFrom(0.5, 2),
    }),
    fc.record({
      kind: fc.constant('cockatiel' as const),
      generator: fc.constantFrom('none', 'full', 'half', 'decorrelated'),
      initialNs: fc.constantFrom(0, 1, 10 * MS),
      maxNs: fc.constantFrom(0, 300 * MS),
      exponent: fc.constantFrom(1, 2, 5),
    }),
  ),
  retryAfter: fc.boolean(),
  jitter: fc.constantFrom('none', 'full', 'equal', 'decorrelated'),
  budget: fc.option(budget, { freq: 2 }),
});
