import type { BreakerSpec } from '../../policies/breakers.js';
import type { CockatielBreakerSpec } from '../../policies/cockatiel-breaker.js';
import type { RateBreakerSpec, RecordedEnd } from '../../policies/rate-breaker.js';
import * as say from '../messages.js';
import { refuse } from '../refusal.js';
import { readShare } from '../units.js';
import {
  elsewhere,
  MS,
  percent,
  RECORDED,
  S,
  SECONDS_MAX,
  someShare,
  someTime,
  WINDOW_MAX,
} from './breaker-figures.js';
import { count, duration, number, share, truth } from './figures.js';
import { type Form, into, leaf, list, map, optional, required, type Schema, word } from './kit.js';

const ends = list(word(RECORDED));
/** Defaults: `RESILIENCE4J_BREAKER` of src/policies/rate-breaker.ts. */
export const resilience4j: Schema<RateBreakerSpec> = into(
  map({
    failure_rate_threshold: optional(someShare, 'Opens at this share of failures.', 0.5, '50%'),
    slow_call_rate_threshold: optional(someShare, 'Opens at this share of slow.', 1, '100%'),
    slow_call_duration_threshold: optional(duration, 'A call over this is slow.', 60 * S, '60s'),
    sliding_window_type: optional(
      word(['count_based', 'time_based']),
      'Whether the window is in calls or in seconds.',
      'count_based' as const,
      'count_based',
    ),
    sliding_window_size: optional(
      count(1, WINDOW_MAX),
      'How many last calls, or seconds, the rates are over.',
      100,
      100,
    ),
    minimum_number_of_calls: optional(
      count(1),
      'No rate stands before so many calls; where the window is in calls, at most the window.',
      100,
      100,
    ),
    wait_duration_in_open_state: optional(someTime, 'It stays open for this.', 60 * S, '60s'),
    automatic_transition_from_open_to_half_open_enabled: optional(
      truth,
      'Turns half open by a timer, not by the next call.',
      false,
      false,
    ),
    permitted_number_of_calls_in_half_open_state: optional(
      count(1, WINDOW_MAX),
      'Calls let through while half open.',
      10,
      10,
    ),
    max_wait_duration_in_half_open_state: optional(
      duration,
      'After this in half open it opens again; 0s waits for the probes.',
      0,
      '0s',
    ),
    record_exceptions: optional(ends, 'What counts as a failure.', RECORDED, RECORDED),
    ignore_exceptions: optional(ends, 'What counts for nothing.', [] as RecordedEnd[], []),
  }),
  (keys) => ({
    kind: 'rate' as const,
    window:
      keys.sliding_window_type === 'time_based'
        ? { seconds: Math.min(SECONDS_MAX, keys.sliding_window_size) }
        : { calls: keys.sliding_window_size },
    failureRate: keys.failure_rate_threshold,
    slowOverNs: keys.slow_call_duration_threshold,
    slowRate: keys.slow_call_rate_threshold,
    minCalls: keys.minimum_number_of_calls,
    openForNs: keys.wait_duration_in_open_state,
    probes: keys.permitted_number_of_calls_in_half_open_state,
    opensHalfByTimer: keys.automatic_transition_from_open_to_half_open_enabled,
    // Whole milliseconds; less than one is none.
    halfOpenMaxNs:
      keys.max_wait_duration_in_half_open_state < MS
        ? Number.POSITIVE_INFINITY
        : keys.max_wait_duration_in_half_open_state,
    countsFullBulkhead: true,
    records: keys.record_exceptions,
    ignores: keys.ignore_exceptions,
  }),
);

/** Defaults: `HYSTRIX_BREAKER` of src/policies/hystrix-breaker.ts. */
export const hystrix: Schema<BreakerSpec> = into(
  map({
    request_volume_threshold: optional(count(1), 'Calls ended in the window.', 20, 20),
    error_threshold_percentage: optional(
      someShare,
      'Opens at this share of errors, whole percents.',
      0.5,
      '50%',
    ),
    sleep_window: optional(someTime, 'It stays open for this.', 5 * S, '5s'),
    rolling_window: optional(someTime, 'How far back the health counts reach.', 10 * S, '10s'),
    health_snapshot_interval: optional(
      someTime,
      'How often they are taken; it opens on such a tick only.',
      500 * MS,
      '500ms',
    ),
  }),
  (keys) => ({
    kind: 'hystrix' as const,
    requestVolumeThreshold: keys.request_volume_threshold,
    errorThresholdPercentage: Math.ceil(percent(keys.error_threshold_percentage)),
    sleepWindowNs: keys.sleep_window,
    rollingWindowNs: keys.rolling_window,
    healthSnapshotNs: keys.health_snapshot_interval,
  }),
);

/** Defaults: `OPOSSUM_BREAKER` of src/policies/opossum-breaker.ts. */
export const opossum: Schema<BreakerSpec> = into(
  map({
    error_threshold_percentage: optional(
      share,
      'Opens when failures ÷ calls begun in the window is above this.',
      0.5,
      '50%',
    ),
    reset_timeout: optional(someTime, 'A timer turns it half open after this.', 30 * S, '30s'),
    rolling_count_timeout: optional(someTime, 'How far back the counts reach.', 10 * S, '10s'),
    rolling_count_buckets: optional(count(1, 10_000), 'Slices of the window.', 10, 10),
    volume_threshold: optional(count(0), 'Calls that must have begun in the window.', 0, 0),
    allow_warm_up: optional(truth, 'Nothing opens it in the first window.', false, false),
    timeout: elsewhere('timeout', 'timeout'),
    capacity: elsewhere('capacity', 'bulkhead'),
  }),
  (keys) => ({
    kind: 'opossum' as const,
    errorThresholdPercentage: percent(keys.error_threshold_percentage),
    resetTimeoutNs: keys.reset_timeout,
    rollingCountTimeoutNs: keys.rolling_count_timeout,
    rollingCountBuckets: keys.rolling_count_buckets,
    volumeThreshold: keys.volume_threshold,
    allowWarmUp: keys.allow_warm_up,
  }),
);

/** Above 0 and below 1, as cockatiel wants its thresholds. */
const insideShare: Schema<number> = leaf(
  (input) => {
    const result = readShare(input);
    if (result.ok && (result.value === 0 || result.value === 1)) return refuse(say.notInside());
    return result;
  },
  { anyOf: [{ type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, { type: 'string' }] },
);

/** Defaults: `COCKATIEL_BREAKER` of src/policies/cockatiel-breaker.ts. */
export function cockatiel(form: Form): Schema<CockatielBreakerSpec> {
  const threshold = required(form, insideShare, 'Opens when more than this share failed.');
  const countRule = map({
    threshold,
    size: required(form, count(1, WINDOW_MAX), 'Of so many last calls.'),
    minimum_number_of_calls: optional(count(1), 'Of at least so many.', undefined, 'size'),
  });
  const samplingRule = map({
    threshold,
    duration: required(form, someTime, 'Of the calls of this time.'),
    minimum_rps: optional(number(0, false), 'Calls a second; default 5 ÷ threshold.'),
  });
  const halfOpen = map({
    calls: optional(count(1), 'So many calls pass while half open.', 1, 1),
    threshold: optional(share, 'More failures than this share open it again.', 0, 0),
  });
  const keys = map({
    half_open_after: optional(someTime, 'It stays open for this.', 10 * S, '10s'),
    consecutive: optional(count(1), 'Opens at so many failures in a row.', undefined, 5),
    count: optional(countRule, 'Opens by a share of the last calls.', undefined, 'none'),
    sampling: optional(samplingRule, 'Opens by a share of the calls of a time.', undefined, 'none'),
    half_open_sampling: optional(
      halfOpen,
      'How many probes, and how many of them may fail.',
      { calls: 1, threshold: 0 },
      { calls: 1, threshold: 0 },
    ),
  });
  return into(keys, (read) => ({
    kind: 'cockatiel' as const,
    halfOpenAfterNs: read.half_open_after,
    opensBy: cockatielRule(read),
    halfOpenSampling: read.half_open_sampling,
  }));
}

function cockatielRule({
  consecutive,
  count: ring,
  sampling,
}: {
  consecutive: number | undefined;
  count:
    | { threshold: number; size: number; minimum_number_of_calls: number | undefined }
    | undefined;
  sampling: { threshold: number; duration: number; minimum_rps: number | undefined } | undefined;
}): CockatielBreakerSpec['opensBy'] {
  if (ring !== undefined) {
    const { threshold, size, minimum_number_of_calls: minimumNumberOfCalls = size } = ring;
    return { kind: 'count', threshold, size, minimumNumberOfCalls };
  }
  if (sampling !== undefined) {
    const { threshold, duration: durationNs, minimum_rps: minimumRps = null } = sampling;
    return { kind: 'sampling', threshold, durationNs, minimumRps };
  }
  return { kind: 'consecutive', failures: consecutive ?? 5 };
}
