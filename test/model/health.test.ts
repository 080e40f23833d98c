import { describe, expect, it } from 'vitest';
import { judge } from '../../src/judge/verdict.js';
import { figure, figures, planOf, run, runText, seriesOf } from './kit.js';

/** Two replicas in turn, checked every second; what strikes the first of them stands in `fault`. */
const shop = (health: string, fault: string, more = '', at = '') => `
duration: 40s
producers: { users: { arrivals: { constant: 20/s }, to: shop ${at} } }
services:
  shop: { replicas: 2, workers: 1, health: { period: 1s, ${health} }, handler: [ { work: 1ms } ] ${more} }
faults: [ ${fault} ]`;
const PAUSED = '{ at: 10s, for: 10s, pause: shop, replicas: 1 }';
const shown = (text: string) =>
  figures(
    runText(text),
    'services.shop.ejections',
    'services.shop.health.failures',
    'services.shop.in_rotation.mean',
  );

describe('a check around the queue', () => {
  it('ejects a replica that stands still, and takes it back after two answers', () => {
    const ends = runText(shop('via: bypass', PAUSED));
    expect(figure(ends, 'services.shop.ejections')).toBe(1);
    // Ten are out between 10 s and 20 s; the last is answered when the replica goes on.
    expect(figure(ends, 'services.shop.health.failures')).toBe(9);
    // Out from the third failure (3 s and up to a period later) to the second success.
    const inRotation = figure(ends, 'services.shop.in_rotation.mean');
    expect(inRotation).toBeGreaterThan(2 - 8 / 40);
    expect(inRotation).toBeLessThan(2 - 6.9 / 40);
  });

  it('says nothing of how long those who wait have waited', () => {
    const slow = '{ at: 10s, for: 20s, slow: shop, factor: 1000, replicas: 1 }';
    const ends = runText(shop('via: bypass', slow));
    expect(figures(ends, 'services.shop.ejections', 'services.shop.health.failures')).toEqual([
      0, 0,
    ]);
    expect(figure(ends, 'services.shop.queue.depth.max')).toBeGreaterThan(100);
  });

  it('needs no worker and is no arrival', () => {
    const ends = runText(shop('via: bypass', ''));
    expect(figure(ends, 'services.shop.arrivals')).toBe(799);
    expect(figure(ends, 'services.shop.health.checks')).toBe(80);
  });
});

describe('a check through the queue', () => {
  it('fails at a replica that is slow, and ejects it', () => {
    const slow = '{ at: 10s, for: 20s, slow: shop, factor: 1000, replicas: 1 }';
    const ends = runText(shop('via: queue, timeout: 500ms', slow));
    expect(figure(ends, 'services.shop.ejections')).toBe(1);
    const rotation = seriesOf(ends, 'services.shop.in_rotation');
    expect([rotation[9], rotation[15]]).toEqual([2, 1]);
  });

  it('tells, of the first replica that fell, why it did', () => {
    const slow = '{ at: 10s, for: 20s, slow: shop, factor: 1000, replicas: 1 }';
    const { marks } = runText(shop('via: queue, timeout: 500ms, work: 2ms', slow));
    const why = marks.find(({ how }) => how === 'ejected')?.rotation?.why;
    expect(why).toMatchObject({ how: 'late', ns: 5e8, elsewhere: 0 });
    expect(why!.waiting).toBeGreaterThan(20);
    expect(why!.usualNs! / 1e6).toBeLessThan(10);
  });

  it('is a request like any other at its component, and of no producer', () => {
    const ends = runText(shop('via: queue, work: 100ms', ''));
    expect(figures(ends, 'services.shop.health.checks', 'services.shop.arrivals')).toEqual([
      80,
      799 + 80,
    ]);
    expect(ends.ledger).toMatchObject({ offered: 799, unfinished: 0 });
    // 80 of 100 ms and 799 of 1 ms, by two workers in 40 s.
    expect(figure(ends, 'services.shop.utilization')).toBeCloseTo(0.1 + 0.799 / 80, 3);
    expect(figure(ends, 'wasted_work')).toBe(0);
    expect(ends.edges).toEqual(['users -> shop']);
    expect(ends.producers).toEqual(['users']);
    expect(figures(ends, 'timeout_ratio', 'rejected_ratio', 'amplification')).toEqual([0, 0, 1]);
  });

  it('that timed out leaves its work behind', () => {
    const ends = runText(shop('via: queue, timeout: 100ms, work: 400ms, panic: none', ''));
    expect(figure(ends, 'services.shop.health.failures')).toBeGreaterThan(70);
    expect(figure(ends, 'services.shop.utilization')).toBeGreaterThan(0.39);
  });

  it('is refused where there is no room, and fails', () => {
    const full = ', queue: { capacity: 0 }';
    const text = shop('via: queue, unhealthy_after: 1000', '', full).replace('1ms', '49ms');
    const ends = runText(text.replace('20/s', '100/s'));
    expect(figure(ends, 'services.shop.health.failures')).toBeGreaterThan(40);
  });

  it('fails where a fault has the service answer errors', () => {
    const errors = '{ at: 10s, for: 10s, errors: shop, ratio: 100%, replicas: 1 }';
    const ends = runText(shop('via: queue', errors));
    expect(figure(ends, 'services.shop.ejections')).toBe(1);
    // In turn until the third failure: between two and three seconds of ten a second.
    expect(ends.ledger.failed['error']).toBeGreaterThanOrEqual(20);
    expect(ends.ledger.failed['error']).toBeLessThanOrEqual(31);
  });

  it('is made as soon as the one before has ended, where that was late', () => {
    const text = shop('via: queue, timeout: 2500ms, work: 2500ms, unhealthy_after: 1000', '');
    // Each takes its time, and the next begins when it has ended.
    expect(figure(runText(text), 'services.shop.health.checks')).toBe(2 * 15);
  });

  it('stands in the queue with what its discipline makes of it', () => {
    const order = ', queue: { discipline: lifo }';
    const slow = '{ at: 10s, for: 20s, slow: shop, factor: 120 }';
    const fifo = shown(shop('via: queue, timeout: 500ms', slow));
    const lifo = shown(shop('via: queue, timeout: 500ms', slow, order));
    expect(fifo[1]).toBeGreaterThan(30);
    expect(lifo[1]).toBeLessThan(fifo[1] as number);
  });
});

describe('panic', () => {
  const both = '{ at: 10s, for: 10s, errors: shop, ratio: 100% }';

  it('uses all that are up while fewer than its share are healthy', () => {
    const panics = runText(shop('via: queue, panic: 50%', both));
    expect(figure(panics, 'services.shop.arrivals')).toBe(799 + 80);
    const none = runText(shop('via: queue, panic: none', both));
    expect(figure(none, 'services.shop.arrivals')).toBeLessThan(799 + 80 - 100);
    expect(figure(none, 'services.shop.in_rotation.mean')).toBe(
      figure(panics, 'services.shop.in_rotation.mean'),
    );
  });

  it('does not use what is down', () => {
    const crash = '{ at: 10s, crash: shop, restart: 10s }';
    const errors = '{ at: 10s, for: 10s, errors: shop, ratio: 100% }';
    const ends = runText(shop('via: queue, panic: 100%', `${crash}, ${errors}`));
    expect(ends.ledger.failed['error']).toBe(200);
    expect(ends.ledger.failed['crashed'] ?? 0).toBe(0);
  });

  it('is not reached at its share', () => {
    const ends = runText(shop('via: bypass, panic: 50%', PAUSED));
    const replica = seriesOf(ends, 'services.shop.queue.depth');
    // What came before it was ejected waits; nothing more does.
    expect(replica[18]).toBe(replica[15]);
  });
});

describe('a replica that is down', () => {
  it('is out at once, and when it fell to its checks meanwhile it has to pass them again', () => {
    const crash = (restart: string) => `{ at: 10s, crash: shop, restart: ${restart} }`;
    expect(shown(shop('via: queue', crash('500ms')))[0]).toBe(0);
    const long = runText(shop('via: queue', crash('10s')));
    expect(figure(long, 'services.shop.ejections')).toBe(1);
    const mean = figure(long, 'services.shop.in_rotation.mean');
    expect(mean).toBeGreaterThan(2 - 12 / 40);
    expect(mean).toBeLessThan(2 - 10.9 / 40);
  });
});

describe('then: restart', () => {
  const stuck = '{ at: 10s, for: 6s, slow: shop, factor: 5000, replicas: 1 }';

  it('kills who fails its checks: what it held is lost, and it comes back empty', () => {
    const ends = runText(shop('via: queue, then: restart, restart: 4s', stuck));
    expect(figure(ends, 'services.shop.crashes')).toBe(1);
    expect(figure(ends, 'services.shop.ejections')).toBe(0);
    expect(figure(ends, 'services.shop.in_rotation.mean')).toBeCloseTo(2 - 4 / 40, 9);
    expect(ends.ledger.failed['crashed']).toBeGreaterThan(20);
    expect(ends.ledger.unfinished).toBe(0);
  });

  it('goes round in a loop while what made it fail lasts', () => {
    const slow = '{ at: 10s, slow: shop, factor: 5000 }';
    const plan = planOf(shop('via: queue, then: restart, restart: 2s', slow));
    const ends = run(plan);
    expect(figure(ends, 'services.shop.crashes')).toBeGreaterThanOrEqual(8);
    expect(judge(ends, plan)).toMatchObject({ is: 'crash_loop', first_saturated: 'shop' });
  });

  it('is not done to who answers around the queue, however long the queue', () => {
    expect(
      figure(runText(shop('via: bypass, then: restart', stuck)), 'services.shop.crashes'),
    ).toBe(0);
  });

  it('is done to who stands still', () => {
    const ends = runText(shop('via: bypass, then: restart, restart: 4s', PAUSED));
    expect(figure(ends, 'services.shop.crashes')).toBe(1);
  });
});

describe('a second try elsewhere', () => {
  const shopOf = (panic: string) => `
duration: 40s
producers: { users: { arrivals: { constant: 40/s }, to: shop } }
services:
  shop:
    replicas: 4
    workers: 9
    health: { period: 1s, via: bypass, panic: ${panic} }
    handler: [ { work: 1ms } ]
calls: { "* -> *": { timeout: 100ms, retry: { attempts: 2, elsewhere: true } } }
faults:
  - { at: 10s, pause: shop, replicas: 3 }`;

  it('goes to who is left when the others were ejected', () => {
    const ends = runText(shopOf('none'));
    // Until three have fallen both tries may meet one that stands still.
    expect(figure(ends, 'services.shop.ejections')).toBe(3);
    expect(seriesOf(ends, 'errors.timeout').slice(16, 39)).toEqual(Array(23).fill(0));
    expect(seriesOf(ends, 'calls.users -> shop.retries').slice(16, 39)).toEqual(Array(23).fill(0));
  });

  it('in a panic goes to another one, ejected or not', () => {
    const ends = runText(shopOf('50%'));
    // In turn: of four first tries three meet one that stands still, and the next is as likely bad.
    const retries = seriesOf(ends, 'calls.users -> shop.retries').slice(16, 38).map(Number);
    expect(Math.min(...retries)).toBeGreaterThanOrEqual(20);
    expect(figure(ends, 'services.shop.ejections')).toBe(3);
  });
});

describe('checks and the rest of a run', () => {
  it('the same seed checks at the same moments, another one at others', () => {
    const text = shop('via: bypass', PAUSED);
    const one = run(planOf(text, 'base', 'a'));
    expect(run(planOf(text, 'base', 'a')).fingerprint).toBe(one.fingerprint);
    expect(run(planOf(text, 'base', 'b')).fingerprint).not.toBe(one.fingerprint);
  });

  it('around the queue they change nothing where nobody fails', () => {
    const plan = planOf(shop('via: bypass', ''));
    const without = planOf(shop('via: bypass', '').replace(/health: \{[^}]*\},/, ''));
    expect(run(plan).fingerprint).toBe(run(without).fingerprint);
  });

  it('a replica ejected by its checks and one ejected by a client are both left out', () => {
    const text = `
duration: 60s
producers: { users: { arrivals: { constant: 60/s }, to: shop } }
services:
  shop:
    replicas: 3
    workers: 9
    health: { period: 1s, via: bypass, panic: none }
    handler: [ { work: 1ms } ]
calls:
  "* -> *":
    timeout: 100ms
    breaker: { outlier: { max_ejection_percent: 100%, consecutive_gateway_failure: 1000 } }
faults:
  - { at: 10s, pause: shop, replicas: 1 }
  - { at: 30s, errors: shop, ratio: 100%, replicas: 2 }`;
    const ends = runText(text);
    expect(figure(ends, 'services.shop.ejections')).toBe(3);
    const rotation = seriesOf(ends, 'services.shop.in_rotation');
    expect([rotation[5], rotation[20], rotation[40]]).toEqual([3, 2, 1]);
  });
});
