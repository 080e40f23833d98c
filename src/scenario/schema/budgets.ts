import type { BudgetSpec } from '../../policies/budgets.js';
import * as say from '../messages/retries.js';
import { type Read, read, refuse } from '../refusal.js';
import { DURATION_PATTERN, PERCENT_PATTERN, readDuration, readFactor } from '../units.js';
import { count, number, share, shareOrNone, truth } from './figures.js';
import { also, either, into, leaf, map, mechanism, optional, type Schema, word } from './kit.js';

const shared = optional(
  truth,
  'One budget for all clients of the edge, not one each.',
  false,
  false,
);

/** Finagle lets so many retries be asked for each request. */
const FINAGLE_MOST = 1000;

/** A share that may be more than all. */
const shareBeyond: Schema<number> = leaf(
  (input): Read<number> => {
    const factor = readFactor(input);
    if (factor.ok && factor.value > FINAGLE_MOST) return refuse(say.tooManyRetries(FINAGLE_MOST));
    return factor;
  },
  {
    anyOf: [
      { type: 'number', minimum: 0, maximum: FINAGLE_MOST },
      { type: 'string', pattern: PERCENT_PATTERN },
    ],
    examples: ['20%', '200%'],
  },
);

const ttl: Schema<number> = leaf(
  (input) => {
    const ns = readDuration(input);
    return ns.ok && (ns.value < 1e9 || ns.value > 60e9) ? refuse(say.ttlOutOfRange()) : ns;
  },
  { type: 'string', pattern: DURATION_PATTERN, examples: ['10s'] },
);

const finagle = map({
  ttl: optional(ttl, 'After this time deposits and withdrawals are forgotten.', 10e9, '10s'),
  min_retries_per_sec: optional(
    count(0, 1_000_000),
    'A reserve: this many times the ttl in seconds may be spent at once.',
    10,
    10,
  ),
  percent_can_retry: optional(shareBeyond, 'Retries that requests pay for.', 0.2, '20%'),
  shared,
});

const grpc = map({
  max_tokens: optional(
    count(1, 1000),
    'Tokens there are; a failure takes one. Retries stop at half of them.',
    10,
    10,
  ),
  token_ratio: optional(tokenRatio(), 'What a success gives back; three decimals count.', 0.1, 0.1),
  shared,
});

function tokenRatio(): Schema<number> {
  return also(number(0, false), (ratio) => (ratio < 0.001 ? say.ratioTooFine() : undefined));
}

const envoy = map({
  budget_percent: optional(share, 'Of the requests active or pending.', 0.2, '20%'),
  min_retry_concurrency: optional(count(0), 'So many may be in flight in any case.', 3, 3),
  shared,
});

const aws = map({
  capacity: optional(count(1), 'Of the bucket; a retry takes 5, after a timeout 10.', 500, 500),
  mode: optional(
    word(['standard', 'standard_2_1']),
    'standard_2_1: 5 after a refusal, 14 after anything else.',
    'standard',
    'standard',
  ),
  shared,
});

function sre() {
  const ratio = leaf(
    (input): Read<number> => {
      const factor = readFactor(input);
      if (factor.ok && factor.value >= 1) return refuse(say.allAreRetries());
      return factor;
    },
    {
      anyOf: [
        { type: 'number', minimum: 0, exclusiveMaximum: 1 },
        { type: 'string', pattern: PERCENT_PATTERN },
      ],
      examples: ['10%'],
    },
  );
  return map({
    ratio: optional(ratio, 'Retries are at most this share of all attempts.', 0.1, '10%'),
    shared,
  });
}

const bucket = map({
  size: optional(bucketSize(), 'Tokens it holds; it begins full. More than 1.', 5, 5),
  deposit: optional(deposit(), 'What every first try puts in; at most 1.', 0.1, 0.1),
  shared,
});

function bucketSize(): Schema<number> {
  return leaf(
    (input) => {
      if (typeof input !== 'number' || !Number.isFinite(input)) return refuse(say.notTokens());
      return input > 1 && input <= 1e9 ? read(input) : refuse(say.bucketTooSmall());
    },
    { type: 'number', exclusiveMinimum: 1 },
  );
}

function deposit(): Schema<number> {
  return leaf(
    (input) => {
      if (typeof input !== 'number' || !Number.isFinite(input)) return refuse(say.notTokens());
      return input >= 0 && input <= 1 ? read(input) : refuse(say.depositOutOfRange());
    },
    { type: 'number', minimum: 0, maximum: 1 },
  );
}

const breaker = map({
  max_rate: optional(
    share,
    'Failures so far are at most this share of first tries so far; beyond, nothing is retried.',
    0.1,
    '10%',
  ),
  shared,
});

/** What limits retries: a share of first tries, or a library's own rule. */
export function budget(): Schema<BudgetSpec | null> {
  const kinds = mechanism(
    {
      finagle: optional(finagle, "Finagle's RetryBudget."),
      grpc: optional(grpc, "gRPC's retry throttling: a breaker of retries."),
      envoy: optional(envoy, "Envoy's retry_budget: how many retries may be in flight."),
      aws: optional(aws, "The retry quota of the AWS SDKs' standard mode."),
      sre: optional(sre(), 'A share of all attempts in ten slices of a second.'),
      token_bucket: optional(bucket, "Brooker's bucket: a retry needs more than one token."),
      breaker: optional(breaker, "Brooker's breaker of retries: all failures so far."),
    },
    'a retry budget',
  );
  return either(
    into(shareOrNone, (part): BudgetSpec | null =>
      part === null ? null : { kind: 'percent', share: part },
    ),
    into(kinds, (kind): BudgetSpec | null => specOf(kind as Kinds)),
  );
}

interface Kinds {
  finagle?: {
    ttl: number;
    min_retries_per_sec: number;
    percent_can_retry: number;
    shared: boolean;
  };
  grpc?: { max_tokens: number; token_ratio: number; shared: boolean };
  envoy?: { budget_percent: number; min_retry_concurrency: number; shared: boolean };
  aws?: { capacity: number; mode: 'standard' | 'standard_2_1'; shared: boolean };
  sre?: { ratio: number; shared: boolean };
  token_bucket?: { size: number; deposit: number; shared: boolean };
  breaker?: { max_rate: number; shared: boolean };
}

function specOf(kinds: Kinds): BudgetSpec | null {
  const { aws: quota, breaker: cut, envoy: flight, finagle: window, grpc: tokens } = kinds;
  if (window !== undefined) {
    const { ttl: ttlNs, min_retries_per_sec, percent_can_retry, ...rest } = window;
    return {
      kind: 'finagle',
      ttlNs,
      minRetriesPerSec: min_retries_per_sec,
      percentCanRetry: percent_can_retry,
      ...rest,
    };
  }
  if (tokens !== undefined) {
    const { max_tokens, token_ratio, ...rest } = tokens;
    return { kind: 'grpc', maxTokens: max_tokens, tokenRatio: token_ratio, ...rest };
  }
  if (flight !== undefined) {
    const { budget_percent, min_retry_concurrency, ...rest } = flight;
    return {
      kind: 'envoy',
      budgetPercent: budget_percent,
      minRetryConcurrency: min_retry_concurrency,
      ...rest,
    };
  }
  if (quota !== undefined) return { kind: 'aws', ...quota };
  if (kinds.sre !== undefined) return { kind: 'sre', ...kinds.sre };
  if (kinds.token_bucket !== undefined) return { kind: 'token_bucket', ...kinds.token_bucket };
  return cut === undefined ? null : { kind: 'breaker', maxRate: cut.max_rate, shared: cut.shared };
}
