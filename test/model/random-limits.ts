import fc from 'fast-check';
import { AIMD_DEFAULTS } from '../../src/policies/limit-aimd.js';
import { ENVOY_LIMIT_DEFAULTS } from '../../src/policies/limit-envoy.js';
import { GRADIENT2_DEFAULTS } from '../../src/policies/limit-gradient.js';
import { VEGAS_DEFAULTS } from '../../src/policies/limit-vegas.js';
import { WINDOWED_DEFAULTS } from '../../src/policies/limit-windowed.js';
import type { LimitSpec } from '../../src/policies/limits.js';
import type { RateLimitSpec } from '../../src/policies/rates.js';
import { AWS_THROTTLE_DEFAULTS } from '../../src/policies/throttle-aws.js';
import { ENVOY_THROTTLE_DEFAULTS } from '../../src/policies/throttle-envoy.js';
import { FINAGLE_THROTTLE_DEFAULTS } from '../../src/policies/throttle-finagle.js';
import { SRE_THROTTLE_DEFAULTS } from '../../src/policies/throttle-sre.js';
import type { ThrottleSpec } from '../../src/policies/throttles.js';

const MS = 1e6;
const WAITS = [0, 0, 1, 20 * MS, 300 * MS, Infinity];

/** Throttles quick enough to act within a short run. */
export const throttle: fc.Arbitrary<ThrottleSpec> = fc.oneof(
  fc.record({
    kind: fc.constant('sre' as const),
    k: fc.constantFrom(1, 1.1, 2),
    windowNs: fc.constantFrom(1e9, 120e9),
    refusals: fc.constantFrom(['rejected' as const], SRE_THROTTLE_DEFAULTS.refusals),
    floorPerSecond: fc.constantFrom(0, 10),
  }),
  fc.constant({
    ...ENVOY_THROTTLE_DEFAULTS,
    kind: 'envoy' as const,
    samplingWindowNs: 1e9,
    aggression: 2,
  }),
  fc.constant({
    ...FINAGLE_THROTTLE_DEFAULTS,
    kind: 'finagle' as const,
    windowNs: 1e9,
    rpsThreshold: 1,
  }),
  fc.record({
    kind: fc.constant('aws_adaptive' as const),
    beta: fc.constant(AWS_THROTTLE_DEFAULTS.beta),
    scaleConstant: fc.constantFrom(0.4, 1000),
    smoothing: fc.constant(0.8),
    timeBucketRangeNs: fc.constantFrom(10 * MS, 500 * MS),
    minRate: fc.constantFrom(0.5, 50),
    maxRateAdjustScale: fc.constant(2),
    waitNs: fc.constantFrom(...WAITS),
  }),
);

/** Limits of rate, tight and loose. */
export const rateLimit: fc.Arbitrary<RateLimitSpec> = fc.oneof(
  fc.record({
    kind: fc.constant('bucket' as const),
    perSecond: fc.constantFrom(0.5, 30, 1000),
    burst: fc.constantFrom(1, 5),
    perTenant: fc.constant(false),
    plans: fc.constant([]),
    waitNs: fc.constantFrom(...WAITS),
    shared: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('bucket' as const),
    perSecond: fc.constantFrom(20, 100),
    burst: fc.constantFrom(1, 5),
    perTenant: fc.constant(true),
    plans: fc.constant([{ tenant: 'a', perSecond: 5, burst: 1 }]),
    waitNs: fc.constant(0),
    shared: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('resilience4j' as const),
    limitForPeriod: fc.constantFrom(1, 50),
    limitRefreshPeriodNs: fc.constantFrom(500, 50 * MS),
    waitNs: fc.constantFrom(...WAITS),
    shared: fc.boolean(),
  }),
);

/** Limits of concurrency, with bounds low enough to be met. */
export const concurrencyLimit: fc.Arbitrary<LimitSpec> = fc.oneof(
  fc.record({ kind: fc.constant('fixed' as const), limit: fc.integer({ min: 1, max: 4 }) }),
  fc.record({
    ...constants(AIMD_DEFAULTS),
    kind: fc.constant('aimd' as const),
    initialLimit: fc.integer({ min: 1, max: 3 }),
    minLimit: fc.constant(1),
    timeoutNs: fc.constantFrom(20 * MS, 5e9),
    windowed: fc.constant(null),
  }),
  fc.record({
    ...constants(VEGAS_DEFAULTS),
    kind: fc.constant('vegas' as const),
    initialLimit: fc.integer({ min: 1, max: 3 }),
    windowed: fc.constantFrom(null, { ...WINDOWED_DEFAULTS, minWindowTimeNs: 100 * MS }),
  }),
  fc.record({
    ...constants(GRADIENT2_DEFAULTS),
    kind: fc.constant('gradient2' as const),
    initialLimit: fc.integer({ min: 1, max: 3 }),
    minLimit: fc.constant(1),
    windowed: fc.constant(null),
  }),
  fc.record({
    ...constants(ENVOY_LIMIT_DEFAULTS),
    kind: fc.constant('envoy' as const),
    intervalNs: fc.constantFrom(300 * MS, 60e9),
    requestCount: fc.constantFrom(1, 10),
    minConcurrency: fc.integer({ min: 1, max: 3 }),
    fixedValueNs: fc.constantFrom(null, 5 * MS),
  }),
);

/** Each value as it is. */
function constants<T extends object>(of: T): { [K in keyof T]: fc.Arbitrary<T[K]> } {
  const entries = Object.entries(of).map(([key, value]) => [key, fc.constant(value)]);
  return Object.fromEntries(entries);
}
