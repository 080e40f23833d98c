import type { BrokerPlan, QueueWhenFull } from '../../model/plan.js';
import * as say from '../messages/brokers.js';
import { notAWord } from '../messages.js';
import { read, refuse } from '../refusal.js';
import { readDuration, readSize } from '../units.js';
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
import {
  documents,
  either,
  type Form,
  into,
  leaf,
  list,
  map,
  mechanism,
  optional,
  perForm,
  required,
  type Schema,
  word,
} from './kit.js';
import { size } from './memory.js';
import { durationWhere, shareWhere } from './narrow.js';

/** Who keeps a queue. */
export type Broker = BrokerPlan['kind'];

export const BROKERS: readonly Broker[] = ['memory', 'kafka', 'rabbitmq', 'sqs', 'stream'];

/** A queue that stands by itself, as written; what another broker has is at its default. */
export interface LoneQueue {
  broker: Broker;
  capacity: number;
  /** Undefined: as is usual for the broker. */
  when_full: { how: QueueWhenFull; queue: string | null } | undefined;
  dead_letter: string | undefined;
  partitions: number;
  retention: number;
  producer: { buffer: number; max_block: number };
  delivery_limit: number;
  memory: { limit: number; at: number } | null;
  visibility: number;
  max_receives: number;
  in_flight: number;
  overflow: 'buffer' | 'drop' | 'latest' | 'error';
}

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
/** RabbitMQ and Kafka both let a consumer hold any number; nobody counts further. */
const UNBOUNDED = Number.POSITIVE_INFINITY;
/** More partitions than clusters have. */
const PARTITIONS_MOST = 100_000;

export const USUAL_PRODUCER = { buffer: 32 * 1024 * 1024, max_block: 60 * S };
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

const WHEN_FULL = [
  ...(['reject', 'block', 'drop_oldest', 'drop_newest', 'drop_lowest_priority'] as const),
  'dead_letter' as const,
];

type Full = NonNullable<LoneQueue['when_full']>;

const fullWord: Schema<Full> = leaf(
  (input) => {
    if (input === 'caller_runs') return refuse(say.nobodyRunsItHere());
    const how = WHEN_FULL.find((one) => one === input);
    return how === undefined ? refuse(notAWord(input, WHEN_FULL, [])) : read({ how, queue: null });
  },
  { enum: [...WHEN_FULL] },
);
const whenFull: Schema<Full> = either(
  fullWord,
  into(
    mechanism(
      { dead_letter: optional(reference('a queue', false), 'As dead_letter beside it.') },
      'what meets one that finds the queue full',
    ),
    ({ dead_letter: queue }): Full => ({ how: 'dead_letter', queue: queue ?? null }),
  ),
);

/** A time above none, or `none` for no bound. */
const someTimeOrNone: Schema<number> = leaf(
  (input) => {
    if (input === 'none' || input === 'unbounded') return read(UNBOUNDED);
    const result = readDuration(input);
    return result.ok && result.value === 0 ? refuse(say.noTimeAtAll()) : result;
  },
  { ...documents.get(durationOrNone) },
);

/** A share of something; none of it would be never. */
const someShare = shareWhere((value) => (value === 0 ? say.noShare() : undefined));

const someSize: Schema<number> = leaf(
  (input) => {
    const result = readSize(input);
    return result.ok && result.value === 0 ? refuse(say.noRoom()) : result;
  },
  { ...documents.get(size) },
);

const visibility = durationWhere((ns) => (ns > 43_200 * S ? say.visibilityTooLong() : undefined));
const longPoll = durationWhere((ns) => (ns > 20 * S ? say.waitTooLong() : undefined));
const someTime = durationWhere((ns) => (ns === 0 ? say.noTimeAtAll() : undefined));

function kafkaKeys() {
  const producer = map({
    buffer: optional(
      someSize,
      'What one client holds unsent at most (buffer.memory).',
      USUAL_PRODUCER.buffer,
      '32MiB',
    ),
    max_block: optional(
      durationOrNone,
      'How long it waits while that is full; then the publish fails (max.block.ms).',
      USUAL_PRODUCER.max_block,
      '60s',
    ),
  });
  return {
    partitions: optional(
      count(1, PARTITIONS_MOST),
      'kafka: how many there are; one key goes to one of them, in order. Each is read by one member ' +
        'of a group, so more replicas than partitions are idle.',
      1,
      1,
    ),
    retention: optional(
      someTimeOrNone,
      'kafka: what is older is thrown away, read or not (log.retention.hours).',
      168 * 3600 * S,
      '168h',
    ),
    producer: optional(producer, 'kafka: what a client that publishes holds.', USUAL_PRODUCER),
  };
}

function rabbitKeys(form: Form) {
  const settings = map({
    limit: required(form, someSize, 'The memory of the broker.'),
    at: optional(
      someShare,
      'The share of it from which publishers are blocked (vm_memory_high_watermark).',
      0.6,
      '60%',
    ),
  });
  return {
    delivery_limit: optional(
      countOrUnbounded(0),
      'rabbitmq: how often one is delivered again at most; then it goes to dead_letter, or is lost. ' +
        'Classic queues have no limit, quorum queues 20 since 4.0.',
      UNBOUNDED,
      'unbounded',
    ),
    memory: optional(
      either(
        settings,
        into(word(['none']), () => null),
      ),
      'rabbitmq: its memory, by the size of the messages that lie there; while it is full publishers ' +
        'are blocked, and consumers go on.',
      null,
      'none',
    ),
  };
}

const SQS_KEYS = {
  visibility: optional(
    visibility,
    'sqs: so long from its receipt a message is seen by nobody else; one that is not deleted by ' +
      'then is received again.',
    30 * S,
    '30s',
  ),
  max_receives: optional(
    countOrUnbounded(1),
    'sqs: received more often than this a message goes to dead_letter (maxReceiveCount).',
    UNBOUNDED,
    'unbounded',
  ),
  in_flight: optional(
    countOrUnbounded(1),
    'sqs: received and not deleted at most; at the limit nothing is received.',
    120_000,
    120_000,
  ),
};

/** A queue that stands by itself. Which keys go with which broker `broker-checks.ts` tells. */
export const loneQueue = perForm(
  (form): Schema<LoneQueue> =>
    map({
      broker: required(form, word(BROKERS), 'Who keeps it; memory: a process.'),
      capacity: optional(
        countOrUnbounded(0),
        'memory: how many may lie there; rabbitmq: how many may lie there ready (x-max-length; what ' +
          'is out unacknowledged does not count); stream: the buffer at the source (left out: none ' +
          'for a source that can be slowed, which waits until it is asked; of one that cannot any ' +
          'number with overflow: buffer, one with latest, none with drop and error). kafka and sqs ' +
          'have no such bound.',
        UNBOUNDED,
        'unbounded',
      ),
      when_full: optional(
        whenFull,
        'What meets one more. memory: reject (the default), block, drop_oldest, drop_newest (its ' +
          'sender is not told), drop_lowest_priority, or dead_letter. rabbitmq: drop_oldest (the ' +
          'default: drop-head), reject (reject-publish), or dead_letter (reject-publish-dlx). ' +
          'dead_letter: it is refused, and a copy is put into that queue.',
      ),
      dead_letter: optional(
        reference('a queue', false),
        'Where what it gives up is put: what is thrown out for another, what was delivered too often, ' +
          'what is refused for want of room. Left out: it is lost. Not of kafka.',
      ),
      ...kafkaKeys(),
      ...rabbitKeys(form),
      ...SQS_KEYS,
      overflow: optional(
        word(['buffer', 'drop', 'latest', 'error']),
        'stream: what becomes of what comes from a source that cannot be slowed (open arrivals) ' +
          'while nobody has asked for it and the capacity is used up. buffer: it is refused; drop: ' +
          'it is thrown away; latest: the oldest in the buffer is, and it comes in; error: it is ' +
          'refused and the stream fails: all that is buffered is thrown away, and who consumes ' +
          'subscribes again. Handlers, backlog and closed can be slowed: they wait.',
        'buffer',
        'buffer',
      ),
    }) as unknown as Schema<LoneQueue>,
);

const conditions: Schema<Condition[]> = either(
  into(condition, (one): Condition[] => [one]),
  list(condition),
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
