import fc from 'fast-check';
import type { BreakerPlan } from '../../src/model/plan.js';
import type { RecordedEnd } from '../../src/policies/rate-breaker.js';

const MS = 1e6;
const S = 1e9;

const few = fc.integer({ min: 1, max: 6 });
const openNs = fc.constantFrom(MS, 30 * MS, 300 * MS, 2 * S);
const threshold = fc.constantFrom(0.01, 0.2, 0.5, 0.9);
const ends = fc.subarray<RecordedEnd>(['timeout', 'rejected', 'error', 'bulkhead_full']);

const rate = fc.record({
  kind: fc.constant('rate' as const),
  window: fc.oneof(
    few.map((calls) => ({ calls })),
    fc.integer({ min: 1, max: 3 }).map((seconds) => ({ seconds })),
  ),
  failureRate: threshold,
  slowOverNs: fc.constantFrom(0, 5 * MS, 50 * MS, Infinity),
  slowRate: threshold,
  minCalls: few,
  openForNs: openNs,
  probes: few,
  opensHalfByTimer: fc.boolean(),
  halfOpenMaxNs: fc.constantFrom(MS, 100 * MS, Infinity),
  countsFullBulkhead: fc.boolean(),
  records: ends,
  ignores: fc.oneof(fc.constant([]), ends),
});

const consecutive = fc.record({
  kind: fc.constant('consecutive' as const),
  failures: few,
  openForNs: openNs,
});

const hystrix = fc.record({
  kind: fc.constant('hystrix' as const),
  requestVolumeThreshold: few,
  errorThresholdPercentage: fc.constantFrom(1, 50, 100),
  sleepWindowNs: openNs,
  rollingWindowNs: fc.constantFrom(100 * MS, 1 * S),
  healthSnapshotNs: fc.constantFrom(10 * MS, 100 * MS),
});

const opossum = fc.record({
  kind: fc.constant('opossum' as const),
  errorThresholdPercentage: fc.constantFrom(0, 50, 100),
  resetTimeoutNs: openNs,
  rollingCountTimeoutNs: fc.constantFrom(100 * MS, 1 * S),
  rollingCountBuckets: few,
  volumeThreshold: fc.integer({ min: 0, max: 5 }),
  allowWarmUp: fc.boolean(),
});

const cockatiel = fc.record({
  kind: fc.constant('cockatiel' as const),
  halfOpenAfterNs: openNs,
  opensBy: fc.oneof(
    fc.record({ kind: fc.constant('consecutive' as const), failures: few }),
    fc.record({
      kind: fc.constant('count' as const),
      threshold,
      size: fc.integer({ min: 6, max: 12 }),
      minimumNumberOfCalls: few,
    }),
    fc.record({
      kind: fc.constant('sampling' as const),
      threshold,
      durationNs: fc.constantFrom(50 * MS, 1 * S),
      minimumRps: fc.constantFrom(null, 1),
    }),
  ),
  halfOpenSampling: fc.record({ calls: few, threshold: fc.constantFrom(0, 0.5) }),
});

const enforcing = fc.constantFrom(0, 50, 100, 100);
const outlier = fc.record({
  kind: fc.constant('outlier' as const),
  consecutive5xx: few,
  consecutiveGatewayFailure: few,
  enforcingConsecutive5xx: enforcing,
  enforcingConsecutiveGatewayFailure: enforcing,
  intervalNs: fc.constantFrom(50 * MS, 400 * MS),
  baseEjectionTimeNs: openNs,
  maxEjectionTimeNs: fc.constant(3 * S),
  maxEjectionTimeJitterNs: fc.constantFrom(0, 200 * MS),
  maxEjectionPercent: fc.constantFrom(10, 50, 100),
  alwaysEjectOneHost: fc.boolean(),
  successRateMinimumHosts: few,
  successRateRequestVolume: few,
  successRateStdevFactor: fc.constantFrom(100, 1900),
  enforcingSuccessRate: enforcing,
  failurePercentageThreshold: fc.constantFrom(20, 85),
  failurePercentageMinimumHosts: few,
  failurePercentageRequestVolume: few,
  enforcingFailurePercentage: enforcing,
  healthyPanicThreshold: fc.constantFrom(0, 50),
});

/** Any breaker, with windows and times as short as the runs. */
export const breaker: fc.Arbitrary<BreakerPlan> = fc.oneof(
  rate,
  consecutive,
  hystrix,
  opossum,
  cockatiel,
  outlier,
);
