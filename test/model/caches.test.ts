import { describe, expect, it } from 'vitest';
import { figure, figures, planOf, run, runText, seriesOf } from './kit.js';

const COUNTS = ['hits', 'misses', 'evictions'].map((of) => `services.shop.cache.${of}`);

/** One request a second, from 1 s on, each for the same page; a miss asks the store, 100 ms. */
const shop = (cache: string, more = '', { key = 'page', store = 'work: 100ms', of = '' } = {}) => `
duration: 20s
producers: { users: { arrivals: { constant: 1/s }, to: shop, key: ${key} } }
services:
  shop:
    workers: unbounded
    ${of}
    handler: [ { cache: ${cache}, then: [ { call: store } ] } ]
dependencies: { store: { workers: unbounded, handler: [ { ${store} } ] } }
${more}`;

describe('a cache of keys', () => {
  it('a key is fetched once, and found from then on', () => {
    const ends = runText(shop('{ capacity: 10 }'));
    expect(figures(ends, ...COUNTS)).toEqual([18, 1, 0]);
    expect(figure(ends, 'services.shop.cache.hit_ratio')).toBeCloseTo(18 / 19, 12);
    expect(figure(ends, 'dependencies.store.arrivals')).toBe(1);
    expect(figure(ends, 'latency.max')).toBeCloseTo(0.1, 12);
    expect(seriesOf(ends, 'services.shop.cache.hit_ratio').slice(0, 4)).toEqual([null, 0, 1, 1]);
    expect(ends.metrics['dependencies.store.cache.hit_ratio']).toBeNull();
    expect(ends.notes['dependencies.store.cache.hit_ratio']).toBe('no cache');
  });

  it('is good for its ttl from when it was fetched: being found makes it no younger', () => {
    // Fetched at 1.1 s, good until 6.1 s: found at 2 … 6 s, fetched again at 7 s, 13 s, 19 s.
    expect(figures(runText(shop('{ capacity: 10, ttl: 5s }')), ...COUNTS)).toEqual([15, 4, 0]);
  });

  it('while a key is fetched, others miss it too', () => {
    const ends = runText(shop('{ capacity: 10 }', '', { store: 'work: 2500ms' }));
    expect(figures(ends, ...COUNTS)).toEqual([16, 3, 0]);
  });

  it('the key used least recently goes first', () => {
    const three = `
duration: 10s
producers:
  a: { arrivals: { constant: 1/s }, to: shop, key: a }
  b: { arrivals: { constant: 1/s }, to: shop, key: b, from: 100ms, limit: 1 }
  c: { arrivals: { constant: 1/s }, to: shop, key: c, from: 200ms, limit: 2 }
  d: { arrivals: { constant: 1/s }, to: shop, key: b, from: 5300ms, limit: 1 }
services: { shop: { workers: unbounded, handler: [ { cache: { capacity: 2 }, then: [] } ] } }`;
    // a 1 s; b 1.1 s; c 1.2 s takes the place of a; a 2 s that of b; c 2.2 s is found, as a is from
    // 3 s on; b 6.3 s takes the place of c.
    expect(figures(runText(three), ...COUNTS)).toEqual([8, 5, 3]);
  });

  it('a fetch that failed fills nothing', () => {
    const ends = runText(shop('{ capacity: 10 }', '', { store: 'fail: 100%' }));
    expect(figures(ends, ...COUNTS)).toEqual([0, 19, 0]);
    const late = shop('{ capacity: 10 }', 'calls: { "shop -> store": { timeout: 50ms } }');
    expect(figures(runText(late), ...COUNTS)).toEqual([0, 19, 0]);
  });

  it('what came after its caller had given up fills nothing, unless fill is always', () => {
    const calls = 'calls: { "users -> shop": { timeout: 50ms } }';
    expect(figures(runText(shop('{ capacity: 10 }', calls)), ...COUNTS)).toEqual([0, 19, 0]);
    const always = runText(shop('{ capacity: 10, fill: always }', calls));
    expect(figures(always, ...COUNTS)).toEqual([18, 1, 0]);
    expect(always.ledger).toMatchObject({ good: 18, failed: { timeout: 1 } });
  });

  it('nor does what came after the deadline that its component knows of', () => {
    const key = 'page, deadline: 50ms';
    const more = 'calls: { "users -> shop": { deadline: { within: 1h, propagate: true } } }';
    expect(figures(runText(shop('{ capacity: 10 }', more, { key })), ...COUNTS)).toEqual([
      ...[0, 19, 0],
    ]);
  });

  it('is never filled where fill is false', () => {
    expect(figures(runText(shop('{ capacity: 10, fill: false }')), ...COUNTS)).toEqual([0, 19, 0]);
    const warm = runText(shop('{ capacity: 10, fill: false, warm: true }'));
    expect(figures(warm, ...COUNTS)).toEqual([19, 0, 0]);
  });

  it('a request without a key misses and fills nothing', () => {
    const ends = runText(`
duration: 10s
producers:
  keyed: { arrivals: { constant: 1/s }, to: shop, key: page, limit: 1 }
  plain: { arrivals: { constant: 1/s }, to: shop }
services: { shop: { workers: unbounded, handler: [ { cache: { capacity: 2 }, then: [] } ] } }`);
    expect(figures(ends, ...COUNTS)).toEqual([0, 10, 0]);
  });

  it('in a fallback it is one for all calls that fall back', () => {
    const ends = runText(`
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: shop, key: page } }
services: { shop: { workers: 5, handler: [ { call: best }, { call: best } ] } }
dependencies:
  best: { workers: 1, handler: [ { fail: 100% } ] }
  rest: { workers: 1, handler: [ { work: 1ms } ] }
calls:
  "shop -> best":
    fallback: { handler: [ { cache: { capacity: 2 }, then: [ { call: rest } ] } ] }`);
    // Both calls go by one fallback, which has one cache.
    expect(figures(ends, ...COUNTS)).toEqual([17, 1, 0]);
    expect(ends.ledger).toMatchObject({ good: 0, degraded: 9 });
  });
});

describe('who waits together', () => {
  it('fills for all: the first that joined may be late, as long as another is not', () => {
    const ends = runText(`
duration: 10s
producers:
  first: { arrivals: { constant: 1/s }, to: shop, key: a, limit: 1 }
  hasty: { arrivals: { constant: 1/s }, to: shop, key: page, from: 100ms, limit: 1, deadline: 1s }
  patient: { arrivals: { constant: 1/s }, to: shop, key: page, from: 200ms }
services:
  shop:
    workers: 1
    queue: { coalesce: join }
    handler: [ { cache: { capacity: 9 }, then: [ { work: 600ms } ] } ]
calls: { "hasty -> shop": { timeout: 700ms } }`);
    // `first` from 1 to 1.6 s; then one for the other two, of whom the first has left at 1.8 s.
    expect(figures(ends, ...COUNTS)).toEqual([8, 2, 0]);
    expect(figures(ends, 'services.shop.completed')).toEqual([11]);
  });
});

describe('replicas', () => {
  const two = (cache: string, more = '') => shop(cache, more, { of: 'replicas: 2' });

  it('each has a cache of its own, or all share one', () => {
    expect(figures(runText(two('{ capacity: 10 }')), ...COUNTS)).toEqual([17, 2, 0]);
    expect(figures(runText(two('{ capacity: 10, shared: true }')), ...COUNTS)).toEqual([18, 1, 0]);
  });

  it('are cold after a crash; what they share is not', () => {
    const crash = 'faults: [ { at: 10500ms, crash: shop, restart: 600ms } ]';
    expect(figures(runText(two('{ capacity: 10 }', crash)), ...COUNTS)).toEqual([16, 3, 0]);
    expect(figures(runText(two('{ capacity: 10, shared: true }', crash)), ...COUNTS)).toEqual([
      ...[18, 1, 0],
    ]);
  });

  it('warm caches hold the most popular keys; where callers hash, each its own', () => {
    const warm = (balance: string) => `
duration: 60s
producers:
  users: { arrivals: { poisson: 100/s }, to: shop, key: { zipf: { n: 1000, s: 1 } } }
services:
  shop:
    replicas: 4
    balance: ${balance}
    workers: unbounded
    handler: [ { cache: { capacity: 100, warm: true, fill: false }, then: [] } ]`;
    const shareOf = (ranks: number) => {
      const upTo = (n: number) => Array.from({ length: n }, (_, k) => 1 / (k + 1));
      const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);
      return sum(upTo(ranks)) / sum(upTo(1000));
    };
    const ratio = (balance: string) =>
      figure(runText(warm(balance)), 'services.shop.cache.hit_ratio');
    expect(Math.abs(ratio('random') - shareOf(100))).toBeLessThan(0.03);
    expect(Math.abs(ratio('{ hash: key }') - shareOf(400))).toBeLessThan(0.03);
  });

  it('warm keys are of all ages, so they do not expire at once', () => {
    const text = `
duration: 60s
producers:
  users: { arrivals: { poisson: 500/s }, to: shop, key: { zipf: { n: 100, s: 0 } } }
services:
  shop:
    workers: unbounded
    handler: [ { cache: { capacity: 100, ttl: 20s, warm: true }, then: [] } ]`;
    const ratios = seriesOf(runText(text), 'services.shop.cache.hit_ratio') as number[];
    // 5 a second of 500 are fetched anew, all the time.
    for (const ratio of ratios) expect(ratio).toBeGreaterThan(0.96);
    expect(ratios.slice(0, 20).filter((ratio) => ratio < 1).length).toBeGreaterThan(15);
  });
});

describe('flush', () => {
  it('empties a cache at once; it ends at that moment', () => {
    const ends = runText(shop('{ capacity: 10 }', 'faults: [ { at: 10500ms, flush: shop } ]'));
    expect(figures(ends, ...COUNTS)).toEqual([17, 2, 0]);
    expect(ends.faults).toMatchObject([{ fromNs: 10.5e9, toNs: 10.5e9, text: 'flush shop' }]);
  });

  it('may come again and again without lasting', () => {
    const fault = 'faults: [ { at: 10500ms, every: 3s, flush: shop } ]';
    expect(figures(runText(shop('{ capacity: 10 }', fault)), ...COUNTS)).toEqual([15, 4, 0]);
  });

  it('with for nothing is found or put while it lasts', () => {
    const fault = 'faults: [ { at: 10500ms, for: 3s, flush: shop } ]';
    // Missed at 1 s, at 11, 12 and 13 s, and once more at 14 s.
    expect(figures(runText(shop('{ capacity: 10 }', fault)), ...COUNTS)).toEqual([14, 5, 0]);
    expect(figures(runText(shop('{ hit: 100% }', fault)), ...COUNTS)).toEqual([16, 3, 0]);
  });

  it('strikes the first replicas', () => {
    const fault = 'faults: [ { at: 10500ms, flush: shop, replicas: 1 } ]';
    const text = shop('{ capacity: 10 }', fault, { of: 'replicas: 3' });
    expect(figures(runText(text), ...COUNTS)).toEqual([15, 4, 0]);
  });

  it('may wait for a figure: here for what the cache finds', () => {
    const fault = 'faults: [ { when: services.shop.cache.hit_ratio >= 50%, flush: shop } ]';
    // Found at 2 s, flushed at 3 s before that second's request, once.
    expect(figures(runText(shop('{ capacity: 10 }', fault)), ...COUNTS)).toEqual([17, 2, 0]);
  });

  it('of no consequence is no change of the run', () => {
    const plain = shop('{ hit: 50% }');
    const { metrics } = runText(plain);
    const later = runText(`${plain}\nfaults: [ { at: 19900ms, for: 50ms, flush: shop } ]`);
    expect(later.metrics).toEqual(metrics);
    expect(later.fingerprint).not.toBe(runText(plain).fingerprint);
  });
});

describe('the mark of what saturates', () => {
  const lost = (fault: string) => `
duration: 60s
producers: { users: { arrivals: { poisson: 200/s }, to: shop, key: { zipf: { n: 2000, s: 0.9 } } } }
services:
  shop:
    workers: unbounded
    handler: [ { cache: { capacity: 1000, warm: true }, then: [ { call: store } ] } ]
dependencies: { store: { workers: 4, handler: [ { work: 50ms } ] } }
faults: [ ${fault} ]`;

  it('says what a cache finds by then, and what it found before the fault', () => {
    const [mark] = runText(lost('{ at: 30s, flush: shop }')).marks;
    expect(mark).toMatchObject({ component: 'store', cold: { component: 'shop' } });
    expect(mark!.cold!.found).toBeLessThan(0.5);
    expect(mark!.cold!.before).toBeGreaterThan(0.8);
  });

  it('says nothing of a cache that finds what it always found', () => {
    const [mark] = runText(lost('{ at: 30s, slow: store, factor: 20 }')).marks;
    expect(mark!.component).toBe('store');
    expect(mark).not.toHaveProperty('cold');
  });
});

describe('a fixed share of hits', () => {
  it('is what it says, with keys or without', () => {
    const text = `
duration: 100s
producers: { users: { arrivals: { poisson: 200/s }, to: shop } }
services: { shop: { workers: unbounded, handler: [ { cache: { hit: 90% }, then: [] } ] } }`;
    const ratio = figure(runText(text), 'services.shop.cache.hit_ratio');
    // 20,000 draws: a standard deviation of .2%.
    expect(Math.abs(ratio - 0.9)).toBeLessThan(0.008);
  });

  it('is drawn once a request: a retry finds what the try before it found', () => {
    const retried = (cache: string) => `
duration: 60s
producers: { users: { arrivals: { poisson: 50/s }, to: shop, until: 55s } }
services:
  shop: { workers: unbounded, handler: [ { cache: ${cache}, then: [ { fail: 100% } ] } ] }
calls: { "users -> shop": { retry: { attempts: 3, backoff: none } } }`;
    const ends = runText(retried('{ hit: 80% }'));
    expect(figure(ends, 'services.shop.cache.misses') % 3).toBe(0);
    expect(figure(ends, 'services.shop.cache.misses')).toBe(3 * ends.ledger.failed['error']!);
  });
});

describe('fail, per', () => {
  const failing = (per: string, key = '{ zipf: { n: 1000, s: 0 } }') => `
duration: 100s
producers: { users: { arrivals: { poisson: 100/s }, to: shop, key: ${key}, until: 99s } }
services: { shop: { workers: unbounded, handler: [ { fail: { share: 20%, per: ${per} } } ] } }
calls: { "users -> shop": { retry: { attempts: 4, backoff: none } } }`;

  it('attempt: retries help; request and key: they never do', () => {
    const [attempt, request, key] = ['attempt', 'request', 'key'].map((per) =>
      figure(runText(failing(per)), 'success_ratio'),
    );
    expect(attempt).toBeGreaterThan(0.995);
    expect(Math.abs(request! - 0.8)).toBeLessThan(0.02);
    // 1,000 keys: a standard deviation of 1.3%.
    expect(Math.abs(key! - 0.8)).toBeLessThan(0.05);
    for (const per of ['request', 'key']) {
      const ends = runText(failing(per));
      expect(figure(ends, 'calls.users -> shop.retries')).toBe(3 * ends.ledger.failed['error']!);
    }
  });

  it('key: all requests for one key end alike, whichever producer they come from', () => {
    const outcomes = Array.from({ length: 12 }, (_, seed) => {
      const plan = planOf(failing('key', 'page'), 'base', String(seed));
      return figure(run(plan), 'success_ratio');
    });
    expect(new Set(outcomes)).toEqual(new Set([0, 1]));
  });

  it('key: a request without a key is spared', () => {
    const text = `
duration: 10s
producers:
  keyed: { arrivals: { constant: 10/s }, to: shop, key: page }
  plain: { arrivals: { constant: 10/s }, to: shop }
services: { shop: { workers: unbounded, handler: [ { fail: { share: 100%, per: key } } ] } }`;
    const ends = runText(text);
    expect(figures(ends, 'producers.keyed.success_ratio', 'producers.plain.success_ratio')).toEqual(
      [...[0, 1]],
    );
  });
});
