import { describe, expect, it } from 'vitest';
import { capacityOf } from '../../src/judge/theory/capacity.js';
import { understood } from '../../src/scenario/index.js';
import { mistakes, planOf, sound } from './support.js';

const shop = (autoscale: string, keys = 'workers: 4', more = ''): string => `spillway: 1
duration: 10m
producers: { users: { arrivals: 100/s, to: shop } }
services: { shop: { ${keys}, autoscale: ${autoscale}, handler: [ { work: 5ms } ] } }
${more}`;

const HPA = '{ metric: utilization, target: 70%, max: 20 }';
const part = (text: string, policy = 'base') => planOf(text, policy).components[0];

describe('autoscale', () => {
  it("has Kubernetes' defaults", () => {
    const S = 1e9;
    expect(part(shop(HPA))).toMatchObject({
      replicas: 1,
      replicasMax: 20,
      autoscale: {
        metric: 'utilization',
        periodNs: 15 * S,
        delayNs: 60 * S,
        cold: null,
        hpa: {
          target: 70,
          of: 'share',
          min: 1,
          max: 20,
          tolerance: 0.1,
          up: {
            stabilizeNs: 0,
            limits: [
              { kind: 'percent', by: 100, withinNs: 15 * S },
              { kind: 'replicas', by: 4, withinNs: 15 * S },
            ],
          },
          down: {
            stabilizeNs: 300 * S,
            limits: [{ kind: 'percent', by: 100, withinNs: 15 * S }],
          },
        },
      },
    });
  });

  it('begins with its least replicas, unless others are said', () => {
    const from3 = '{ metric: cpu, target: 0.5, min: 3, max: 20 }';
    expect(part(shop(from3))).toMatchObject({ replicas: 3, replicasMax: 20 });
    expect(part(shop(from3, 'workers: 4, replicas: 7'))).toMatchObject({ replicas: 7 });
  });

  it('takes shares in whole percent, amounts in thousandths, and steps of either kind', () => {
    const told = part(
      shop(
        '{ metric: queue, target: 2.5, max: 9, rate: { up: [ { by: 900%, per: 1m } ], down: none } }',
      ),
    );
    expect(told?.autoscale?.hpa).toMatchObject({
      target: 2500,
      of: 'amount',
      up: { limits: [{ kind: 'percent', by: 900, withinNs: 60e9 }] },
      down: { limits: null },
    });
    const free = '{ metric: cpu, target: 57%, max: 9, rate: { up: unbounded } }';
    expect(part(shop(free))?.autoscale?.hpa).toMatchObject({ target: 57, up: { limits: [] } });
  });

  it('a policy lays over it key by key, and may switch it off', () => {
    const policies = `policies:
  fast: { services: { shop: { autoscale: { delay: 5s, stabilize: { down: 0s } } } } }
  off: { services: { shop: { autoscale: none } } }
`;
    const text = shop(HPA, 'workers: 4', policies);
    expect(part(text, 'fast')?.autoscale).toMatchObject({
      metric: 'utilization',
      delayNs: 5e9,
      hpa: { up: { stabilizeNs: 0 }, down: { stabilizeNs: 0 } },
    });
    expect(part(text, 'off')).toMatchObject({ autoscale: null, replicas: 1, replicasMax: 1 });
  });

  it.each([
    ['{ metric: lag, target: 100, max: 5 }', 'the queue that shop consumes, and it consumes none'],
    ['{ metric: lag, target: 70%, max: 5 }', 'how many messages there are for a replica'],
    ['{ event_source: {} }', 'shop consumes no queue'],
    ['{ event_source: { max: 1 } }', 'a whole number'],
    ['{ event_source: { from: 9, max: 5 } }', 'from is 9 and max 5'],
    ['{ event_source: {}, metric: lag }', 'event_source'],
    ['{ metric: utilization, target: 3, max: 5 }', 'is a share of what a replica can do'],
    ['{ metric: queue, target: 70%, max: 5 }', 'is a number: how many wait at a replica'],
    ['{ metric: in_flight, target: 0, max: 5 }', 'is a number: how many a replica has'],
    ['{ metric: cpu, target: 70%, min: 6, max: 5 }', 'no number of replicas is between them'],
    ['{ metric: cpu, target: 70%, max: 5, rate: { up: [ { by: 0, per: 1s } ] } }', 'not a step'],
    ['{ metric: cpu, target: 70%, max: 5, period: 0s }', 'no time at all'],
    ['{ metric: cpu, target: many, max: 5 }', 'no target'],
  ])('%s is refused', (autoscale, why) => {
    expect(mistakes(shop(autoscale)).join('\n')).toContain(why);
  });

  it('what is first and the bounds must go together', () => {
    const lines = mistakes(shop(HPA, 'workers: 4, replicas: 30'));
    expect(lines.join('\n')).toContain('30 replicas, where autoscale keeps them between 1 and 20');
  });

  it('a share of what has no bound is refused', () => {
    expect(mistakes(shop(HPA, 'workers: unbounded')).join('\n')).toContain('have no bound');
    const cpu = '{ metric: cpu, target: 70%, max: 20 }';
    expect(mistakes(shop(cpu, 'workers: unbounded')).join('\n')).toContain('a bound');
    expect(sound(shop(cpu, 'workers: unbounded, cores: 2'))).toBeDefined();
    expect(
      sound(shop('{ metric: in_flight, target: 9, max: 2 }', 'workers: unbounded')),
    ).toBeDefined();
  });

  it('warns of what can never act', () => {
    const warned = (text: string) => mistakes(text).join('\n');
    expect(warned(shop('{ metric: utilization, target: 95%, max: 5 }'))).toContain('never grows');
    expect(warned(shop('{ metric: utilization, target: 90%, max: 5 }'))).toBe('');
    expect(warned(shop('{ metric: cpu, target: 70%, max: 5, delay: 10m }'))).toContain('10m');
    const nobody = shop(
      '{ metric: queue, target: 5, max: 5 }',
      'workers: 4, queue: { capacity: 0 }',
    );
    expect(warned(nobody)).toContain('nobody ever waits');
  });

  it('is told, and has no closed form', () => {
    const text = shop(HPA);
    expect(JSON.stringify(understood(sound(text)))).toContain(
      '1 to 20 replicas by utilization 70% ± 10%, every 15s, ready after 1m',
    );
    expect(capacityOf(planOf(text)).reason).toContain('replicas of shop come and go');
  });

  it('a fault may strike as many replicas as there can be', () => {
    const faults = 'faults: [ { at: 1s, slow: shop, factor: 2, replicas: 20 } ]';
    expect(planOf(shop(HPA, 'workers: 4', faults)).faults[0]).toMatchObject({ replicas: 20 });
    const more = faults.replace('20', '21');
    expect(mistakes(shop(HPA, 'workers: 4', more)).join('\n')).toContain('20');
  });
});

describe('set: replicas', () => {
  const text = `spillway: 1
duration: 60s
producers: { users: { arrivals: 100/s, to: shop } }
services: { shop: { workers: 4, replicas: 2, handler: [ { work: 5ms } ] } }
faults:
  - { at: 10s, set: { services: { shop: { replicas: 8 } } } }
  - { at: 20s, pause: shop, for: 1s }
  - { at: 20s, pause: shop, for: 1s, replicas: 1 }
`;

  it('makes room for as many, and faults on all strike those as well', () => {
    const plan = planOf(text);
    expect(plan.components[0]).toMatchObject({ replicas: 2, replicasMax: 8 });
    expect(plan.faults[0]).toMatchObject({
      changes: [{ what: 'replicas', component: 0, replicas: 8 }],
    });
    expect(plan.faults.slice(1)).toMatchObject([{ replicas: 8 }, { replicas: 1 }]);
  });
});

describe('autoscale of who consumes a queue', () => {
  const jobs = (autoscale: string, broker = 'sqs', keys = '', more = ''): string => `spillway: 1
duration: 10m
producers: { users: { arrivals: 100/s, to: jobs } }
queues: { jobs: { broker: ${broker} } }
services: { worker: { consumes: jobs, workers: 1, ${keys} autoscale: ${autoscale}, handler: [ { work: 5ms } ] } }
${more}`;

  it('as an event source has the defaults of Lambda, and begins with no more than its cap', () => {
    const told = part(jobs('{ event_source: {} }'));
    expect(told).toMatchObject({ replicas: 5, replicasMax: 1000 });
    expect(told?.autoscale?.eventSource).toEqual({ from: 5, perMinute: 300, max: 1000 });
    const capped = part(jobs('{ event_source: { max: 2 } }'));
    expect(capped).toMatchObject({ replicas: 2, replicasMax: 2 });
    expect(mistakes(jobs('{ event_source: { max: 9 } }', 'sqs', 'replicas: 10,')).join()).toContain(
      '10 replicas, where autoscale keeps them between 5 and 9',
    );
  });

  it('as an event source polls a queue of sqs and no other', () => {
    for (const broker of ['memory', 'kafka', 'rabbitmq', 'stream']) {
      const lines = mistakes(jobs('{ event_source: {} }', broker)).join('\n');
      expect(lines).toContain(`worker consumes a queue of ${broker}`);
      expect(mistakes(jobs('{ metric: lag, target: 10, max: 1 }', broker))).toEqual([]);
    }
  });

  it('a policy chooses the other way to scale whole', () => {
    const policies = `policies:
  hpa: { services: { worker: { autoscale: { metric: lag, target: 10, max: 7 } } } }
  slower: { services: { worker: { autoscale: { event_source: { per_minute: 60 } } } } }`;
    const text = jobs('{ event_source: { max: 50 } }', 'sqs', '', policies);
    expect(part(text, 'hpa')?.autoscale).toMatchObject({ eventSource: null, hpa: { max: 7 } });
    expect(part(text, 'slower')?.autoscale?.eventSource).toEqual({
      from: 5,
      perMinute: 60,
      max: 50,
    });
  });

  it('is told as it is understood', () => {
    const told = (autoscale: string): string => understood(sound(jobs(autoscale)));
    expect(told('{ event_source: {} }')).toContain(
      '5 to 1000 batches at a time, up to 300 more a minute (event source)',
    );
    expect(told('{ metric: lag, target: 10, max: 7 }')).toContain('1 to 7 replicas by lag 10');
  });

  it('an operator may hold an event source to fewer batches', () => {
    const fault = 'faults: [ { at: 5s, set: { services: { worker: { autoscale: ';
    const capped = `${fault}{ event_source: { max: 20 } } } } } } ]`;
    expect(mistakes(jobs('{ event_source: {} }', 'sqs', '', capped))).toEqual([]);
    const other = `${fault}{ metric: lag, target: 1, max: 20 } } } } } ]`;
    expect(mistakes(jobs('{ event_source: {} }', 'sqs', '', other)).join()).toContain(
      'cannot be changed',
    );
  });
});

describe("an operator's change of autoscale", () => {
  const set = (keys: string, own = '{ metric: utilization, target: 50%, max: 4 }') =>
    shop(
      own,
      'workers: 4',
      `faults: [ { at: 5s, set: { services: { shop: { autoscale: ${keys} } } } } ]`,
    );

  it('may be of min, max and target, and makes room for more', () => {
    expect(mistakes(set('{ min: 2, max: 9, target: 70% }'))).toEqual([]);
    expect(part(set('{ max: 9 }'))?.replicasMax).toBe(9);
  });

  it.each([
    ['none', 'whether shop has an autoscaler', 'min and max to one number'],
    ['{ period: 1s }', 'the autoscaler of shop, but for min, max and target,', 'decided so far'],
    ['{ min: 5 }', 'min', 'max'],
  ])('%s is refused', (keys, what, why) => {
    const told = mistakes(set(keys)).join('\n');
    expect(told).toContain(what);
    expect(told).toContain(why);
  });
});
