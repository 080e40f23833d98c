import { describe, expect, it } from 'vitest';
import { hasChance } from '../../src/scenario/chance.js';
import { understood } from '../../src/scenario/understood.js';
import { PLAIN, part, published, queue, told } from './broker-kit.js';
import { edge, mistakes, planOf, sound } from './support.js';

describe('a queue by itself has what its broker has where nothing is said', () => {
  it.each([
    ['memory', { capacity: Infinity, whenFull: 'reject', broker: { kind: 'memory' } }],
    [
      'kafka',
      {
        broker: {
          kind: 'kafka',
          partitions: 1,
          retentionNs: 7 * 24 * 3600e9,
          bufferBytes: 32 * 1024 * 1024,
          maxBlockNs: 60e9,
        },
      },
    ],
    [
      'rabbitmq',
      {
        whenFull: 'drop_oldest',
        broker: { kind: 'rabbitmq', deliveryLimit: Infinity, memory: null },
      },
    ],
    [
      'sqs',
      {
        broker: { kind: 'sqs', visibilityNs: 30e9, receivesMax: Infinity, inFlightMax: 120_000 },
      },
    ],
    ['stream', { broker: { kind: 'stream', overflow: 'buffer' } }],
  ])('%s', (broker, is) => {
    const plan = planOf(published(PLAIN[broker]!));
    expect(queue(plan, 'jobs')).toMatchObject({ name: 'jobs', deadLetter: -1, ...is });
  });

  it.each([
    ['memory', { kind: 'worker' }],
    [
      'kafka',
      {
        kind: 'poll',
        recordsMax: 500,
        intervalMaxNs: 300e9,
        sessionNs: 45e9,
        everyNs: 0,
        batch: false,
        onFull: 'pause',
        pauseWhen: [],
        rebalance: { takesNs: 3e9, mode: 'eager' },
      },
    ],
    ['rabbitmq', { kind: 'prefetch', count: Infinity }],
    ['sqs', { kind: 'receive', recordsMax: 10, waitNs: 20e9 }],
    ['stream', { kind: 'request', n: 256, replenish: 0.75, forget: 0 }],
  ])('and so has its consumer: %s', (broker, how) => {
    expect(part(planOf(published(PLAIN[broker]!)), 'worker').consumes?.how).toEqual(how);
  });

  it('a policy may replace one key of a poll, and another broker replaces a queue whole', () => {
    const policy = `policies:
  faster: { services: { worker: { poll: { max_records: 9 } } } }
  other: { queues: { jobs: { broker: rabbitmq } }, services: { worker: { poll: null } } }`;
    const text = published('broker: kafka, partitions: 7', 'poll: { every: 1s }', policy);
    expect(part(planOf(text, 'faster'), 'worker').consumes?.how).toMatchObject({
      recordsMax: 9,
      everyNs: 1e9,
    });
    expect(queue(planOf(text, 'other'), 'jobs').broker).toMatchObject({ kind: 'rabbitmq' });
  });
});

describe('what is written is what the plan says', () => {
  it('of every broker', () => {
    const rabbit = planOf(
      published(
        'broker: rabbitmq, capacity: 9, when_full: dead_letter, dead_letter: dead, delivery_limit: 20, memory: { limit: 4GiB }',
        'prefetch: 50',
      ),
    );
    expect(queue(rabbit, 'jobs')).toEqual({
      name: 'jobs',
      capacity: 9,
      whenFull: 'dead_letter',
      deadLetter: 1,
      broker: {
        kind: 'rabbitmq',
        deliveryLimit: 20,
        memory: { limitBytes: 4 * 1024 ** 3, at: 0.6 },
      },
    });
    expect(part(rabbit, 'worker').consumes?.how).toEqual({ kind: 'prefetch', count: 50 });
    const sqs = planOf(
      published('broker: sqs, max_receives: 5, dead_letter: dead', 'poll: { wait: 0s }'),
    );
    expect(queue(sqs, 'jobs').broker).toMatchObject({ receivesMax: 5 });
    expect(part(sqs, 'worker').consumes?.how).toMatchObject({ waitNs: 0 });
    const stream = planOf(
      published('broker: stream, capacity: 5, overflow: latest', 'request: { n: 1 }, forget: 1%'),
    );
    expect(queue(stream, 'jobs')).toMatchObject({ capacity: 5, broker: { overflow: 'latest' } });
    expect(part(stream, 'worker').consumes?.how).toEqual({
      kind: 'request',
      n: 1,
      replenish: 0.75,
      forget: 0.01,
    });
    const memory = planOf(published('broker: memory, capacity: 5, when_full: block'));
    expect(queue(memory, 'jobs')).toMatchObject({ capacity: 5, whenFull: 'block' });
    const letters = planOf(
      published('broker: memory, capacity: 5, when_full: { dead_letter: dead }'),
    );
    expect(queue(letters, 'jobs')).toMatchObject({ whenFull: 'dead_letter', deadLetter: 1 });
  });

  it('a poll pauses by any figure of the series, lag among them', () => {
    const poll =
      'poll: { on_full: buffer, pause_when: [ queues.jobs.lag > 4000, dependencies.db.queue.age > 2s ] }';
    expect(part(planOf(published('broker: kafka', poll)), 'worker').consumes?.how).toMatchObject({
      onFull: 'buffer',
      pauseWhen: [
        { metric: 'queues.jobs.lag', op: '>', value: 4000 },
        { metric: 'dependencies.db.queue.age', op: '>', value: 2 },
      ],
    });
  });

  it('depth and lag of a queue stand in faults and in signals', () => {
    const plan = planOf(
      published(
        'broker: kafka',
        '',
        'faults: [ { when: queues.jobs.depth > 9, slow: db, factor: 2, for: 1s } ]',
      ).replace(
        'shop: {',
        'shop: { admission: [ { signal: { when: queues.jobs.lag > 4000, delay: 50ms } } ],',
      ),
    );
    expect(plan.faults[0]?.when).toEqual({ metric: 'queues.jobs.depth', op: '>', value: 9 });
    const [rule] = part(plan, 'shop').admission;
    expect(rule).toMatchObject({ when: [{ metric: 'queues.jobs.lag', op: '>', value: 4000 }] });
  });
});

describe('queues are part of who calls whom', () => {
  it('what publishes has an edge that ends at the queue, what consumes one that begins there', () => {
    const plan = planOf(published('broker: kafka'));
    const { components } = plan;
    const worker = components.findIndex(({ name }) => name === 'worker');
    expect(edge(plan, 'shop -> jobs')).toMatchObject({
      from: { kind: 'component', index: 0 },
      to: components.length,
    });
    expect(edge(plan, 'jobs -> worker')).toMatchObject({
      from: { kind: 'queue', index: 0 },
      to: worker,
      network: null,
      timeoutNs: Infinity,
    });
    const delivery = plan.edges.findIndex(({ name }) => name === 'jobs -> worker');
    expect(components[worker]?.consumes).toMatchObject({
      queue: 0,
      to: { edge: delivery, route: 0 },
    });
    const publish = plan.edges.findIndex(({ name }) => name === 'shop -> jobs');
    expect(components[0]?.routes[0]?.steps.at(-1)).toEqual({
      op: 'call',
      to: { edge: publish, route: 0 },
      times: 1,
    });
  });

  it('a producer sends to a queue, a branch publishes, and `as` names the edge', () => {
    const text = published('broker: kafka')
      .replace('to: shop', 'to: [ { to: shop, weight: 1 }, { to: jobs, weight: 2 } ]')
      .replace(
        '{ call: db }, { publish: jobs }',
        '{ parallel: [ { call: db }, [ { publish: jobs, as: one }, { publish: jobs, times: 2 } ] ] }',
      );
    const plan = planOf(text);
    const toQueue = plan.edges.filter(({ to }) => to === plan.components.length);
    expect(toQueue.map(({ name }) => name)).toEqual([
      'users -> jobs',
      'shop -> one',
      'shop -> jobs',
    ]);
    expect(plan.producers[0]?.to.map(({ route }) => route)).toEqual([0, 0]);
    const branches = part(plan, 'shop').routes[0]?.steps[1];
    expect(branches).toMatchObject({ branches: [[{}], [{ times: 1 }, { times: 2 }]] });
  });

  it('of several routes the one named like the queue handles what comes from it', () => {
    const text = published('broker: kafka').replace(
      'handler: [ { work: 2ms } ]',
      'handler: { other: [], jobs: [ { work: 2ms } ] }',
    );
    expect(part(planOf(text), 'worker').consumes?.to.route).toBe(1);
    told(text.replace('jobs: [ { work', 'task: [ { work'), 'none named jobs for what it consumes');
  });

  it('every group has an edge of its own, and a consumer may be called as well', () => {
    const text = published('broker: kafka').replace(
      'dependencies:',
      '  other: { workers: 1, consumes: jobs, handler: [ { call: worker } ] }\ndependencies:',
    );
    const names = planOf(text).edges.map(({ name }) => name);
    expect(names).toContain('jobs -> worker');
    expect(names).toContain('jobs -> other');
    expect(names).toContain('other -> worker');
  });

  it('wildcards reach what is published and not what a broker delivers', () => {
    const calls = `calls:
  "* -> *": { timeout: 1s, retry: { attempts: 3 } }
  "* -> jobs": { window: { credits: 9 } }
  "* -> worker": { timeout: 2s }
  "jobs -> *": { network: 3ms }`;
    const plan = planOf(published('broker: kafka', '', calls));
    expect(edge(plan, 'shop -> jobs')).toMatchObject({
      timeoutNs: 1e9,
      windowCredits: 9,
      retry: { attempts: 3 },
    });
    expect(edge(plan, 'jobs -> worker')).toMatchObject({
      timeoutNs: Infinity,
      retry: null,
      network: { kind: 'constant', ns: 3e6 },
    });
  });

  it('a built-in policy for all edges leaves deliveries alone', () => {
    const plan = planOf(published('broker: stream', '', 'policies: { demand: preset }'), 'demand');
    expect(edge(plan, 'shop -> jobs').windowCredits).toBe(64);
    expect(edge(plan, 'jobs -> worker').windowCredits).toBe(Infinity);
  });

  it('an operator changes other things of a consumer, and not what it consumes', () => {
    const set = (what: string): string =>
      published('broker: rabbitmq', 'prefetch: 9', `faults: [ { at: 1s, set: ${what} } ]`);
    const plan = planOf(set('{ services: { worker: { workers: 9 } } }'));
    expect(plan.faults[0]).toMatchObject({ changes: [{ what: 'component', to: { workers: 9 } }] });
    told(
      set('{ services: { worker: { prefetch: 5 } } }'),
      'how work is taken from a queue of worker cannot be changed',
    );
    // The calls of a handler may be left out: edges are then numbered otherwise.
    const fewer = planOf(set('{ services: { shop: { handler: [ { publish: jobs } ] } } }'));
    expect(fewer.faults[0]).toMatchObject({ changes: [{ what: 'component', component: 0 }] });
  });
});

describe('what a message brings along is known to whoever consumes it', () => {
  const edf = 'queue: { discipline: edf }';
  const direct = (producer: string): string =>
    published('broker: kafka', edf).replace('to: shop', `to: jobs, ${producer}`);
  it('the deadline of the request that it is', () => {
    expect(mistakes(direct('deadline: 1s')).join()).not.toContain('edf');
    expect(mistakes(direct('priority: 1')).join()).toContain('nobody tells worker a deadline');
    const finish = direct('deadline: 1s').replace(edf, 'admission: [ { can_finish: true } ]');
    expect(mistakes(finish).join()).not.toContain('can_finish');
  });

  it('and the key of the request that brought it about', () => {
    const text = published('broker: kafka').replace(
      '{ work: 2ms }',
      '{ cache: { capacity: 10 }, then: [ { work: 2ms } ] }',
    );
    expect(mistakes(text).join()).toContain('worker');
    const keyed = text.replace('to: shop', 'to: shop, key: { zipf: { n: 9, s: 1 } }');
    expect(mistakes(keyed).join()).not.toContain('worker');
  });
});

describe('whether a run is left to chance', () => {
  it.each([
    ['broker: rabbitmq', '', false],
    ['broker: kafka', '', false],
    ['broker: kafka, partitions: 2', '', true],
    ['broker: stream', '', false],
    ['broker: stream', 'forget: 1%', true],
  ])('%s %s: %s', (queue, consumer, is) => {
    const text = published(queue, consumer).replace(
      'arrivals: 100/s',
      'arrivals: { constant: 9/s }',
    );
    expect(hasChance(planOf(text))).toBe(is);
  });
});

describe('validate tells of queues and who consumes them', () => {
  it('in words that name every setting', () => {
    const text = understood(
      sound(
        published(
          'broker: rabbitmq, capacity: 9, dead_letter: dead, delivery_limit: 3, memory: { limit: 1GiB }',
          'prefetch: 50',
          'calls: { "jobs -> worker": { network: 1ms } }',
        ),
      ),
    );
    expect(text).toContain(
      'worker: service, 3 workers; queue unbounded; consumes jobs, prefetch 50',
    );
    expect(text).toContain(
      'jobs: rabbitmq, 9, then drop_oldest; delivered again 3 times at most; blocks publishers above 60% of 1GiB; dead letters to dead',
    );
    expect(text).toContain('jobs -> worker: delivered by a network 1ms');
    const kafka = understood(sound(published('broker: kafka', 'poll: { every: 1s, batch: true }')));
    expect(kafka).toContain('jobs: kafka, 1 partition; kept 168h');
    expect(kafka).toContain('polls of up to 500 done together, 1s between them');
    const sqs = understood(sound(published('broker: sqs')));
    expect(sqs).toContain('jobs: sqs, hidden 30s from its receipt; 120000 in flight');
    const stream = understood(sound(published('broker: stream', 'forget: 1%')));
    expect(stream).toContain('asks for 256, more at 75%, forgets 1% of its requests');
    const producer = published('broker: stream').replace('to: shop', 'to: jobs');
    expect(understood(sound(producer))).toContain('users: poisson 100/s to jobs\n');
  });

  it('where messages pile up without limit', () => {
    const piles = (queue: string, worker = ''): string =>
      understood(sound(published(queue, worker))).split('pile up without limit:')[1]!;
    expect(piles('broker: kafka')).toContain(
      'queues.jobs.retention: it keeps what nobody has read',
    );
    expect(piles('broker: kafka, retention: 10s')).not.toContain('queues.jobs');
    expect(piles('broker: sqs')).toContain('queues.jobs: it keeps any number');
    expect(piles('broker: rabbitmq', 'prefetch: 5')).toContain('queues.jobs.capacity: its queue');
    expect(piles('broker: rabbitmq')).toContain(
      'services.worker.prefetch: it takes on whatever lies in jobs',
    );
    expect(piles('broker: rabbitmq, capacity: 9', 'prefetch: 5')).not.toContain('jobs');
    expect(piles('broker: kafka', 'poll: { on_full: buffer }')).toContain(
      'services.worker.poll.on_full',
    );
    expect(piles('broker: kafka')).not.toContain('services.worker');
    expect(piles('broker: stream', 'request: { n: unbounded }')).toContain(
      'services.worker.request.n',
    );
    expect(piles('broker: stream, capacity: 5')).not.toContain('jobs');
  });

  it('and that a full queue that blocks keeps an open producer waiting', () => {
    const text = published('broker: memory, capacity: 5, when_full: block');
    const told = understood(sound(text.replace('to: shop', 'to: jobs')));
    expect(told).toContain('queues.jobs: when it is full users must wait');
  });
});
