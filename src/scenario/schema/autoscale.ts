import type { AutoscalePlan } from '../../model/plan.js';
import { LOOKS_EVERY_NS } from '../../policies/event-source.js';
import type { ScaleDirection, ScaleLimit } from '../../policies/hpa.js';
import * as say from '../messages/autoscale.js';
import { type Read, type Refusal, read, refuse } from '../refusal.js';
import { readFactor } from '../units.js';
import { count, duration, number } from './figures.js';
import {
  also,
  either,
  type Form,
  into,
  leaf,
  list,
  map,
  optional,
  perForm,
  required,
  type Schema,
  word,
} from './kit.js';
import { durationWhere, shareWhere } from './narrow.js';

const S = 1e9;

type Metric = AutoscalePlan['metric'];

/** `70%` or 0.7, or an amount: which it is, the metric says. */
interface Target {
  value: number;
  isPercent: boolean;
}

const target: Schema<Target> = leaf(
  (input): Read<Target> => {
    const factor = readFactor(input);
    if (!factor.ok) return refuse(say.noTarget());
    return read({ value: factor.value, isPercent: typeof input === 'string' });
  },
  {
    anyOf: [
      { type: 'number', exclusiveMinimum: 0 },
      { type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?%$' },
    ],
    examples: ['70%', 10],
  },
);

const by: Schema<Omit<ScaleLimit, 'withinNs'>> = leaf(
  (input): Read<Omit<ScaleLimit, 'withinNs'>> => {
    if (typeof input === 'string') {
      const factor = readFactor(input);
      if (!factor.ok || factor.value === 0) return refuse(say.noStep());
      return read({ kind: 'percent', by: Number((factor.value * 100).toPrecision(12)) });
    }
    if (!Number.isInteger(input) || Number(input) < 1) return refuse(say.noStep());
    return read({ kind: 'replicas', by: Number(input) });
  },
  {
    anyOf: [
      { type: 'integer', minimum: 1 },
      { type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?%$' },
    ],
    examples: [4, '100%'],
  },
);

const someTime = durationWhere((ns) => (ns === 0 ? say.noTimeAtAll() : undefined));

/** How fast it may go in one direction; none: never. */
type Limits = readonly ScaleLimit[] | 'none';

const limits: (form: Form) => Schema<Limits> = perForm((form) => {
  const step = map({
    by: required(form, by, 'So many replicas, or so many percent of those at its beginning.'),
    per: required(form, someTime, 'Within this time.'),
  });
  const steps = into(
    list(step),
    (all): Limits => all.map((one) => ({ ...one.by, withinNs: one.per })),
  );
  return either(
    steps,
    into(word(['unbounded']), (): Limits => []),
    word(['none'] as const),
  );
});

const UP: Limits = [
  { kind: 'percent', by: 100, withinNs: 15 * S },
  { kind: 'replicas', by: 4, withinNs: 15 * S },
];
const DOWN: Limits = [{ kind: 'percent', by: 100, withinNs: 15 * S }];

const stabilize = map({
  up: optional(duration, 'On the way up: the least recommendation of this time.', 0, '0s'),
  down: optional(
    duration,
    'On the way down: the greatest recommendation of this time.',
    300 * S,
    '300s',
  ),
});

const rate = (form: Form) =>
  map({
    up: optional(
      limits(form),
      'How fast it may grow: of several the loosest counts; none: never.',
      UP,
      [
        { by: '100%', per: '15s' },
        { by: 4, per: '15s' },
      ],
    ),
    down: optional(limits(form), 'How fast it may shrink, likewise.', DOWN, [
      { by: '100%', per: '15s' },
    ]),
  });

const cold = (form: Form) =>
  map({
    slowdown: required(
      form,
      number(1, true),
      'Work that starts on a new replica takes so many times as long,',
    ),
    for: required(form, someTime, 'for so long from when it is ready.'),
  });

interface Written {
  metric: Metric;
  target: Target;
  min: number;
  max: number;
  period: number;
  delay: number;
  tolerance: number;
  stabilize: { up: number; down: number };
  rate: { up: Limits; down: Limits };
  cold: { slowdown: number; for: number } | null;
}

/** Whether a metric is a share of what a replica can do. */
function isShare(metric: Metric): boolean {
  return metric === 'utilization' || metric === 'cpu';
}

function wholeOf({ max, metric, min, target }: Partial<Written>): Refusal | undefined {
  if (min !== undefined && max !== undefined && min > max) return say.minAboveMax(min, max);
  if (metric === undefined || target === undefined) return undefined;
  const { isPercent, value } = target;
  if (isShare(metric)) {
    return value > 1 || value < 0.01 ? say.targetIsAShare(metric) : undefined;
  }
  return isPercent || value < 0.001 ? say.targetIsAnAmount(metric) : undefined;
}

function planOf(written: Written): AutoscalePlan {
  const { cold: begins, max, metric, min, rate: limited, target: aim } = written;
  const of = isShare(metric) ? 'share' : 'amount';
  const direction = (way: 'up' | 'down'): ScaleDirection => ({
    stabilizeNs: written.stabilize[way],
    limits: limited[way] === 'none' ? null : limited[way],
  });
  return {
    metric,
    periodNs: written.period,
    delayNs: written.delay,
    cold: begins === null ? null : { slowdown: begins.slowdown, forNs: begins.for },
    eventSource: null,
    hpa: {
      // Whole percent, as an autoscaler is told; thousandths, as it counts amounts.
      target: Math.round(aim.value * (of === 'share' ? 100 : 1000)),
      of,
      min,
      max,
      tolerance: written.tolerance,
      up: direction('up'),
      down: direction('down'),
    },
  };
}

/** Most batches at a time, and the least that they may be held to, as AWS has it. */
const BATCHES_MOST = 1000;
const BATCHES_LEAST = 2;
const PER_MINUTE = 300;
const FROM = 5;

interface WrittenSource {
  from: number | undefined;
  per_minute: number;
  max: number;
}

const eventSource: Schema<AutoscalePlan> = into(
  also(
    map({
      from: optional(
        count(1, BATCHES_MOST),
        'How many batches it has invoked at a time at first, and when little is to be done; ' +
          'max where that is less.',
        undefined,
        FROM,
      ),
      per_minute: optional(
        count(1, 100_000),
        'By how many it may grow in a minute while messages wait (60 before 2023).',
        PER_MINUTE,
        PER_MINUTE,
      ),
      max: optional(
        count(BATCHES_LEAST, BATCHES_MOST),
        'Never more batches at a time (MaximumConcurrency).',
        BATCHES_MOST,
        BATCHES_MOST,
      ),
    }) as unknown as Schema<WrittenSource>,
    ({ from, max }) => {
      return from !== undefined && from > (max ?? BATCHES_MOST)
        ? say.fromAboveMax(from, max)
        : undefined;
    },
  ),
  ({ from, max, per_minute }): AutoscalePlan => {
    const least = from ?? Math.min(FROM, max);
    const atOnce: ScaleDirection = { stabilizeNs: 0, limits: [] };
    return {
      metric: 'lag',
      periodNs: LOOKS_EVERY_NS,
      delayNs: 0,
      cold: null,
      eventSource: { from: least, perMinute: per_minute, max },
      hpa: {
        target: 1000,
        of: 'amount',
        min: least,
        max,
        tolerance: 0,
        up: atOnce,
        down: atOnce,
      },
    };
  },
);

const asSource = (form: Form) =>
  map({
    event_source: required(
      form,
      eventSource,
      "As Lambda scales a function's pollers of a queue of sqs: a replica is one invocation at a " +
        'time, which is given a batch and handles its records one after another (workers: 1). ' +
        'While messages wait it grows; when none do it goes back; what fails, or is refused, makes ' +
        'it shrink by its share.',
    ),
  });

/** Replicas that come and go as Kubernetes' HPA, or a function's event source, has it; null for none. */
export const autoscale = perForm((form): Schema<AutoscalePlan | null> => {
  const settings = map({
    metric: required(
      form,
      word(['utilization', 'cpu', 'queue', 'lag', 'in_flight']),
      'What it goes by, on average over the replicas that are ready. utilization: busy workers ÷ ' +
        'workers over the last period, those that wait for a call among them; cpu: running work ÷ ' +
        'cores over the last period, in which waiting uses none; queue, in_flight: how many wait at ' +
        'a replica, or are there at all, when it looks; lag: how many messages lie in the queue ' +
        'it consumes, or are being handled, over its replicas (KEDA).',
    ),
    target: required(
      form,
      target,
      'What each replica should come to: a share in whole percent (utilization, cpu), or a number.',
    ),
    min: optional(count(1), 'Never fewer replicas.', 1, 1),
    max: required(form, count(1, 10_000), 'Never more replicas, those to come among them.'),
    period: optional(someTime, 'How often it looks.', 15 * S, '15s'),
    delay: optional(
      duration,
      'From the decision until a new replica serves: machine, image, start, readiness.',
      60 * S,
      '60s',
    ),
    tolerance: optional(
      shareWhere(() => undefined),
      'So far off the target nothing is done.',
      0.1,
      '10%',
    ),
    stabilize: optional(stabilize, 'Recommendations of this time are heard together.', {
      up: 0,
      down: 300 * S,
    }),
    rate: optional(rate(form), 'How fast it may go.', { up: UP, down: DOWN }),
    cold: optional(
      either(
        cold(form),
        into(word(['none']), () => null),
      ),
      'New replicas are slower at first (caches, just-in-time compilers, connections).',
      null,
      'none',
    ),
  }) as unknown as Schema<Written>;
  const checked = form === 'patch' ? settings : also(settings, wholeOf);
  return either(
    into(checked, (written): AutoscalePlan | null => (form === 'patch' ? null : planOf(written))),
    into(asSource(form), ({ event_source: plan }): AutoscalePlan | null => plan ?? null),
    into(word(['none']), () => null),
  );
});
