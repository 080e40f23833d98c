import type { LibraryDefaults } from './library.js';

/**
 * Documented defaults of brokers and streams, and which key of the language each is; where its own
 * default is another one, the doc says so.
 */

type Option = readonly [name: string, usual: string, doc: string];

function table(library: string, part: string, source: string, options: Option[]): LibraryDefaults {
  return {
    library,
    part,
    source,
    options: options.map(([name, usual, doc]) => ({ name, default: usual, doc })),
  };
}

const KAFKA: LibraryDefaults[] = [
  table('kafka', 'consumer', 'apache/kafka clients ConsumerConfig (3.9, 4.0)', [
    ['max_poll_records', '500', 'poll.max_records: what a poll returns, not what is fetched.'],
    ['max_poll_interval', '5m', 'poll.max_interval: no poll for so long, and it leaves its group.'],
    ['session_timeout', '45s', 'poll.session: no heartbeat for so long, and it is put out.'],
    [
      'partition_assignment_strategy',
      'range, cooperative-sticky',
      'rebalance.mode: eager, as Range stands first; cooperative where it is taken out.',
    ],
    [
      'heartbeat_interval',
      '3s',
      'No key: heartbeats come from a thread of their own, and go on while work stalls.',
    ],
    ['fetch_min_bytes', '1B', 'No key: a poll that finds a record returns.'],
    ['fetch_max_wait', '500ms', 'No key: one that finds none waits for the first.'],
    ['fetch_max_bytes', '50MiB', 'Not modelled: a poll is bounded by its records.'],
    [
      'auto_commit_interval',
      '5s',
      'Not modelled: what is done is committed at once, with batch after the poll.',
    ],
  ]),
  table('kafka', 'producer', 'apache/kafka clients ProducerConfig (3.9, 4.0)', [
    ['buffer_memory', '32MiB', 'producer.buffer of the queue.'],
    ['max_block', '60s', 'producer.max_block: then the publish fails.'],
    ['delivery_timeout', '2m', 'timeout of the edge that publishes.'],
    ['linger', '5ms', 'Not modelled (0 before 4.0): what is published is there at once.'],
    ['acks', 'all', 'Not modelled: the broker does not lose what it has taken.'],
  ]),
  table('kafka', 'broker', 'apache/kafka server configs (3.9, 4.0)', [
    ['num_partitions', '1', 'partitions'],
    ['log_retention', '168h', 'retention'],
    ['group_initial_rebalance_delay', '3s', 'rebalance.takes'],
  ]),
];

const RABBITMQ: LibraryDefaults[] = [
  table('rabbitmq', 'queue', 'rabbitmq.com docs: maxlength, quorum-queues, dlx (4.x)', [
    ['max_length', 'unbounded', 'capacity: only what is ready counts.'],
    [
      'overflow',
      'drop-head',
      'when_full: drop_oldest; reject-publish is reject, reject-publish-dlx is dead_letter.',
    ],
    [
      'delivery_limit',
      'unbounded',
      'delivery_limit: of classic queues; quorum queues have 20 since 4.0.',
    ],
  ]),
  table('rabbitmq', 'consumer', 'rabbitmq.com docs: consumer-prefetch, consumers (4.x)', [
    ['prefetch_count', 'unbounded', 'prefetch: 0 in AMQP; 100 to 300 are recommended.'],
    ['consumer_timeout', '30m', 'Not modelled: an acknowledgement may take any time.'],
  ]),
  table('rabbitmq', 'broker', 'rabbitmq.com docs: memory, alarms; rabbit.hrl (4.x)', [
    [
      'vm_memory_high_watermark',
      '60%',
      'memory.at, of memory.limit (40% before 4.0): publishers are blocked, consumers go on.',
    ],
    ['disk_free_limit', '50MB', 'Not modelled: a disk that fills up.'],
    [
      'credit_flow_default_credit',
      '400, 200',
      'No key: a queue here takes what comes at once, so credit lacks only while memory.at blocks all. ' +
        'What a client has out unconfirmed is window: { credits: 400 } of its edge.',
    ],
  ]),
];

const SQS_GUIDE = 'docs.aws.amazon.com AWSSimpleQueueService';

const SQS: LibraryDefaults[] = [
  table('sqs', 'queue', `${SQS_GUIDE}: SetQueueAttributes, quotas`, [
    [
      'visibility_timeout',
      '30s',
      'visibility, up to 12h; 0s would be received again at once, for ever.',
    ],
    ['max_receive_count', 'unbounded', 'max_receives: without a redrive policy there is none.'],
    ['in_flight', '120000', 'in_flight, of standard queues.'],
    ['message_retention_period', '96h', 'Not modelled: messages are kept.'],
  ]),
  table('sqs', 'receive', `${SQS_GUIDE}: ReceiveMessage`, [
    [
      'max_number_of_messages',
      '1',
      'poll.max_records, at most 10; left out there it is 10, as pollers do.',
    ],
    [
      'wait_time',
      '0s',
      'poll.wait, at most 20s; left out there it is 20s, the long poll that is recommended.',
    ],
  ]),
  table('sqs', 'event source', 'docs.aws.amazon.com lambda: Using Lambda with Amazon SQS', [
    ['batch_size', '10', 'poll.max_records'],
    ['concurrent_batches', '5', 'autoscale.event_source.from'],
    ['more_per_minute', '300', 'autoscale.event_source.per_minute (60 before 2023).'],
    ['most_batches', '1000', 'autoscale.event_source.max: maximum_concurrency, 2 to 1000.'],
  ]),
];

const REACTOR_SOURCE =
  'reactor/reactor-core util/concurrent/Queues, Operators; reactive-streams-jvm';

const REACTOR: LibraryDefaults[] = [
  table('reactor', 'demand', REACTOR_SOURCE, [
    ['prefetch', '256', 'request.n (Queues.SMALL_BUFFER_SIZE).'],
    [
      'replenish',
      '75%',
      'request.replenish: request(192) after 192 of 256 (n - n/4, as rounded up).',
    ],
    ['flat_map_concurrency', '256', 'workers of the stage.'],
    ['flat_map_prefetch', '32', 'request.n of an inner stream (Queues.XS_BUFFER_SIZE).'],
    ['on_backpressure', 'buffer', 'overflow of the queue; also drop, latest, error.'],
    [
      'on_backpressure_buffer',
      'unbounded',
      'capacity of the queue. A full one refuses, as tryEmitNext does (FAIL_OVERFLOW); with ' +
        'overflow: error it ends the stream, as onBackpressureBuffer(n) does.',
    ],
  ]),
];

export const BROKERS: readonly LibraryDefaults[] = [...KAFKA, ...RABBITMQ, ...SQS, ...REACTOR];
