import type { Backoff } from '../../policies/backoff.js';
import type { CockatielBackoff } from '../../policies/cockatiel-backoff.js';
import type { FinagleForm } from '../../policies/finagle-backoff.js';
import * as say from '../messages/retries.js';
import type { Refusal } from '../refusal.js';
import { count, duration, durationOrNone, number } from './figures.js';
import {
  also,
  either,
  type Form,
  into,
  map,
  mechanism,
  optional,
  required,
  type Schema,
  word,
} from './kit.js';

const FORMS: readonly FinagleForm[] = [
  ...(['const', 'linear', 'exponential'] as const),
  ...(['equal_jittered', 'exponential_jittered', 'decorrelated_jittered'] as const),
];

interface Finagle {
  kind: FinagleForm;
  start: number;
  maximum: number | undefined;
  offset: number | undefined;
  multiplier: number | undefined;
}

function finagle(form: Form): Schema<Finagle> {
  const settings = map({
    kind: optional(
      word(FORMS),
      'Which of the Backoffs of Finagle.',
      'decorrelated_jittered',
      'decorrelated_jittered',
    ),
    start: optional(duration, 'The first wait, which has no jitter.', 5e6, '5ms'),
    maximum: optional(
      durationOrNone,
      'No wait is longer; one that reaches it stays there. Left out: 200ms with jitter, else none.',
    ),
    offset: optional(duration, 'What linear adds each time.'),
    multiplier: optional(count(1, 1000), 'What exponential multiplies with each time.'),
  }) as Schema<Finagle>;
  return form === 'patch' ? settings : also(settings, misfit);
}

/** What of Finagle's settings does not go together. */
function misfit({ kind, start, maximum, offset, multiplier }: Finagle): Refusal | undefined {
  if (typeof start !== 'number') return undefined;
  if ((kind === 'linear') !== (offset !== undefined)) return say.onlyWith('offset', 'linear');
  if ((kind === 'exponential') !== (multiplier !== undefined)) {
    return say.onlyWith('multiplier', 'exponential');
  }
  if (!kind.endsWith('jittered')) return undefined;
  const most = maximum ?? JITTERED_MAXIMUM;
  if (start === 0 || start > most) return say.startBeyondMaximum();
  return most === Number.POSITIVE_INFINITY ? say.jitterNeedsMaximum() : undefined;
}

/** That of `RetryPolicy.tries`. */
const JITTERED_MAXIMUM = 200e6;

const grpc = map({
  initial_backoff: optional(duration, 'Before the first retry, ±20%.', 100e6, '100ms'),
  max_backoff: optional(duration, 'No wait is longer, ±20%.', 1e9, '1s'),
  backoff_multiplier: optional(number(0, false), 'Each wait is this many times the last.', 2, 2),
});

const cockatiel = map({
  generator: optional(
    word(['none', 'full', 'half', 'decorrelated']),
    'How chance spreads the waits.',
    'decorrelated',
    'decorrelated',
  ),
  initial_delay: optional(duration, 'Before the first retry, about.', 128e6, '128ms'),
  max_delay: optional(duration, 'No wait is longer.', 30e9, '30s'),
  exponent: optional(
    number(1, true),
    'Each wait is about this many times the last; without effect but with decorrelated.',
    2,
    2,
  ),
});

/** How long to wait before a retry. */
export function backoff(form: Form): Schema<Backoff> {
  const exponential = map({
    base: required(form, duration, 'The wait before the first retry.'),
    cap: optional(durationOrNone, 'No wait is longer.', Number.POSITIVE_INFINITY, 'unbounded'),
    factor: optional(number(1, true), 'Each wait is this many times the last.', 2, 2),
  });
  const kinds = mechanism(
    {
      fixed: optional(duration, 'The same wait each time.'),
      exponential: optional(exponential, 'Each wait a multiple of the last, up to a cap.'),
      finagle: optional(finagle(form), 'As Finagle waits, with its own jitter.'),
      grpc: optional(grpc, 'As gRPC waits, with its own jitter.'),
      cockatiel: optional(cockatiel, 'As cockatiel waits, with its own jitter.'),
    },
    'a backoff',
  );
  return either(
    into(word(['none']), (): Backoff => ({ kind: 'none' })),
    into(kinds, (kind): Backoff => planOf(kind as Kinds)),
  );
}

interface Kinds {
  fixed?: number;
  exponential?: { base: number; cap: number; factor: number };
  finagle?: Finagle;
  grpc?: { initial_backoff: number; max_backoff: number; backoff_multiplier: number };
  cockatiel?: {
    generator: CockatielBackoff['generator'];
    initial_delay: number;
    max_delay: number;
    exponent: number;
  };
}

function planOf(kinds: Kinds): Backoff {
  const { fixed, exponential, finagle: own, grpc: calls, cockatiel: polly } = kinds;
  if (fixed !== undefined) return { kind: 'fixed', waitNs: fixed };
  if (exponential !== undefined) {
    const { base, cap, factor } = exponential;
    return { kind: 'exponential', baseNs: base, capNs: cap, factor };
  }
  if (own !== undefined) {
    const { kind, start, maximum, offset, multiplier } = own;
    const usual = kind.endsWith('jittered') ? JITTERED_MAXIMUM : Number.POSITIVE_INFINITY;
    return {
      kind: 'finagle',
      form: kind,
      startNs: start,
      maximumNs: maximum ?? usual,
      offsetNs: offset ?? 0,
      multiplier: multiplier ?? 1,
    };
  }
  if (calls !== undefined) {
    const { initial_backoff, max_backoff, backoff_multiplier } = calls;
    return {
      kind: 'grpc',
      initialNs: initial_backoff,
      maxNs: max_backoff,
      multiplier: backoff_multiplier,
    };
  }
  if (polly === undefined) return { kind: 'none' };
  const { generator, initial_delay, max_delay, exponent } = polly;
  return { kind: 'cockatiel', generator, initialNs: initial_delay, maxNs: max_delay, exponent };
}
