import { describe, expect, it } from 'vitest';
import { pileUps, planFor, understood } from '../../src/scenario/index.js';
import { mistakes, planOf, sound } from './support.js';

const shop = (admission: string, more = '', keys = ''): string => `spillway: 1
duration: 60s
producers: { users: { arrivals: 100/s, to: shop, deadline: 1s } }
services:
  shop: { workers: 4, queue: { capacity: 100 }, ${keys} admission: ${admission}, handler: [ { work: 5ms } ] }
${more}`;

const rules = (text: string, policy = 'base') => planOf(text, policy).components[0]?.admission;
const kinds = (text: string, policy = 'base') => rules(text, policy)?.map(({ kind }) => kind);
const over = (admission: string) =>
  `policies: { p: { services: { shop: { admission: ${admission} } } } }`;

describe('semantics 2: admission merges by mechanism', () => {
  const two = '[ { rate_limit: { rate: 10/s, burst: 3 } }, { concurrency: 50 } ]';

  it('the same one in its place, a new one last', () => {
    const text = shop(two, over('[ { dagor: {} }, { rate_limit: { rate: 20/s } } ]'));
    expect(kinds(text, 'p')).toEqual(['rate_limit', 'concurrency', 'dagor']);
    expect(rules(text, 'p')?.[0]).toMatchObject({ limit: { perSecond: 20, burst: 3 } });
    expect(kinds(text)).toEqual(['rate_limit', 'concurrency']);
  });

  it('another way to find a limit replaces the one that was there, whole', () => {
    const limits = '[ { concurrency: { aimd: { min_limit: 3 }, shared: true } } ]';
    const text = shop(limits, over('[ { concurrency: { vegas: {} } } ]'));
    expect(rules(text, 'p')).toMatchObject([{ limit: { kind: 'vegas' }, shared: false }]);
    const both = shop(limits, over('[ { concurrency: { vegas: {}, shared: true } } ]'));
    expect(rules(both, 'p')).toMatchObject([{ limit: { kind: 'vegas' }, shared: true }]);
    const same = shop(limits, over('[ { concurrency: { aimd: { max_limit: 90 } } } ]'));
    expect(rules(same, 'p')).toMatchObject([
      { limit: { kind: 'aimd', minLimit: 3, maxLimit: 90 }, shared: true },
    ]);
    expect(rules(shop(limits, over('[ { concurrency: 7 } ]')), 'p')).toMatchObject([
      { limit: { kind: 'fixed', limit: 7 } },
    ]);
  });

  it('null and none take a rule away, none all of them', () => {
    for (const off of ['null', 'none']) {
      expect(kinds(shop(two, over(`[ { concurrency: ${off} } ]`)), 'p')).toEqual(['rate_limit']);
      expect(kinds(shop(two, over(`[ { dagor: ${off} } ]`)), 'p')).toEqual([
        ...['rate_limit', 'concurrency'],
      ]);
    }
    expect(kinds(shop(two, over('none')), 'p')).toEqual([]);
    expect(kinds(shop('[ { can_finish: false } ]'))).toEqual([]);
    const again = shop(
      two,
      'policies: { a: { services: { shop: { admission: none } } }, ' +
        'p: { extends: a, services: { shop: { admission: [ { dagor: {} } ] } } } }',
    );
    expect(kinds(again, 'p')).toEqual(['dagor']);
  });

  it('a policy\'s "*" reaches services that have none yet', () => {
    const text = shop(
      'none',
      'policies: { p: { services: { "*": { admission: [ { concurrency: 9 } ] } } } }',
    );
    expect(kinds(text, 'p')).toEqual(['concurrency']);
  });

  it('a sweep leads through the list', () => {
    const text = shop(
      '[ { concurrency: 5 } ]',
      'sweep: { services.shop.admission.0.concurrency: [3, 7] }',
    );
    const swept = planFor(sound(text), 'base', {
      cell: { 'services.shop.admission.0.concurrency': 7 },
    });
    expect(swept.components[0]?.admission).toMatchObject([{ limit: { limit: 7 } }]);
  });
});

describe('a mistake of the file itself is one under each policy too', () => {
  it('and no operator change is compared with what it makes wrong', () => {
    const more = `faults: [ { at: 1s, set: { services: { shop: { workers: 3 } } } } ]
policies: { p: { services: { shop: { deadline_check: true } } } }`;
    const found = mistakes(shop('[ { signal: { when: services.shop.rejected > 0 } } ]', more));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('services.shop.admission[0].signal.when: a bare number');
  });
});

describe('what is left out', () => {
  it('fair_queues has the defaults of Kubernetes, dagor those of its paper', () => {
    expect(rules(shop('[ { fair_queues: {} } ]'))).toEqual([
      { kind: 'fair_queues', spec: { queues: 64, hand: 8, length: 50 } },
    ]);
    expect(rules(shop('[ { dagor: {} } ]'))).toEqual([
      {
        kind: 'dagor',
        spec: {
          targetNs: 20e6,
          windowNs: 1e9,
          requests: 2000,
          decrease: 0.05,
          increase: 0.01,
          users: 128,
        },
      },
    ]);
  });

  it('a signal strikes all, and refuses', () => {
    expect(rules(shop('[ { signal: { when: latency.p99 > 500ms } } ]'))).toEqual([
      {
        kind: 'signal',
        when: [{ metric: 'latency.p99', op: '>', value: 0.5 }],
        share: 1,
        delayNs: 0,
      },
    ]);
  });
});

describe('mistakes', () => {
  const SHED = '{ priority_shed: { levels: [ { priority: 0, above: 60% } ] } }';
  it.each([
    ['[ { concurrency: 5 }, { concurrency: 6 } ]', 'concurrency stands twice in this list'],
    ['[ { concurrency: 0 } ]', 'too few'],
    ['[ { concurrency: 5, dagor: {} } ]', 'several'],
    ['[ { consurrency: 5 } ]', 'did you mean concurrency'],
    ['[ { rate_limit: { rate: 0/s } } ]', 'a rate of 0 lets nobody through'],
    ['[ { rate_limit: { burst: 3 } } ]', 'rate'],
    ['[ { rate_limit: { rate: 1/s, plans: { users: { rate: 2/s } } } } ]', 'add per: tenant'],
    [
      '[ { rate_limit: { rate: 1/s, per: tenant, plans: { user: { rate: 2/s } } } } ]',
      'no tenant or producer is named user',
    ],
    ['[ { rate_limit: { rate: 1/s, wait: 3s } } ]', 'wait'],
    ['[ { fair_queues: { queues: 4, hand: 5 } } ]', 'a hand of 5 distinct queues cannot be dealt'],
    ['[ { fair_queues: { queues: 4096, hand: 9 } } ]', 'more hands of 9 from 4096 queues'],
    ['[ { priority_shed: { levels: [] } } ]', 'nobody is ever refused'],
    [
      '[ { priority_shed: { levels: [ { priority: 0, above: 5% }, { priority: 1, above: 9% } ] } } ]',
      'priority 0 would be refused sooner than 1',
    ],
    [
      '[ { priority_shed: { levels: [ { priority: 1, above: 5% }, { priority: 1, above: 9% } ] } } ]',
      'priority 1 has two levels',
    ],
    ['[ { priority_shed: { levels: [ { priority: 0, above: 160% } ] } } ]', 'more than the whole'],
    [
      '[ { priority_shed: { of: moon, levels: [ { priority: 0, above: 6% } ] } } ]',
      'queue, utilization',
    ],
    [
      '[ { signal: { when: latency.p98 > 500ms } } ]',
      'latency.p98 is no figure that can be watched',
    ],
    ['[ { signal: { when: latency.p99 > 500 } } ]', 'unit'],
    ['[ { signal: { when: queues.work.lag > 4000 } } ]', 'queues.work.lag is no figure'],
    ['[ { signal: { when: [] } } ]', 'a signal without a condition'],
    ['[ { signal: { when: latency.p99 > 500ms, delay: 0s } } ]', 'or more'],
    ['[ { signal: { when: latency.p99 > 500ms, share: 120% } } ]', 'more than the whole'],
    ['[ { dagor: { decrease: 150% } } ]', 'more than the whole'],
    ['{ concurrency: 5 }', 'list'],
  ])('%s', (admission, told) => {
    const found = mistakes(shop(admission));
    expect(found.join('\n')).toContain(told);
    expect(
      found.every((line) => /^f:5:\d+: /.test(line)),
      found.join('\n'),
    ).toBe(true);
  });

  it('fair_queues are an order of the line, and nobody waits for unbounded workers', () => {
    const fair = '[ { fair_queues: {} } ]';
    const lifo = shop(fair).replace('capacity: 100', 'capacity: 100, discipline: lifo');
    expect(mistakes(lifo).join()).toContain('fair_queues are the order of the line, and so is');
    const endless = shop(fair).replace('workers: 4', 'workers: unbounded');
    expect(mistakes(endless).join()).toContain('nobody waits in fair_queues');
  });

  it('a backlog that may be refused at once is endless; not over a network', () => {
    const text = shop('[ { concurrency: 5 } ]')
      .replace('arrivals: 100/s', 'arrivals: { backlog: 3 }')
      .replace('capacity: 100', 'capacity: 100, when_full: block');
    expect(mistakes(text).join()).toContain('sends again without end');
    expect(mistakes(`${text}\ncalls: { "* -> *": { network: 1ms } }`)).toEqual([]);
  });

  it.each([
    [shop(`[ ${SHED} ]`).replace('capacity: 100', 'capacity: unbounded'), 'the queue has no bound'],
    [
      shop(`[ ${SHED.replace('levels', 'of: utilization, levels')} ]`).replace(
        'workers: 4',
        'workers: unbounded',
      ),
      'workers are unbounded',
    ],
    [shop(`[ ${SHED.replace('levels', 'of: limit, levels')} ]`), 'no concurrency stands'],
    [shop(`[ ${SHED.replace('priority: 0', 'priority: 1')} ]`), 'no producer has priority 1'],
    [shop(`[ ${SHED} ]`).replace('capacity: 100', 'capacity: 0'), 'the queue has no room'],
    [
      shop('[ { dagor: {} } ]').replace('capacity: 100', 'capacity: 100, discipline: ps'),
      'nobody waits: it refuses nobody',
    ],
    [
      shop('[ { dagor: {} } ]').replace('workers: 4', 'workers: unbounded'),
      'nobody waits: it refuses nobody',
    ],
    [shop('[ { concurrency: 104 } ]'), 'no more than 104 find room anyway'],
    [shop('[ { can_finish: true } ]').replace(', deadline: 1s', ''), 'is told no deadline'],
  ])('what has no effect is a warning where the file itself says so', (text, told) => {
    const found = mistakes(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('warning');
    expect(found[0]).toContain(told);
    // A layer may leave it so.
    const rest = text.match(/admission: (\[.*\]), handler/)?.[1] ?? '';
    expect(mistakes(text.replace(rest, 'none') + over(rest))).toEqual([]);
  });
});

describe('what is understood', () => {
  it('tells the rules in their order', () => {
    const text = shop(
      '[ { rate_limit: { rate: 10/s, per: tenant, plans: { users: { rate: 5/s } } } }, ' +
        '{ concurrency: { aimd: {} } }, { fair_queues: { queues: 9, hand: 2 } }, { can_finish: true }, ' +
        '{ signal: { when: latency.p99 > 500ms, share: 50%, delay: 20ms } } ]',
    );
    expect(understood(sound(text))).toContain(
      'lets in by rate 10/s, burst 10 for each tenant, users 5/s, then concurrency aimd, from 20, ' +
        '20 to 200, then fair queues (2 of 9, ' +
        '50 in each), then whether it can finish in time, then signal (50% delayed by 20ms when ' +
        'latency.p99 > 0.5)',
    );
  });

  it('a limit of concurrency and fair queues bound what piles up; a rate limit does not', () => {
    const places = (rule: string) =>
      pileUps(planOf(shop(`[ ${rule} ]`).replace('capacity: 100', 'capacity: unbounded'))).map(
        ({ place }) => place,
      );
    expect(places('{ concurrency: 5 }')).toEqual([]);
    expect(places('{ fair_queues: {} }')).toEqual([]);
    expect(places('{ rate_limit: { rate: 10/s } }')).toEqual(['services.shop.queue.capacity']);
  });
});
