import { describe, expect, it } from 'vitest';
import { understood } from '../../src/scenario/understood.js';
import { mistakes, planOf, sound } from './support.js';

/** A shop with a cache, and its producer. */
const shop = (step: string, more = '', producer = 'key: { zipf: { n: 100, s: 1 } }') => `spillway: 1
duration: 60s
producers: { users: { arrivals: 100/s, to: shop, ${producer} } }
services:
  shop: { workers: 4, handler: [ ${step} ] }
dependencies:
  db: { workers: 2, handler: [ { work: 1ms } ] }
${more}`;

const cached = (cache: string, more = '', producer?: string): string =>
  shop(`{ cache: ${cache}, then: [ { call: db } ] }`, more, producer);

/** The plan of the only step of the shop. */
const stepOf = (text: string) => planOf(text).components[0]!.routes[0]!.steps[0];

describe('a cache step', () => {
  it('says what a cache of keys is; what is left out has its default', () => {
    expect(stepOf(cached('{ capacity: 10 }'))).toMatchObject({
      op: 'cache',
      cache: {
        kind: 'lru',
        capacity: 10,
        ttlNs: Infinity,
        fill: 'in_time',
        shared: false,
        warm: false,
      },
      then: [{ op: 'call' }],
    });
    const all = '{ capacity: unbounded, ttl: 5m, fill: always, shared: true }';
    expect(stepOf(cached(all))).toMatchObject({
      cache: { capacity: Infinity, ttlNs: 300e9, fill: 'always', shared: true },
    });
    expect(stepOf(cached('{ capacity: 5, ttl: none, fill: false, warm: true }'))).toMatchObject({
      cache: { ttlNs: Infinity, fill: 'never', warm: true },
    });
    expect(stepOf(cached('{ hit: 95% }'))).toMatchObject({ cache: { kind: 'share', hit: 0.95 } });
  });

  it.each([
    ['neither', '{}', 'a cache lacks its key; expected one of hit, capacity'],
    ['both', '{ hit: 95%, capacity: 10 }', 'a cache has one of these keys, not several'],
    ['hit with a ttl', '{ hit: 95%, ttl: 1s }', 'ttl is of a cache that holds keys'],
    ['hit with fill', '{ hit: 95%, fill: true }', 'fill is of a cache that holds keys'],
    ['no time', '{ capacity: 10, ttl: 0s }', 'good for no time is never found'],
    ['no room', '{ capacity: 0 }', 'at least 1'],
    ['warm without end', '{ capacity: unbounded, warm: true }', 'capacity of at most 1000000'],
    ['another fill', '{ capacity: 10, fill: sometimes }', 'true, false or always'],
  ])('cannot say %s', (_, cache, says) => {
    const told = mistakes(cached(cache));
    expect(told.join('\n')).toContain(says);
    expect(told[0]).toMatch(/^f:5:\d+: /);
  });

  it('says what a miss does, or is refused', () => {
    expect(mistakes(shop('{ cache: { hit: 95% } }')).join()).toContain('what a miss does');
    expect(mistakes(shop('{ cache: { hit: 95% }, then: [] }, { call: db }'))).toEqual([]);
  });

  it('asks for a key of somebody who may come there, and names the place and the cure', () => {
    const [told] = mistakes(cached('{ capacity: 10 }', '', 'priority: 0'));
    expect(told).toMatch(/^f:5:\d+: services\.shop\.handler\[0\]\.cache: /);
    expect(told).toContain(
      'the cache of shop goes by keys, and no request that comes there has one',
    );
    expect(told).toContain('give a producer key: NAME');
    expect(mistakes(cached('{ hit: 95% }', '', 'priority: 0'))).toEqual([]);
    expect(mistakes(cached('{ capacity: 10 }', '', 'key: none'))).toEqual([told]);
    const elsewhere = cached('{ capacity: 10 }', '', 'priority: 0').replace(
      'producers: {',
      'producers: { others: { arrivals: 1/s, to: db, key: k },',
    );
    expect(mistakes(elsewhere).join()).toContain('the cache of shop goes by keys');
  });

  it('is looked for in fallbacks and degraded handlers, behind callers of callers', () => {
    const deep = cached('{ hit: 50% }').replace(
      'handler: [ { work: 1ms } ]',
      'handler: [ { cache: { capacity: 9 }, then: [] } ]',
    );
    expect(mistakes(deep)).toEqual([]);
    const fallback = cached(
      '{ hit: 50% }',
      'calls: { "shop -> db": { fallback: { handler: [ { cache: { capacity: 2 }, then: [] } ] } } }',
      'priority: 0',
    );
    expect(mistakes(fallback).join()).toContain('the cache of shop goes by keys');
  });

  it('a round of calls that a cache may break is no endless one', () => {
    const round = cached('{ hit: 50% }').replace('{ work: 1ms }', '{ call: shop }');
    expect(mistakes(round)).toEqual([]);
  });
});

describe('fail, per', () => {
  it('request and key are kept, attempt is the default', () => {
    const per = (text: string) => stepOf(shop(`{ fail: ${text} }, { call: db }`));
    expect(per('1%')).toEqual({ op: 'fail', share: 0.01, per: 'attempt' });
    expect(per('{ share: 1% }')).toEqual({ op: 'fail', share: 0.01, per: 'attempt' });
    expect(per('{ share: 1%, per: key }')).toEqual({ op: 'fail', share: 0.01, per: 'key' });
    expect(per('{ share: 1%, per: request }')).toMatchObject({ per: 'request' });
  });

  it('key asks for one', () => {
    const told = mistakes(
      shop('{ fail: { share: 1%, per: key } }, { call: db }', '', 'priority: 0'),
    );
    expect(told[0]).toMatch(/^f:5:\d+: services\.shop\.handler\[0\]\.fail\.per: /);
    expect(told[0]).toContain('what fails at shop goes by keys (per: key), and no request');
  });
});

describe('flush', () => {
  const flush = (cache: string, fault: string, of = ''): string =>
    cached(cache, `faults: [ { at: 10s, flush: shop${fault} } ]`).replace(
      'shop: { workers: 4',
      `shop: { ${of} workers: 4`,
    );

  it('without for it ends at its moment; with every it comes again', () => {
    expect(planOf(flush('{ capacity: 9 }', '')).faults).toMatchObject([
      { kind: 'flush', atNs: 10e9, forNs: 0, everyNs: Infinity, replicas: 1, text: 'flush shop' },
    ]);
    expect(planOf(flush('{ capacity: 9 }', ', every: 5s')).faults).toMatchObject([
      { forNs: 0, everyNs: 5e9 },
    ]);
    expect(planOf(flush('{ hit: 50% }', ', for: 5s')).faults).toMatchObject([{ forNs: 5e9 }]);
  });

  it.each([
    ['a fixed share for good', '{ hit: 50% }', '', '', 'say for how long nothing is found'],
    [
      'some of those who share',
      '{ capacity: 9, shared: true }',
      ', replicas: 1',
      'replicas: 2,',
      'all replicas of shop share a cache',
    ],
    ['no time', '{ capacity: 9 }', ', for: 0s', '', 'no time'],
    ['a factor', '{ capacity: 9 }', ', factor: 2', '', 'factor goes with'],
    ['more often than it lasts', '{ capacity: 9 }', ', for: 5s, every: 5s', '', 'every'],
  ])('cannot say %s', (_, cache, fault, of, says) => {
    expect(mistakes(flush(cache, fault, of)).join('\n')).toContain(says);
  });

  it('asks for a cache', () => {
    const told = mistakes(cached('{ hit: 50% }', 'faults: [ { at: 1s, flush: db } ]'));
    expect(told.join()).toContain('db has no cache to flush');
  });
});

describe('validate tells', () => {
  it('what each cache is, what is flushed, and what fails for good', () => {
    const text = understood(
      sound(
        shop(
          '{ fail: { share: 2%, per: key } }, ' +
            '{ cache: { hit: 95% }, then: [ { call: db } ] }, ' +
            '{ cache: { capacity: 10, ttl: 5m, fill: always, shared: true, warm: true }, then: [] }',
          'faults: [ { at: 10s, flush: shop, for: 5s } ]',
        ),
      ),
    );
    expect(text).toContain(
      '2% of keys fail every time; a cache that finds 95%; a cache of 10 keys, each good for 5m, ' +
        'filled also when nobody waits any more, one for all replicas, warm at the beginning',
    );
    expect(text).toContain('flush shop at 10s, for 5s');
  });
});
