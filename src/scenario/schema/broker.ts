import type { BrokerPlan, QueueWhenFull } from '../../model/plan.js';
import * as say from '../messages/brokers.js';
import { notAWord } from '../messages.js';
import { read, refuse } from '../refusal.js';
import { readSize } from '../units.js';
import { someShare, someTimeOrNone } from './consuming.js';
import { count, countOrUnbounded, durationOrNone, reference } from './figures.js';
import {
  documents,
  either,
  type Form,
  into,
  leaf,
  map,
  mechanism,
  optional,
  perForm,
  required,
  type Schema,
  word,
} from './kit.js';
import { size } from './memory.js';
import { durationWhere } from './narrow.js';

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

const S = 1e9;
const UNBOUNDED = Number.POSITIVE_INFINITY;
/** Deliveries of one message are counted up to some more than this. */
const DELIVERIES_MOST = 4000;
/** More partitions than clusters have. */
const PARTITIONS_MOST = 100_000;

export const USUAL_PRODUCER = { buffer: 32 * 1024 * 1024, max_block: 60 * S };

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

const someSize: Schema<number> = leaf(
  (input) => {
    const result = readSize(input);
    return result.ok && result.value === 0 ? refuse(say.noRoom()) : result;
  },
  { ...documents.get(size) },
);

const visibility = durationWhere((ns) => {
  if (ns === 0) return say.neverHidden();
  return ns > 43_200 * S ? say.visibilityTooLong() : undefined;
});

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
      countOrUnbounded(0, DELIVERIES_MOST),
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
      'rabbitmq: its memory, by the size of the messages that lie there, ready or not acknowledged; ' +
        'above the mark its publishers are blocked, and consumers go on. It is of this queue alone; ' +
        'in a real broker all queues of a node share one, and all its publishers are blocked.',
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
      broker: required(
        form,
        word(BROKERS),
        'Who keeps it; memory: a process. Another one laid over it replaces the queue whole.',
      ),
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
          'dead_letter: it is put into that queue at once.',
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
