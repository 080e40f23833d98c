import { describe, expect, it } from 'vitest';
import { errors, PLAIN, part, published, told } from './broker-kit.js';
import { mistakes, planOf, small } from './support.js';

describe('what cannot be meant of queues is refused with its place and a reason', () => {
  const called = published('broker: kafka').replace('{ publish: jobs }', '{ call: jobs }');
  it.each([
    ['a queue is called', called, 'write publish: jobs'],
    [
      'a service is published to',
      published('broker: kafka').replace('{ call: db }', '{ publish: db }'),
      'write call: db',
    ],
    [
      'a queue is not there',
      published('broker: kafka').replace('{ publish: jobs }', '{ publish: job }'),
      'no queue is named job; expected one of jobs, dead (did you mean jobs?)',
    ],
    [
      'and is consumed',
      published('broker: kafka').replace('consumes: jobs', 'consumes: job'),
      'no queue is named job',
    ],
    [
      'a producer means a route of it',
      published('broker: kafka').replace('to: shop', 'to: jobs/fast'),
      'jobs is a queue, and has no routes',
    ],
    [
      'a name is taken',
      published('broker: kafka', '', '  db: { broker: memory }'),
      'db stands for something else already',
    ],
    [
      'an edge has the name of a queue',
      published('broker: kafka').replace('{ call: db }', '{ call: db, as: dead }'),
      'the name of an edge is another',
    ],
    [
      'two heads in a branch',
      published('broker: kafka').replace(
        '{ publish: jobs }',
        '{ parallel: [ { call: db, publish: jobs } ] }',
      ),
      'not several: call, publish',
    ],
    [
      'an endless round',
      published('broker: kafka').replace('{ work: 2ms }', '{ work: 2ms }, { publish: jobs }'),
      'calls that never end: jobs -> worker -> jobs',
    ],
    [
      'an endless round through a call',
      published('broker: kafka').replace('{ work: 2ms }', '{ call: shop }'),
      'calls that never end: shop -> jobs -> worker -> shop',
    ],
  ])('%s', (_, text, reason) => told(text, reason));

  it('a chance ends a round of publishing', () => {
    const again = '{ chance: 10%, then: [ { publish: jobs } ] }';
    expect(errors(published('broker: kafka').replace('{ work: 2ms }', again))).toEqual([]);
  });

  it.each([
    ['broker: kafka, capacity: 9', 'however much it is (say retention: 1h'],
    ['broker: kafka, when_full: reject', 'when_full: a topic keeps'],
    ['broker: kafka, dead_letter: dead', 'Kafka gives nothing up'],
    ['broker: sqs, capacity: 9', 'SQS keeps any number of messages'],
    ['broker: sqs, max_receives: 5', 'max_receives puts messages into a queue for dead letters'],
    ['broker: sqs, partitions: 5', 'partitions belongs to kafka, and this queue is kept by sqs'],
    ['broker: memory, retention: 1h', 'retention belongs to kafka'],
    ['broker: kafka, visibility: 1h', 'visibility belongs to sqs'],
    ['broker: memory, memory: { limit: 1GiB }', 'memory belongs to rabbitmq'],
    ['broker: rabbitmq, overflow: drop', 'overflow belongs to stream'],
    [
      'broker: rabbitmq, capacity: 9, when_full: block',
      'expected drop_oldest, reject or dead_letter',
    ],
    ['broker: rabbitmq, capacity: 9, when_full: dead_letter', 'say dead_letter: QUEUE beside it'],
    ['broker: memory, capacity: 9, when_full: caller_runs', 'run by who consumes it'],
    ['broker: memory, capacity: 0', 'jobs has no room'],
    ['broker: memory, dead_letter: jobs', 'its own dead letters'],
    ['broker: memory, dead_letter: nowhere', 'no queue is named nowhere'],
    [
      'broker: memory, capacity: 9, dead_letter: dead, when_full: { dead_letter: other }',
      'dead letters go to other here, and to dead in dead_letter',
    ],
    ['broker: stream, when_full: reject', 'say overflow: buffer, drop, latest or error'],
    ['broker: kafka, retention: 0s', 'no time at all'],
    ['broker: kafka, partitions: 0', 'partitions'],
    ['broker: kafka, producer: { buffer: 0B }', 'no room at all'],
    ['broker: sqs, visibility: 13h', '12 hours'],
    ['broker: sqs, visibility: 0s', 'received again in the same moment'],
    ['broker: rabbitmq, memory: { limit: 1GiB, at: 0% }', 'none of it'],
    ['broker: nats', 'expected memory, kafka, rabbitmq, sqs or stream'],
  ])('%s', (keys, reason) => told(published(keys, '', '  other: { broker: memory }'), reason));

  it.each([
    ['memory', 'prefetch: 5', 'one is taken whenever a worker is free'],
    ['kafka', 'prefetch: 5', 'prefetch is for a queue of rabbitmq, and jobs is kept by kafka'],
    ['rabbitmq', 'poll: {}', 'poll is for a queue of kafka or sqs'],
    ['rabbitmq', 'request: { n: 5 }', 'say prefetch: 50'],
    ['sqs', 'poll: { max_interval: 5m }', 'poll.max_interval is for a queue of kafka'],
    ['kafka', 'poll: { wait: 5s }', 'poll.wait is for a queue of sqs'],
    ['sqs', 'rebalance: { takes: 5s }', 'rebalance is for a queue of kafka'],
    ['kafka', 'forget: 1%', 'forget is for a queue of stream'],
    ['sqs', 'poll: { max_records: 11 }', '10 messages at once'],
    ['sqs', 'poll: { wait: 21s }', '20 seconds at most'],
    ['rabbitmq', 'prefetch: 0', 'prefetch'],
    ['stream', 'request: { n: 0 }', 'request.n'],
    ['stream', 'request: { replenish: 0% }', 'none of it'],
    ['kafka', 'poll: { pause_when: queues.job.lag > 5 }', 'queues.job.lag is no figure'],
    ['kafka', 'poll: { pause_when: lag }', 'pause_when'],
  ])('a consumer of %s with %s', (broker, keys, reason) =>
    told(published(PLAIN[broker]!, keys), reason),
  );

  it('how work is taken from a queue asks for a queue', () => {
    told(small().replace('workers: 4', 'workers: 4, prefetch: 5'), 'say consumes: QUEUE beside it');
  });

  it('a request that no buffer of its client could hold', () => {
    const of = (size: string, buffer: string): string =>
      published(`broker: kafka, producer: { buffer: ${buffer} }`).replace(
        'to: shop',
        `to: jobs, size: ${size}`,
      );
    told(of('64MiB', '32MiB'), 'one request of users is larger than all that it may hold unsent');
    expect(errors(of('32MiB', '32MiB'))).toEqual([]);
  });

  it('dead letters that go round for ever', () => {
    const text = published('broker: rabbitmq, dead_letter: late', '', '').replace(
      '  dead: { broker: memory }',
      '  dead: { broker: memory }\n  late: { broker: rabbitmq, dead_letter: jobs }',
    );
    told(text, 'dead letters go round for ever: jobs -> late -> jobs');
  });

  it('a delivery has a network and nothing else of a call', () => {
    const of = (keys: string): string =>
      published('broker: kafka', '', `calls: { "jobs -> worker": { ${keys} } }`);
    expect(errors(of('network: 1ms'))).toEqual([]);
    told(of('timeout: 1s'), 'timeout on jobs -> worker: a broker delivers');
    told(of('retry: { attempts: 2 }'), 'retry on jobs -> worker');
  });

  it('faults strike neither queues nor deliveries', () => {
    const fault = (what: string): string =>
      published('broker: kafka', '', `faults: [ { at: 1s, for: 1s, ${what} } ]`);
    told(fault('pause: jobs'), 'pause of the queue jobs: faults strike services');
    told(fault('slow: jobs, factor: 2'), 'slow of the queue jobs');
    told(fault('latency: "jobs -> worker", add: 1s'), 'latency on jobs -> worker');
    told(fault('drop: "jobs -> *", ratio: 50%'), 'drop on jobs -> worker');
    expect(errors(fault('drop: "shop -> jobs", ratio: 50%'))).toEqual([]);
    // All edges: those of deliveries are not meant.
    expect(planOf(fault('latency: "* -> *", add: 1s')).faults[0]).toMatchObject({
      edges: [0, 1, 2],
    });
  });

  it('a value of a sweep is held to its broker, too', () => {
    const sweep = (path: string): string =>
      published('broker: rabbitmq, capacity: 9', 'prefetch: 5', `sweep: { ${path} }`);
    expect(errors(sweep('queues.jobs.capacity: [1, 9], services.worker.prefetch: [1, 5]'))).toEqual(
      [],
    );
    told(sweep('queues.jobs.when_full: [reject, block]'), 'rabbitmq has no block');
    told(sweep('queues.jobs.depth: [1]'), 'depth');
  });

  it('a policy for all services says what consumers do, and others take no notice', () => {
    const policy = 'policies: { a: { services: { "*": { prefetch: 1 } } } }';
    const text = published('broker: rabbitmq', '', policy);
    expect(errors(text)).toEqual([]);
    expect(part(planOf(text, 'a'), 'worker').consumes?.how).toMatchObject({ count: 1 });
    told(published('broker: kafka', '', policy), 'prefetch is for a queue of rabbitmq');
  });

  it('a backlog needs a queue that makes it wait', () => {
    const of = (queue: string, calls = ''): string =>
      published(queue, '', calls)
        .replace('arrivals: 100/s', 'arrivals: { backlog: 4 }')
        .replace('to: shop', 'to: jobs');
    told(of('broker: kafka'), 'a backlog sends without end into jobs');
    told(of('broker: memory, capacity: 5'), 'when_full: block');
    told(of('broker: rabbitmq, capacity: 5'), 'window: { credits: N }');
    expect(errors(of('broker: memory, capacity: 5, when_full: block'))).toEqual([]);
    expect(errors(of('broker: stream'))).toEqual([]);
    expect(errors(of('broker: rabbitmq, memory: { limit: 1GiB }'))).toEqual([]);
    const window = 'calls: { "users -> jobs": { window: { credits: 5 } } }';
    expect(errors(of('broker: kafka', window))).toEqual([]);
  });
});

describe('what does nothing, or is waited for in vain, is warned of', () => {
  const warned = (text: string, reason: string): void => {
    const lines = mistakes(text).filter((line) => line.includes(reason));
    expect(lines, mistakes(text).join('\n')).toHaveLength(1);
    expect(lines[0]).toContain('warning');
  };

  it.each([
    [
      'a queue that nobody consumes',
      published('broker: kafka').replace(' consumes: jobs,', ''),
      'nobody consumes jobs',
    ],
    ['one that nothing is put into', published('broker: kafka'), 'nothing is ever put into dead'],
    [
      'a bound that is not there',
      published('broker: memory, when_full: block'),
      'the queue has no bound',
    ],
    [
      'silence without a timeout',
      published('broker: memory, capacity: 5, when_full: drop_newest'),
      'waited for without end on shop -> jobs',
    ],
    [
      'a rest longer than the time between polls may be',
      published('broker: kafka', 'poll: { every: 6m }'),
      'here a rest by itself puts nobody out',
    ],
    [
      'a broker that should run what is refused',
      published('broker: rabbitmq', 'queue: { capacity: 5, when_full: caller_runs }'),
      'caller_runs hands what jobs delivers back to it',
    ],
    [
      'a message that is dropped in silence',
      published('broker: rabbitmq', 'queue: { capacity: 5, when_full: drop_newest }'),
      'jobs waits for what it delivered without end',
    ],
    [
      'more dealt out to a replica than it has room for',
      published('broker: rabbitmq', 'prefetch: 9, queue: { capacity: 5 }'),
      'a replica of worker is given 9 and has room for 8',
    ],
    [
      'more members than partitions',
      published('broker: kafka, partitions: 2', 'replicas: 3'),
      '3 replicas share 2 partitions',
    ],
    [
      'a longest time between polls of who polls all the time',
      published('broker: kafka', 'poll: { max_interval: 10s, batch: true }'),
      'no member is put out for it: with on_full: pause',
    ],
  ])('%s', (_, text, reason) => warned(text, reason));

  it('a longest time between polls is not, where the file or a policy has the thread block', () => {
    const blocks = 'poll: { max_interval: 10s, on_full: block }';
    const policy = 'policies: { a: { services: { worker: { poll: { on_full: block } } } } }';
    const text = published('broker: kafka', 'poll: { max_interval: 10s }', policy);
    expect(mistakes(published('broker: kafka', blocks)).join('\n')).not.toContain('put out');
    expect(mistakes(text).join('\n')).not.toContain('put out');
  });

  it('a prefetch for which a replica has room is not', () => {
    const text = published('broker: rabbitmq', 'prefetch: 8, queue: { capacity: 5 }');
    expect(mistakes(text).join('\n')).not.toContain('has room for');
  });

  it('a place for dead letters, and what a policy brings, are used', () => {
    const letters = published('broker: sqs, max_receives: 5, dead_letter: dead');
    expect(mistakes(letters)).toEqual([]);
    const policy =
      'policies: { a: { services: { shop: { queue: { capacity: 1, when_full: { dead_letter: dead } } } } } }';
    expect(mistakes(published('broker: kafka', '', policy))).toEqual([]);
  });
});
