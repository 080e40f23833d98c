import { AIMD_DEFAULTS } from '../../policies/limit-aimd.js';
import { ENVOY_LIMIT_DEFAULTS } from '../../policies/limit-envoy.js';
import { GRADIENT2_DEFAULTS } from '../../policies/limit-gradient.js';
import { VEGAS_DEFAULTS } from '../../policies/limit-vegas.js';
import { WINDOWED_DEFAULTS, type WindowedSpec } from '../../policies/limit-windowed.js';
import type { LimitSpec } from '../../policies/limits.js';
import * as say from '../messages.js';
import { type Refusal, refuse } from '../refusal.js';
import { count, duration, number } from './figures.js';
import {
  also,
  either,
  type Form,
  into,
  leaf,
  map,
  oneOf,
  optional,
  type Schema,
  word,
} from './kit.js';
import { shared } from './limits.js';
import { atLeast, option, part, time } from './options.js';

/** How many at once, as written. */
export interface ConcurrencyLimit {
  limit: LimitSpec;
  /** One for the whole fleet, not one each. */
  shared: boolean;
}

/** The library wants windows of 100 ms or more, and ten samples or more in each. */
const WINDOW_LEAST_NS = 100e6;
const WINDOW_LEAST_SAMPLES = 10;

function windowed(): Schema<WindowedSpec | null> {
  const { minWindowTimeNs, maxWindowTimeNs, windowSize, minRttThresholdNs } = WINDOWED_DEFAULTS;
  const settings = map({
    min_window_time: time(atLeast(WINDOW_LEAST_NS), 'A window is no shorter.', minWindowTimeNs),
    max_window_time: time(atLeast(WINDOW_LEAST_NS), 'A window is no longer.', maxWindowTimeNs),
    window_size: option(
      count(WINDOW_LEAST_SAMPLES),
      'With fewer samples a window teaches nothing.',
      windowSize,
    ),
    min_rtt_threshold: time(duration, 'What was faster is not counted.', minRttThresholdNs),
  });
  const spec = into(
    settings,
    (keys): WindowedSpec => ({
      minWindowTimeNs: keys.min_window_time,
      maxWindowTimeNs: keys.max_window_time,
      windowSize: keys.window_size,
      minRttThresholdNs: keys.min_rtt_threshold,
    }),
  );
  const schema = either(
    spec,
    into(word(['none']), () => null),
  );
  const description = 'Learns from windows instead of single samples (WindowedLimit).';
  return optional(schema, description, null, 'none') as Schema<WindowedSpec | null>;
}

/** Bounds that contradict each other. */
function ordered(form: Form, ...bounds: [string, number | undefined][]): Refusal | undefined {
  if (form === 'patch') return undefined;
  for (let i = 1; i < bounds.length; i++) {
    const [low, least] = bounds[i - 1] ?? ['', 0];
    const [high, most] = bounds[i] ?? ['', 0];
    if ((least ?? 0) > (most ?? 0))
      return say.limitOutOfOrder(`${low} ${least}`, `${high} ${most}`);
  }
  return undefined;
}

const backoffRatio: Schema<number> = leaf(
  (input) =>
    typeof input === 'number' && input >= 0.5 && input < 1
      ? { ok: true, value: input }
      : refuse(say.backoffRatioOutOfRange()),
  { type: 'number', minimum: 0.5, exclusiveMaximum: 1 },
);

function aimd(form: Form): Schema<LimitSpec> {
  const { initialLimit, minLimit, maxLimit, timeoutNs } = AIMD_DEFAULTS;
  const settings = map({
    initial_limit: option(count(1), 'The limit at first.', initialLimit),
    min_limit: option(count(1), 'It never falls below.', minLimit),
    max_limit: option(count(1), 'It never rises above.', maxLimit),
    backoff_ratio: option(
      backoffRatio,
      'A drop multiplies the limit by this.',
      AIMD_DEFAULTS.backoffRatio,
    ),
    timeout: time(atLeast(1), 'What took longer counts as dropped.', timeoutNs),
    windowed: windowed(),
  });
  const checked = also(settings, (keys) =>
    ordered(
      form,
      ['min_limit', keys.min_limit],
      ['initial_limit', keys.initial_limit],
      ['max_limit', keys.max_limit],
    ),
  );
  return into(checked, (keys) => ({
    kind: 'aimd' as const,
    initialLimit: keys.initial_limit,
    minLimit: keys.min_limit,
    maxLimit: keys.max_limit,
    backoffRatio: keys.backoff_ratio,
    timeoutNs: keys.timeout,
    windowed: keys.windowed,
  }));
}

function vegas(form: Form): Schema<LimitSpec> {
  const { initialLimit, maxConcurrency, probeMultiplier, smoothing } = VEGAS_DEFAULTS;
  const settings = map({
    initial_limit: option(count(1), 'The limit at first.', initialLimit),
    max_concurrency: option(count(1), 'It never rises above.', maxConcurrency),
    smoothing: part('How much of a new limit is taken over at once.', smoothing),
    probe_multiplier: option(
      count(1),
      'The shortest round trip is replaced every so many samples, times the limit, times 0.5 to 1.',
      probeMultiplier,
    ),
    alpha: optional(count(0), 'Fewer queued raise the limit; left out: 3 log10(limit).'),
    beta: optional(count(0), 'More queued lower it; left out: 6 log10(limit).'),
    threshold: optional(
      count(0),
      'So few queued raise it by beta at once; left out: log10(limit).',
    ),
    windowed: windowed(),
  });
  const checked = also(settings, (keys) =>
    ordered(form, ['initial_limit', keys.initial_limit], ['max_concurrency', keys.max_concurrency]),
  );
  return into(checked, (keys) => ({
    kind: 'vegas' as const,
    initialLimit: keys.initial_limit,
    maxConcurrency: keys.max_concurrency,
    smoothing: keys.smoothing,
    probeMultiplier: keys.probe_multiplier,
    alpha: keys.alpha ?? null,
    beta: keys.beta ?? null,
    threshold: keys.threshold ?? null,
    windowed: keys.windowed,
  }));
}

function gradient2(form: Form): Schema<LimitSpec> {
  const defaults = GRADIENT2_DEFAULTS;
  const settings = map({
    initial_limit: option(count(1), 'The limit at first.', defaults.initialLimit),
    min_limit: option(count(1), 'It never falls below.', defaults.minLimit),
    max_concurrency: option(count(1), 'It never rises above.', defaults.maxConcurrency),
    smoothing: part('How much of a new limit is taken over at once.', defaults.smoothing),
    queue_size: option(
      count(0),
      'What it may grow by while nothing is slower.',
      defaults.queueSize,
    ),
    rtt_tolerance: option(
      number(1, true),
      'So many times the long average is still well.',
      defaults.rttTolerance,
    ),
    long_window: option(count(1), 'Samples of the long average.', defaults.longWindow),
    windowed: windowed(),
  });
  const checked = also(settings, (keys) =>
    ordered(
      form,
      ['min_limit', keys.min_limit],
      ['initial_limit', keys.initial_limit],
      ['max_concurrency', keys.max_concurrency],
    ),
  );
  return into(checked, (keys) => ({
    kind: 'gradient2' as const,
    initialLimit: keys.initial_limit,
    minLimit: keys.min_limit,
    maxConcurrency: keys.max_concurrency,
    smoothing: keys.smoothing,
    queueSize: keys.queue_size,
    rttTolerance: keys.rtt_tolerance,
    longWindow: keys.long_window,
    windowed: keys.windowed,
  }));
}

function envoyKeys() {
  const defaults = ENVOY_LIMIT_DEFAULTS;
  return {
    sample_aggregate_percentile: part(
      'Which of the round trips stands for them all.',
      defaults.sampleAggregatePercentile,
    ),
    max_concurrency_limit: option(count(1), 'It never rises above.', defaults.maxConcurrencyLimit),
    concurrency_update_interval: time(
      atLeast(1),
      'How often the limit is set.',
      defaults.concurrencyUpdateIntervalNs,
    ),
    interval: time(atLeast(1), 'How often the least round trip is measured.', defaults.intervalNs),
    request_count: option(count(1), 'Samples of such a measurement.', defaults.requestCount),
    jitter: part('By how much at most that interval is drawn out.', defaults.jitter),
    min_concurrency: option(
      count(1),
      'The limit while it is measured; the limit never falls below.',
      defaults.minConcurrency,
    ),
    buffer: part('So much slower than the least is still well.', defaults.buffer),
    fixed_value: optional(atLeast(1), 'The least round trip, told instead of measured.'),
  };
}

function envoy(form: Form): Schema<LimitSpec> {
  const checked = also(map(envoyKeys()), (keys) =>
    ordered(
      form,
      ['min_concurrency', keys.min_concurrency],
      ['max_concurrency_limit', keys.max_concurrency_limit],
    ),
  );
  return into(checked, (keys) => ({
    kind: 'envoy' as const,
    sampleAggregatePercentile: keys.sample_aggregate_percentile,
    maxConcurrencyLimit: keys.max_concurrency_limit,
    concurrencyUpdateIntervalNs: keys.concurrency_update_interval,
    intervalNs: keys.interval,
    requestCount: keys.request_count,
    jitter: keys.jitter,
    minConcurrency: keys.min_concurrency,
    buffer: keys.buffer,
    fixedValueNs: keys.fixed_value ?? null,
  }));
}

const KINDS = ['limit', 'aimd', 'vegas', 'gradient2', 'envoy'];

/** How many may be at work at once: a number, or how it is found. */
export function concurrency(form: Form): Schema<ConcurrencyLimit> {
  const fixed = (limit: number): ConcurrencyLimit => ({
    limit: { kind: 'fixed', limit },
    shared: false,
  });
  const settings = map({
    limit: optional(
      into(count(1), (limit): LimitSpec => ({ kind: 'fixed', limit })),
      'So many, whatever happens.',
    ),
    aimd: optional(aimd(form), 'One more for each that was well, 0.9 times for each dropped.'),
    vegas: optional(vegas(form), 'By how many seem to queue (Netflix, after TCP Vegas).'),
    gradient2: optional(gradient2(form), 'By how round trips grow (Netflix).'),
    envoy: optional(envoy(form), 'By how round trips compare with the least (Envoy).'),
    shared,
  });
  const checked = also(settings, (value) =>
    form === 'whole' ? oneOf(value, KINDS, 'a limit of concurrency') : undefined,
  );
  const found = into(checked, ({ shared: one, ...kinds }): ConcurrencyLimit => {
    const [limit] = Object.values(kinds).filter((kind) => kind !== undefined);
    return { limit: limit ?? { kind: 'fixed', limit: 1 }, shared: one };
  });
  return either(into(count(1), fixed), found);
}
