import type { RateLimitSpec } from '../../policies/rates.js';
import type { ThrottleSpec } from '../../policies/throttles.js';
import * as say from '../messages.js';
import { read, refuse } from '../refusal.js';
import { type Breaker, breaker } from './breaker.js';
import { type ConcurrencyLimit, concurrency } from './concurrency.js';
import {
  count,
  countOrUnbounded,
  duration,
  durationOrNone,
  shareOrNone,
  truth,
} from './figures.js';
import {
  also,
  either,
  type Form,
  into,
  leaf,
  map,
  oneOf,
  optional,
  perForm,
  required,
  type Schema,
  word,
} from './kit.js';
import { type Law, law } from './laws.js';
import { rateLimit } from './limits.js';
import { type Retry, retry } from './retry.js';
import { type Step, steps } from './steps.js';
import { throttle } from './throttle.js';

/** What the caller does on an edge, as written, defaults filled in. */
export interface Call {
  network: Law | null;
  timeout: number;
  retry: Retry | null;
  cancel: boolean;
  deadline: { within: number; propagate: boolean } | null;
  connections: { max: number; wait: number; open: number } | null;
  bulkhead: {
    concurrent: number;
    waiting: number;
    wait: number;
    hold: 'attempt' | 'work';
  } | null;
  hedge: {
    after: { kind: 'fixed'; ns: number } | { kind: 'quantile'; q: number };
    max: number;
    budget: number | null;
  } | null;
  breaker: Breaker | null;
  window: { credits: number } | null;
  throttle: ThrottleSpec | null;
  rate_limit: RateLimitSpec | null;
  concurrency: ConcurrencyLimit | null;
  fallback: Fallback | null;
}

/** What stands in for an answer: after a time, or by steps of the caller's own. */
export interface Fallback {
  latency: Law | undefined;
  handler: Step[] | undefined;
  quality: 'degraded' | 'full';
}

function orNone<T>(schema: Schema<T>): Schema<T | null> {
  return either(
    schema,
    into(word(['none']), () => null),
  ) as Schema<T | null>;
}

const within = map({
  within: optional(
    durationOrNone,
    'From the beginning of the call; left out: as long as it was given.',
    Number.POSITIVE_INFINITY,
    'none',
  ),
  propagate: optional(truth, 'Hands it on: the lesser of what is left and its own.', false, false),
});
const deadline: Schema<NonNullable<Call['deadline']>> = either(
  into(duration, (ns) => ({ within: ns, propagate: false })),
  within,
);

function connections(form: Form): Schema<NonNullable<Call['connections']>> {
  return map({
    max: required(form, count(1), 'Connections of one client of the edge.'),
    wait: optional(
      durationOrNone,
      'How long an attempt waits for one; then it fails with no_connection.',
      Number.POSITIVE_INFINITY,
      'none',
    ),
    open: optional(duration, 'What opening a new one takes; idle ones are used again.', 0, '0s'),
  });
}

function bulkhead(form: Form): Schema<NonNullable<Call['bulkhead']>> {
  return map({
    concurrent: required(form, count(1), 'Places: attempts that may be out at once.'),
    waiting: optional(countOrUnbounded(0), 'How many may wait for a place.', 0, 0),
    wait: optional(
      durationOrNone,
      'How long one waits; then it fails with bulkhead_full.',
      Number.POSITIVE_INFINITY,
      'none',
    ),
    hold: optional(
      word(['attempt', 'work']),
      'A place is kept as long as the caller waits, or until the callee is done.',
      'attempt',
      'attempt',
    ),
  }) as Schema<NonNullable<Call['bulkhead']>>;
}

const QUANTILE = /^p([1-9]\d|99\d{1,2})$/;
const quantile: Schema<{ kind: 'quantile'; q: number }> = leaf(
  (input) => {
    const digits = typeof input === 'string' ? QUANTILE.exec(input)?.[1] : undefined;
    if (digits === undefined) return refuse(say.notATimeOrQuantile());
    return read({ kind: 'quantile' as const, q: Number(`0.${digits}`) });
  },
  { type: 'string', pattern: QUANTILE.source, examples: ['p95', 'p99'] },
);

function hedge(form: Form): Schema<NonNullable<Call['hedge']>> {
  const after = either(
    quantile,
    into(duration, (ns) => ({ kind: 'fixed' as const, ns })),
  );
  return map({
    after: required(
      form,
      after,
      "From the sending of the try; or a quantile of this client's last 1,000 answers here.",
    ),
    max: optional(count(1, 1000), 'Copies beside the first.', 1, 1),
    budget: optional(shareOrNone, 'Copies are at most this share of tries.', null, 'none'),
  }) as Schema<NonNullable<Call['hedge']>>;
}

function window(form: Form): Schema<NonNullable<Call['window']>> {
  return map({ credits: required(form, count(1), 'How many may be unanswered.') });
}

function fallback(form: Form): Schema<Fallback> {
  const settings = map({
    latency: optional(law(form), 'What it takes to have it.'),
    handler: optional(steps, 'Steps that the caller runs instead.'),
    quality: optional(
      word(['degraded', 'full']),
      'Whether an answer made of it is second best.',
      'degraded',
      'degraded',
    ),
  }) as Schema<Fallback>;
  if (form === 'patch') return settings;
  return also(settings, (value) => oneOf(value, ['latency', 'handler'], 'a fallback'));
}

/** What stands before sending: rules that learn, and limits. */
function rules(form: Form) {
  return {
    breaker: optional(
      orNone(breaker(form)),
      'Stops calling what fails: by rates, by failures in a row, or as a library does.',
      null,
      'none',
    ),
    throttle: optional(
      orNone(throttle()),
      'The client holds itself back by what it hears from the callee.',
      null,
      'none',
    ),
    rate_limit: optional(
      orNone(rateLimit(form, 'caller')),
      'How often one client of the edge may send.',
      null,
      'none',
    ),
    concurrency: optional(
      orNone(concurrency(form)),
      'How many one client of the edge may have out; more are refused with bulkhead_full.',
      null,
      'none',
    ),
  };
}

/** What the caller does on the edges a pattern matches. */
export const call = perForm((form): Schema<Call> => {
  const noNetwork = into(word(['none']), () => null);
  return map({
    timeout: optional(
      durationOrNone,
      'Bounds one attempt, from its sending. A timer set before the work ends first: a timeout ' +
        'of 100 ms beats work of exactly 100 ms.',
      Number.POSITIVE_INFINITY,
      'none',
    ),
    network: optional(either(law(form), noNetwork), 'The delay one way.', null, '0s'),
    retry: optional(retry(form), 'Tries a failed call again.', null, 'none'),
    cancel: optional(
      truth,
      'Giving up also ends the work at the callee: the message takes one network delay.',
      false,
      false,
    ),
    deadline: optional(
      orNone(deadline),
      'Bounds the whole call: all attempts, waits and copies; nothing is sent after it.',
      null,
      'none',
    ),
    connections: optional(
      orNone(connections(form)),
      "The caller's pool: an attempt needs a connection before it is sent.",
      null,
      'none',
    ),
    bulkhead: optional(
      orNone(bulkhead(form)),
      'How many of its calls the caller has out on this edge at once.',
      null,
      'none',
    ),
    hedge: optional(
      orNone(hedge(form)),
      'Sends a copy of a try that is slow, to another replica where there is one.',
      null,
      'none',
    ),
    window: optional(
      orNone(window(form)),
      'At most this many unanswered; more block the sender.',
      null,
      'none',
    ),
    fallback: optional(
      orNone(fallback(form)),
      'What the caller answers itself with when the call has failed for good.',
      null,
      'none',
    ),
    ...rules(form),
  }) as unknown as Schema<Call>;
});
