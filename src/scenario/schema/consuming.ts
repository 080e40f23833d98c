import * as say from '../messages/brokers.js';
import { read, refuse } from '../refusal.js';
import { readDuration } from '../units.js';
import { type Condition, condition } from './faults.js';
import {
  share as anyShare,
  count,
  countOrUnbounded,
  duration,
  durationOrNone,
  reference,
  truth,
} from './figures.js';
import { documents, either, into, leaf, list, map, optional, type Schema, word } from './kit.js';
import { durationWhere, shareWhere } from './narrow.js';

/** How a component takes work from a queue, as written; what is left out is as the broker has it. */
export interface Consuming {
  consumes: string | undefined;
  prefetch: number;
  poll: Poll | undefined;
  rebalance: { takes: number; mode: 'eager' | 'cooperative' };
  request: { n: number; replenish: number };
  forget: number;
}

/** Of kafka and of sqs; Infinity: no bound. */
export interface Poll {
  /** Undefined: 500 of kafka, 10 of sqs. */
  max_records: number | undefined;
  max_interval: number;
  session: number;
  every: number;
  batch: boolean;
  on_full: 'pause' | 'block' | 'buffer';
  pause_when: Condition[];
  wait: number;
}

const S = 1e9;
const UNBOUNDED = Number.POSITIVE_INFINITY;

export const USUAL_REBALANCE: Consuming['rebalance'] = { takes: 3 * S, mode: 'eager' };
export const USUAL_REQUEST: Consuming['request'] = { n: 256, replenish: 0.75 };
export const USUAL_POLL: Poll = {
  max_records: undefined,
  max_interval: 300 * S,
  session: 45 * S,
  every: 0,
  batch: false,
  on_full: 'pause',
  pause_when: [],
  wait: 20 * S,
};

/** A time above none, or `none` for no bound. */
export const someTimeOrNone: Schema<number> = leaf(
  (input) => {
    if (input === 'none' || input === 'unbounded') return read(UNBOUNDED);
    const result = readDuration(input);
    return result.ok && result.value === 0 ? refuse(say.noTimeAtAll()) : result;
  },
  { ...documents.get(durationOrNone) },
);

/** A share of something; none of it would be never. */
export const someShare = shareWhere((value) => (value === 0 ? say.noShare() : undefined));

const longPoll = durationWhere((ns) => (ns > 20 * S ? say.waitTooLong() : undefined));
const someTime = durationWhere((ns) => (ns === 0 ? say.noTimeAtAll() : undefined));

const conditions: Schema<Condition[]> = either(
  into(condition, (one): Condition[] => [one]),
  list(condition, { minItems: 1 }),
);

const poll: Schema<Poll> = map({
  max_records: optional(
    count(1),
    'What one poll returns at most: kafka 500 (max.poll.records), sqs 10 (and no more).',
  ),
  max_interval: optional(
    someTimeOrNone,
    'kafka: a member that has not polled for so long leaves its group (max.poll.interval.ms).',
    USUAL_POLL.max_interval,
    '5m',
  ),
  session: optional(
    someTimeOrNone,
    'kafka: a member whose heartbeat is out for so long is put out of its group ' +
      '(session.timeout.ms); it goes on while work stalls.',
    USUAL_POLL.session,
    '45s',
  ),
  every: optional(duration, 'kafka: rest between two polls.', USUAL_POLL.every, '0s'),
  batch: optional(
    truth,
    'kafka: the records of a poll are all done, and committed together, before the next poll.',
    USUAL_POLL.batch,
    USUAL_POLL.batch,
  ),
  on_full: optional(
    word(['pause', 'block', 'buffer']),
    'kafka: what the polling thread does while all workers are busy. pause: it polls on and is given ' +
      'nothing; block: it waits for a worker and does not poll; buffer: it takes on without a bound.',
    USUAL_POLL.on_full,
    USUAL_POLL.on_full,
  ),
  pause_when: optional(
    conditions,
    'kafka: while a figure of the series, over the last whole second, is so (METRIC OP value, or any ' +
      'of several) it polls and is given nothing.',
    USUAL_POLL.pause_when,
  ),
  wait: optional(
    longPoll,
    'sqs: how long it waits for the first message (WaitTimeSeconds); 0s: a short poll.',
    USUAL_POLL.wait,
    '20s',
  ),
}) as unknown as Schema<Poll>;

const rebalance: Schema<Consuming['rebalance']> = map({
  takes: optional(
    someTime,
    'How long a rebalance takes (group.initial.rebalance.delay.ms is 3 s).',
    USUAL_REBALANCE.takes,
    '3s',
  ),
  mode: optional(
    word(['eager', 'cooperative']),
    'eager: nobody in the group works meanwhile (Range, which stands first in the list of ' +
      'assignors); cooperative: only what changes hands waits.',
    USUAL_REBALANCE.mode,
    USUAL_REBALANCE.mode,
  ),
}) as unknown as Schema<Consuming['rebalance']>;

const request: Schema<Consuming['request']> = map({
  n: optional(
    countOrUnbounded(1),
    'What a replica asks for at first; it never holds more that it has not handled.',
    USUAL_REQUEST.n,
    USUAL_REQUEST.n,
  ),
  replenish: optional(
    someShare,
    'It asks for more when it has handled this share of n, for as much as that (rounded up).',
    USUAL_REQUEST.replenish,
    '75%',
  ),
});

/** The keys of a component that takes its work from a queue. */
export function consumeKeys() {
  return {
    consumes: optional(
      reference('a queue', false),
      'The queue it takes its work from; with several routes the one of that name handles it.',
    ),
    prefetch: optional(
      countOrUnbounded(1),
      'rabbitmq: how many a replica holds that it has not acknowledged (basic.qos); each is when its ' +
        'handler has ended.',
      UNBOUNDED,
      'unbounded',
    ),
    poll: optional(poll, 'kafka and sqs: how a replica asks for messages.'),
    rebalance: optional(
      rebalance,
      'kafka: what becomes of the group when a member comes or leaves.',
      USUAL_REBALANCE,
    ),
    request: optional(
      request,
      'stream: how a replica asks for messages. Each subscribes for itself, and a message goes to one ' +
        'of them, in turn among those that have asked: they share the work, it is no broadcast.',
      USUAL_REQUEST,
    ),
    forget: optional(
      anyShare,
      'stream: the share of its later requests that it forgets to send; when what it had asked for ' +
        'is used up, it is sent nothing more, and nobody is told.',
      0,
      '0%',
    ),
  };
}
