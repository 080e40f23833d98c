import { describe, expect, it } from 'vitest';
import type { EdgePlan, Plan } from '../../src/model/plan.js';
import { LIBRARIES, type LibraryDefaults } from '../../src/scenario/index.js';
import { edge, planOf, small } from './support.js';

/** Tables whose breakers are tied to the language beside the other tests of breakers. */
const BREAKERS = ['resilience4j', 'hystrix', 'opossum', 'cockatiel'].map((of) => `${of} breaker`);
const TIED_ELSEWHERE = [...BREAKERS, 'envoy outlier detection'];

const onEdge = (keys: string): string => small(`calls: { "shop -> db": { ${keys} } }`);
const inShop = (keys: string): string => small().replace('shop: {', `shop: { ${keys},`);
const limit = (of: string) => (keys: string) => onEdge(`concurrency: { ${of}: ${keys} }`);
const throttle = (of: string) => (keys: string) => onEdge(`throttle: { ${of}: ${keys} }`);
const retry = (keys: string): string => onEdge(`retry: { attempts: 3, ${keys} }`);
const budget = (of: string) => (keys: string) => retry(`budget: { ${of}: ${keys} }`);
const shed = (of: string) => (keys: string) =>
  inShop(`queue: { capacity: 100, shed: { ${of}: ${keys} } }`);

/** What the language names after a library, and where its settings stand in a scenario. */
const NAMED: Record<string, (keys: string) => string> = {
  'netflix aimd': limit('aimd'),
  'netflix vegas': limit('vegas'),
  'netflix gradient2': limit('gradient2'),
  'netflix windowed': (keys) => onEdge(`concurrency: { aimd: { windowed: ${keys} } }`),
  'envoy adaptive concurrency': limit('envoy'),
  'envoy throttle': throttle('envoy'),
  'finagle throttle': throttle('finagle'),
  'aws_adaptive throttle': throttle('aws_adaptive'),
  'sre throttle': throttle('sre'),
  'finagle retry budget': budget('finagle'),
  'grpc retry throttling': budget('grpc'),
  'grpc retry backoff': (keys) => retry(`backoff: { grpc: ${keys} }`),
  'envoy retry budget': budget('envoy'),
  'aws retry quota': budget('aws'),
  'sre retry budget': budget('sre'),
  'resilience4j rate limiter': (keys) => onEdge(`rate_limit: { resilience4j: ${keys} }`),
  'linux codel': shed('codel'),
  'linux pie': shed('pie'),
  'folly codel': shed('folly_codel'),
  'facebook queue timeouts': shed('facebook'),
  'kubernetes priority and fairness': (keys) => inShop(`admission: [ { fair_queues: ${keys} } ]`),
};

type Row = [write: (value: string) => string, read: (plan: Plan) => unknown, is: unknown];

const of = (figure: (call: EdgePlan) => unknown) => (plan: Plan) =>
  figure(edge(plan, 'shop -> db'));
const queueOf = ({ components }: Plan) => components.find(({ name }) => name === 'shop')!.queue;
const attempts: Row = [
  (value) => onEdge(`retry: { attempts: ${value} }`),
  of(({ retry: one }) => one?.attempts),
  3,
];
const timeout: Row = [
  (value) => onEdge(`timeout: ${value}`),
  of(({ timeoutNs }) => timeoutNs),
  1e9,
];
const bulkhead = (keys: (value: string) => string, is: object): Row => [
  (value) => onEdge(`bulkhead: { ${keys(value)} }`),
  of(({ bulkhead: places }) => places),
  expect.objectContaining(is),
];
const connections = (keys: (value: string) => string, is: object): Row => [
  (value) => onEdge(`connections: { ${keys(value)} }`),
  of(({ connections: pool }) => pool),
  expect.objectContaining(is),
];
const backoff = (keys: (value: string) => string, is: object): Row => [
  (value) => retry(`backoff: { ${keys(value)} }`),
  of(({ retry: one }) => one),
  expect.objectContaining(is),
];

/** A queue that shop publishes to and worker consumes. */
const broker = (queue: string, consumer = '', call = ''): string =>
  small(`queues: { jobs: { ${queue} } }
calls: { "shop -> jobs": { ${call} } }`)
    .replace('{ call: db }', '{ call: db }, { publish: jobs }')
    .replace(
      'dependencies:',
      `  worker: { workers: 4, consumes: jobs, ${consumer} }
dependencies:`,
    );
const onQueue = (queue: (value: string) => string, is: object): Row => [
  (value) => broker(queue(value)),
  ({ queues }) => queues[0],
  expect.objectContaining(is),
];
const onBroker = (queue: (value: string) => string, is: object): Row =>
  onQueue(queue, { broker: expect.objectContaining(is) });
const consuming = (of: string, keys: (value: string) => string, is: object): Row => [
  (value) => broker(`broker: ${of}`, keys(value)),
  ({ components }) => components.find(({ name }) => name === 'worker')!.consumes?.how,
  expect.objectContaining(is),
];
const scaled = (keys: (value: string) => string, is: object): Row => [
  (value) => broker('broker: sqs', `autoscale: { event_source: { ${keys(value)} } }`),
  ({ components }) => components.find(({ name }) => name === 'worker')!.autoscale?.eventSource,
  expect.objectContaining(is),
];

/** Options of brokers: of a queue, and of who consumes it. */
const TOLD_OF_BROKERS: Record<string, Row> = {
  'kafka consumer: max_poll_records': consuming(
    'kafka',
    (value) => `poll: { max_records: ${value} }`,
    { recordsMax: 500 },
  ),
  'kafka consumer: max_poll_interval': consuming(
    'kafka',
    (value) => `poll: { max_interval: ${value} }`,
    { intervalMaxNs: 300e9 },
  ),
  'kafka consumer: session_timeout': consuming('kafka', (value) => `poll: { session: ${value} }`, {
    sessionNs: 45e9,
  }),
  'kafka consumer: partition_assignment_strategy': consuming(
    'kafka',
    () => 'rebalance: { mode: eager }',
    { rebalance: { takesNs: 3e9, mode: 'eager' } },
  ),
  'kafka producer: buffer_memory': onBroker(
    (value) => `broker: kafka, producer: { buffer: ${value} }`,
    { bufferBytes: 32 * 1024 * 1024 },
  ),
  'kafka producer: max_block': onBroker(
    (value) => `broker: kafka, producer: { max_block: ${value} }`,
    { maxBlockNs: 60e9 },
  ),
  'kafka producer: delivery_timeout': [
    (value) => broker('broker: kafka', '', `timeout: ${value}`),
    (plan) => edge(plan, 'shop -> jobs').timeoutNs,
    120e9,
  ],
  'kafka broker: num_partitions': onBroker((value) => `broker: kafka, partitions: ${value}`, {
    partitions: 1,
  }),
  'kafka broker: log_retention': onBroker((value) => `broker: kafka, retention: ${value}`, {
    retentionNs: 7 * 24 * 3600e9,
  }),
  'kafka broker: group_initial_rebalance_delay': consuming(
    'kafka',
    (value) => `rebalance: { takes: ${value} }`,
    { rebalance: { takesNs: 3e9, mode: 'eager' } },
  ),
  'rabbitmq queue: max_length': onQueue((value) => `broker: rabbitmq, capacity: ${value}`, {
    capacity: Infinity,
  }),
  'rabbitmq queue: overflow': onQueue(
    () => 'broker: rabbitmq, capacity: 9, when_full: drop_oldest',
    { capacity: 9, whenFull: 'drop_oldest' },
  ),
  'rabbitmq queue: delivery_limit': onBroker(
    (value) => `broker: rabbitmq, delivery_limit: ${value}`,
    { deliveryLimit: Infinity },
  ),
  'rabbitmq consumer: prefetch_count': consuming('rabbitmq', (value) => `prefetch: ${value}`, {
    count: Infinity,
  }),
  'rabbitmq broker: vm_memory_high_watermark': onBroker(
    (value) => `broker: rabbitmq, memory: { limit: 4GiB, at: ${value} }`,
    { memory: { limitBytes: 4 * 1024 ** 3, at: 0.6 } },
  ),
  'sqs queue: visibility_timeout': onBroker((value) => `broker: sqs, visibility: ${value}`, {
    visibilityNs: 30e9,
  }),
  'sqs queue: max_receive_count': onBroker((value) => `broker: sqs, max_receives: ${value}`, {
    receivesMax: Infinity,
  }),
  'sqs queue: in_flight': onBroker((value) => `broker: sqs, in_flight: ${value}`, {
    inFlightMax: 120_000,
  }),
  'sqs receive: max_number_of_messages': consuming(
    'sqs',
    (value) => `poll: { max_records: ${value} }`,
    { recordsMax: 1 },
  ),
  'sqs receive: wait_time': consuming('sqs', (value) => `poll: { wait: ${value} }`, { waitNs: 0 }),
  'sqs event source: batch_size': consuming('sqs', (value) => `poll: { max_records: ${value} }`, {
    recordsMax: 10,
  }),
  'sqs event source: concurrent_batches': scaled((value) => `from: ${value}`, { from: 5 }),
  'sqs event source: more_per_minute': scaled((value) => `per_minute: ${value}`, {
    perMinute: 300,
  }),
  'sqs event source: most_batches': scaled((value) => `max: ${value}`, { max: 1000 }),
  'reactor demand: prefetch': consuming('stream', (value) => `request: { n: ${value} }`, {
    n: 256,
  }),
  'reactor demand: replenish': consuming('stream', (value) => `request: { replenish: ${value} }`, {
    replenish: 0.75,
  }),
  'reactor demand: flat_map_concurrency': [
    (value) =>
      broker('broker: stream').replace('worker: { workers: 4', `worker: { workers: ${value}`),
    ({ components }) => components.find(({ name }) => name === 'worker')!.workers,
    256,
  ],
  'reactor demand: flat_map_prefetch': consuming('stream', (value) => `request: { n: ${value} }`, {
    n: 32,
  }),
  'reactor demand: on_backpressure': onBroker((value) => `broker: stream, overflow: ${value}`, {
    overflow: 'buffer',
  }),
  'reactor demand: on_backpressure_buffer': onQueue(
    (value) => `broker: stream, capacity: ${value}`,
    { capacity: Infinity },
  ),
};

/** Options that have a key of the language's own: how one writes them, and what is understood. */
const TOLD: Record<string, Row> = {
  ...TOLD_OF_BROKERS,
  'resilience4j retry: max_attempts': attempts,
  'resilience4j retry: wait_duration': backoff((value) => `fixed: ${value}`, {
    backoff: { kind: 'fixed', waitNs: 500e6 },
  }),
  'resilience4j retry: exponential_backoff_multiplier': backoff(
    (value) => `exponential: { base: 500ms, factor: ${value} }`,
    { backoff: { kind: 'exponential', baseNs: 500e6, capNs: Infinity, factor: 1.5 } },
  ),
  'resilience4j bulkhead: max_concurrent_calls': bulkhead((value) => `concurrent: ${value}`, {
    concurrent: 25,
  }),
  'resilience4j bulkhead: max_wait_duration': bulkhead(() => 'concurrent: 25, waiting: 0', {
    waiting: 0,
  }),
  'resilience4j time limiter: timeout_duration': timeout,
  'resilience4j time limiter: cancel_running_future': [
    (value) => onEdge(`timeout: 1s, cancel: ${value}`),
    of(({ cancel }) => cancel),
    true,
  ],
  'hystrix command: execution_timeout': timeout,
  'hystrix command: thread_pool_core_size': bulkhead(
    (value) => `concurrent: ${value}, hold: work`,
    { concurrent: 10, hold: 'work' },
  ),
  'hystrix command: max_queue_size': bulkhead(() => 'concurrent: 10, waiting: 0', { waiting: 0 }),
  'hystrix command: semaphore_max_concurrent': bulkhead(
    (value) => `concurrent: ${value}, hold: attempt`,
    { concurrent: 10, hold: 'attempt' },
  ),
  'envoy circuit breaking thresholds: max_connections': connections((value) => `max: ${value}`, {
    max: 1024,
  }),
  'envoy circuit breaking thresholds: max_pending_requests': bulkhead(
    (value) => `concurrent: 1024, waiting: ${value}`,
    { waiting: 1024 },
  ),
  'envoy circuit breaking thresholds: max_requests': bulkhead((value) => `concurrent: ${value}`, {
    concurrent: 1024,
  }),
  'envoy circuit breaking thresholds: max_retries': [
    (value) => budget('envoy')(`{ budget_percent: 0%, min_retry_concurrency: ${value} }`),
    of(({ retry: one }) => one?.budget),
    { kind: 'envoy', budgetPercent: 0, minRetryConcurrency: 3, shared: false },
  ],
  'hikari connection pool: maximum_pool_size': connections((value) => `max: ${value}`, { max: 10 }),
  'hikari connection pool: connection_timeout': connections((value) => `max: 10, wait: ${value}`, {
    waitNs: 30e9,
  }),
  'aws retry quota: max_attempts': attempts,
  'aws retry quota: backoff': [
    () => retry('backoff: { exponential: { base: 1s, cap: 20s } }, jitter: full'),
    of(({ retry: one }) => one),
    expect.objectContaining({
      backoff: { kind: 'exponential', baseNs: 1e9, capNs: 20e9, factor: 2 },
      jitter: 'full',
    }),
  ],
  'sre retry budget: attempts': attempts,
  // folly refuses a target that is as long as the interval, as HBase's are.
  'hbase call queue: target': [
    (value) => shed('folly_codel')(`{ target: ${value}, interval: 101ms }`),
    (plan) => queueOf(plan).shed,
    { kind: 'folly_codel', targetNs: 100e6, intervalNs: 101e6 },
  ],
  'hbase call queue: interval': [
    (value) => shed('folly_codel')(`{ target: 99ms, interval: ${value} }`),
    (plan) => queueOf(plan).shed,
    { kind: 'folly_codel', targetNs: 99e6, intervalNs: 100e6 },
  ],
  'hbase call queue: lifo_threshold': [
    (value) =>
      inShop(`queue: { capacity: 100, discipline: { adaptive_lifo: { above: ${value} } } }`),
    (plan) => queueOf(plan).lifoAbove,
    0.8,
  ],
};

/** Options without a key; their docs say so, or what they would mean. */
const NOT_MODELLED = [
  'resilience4j retry: randomized_wait_factor',
  'hystrix command: fallback_max_concurrent',
  ...['minimum_idle', 'idle_timeout', 'max_lifetime'].map(
    (key) => `hikari connection pool: ${key}`,
  ),
  ...['heartbeat_interval', 'fetch_min_bytes', 'fetch_max_wait', 'fetch_max_bytes'].map(
    (key) => `kafka consumer: ${key}`,
  ),
  'kafka consumer: auto_commit_interval',
  'kafka producer: linger',
  'kafka producer: acks',
  'rabbitmq consumer: consumer_timeout',
  'rabbitmq broker: disk_free_limit',
  'rabbitmq broker: credit_flow_default_credit',
  'sqs queue: message_retention_period',
];

/** What holds of the language where nothing is said, and is also the default of the broker. */
const SAME_UNSAID = Object.keys(TOLD_OF_BROKERS).filter(
  (name) => !/^sqs (receive|event source)|flat_map|delivery_timeout|vm_memory/.test(name),
);

const tables = LIBRARIES.map((table): [string, LibraryDefaults] => {
  const { library, part } = table;
  return [`${library} ${part}`, table];
});
const named = tables.filter(([name]) => NAMED[name] !== undefined);
const told = tables.flatMap(([name, { options }]) =>
  options
    .filter((option) => TOLD[`${name}: ${option.name}`] !== undefined)
    .map((option): [string, string] => [`${name}: ${option.name}`, option.default]),
);

describe('what a library does where nothing is said, as its table documents it', () => {
  it.each(named)('%s: the table, written out, means the same as nothing', (name, { options }) => {
    const said = options
      .filter((option) => TOLD[`${name}: ${option.name}`] === undefined)
      // A formula cannot be written: it is what holds where the key is left out.
      .filter((option) => !option.default.includes('log10'))
      .map((option) => `${option.name}: ${option.default}`);
    expect(said.length).toBeGreaterThan(0);
    const text = NAMED[name]!;
    expect(planOf(text(`{ ${said.join(', ')} }`))).toEqual(planOf(text('{}')));
  });

  it.each(told)('%s %s can be written as it says', (name, value) => {
    const [write, read, is] = TOLD[name]!;
    expect(read(planOf(write(value)))).toEqual(is);
  });

  it('of a broker what is left out means the same as its table, but for how SQS is polled', () => {
    const defaults = new Map(told);
    for (const name of SAME_UNSAID) {
      const [write, read] = TOLD[name]!;
      const of = name.split(' ')[0] === 'reactor' ? 'stream' : name.split(' ')[0];
      const unsaid = broker(`broker: ${of}${name.endsWith(': overflow') ? ', capacity: 9' : ''}`);
      expect(read(planOf(unsaid)), name).toEqual(read(planOf(write(defaults.get(name)!))));
    }
  });

  it('of adaptive_lifo the threshold is that of HBase', () => {
    const above = (keys: string) =>
      queueOf(planOf(inShop(`queue: { capacity: 100, discipline: { adaptive_lifo: ${keys} } }`)))
        .lifoAbove;
    expect(above('{}')).toBe(0.8);
  });

  it('every option of every table is held to it, or is known to have no key', () => {
    const loose = tables.flatMap(([name, { options }]) =>
      TIED_ELSEWHERE.includes(name) || NAMED[name] !== undefined
        ? []
        : options.map((option) => `${name}: ${option.name}`),
    );
    expect(loose.filter((option) => TOLD[option] === undefined)).toEqual(NOT_MODELLED);
    const names = tables.map(([name]) => name);
    for (const name of [...Object.keys(NAMED), ...TIED_ELSEWHERE]) expect(names).toContain(name);
    expect(told.map(([option]) => option).sort()).toEqual(Object.keys(TOLD).sort());
  });
});
