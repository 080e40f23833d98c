import type { BreakerSpec } from '../../policies/breakers.js';
import type { CockatielBreakerSpec } from '../../policies/cockatiel-breaker.js';
import type { OutlierSpec } from '../../policies/outlier.js';
import type { RateBreakerSpec, RecordedEnd } from '../../policies/rate-breaker.js';
import * as say from '../messages.js';
import { read, refuse } from '../refusal.js';
import { readDuration, readShare } from '../units.js';
import { count, duration, number, share, truth } from './figures.js';
import { type Form, into, leaf, list, map, optional, required, type Schema, word } from './kit.js';

/** What a caller's breaker is: one that stands before sending, or one that ejects replicas. */
export type Breaker = BreakerSpec | OutlierSpec;

const MS = 1e6;
const S = 1e9;
/** Outcomes and seconds that a breaker keeps at most. */
const WINDOW_MAX = 1_000_000;
const SECONDS_MAX = 86_400;
const RECORDED: readonly RecordedEnd[] = ['timeout', 'rejected', 'error', 'bulkhead_full'];

/** A share above 0. */
const someShare: Schema<number> = leaf(
  (input) => {
    const result = readShare(input);
    return result.ok && result.value === 0 ? refuse(say.noShare()) : result;
  },
  { anyOf: [{ type: 'number', exclusiveMinimum: 0, maximum: 1 }, { type: 'string' }] },
);

/** A time above 0. */
const someTime: Schema<number> = leaf(
  (input) => {
    const result = readDuration(input);
    return result.ok && result.value < MS ? refuse(say.underAMillisecond()) : result;
  },
  { type: 'string', examples: ['10s'] },
);

/** So many calls, or whole seconds, as a window of time goes by them. */
const window: Schema<RateBreakerSpec['window']> = leaf<RateBreakerSpec['window']>(
  (input) => {
    if (typeof input === 'number') {
      if (!Number.isInteger(input) || input < 1) return refuse(say.notACount(1));
      return input > WINDOW_MAX ? refuse(say.tooMany(WINDOW_MAX)) : read({ calls: input });
    }
    const result = readDuration(input);
    if (!result.ok) return result;
    const seconds = result.value / S;
    if (!Number.isInteger(seconds) || seconds < 1) return refuse(say.notWholeSeconds());
    if (seconds > SECONDS_MAX) return refuse(say.tooMany(SECONDS_MAX));
    return read({ seconds });
  },
  {
    anyOf: [{ type: 'integer', minimum: 1, maximum: WINDOW_MAX }, { type: 'string' }],
    examples: [100, '10s'],
  },
);

/** 50% as 50, and 29% as 29, not 28.999999999999996. */
function percent(of: number): number {
  return Math.round(of * 1e9) / 1e7;
}

/** An option of the library that the call has a key of its own for. */
function elsewhere(key: string, own: string): Schema<undefined> {
  const refusing = leaf<undefined>(() => refuse(say.aKeyOfTheCall(key, own)), { not: {} });
  return optional(refusing, `Not here: ${own} of the call says it.`);
}

/** The language's own keys: rates by resilience4j's rules, or failures in a row. */
const own = {
  window: optional(
    window,
    'Rates are over so many last calls, or over so many whole seconds.',
    undefined,
    100,
  ),
  failure_rate: optional(someShare, 'Opens at this share of failures.', undefined, '50%'),
  slow: optional(
    map({
      over: optional(someTime, 'A call over this is slow.', 60 * S, '60s'),
      rate: optional(someShare, 'Opens at this share of slow calls.', 1, '100%'),
    }),
    'Slow calls open it too.',
    undefined,
    'none',
  ),
  min_calls: optional(
    count(1),
    'No rate stands before so many calls.',
    undefined,
    'the lesser of 100 and the window',
  ),
  probes: optional(count(1, WINDOW_MAX), 'Calls let through while half open.', undefined, 10),
  consecutive: optional(count(1), 'Opens at so many failures in a row; then one probe.'),
  open_for: optional(
    someTime,
    'It stays open for this; the next call then is a probe.',
    undefined,
    '60s',
  ),
};

interface Own {
  window: RateBreakerSpec['window'] | undefined;
  failure_rate: number | undefined;
  slow: { over: number; rate: number } | undefined;
  min_calls: number | undefined;
  probes: number | undefined;
  consecutive: number | undefined;
  open_for: number | undefined;
}

function ownBreaker(keys: Own): BreakerSpec {
  const openForNs = keys.open_for ?? 60 * S;
  if (keys.consecutive !== undefined) {
    return { kind: 'consecutive', failures: keys.consecutive, openForNs };
  }
  const window = keys.window ?? { calls: 100 };
  return {
    kind: 'rate',
    window,
    failureRate: keys.failure_rate ?? 0.5,
    slowOverNs: keys.slow?.over ?? Number.POSITIVE_INFINITY,
    slowRate: keys.slow?.rate ?? 1,
    minCalls: keys.min_calls ?? ('calls' in window ? Math.min(100, window.calls) : 100),
    openForNs,
    probes: keys.probes ?? 10,
    opensHalfByTimer: false,
    halfOpenMaxNs: Number.POSITIVE_INFINITY,
    countsFullBulkhead: false,
    records: RECORDED,
    ignores: [],
  };
}

const ends = list(word(RECORDED));
/** Defaults: `RESILIENCE4J_BREAKER` of src/policies/rate-breaker.ts. */
const resilience4j: Schema<RateBreakerSpec> = into(
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
const hystrix: Schema<BreakerSpec> = into(
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
const opossum: Schema<BreakerSpec> = into(
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
function cockatiel(form: Form): Schema<CockatielBreakerSpec> {
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

const enforcing = (of: string, fallback: number, shown: string) =>
  optional(share, `How often ${of} is carried out.`, fallback, shown);

/** Defaults: `ENVOY_OUTLIER` of src/policies/outlier.ts. */
const outlier: Schema<OutlierSpec> = into(
  map({
    consecutive_5xx: optional(count(1), 'Ejects at so many failures in a row.', 5, 5),
    consecutive_gateway_failure: optional(
      count(1),
      'Ejects at so many gateway failures in a row: timeouts, refusals, crashes.',
      5,
      5,
    ),
    enforcing_consecutive_5xx: enforcing('that', 1, '100%'),
    enforcing_consecutive_gateway_failure: enforcing('that of gateway failures', 0, '0%'),
    interval: optional(
      someTime,
      'Rates are looked at, ejections end, on this tick.',
      10 * S,
      '10s',
    ),
    base_ejection_time: optional(someTime, 'An ejection lasts this × how often.', 30 * S, '30s'),
    max_ejection_time: optional(someTime, 'None lasts longer.', undefined, '300s'),
    max_ejection_time_jitter: optional(duration, 'Up to this is added by chance.', 0, '0s'),
    max_ejection_percent: optional(share, 'No more are ejected at once.', 0.1, '10%'),
    always_eject_one_host: optional(truth, 'One may be, whatever its share.', false, false),
    success_rate_minimum_hosts: optional(count(1), 'Rates are compared among these.', 5, 5),
    success_rate_request_volume: optional(count(1), 'Requests in the interval.', 100, 100),
    success_rate_stdev_factor: optional(
      count(0, 1_000_000),
      'Ejects under the mean by so many thousandths of the standard deviation.',
      1900,
      1900,
    ),
    enforcing_success_rate: enforcing('ejecting by success rate', 1, '100%'),
    failure_percentage_threshold: optional(someShare, 'Ejects at this share.', 0.85, '85%'),
    failure_percentage_minimum_hosts: optional(count(1), 'Where so many have volume.', 5, 5),
    failure_percentage_request_volume: optional(count(1), 'Requests in the interval.', 50, 50),
    enforcing_failure_percentage: enforcing('ejecting by failures', 0, '0%'),
    healthy_panic_threshold: optional(share, 'With fewer left all are used.', 0.5, '50%'),
  }),
  (keys) => ({
    kind: 'outlier' as const,
    consecutive5xx: keys.consecutive_5xx,
    consecutiveGatewayFailure: keys.consecutive_gateway_failure,
    enforcingConsecutive5xx: percent(keys.enforcing_consecutive_5xx),
    enforcingConsecutiveGatewayFailure: percent(keys.enforcing_consecutive_gateway_failure),
    intervalNs: keys.interval,
    baseEjectionTimeNs: keys.base_ejection_time,
    maxEjectionTimeNs: keys.max_ejection_time ?? Math.max(300 * S, keys.base_ejection_time),
    maxEjectionTimeJitterNs: keys.max_ejection_time_jitter,
    maxEjectionPercent: percent(keys.max_ejection_percent),
    alwaysEjectOneHost: keys.always_eject_one_host,
    successRateMinimumHosts: keys.success_rate_minimum_hosts,
    successRateRequestVolume: keys.success_rate_request_volume,
    successRateStdevFactor: keys.success_rate_stdev_factor,
    enforcingSuccessRate: percent(keys.enforcing_success_rate),
    failurePercentageThreshold: percent(keys.failure_percentage_threshold),
    failurePercentageMinimumHosts: keys.failure_percentage_minimum_hosts,
    failurePercentageRequestVolume: keys.failure_percentage_request_volume,
    enforcingFailurePercentage: percent(keys.enforcing_failure_percentage),
    healthyPanicThreshold: percent(keys.healthy_panic_threshold),
  }),
);

/** A caller's breaker. That its keys are of one kind is checked when all is laid out. */
export function breaker(form: Form): Schema<Breaker> {
  const keys = map({
    ...own,
    resilience4j: optional(resilience4j, "resilience4j's, all options."),
    hystrix: optional(hystrix, "Hystrix's: the breaker alone; timeout and bulkhead are keys."),
    opossum: optional(opossum, "opossum's: the breaker alone; timeout and bulkhead are keys."),
    cockatiel: optional(cockatiel(form), "cockatiel's, by failures in a row, count or sampling."),
    outlier: optional(outlier, "Envoy's outlier detection: ejects replicas instead."),
  });
  return into(keys, (read) => {
    return (
      read.resilience4j ??
      read.hystrix ??
      read.opossum ??
      read.cockatiel ??
      read.outlier ??
      ownBreaker(read)
    );
  });
}
