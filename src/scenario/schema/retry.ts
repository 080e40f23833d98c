import type { Backoff, Jitter } from '../../policies/backoff.js';
import type { BudgetSpec } from '../../policies/budgets.js';
import { backoff } from './backoffs.js';
import { budget } from './budgets.js';
import { count, duration, durationOrNone, truth } from './figures.js';
import { either, type Form, into, list, map, optional, type Schema, word } from './kit.js';

/** What the model counts the tries of one call with: 23 bits. */
const TRIES_MAX = 8_388_607;

/** How often and when a failed attempt is made again. */
export interface Retry {
  /** Undefined where nothing said it: then nothing is retried. */
  attempts: number | undefined;
  on: string[];
  backoff: Backoff;
  jitter: Jitter;
  retry_after: boolean;
  budget: BudgetSpec | null;
  elsewhere: boolean;
}

const REASONS = ['timeout', 'rejected', 'error'];
/** Parts of those. */
const PARTS = ['expired', 'dropped', 'crashed'];
const LOCAL_REASONS = [
  ...['breaker_open', 'throttled', 'rate_limited'],
  ...['bulkhead_full', 'no_connection', 'deadline'],
];

/** What the caller does about failed attempts. */
export function retry(form: Form): Schema<Retry | null> {
  const settings = map({
    attempts: optional(
      count(1, TRIES_MAX),
      'How often a call is tried; the first counts.',
      undefined,
      1,
    ),
    on: optional(
      list(word([...REASONS, ...PARTS, ...LOCAL_REASONS])),
      'The outcomes after which it is tried again: rejected with expired and dropped in it, error ' +
        'with crashed; local reasons only where they stand here.',
      REASONS,
      REASONS,
    ),
    backoff: optional(
      backoff(form),
      'The wait before a retry.',
      { kind: 'none' } as Backoff,
      'none',
    ),
    jitter: optional(
      word(['none', 'full', 'equal', 'decorrelated']),
      'How chance spreads the waits of fixed and exponential; the others bring their own.',
      'none',
      'none',
    ),
    retry_after: optional(
      truth,
      'Waits at least as long as a refusal asks it to; what chance spreads is added to that.',
      false,
      false,
    ),
    budget: optional(
      budget(),
      'A retry goes out only if with it retries are at most this share of first tries, or as the ' +
        'budget of a library allows.',
      null,
      'none',
    ),
    elsewhere: optional(
      truth,
      'To another replica than the one that failed, where there is one.',
      false,
      false,
    ),
  }) as Schema<Retry>;
  return either(
    settings,
    into(word(['none']), () => null),
  );
}

/** What a refusal takes, and what it tells. */
export interface Reject {
  cost: number;
  retry_after: number | null;
}

/** What refusing costs a service, and what its senders are told. */
export const reject: Schema<Reject | null> = either(
  map({
    cost: optional(
      duration,
      'Work of a worker for each refusal. Refusals wait in a line of their own, served before the ' +
        'queue; the sender is told when its own is done.',
      0,
      '0s',
    ),
    retry_after: optional(
      into(durationOrNone, (ns) => (ns === Number.POSITIVE_INFINITY ? null : ns)),
      'How long the sender is asked to wait before it tries again (Retry-After).',
      null,
      'none',
    ),
  }),
  into(word(['none']), () => null),
);
