import type { Backoff as BackoffPlan, Jitter } from '../../policies/backoff.js';
import * as say from '../messages.js';
import { read, refuse } from '../refusal.js';
import { count, duration, durationOrNone, number, shareOrNone } from './figures.js';
import {
  either,
  type Form,
  into,
  leaf,
  list,
  map,
  mechanism,
  notYets,
  optional,
  perForm,
  required,
  type Schema,
  word,
} from './kit.js';
import { type Law, law } from './laws.js';

/** What the model counts the tries of one call with: 23 bits. */
const TRIES_MAX = 8_388_607;

/** What the caller does on an edge, as written, defaults filled in. */
export interface Call {
  network: Law | null;
  timeout: number;
  retry: Retry | null;
}

/** How often and when a failed attempt is made again. */
export interface Retry {
  /** Undefined where nothing said it: then nothing is retried. */
  attempts: number | undefined;
  on: string[];
  backoff: BackoffPlan;
  jitter: Jitter;
  budget: number | null;
}

const REASONS = ['timeout', 'rejected', 'error'];
const LATER_REASONS = [
  ...['breaker_open', 'throttled', 'rate_limited', 'bulkhead_full', 'no_connection', 'deadline'],
  ...['expired', 'dropped', 'crashed'],
];

function backoff(form: Form): Schema<BackoffPlan> {
  const exponential = map({
    base: required(form, duration, 'The wait before the first retry.'),
    cap: optional(durationOrNone, 'No wait is longer.', Number.POSITIVE_INFINITY, 'unbounded'),
    factor: optional(number(1, true), 'Each wait is this many times the last.', 2, 2),
  });
  const kinds = mechanism(
    {
      fixed: optional(duration, 'The same wait each time.'),
      exponential: optional(exponential, 'Each wait a multiple of the last, up to a cap.'),
      ...notYets('finagle', 'grpc', 'cockatiel'),
    },
    'a backoff',
  );
  return either(
    into(word(['none']), (): BackoffPlan => ({ kind: 'none' })),
    into(kinds, ({ fixed, exponential: growing }): BackoffPlan => {
      if (fixed !== undefined) return { kind: 'fixed', waitNs: fixed };
      if (growing === undefined) return { kind: 'none' };
      const { base, cap, factor } = growing;
      return { kind: 'exponential', baseNs: base, capNs: cap, factor };
    }),
  );
}

function budget(): Schema<number | null> {
  const kinds = mechanism(
    notYets('finagle', 'grpc', 'envoy', 'aws', 'sre', 'token_bucket'),
    'a retry budget',
  );
  return either(
    shareOrNone,
    into(kinds, () => null),
  );
}

function retry(form: Form): Schema<Retry | null> {
  const settings = map({
    attempts: optional(
      count(1, TRIES_MAX),
      'How often a call is tried; the first counts.',
      undefined,
      1,
    ),
    on: optional(
      list(word(REASONS, LATER_REASONS)),
      'The outcomes after which it is tried again.',
      REASONS,
      REASONS,
    ),
    backoff: optional(
      backoff(form),
      'The wait before a retry.',
      { kind: 'none' } as BackoffPlan,
      'none',
    ),
    jitter: optional(
      word(['none', 'full', 'equal', 'decorrelated']),
      'How chance spreads the waits.',
      'none',
      'none',
    ),
    budget: optional(
      budget(),
      'A retry goes out only if with it retries are at most this share of first tries.',
      null,
      'none',
    ),
    ...notYets('retry_after', 'elsewhere'),
  }) as Schema<Retry>;
  return either(
    settings,
    into(word(['none']), () => null),
  );
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
      leaf<false>((input) => (input === false ? read(input) : refuse(say.notYet('cancel'))), {
        const: false,
      }),
      'Giving up also ends the work at the callee. Not yet: true.',
      false,
      false,
    ),
    ...notYets('deadline', 'connections', 'bulkhead', 'hedge', 'breaker', 'throttle'),
    ...notYets('rate_limit', 'concurrency', 'fallback', 'window'),
  }) as unknown as Schema<Call>;
});
