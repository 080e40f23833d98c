import { describe, expect, it } from 'vitest';
import { cascadeOf } from '../../src/judge/cascade.js';
import type { Change } from '../../src/measure/measured.js';
import { runText } from '../model/kit.js';

/** What a component's mark says to be different from before. */
function changeOf(component: string, text: string): Change | undefined {
  return runText(text).marks.find((mark) => mark.component === component)?.change;
}

/** 50 a second, which take 4 of 8 workers' time half. */
const desk = (faults: string, rest = ''): string => `
duration: 40s
producers: { users: { arrivals: { constant: 50/s }, to: desk } }
services:
  desk: { workers: 8, handler: [ { work: 80ms } ] }
${rest}
faults: [ ${faults} ]`;

describe('what is different when a component saturates', () => {
  it('is that more come', () => {
    const change = changeOf('desk', desk('{ at: 20s, for: 10s, surge: users, factor: 3 }'));
    expect(Object.keys(change!)).toEqual(['arrivals']);
    expect(change!.arrivals!.times).toBeCloseTo(3, 1);
    expect(change!.arrivals!.perSecond).toBeCloseTo(150, -1);
  });

  it('looks at no stretch without time: who come at one moment are no rate', () => {
    // All twelve send at each whole second, and so at the moment of the fault.
    const twelve = Array.from(
      { length: 12 },
      (_, k) => `p${k}: { arrivals: { constant: 1/s }, to: desk }`,
    );
    const text = `
duration: 20s
producers: { ${twelve.join(', ')} }
services: { desk: { workers: 2, queue: { capacity: 10 }, handler: [ { work: 10ms } ] } }
faults: [ { at: 5s, for: 5s, slow: desk, factor: 200 } ]`;
    expect(changeOf('desk', text)).toEqual({ nothing: { perSecond: expect.closeTo(9.6, 1) } });
  });

  it('is that each takes its workers longer', () => {
    const change = changeOf('desk', desk('{ at: 20s, for: 10s, slow: desk, factor: 4 }'));
    expect(Object.keys(change!)).toEqual(['held']);
    expect(change!.held!.times).toBeGreaterThan(3);
    expect(change!.held!.times).toBeLessThan(6);
  });

  it('is that it stands still', () => {
    const change = changeOf('desk', desk('{ at: 20s, for: 10s, pause: desk }'));
    expect(change).toEqual({ nothing: { perSecond: expect.closeTo(50, 0) } });
  });

  it('is that it has fewer workers', () => {
    const change = changeOf('desk', desk('{ at: 20s, for: 10s, capacity: desk, workers: 2 }'));
    expect(change!.workersBefore).toBe(8);
    expect(change!.arrivals).toBeUndefined();
  });

  const shop = (fault: string): string => `
duration: 40s
producers: { users: { arrivals: { constant: 50/s }, to: shop } }
services: { shop: { workers: 8, handler: [ { work: 10ms }, { call: store } ] } }
dependencies: { store: { workers: unbounded, handler: [ { work: 40ms } ] } }
calls: { "shop -> store": { network: 1ms } }
faults: [ ${fault} ]`;

  it('is that a call takes longer, at the callee', () => {
    const change = changeOf('shop', shop('{ at: 20s, for: 10s, slow: store, factor: 10 }'));
    expect(Object.keys(change!)).toEqual(['call']);
    const { beforeNs, thereNs, to, ns } = change!.call!;
    expect([to, thereNs]).toEqual(['store', undefined]);
    expect(beforeNs / 1e6).toBeCloseTo(42, 0);
    expect(ns / 1e6).toBeGreaterThan(200);
  });

  it('or on the way to it', () => {
    const change = changeOf(
      'shop',
      shop('{ at: 20s, for: 10s, latency: "shop -> store", add: 400ms }'),
    );
    expect(change!.call!.to).toBe('store');
    expect(change!.call!.thereNs! / 1e6).toBeLessThan(80);
  });

  it('without faults is told against the time up to ten seconds ago and more', () => {
    const text = (rate: string) => `
duration: 60s
producers: { users: { arrivals: ${rate}, to: desk } }
services: { desk: { workers: 1, handler: [ { work: 10ms } ] } }`;
    const more = text('{ constant: [ { at: 0s, rate: 50/s }, { at: 40s, rate: 150/s } ] }');
    expect(changeOf('desk', more)!.arrivals!.times).toBeCloseTo(3, 1);
    const flow = { come: expect.closeTo(150, 0), done: expect.closeTo(100, 0) };
    expect(changeOf('desk', text('{ constant: 150/s }'))).toEqual({ flow });
  });

  it('is who sends more, where several send', () => {
    const two = desk('{ at: 20s, for: 10s, surge: users, factor: 1.2 }').replace(
      'to: desk } }',
      'to: desk }, jobs: { arrivals: { constant: 60/s }, to: desk, from: 20s } }',
    );
    const { senders } = changeOf('desk', two)!;
    expect(senders!.map(({ name, before }) => [name, Math.round(before)])).toEqual([
      ['jobs', 0],
      ['users', 50],
    ]);
    expect(senders![0].perSecond).toBeCloseTo(60, -1);
  });

  it('is a route that has more of the workers', () => {
    const change = changeOf(
      'desk',
      `
duration: 40s
producers:
  users: { arrivals: { constant: 50/s }, to: desk/short }
  jobs: { arrivals: { constant: 5/s }, to: desk/long, from: 20s }
services:
  desk: { workers: 6, handler: { short: [ { work: 80ms } ], long: [ { work: 2s } ] } }
faults: [ { at: 20s, for: 10s, surge: users, factor: 1.1 } ]`,
    );
    expect(change!.route).toEqual({
      name: 'long',
      workers: expect.closeTo(5, -1),
      before: 0,
    });
  });

  it('is that replicas are down', () => {
    const two = desk('{ at: 20s, for: 10s, crash: desk, replicas: 1 }').replace(
      'workers: 8',
      'replicas: 2, workers: 3',
    );
    const change = changeOf('desk', two)!;
    expect([change.workersBefore, change.replicas]).toEqual([6, [1, 2]]);
  });

  it('is what a breaker saw', () => {
    const broken = shop('{ at: 20s, for: 10s, errors: store, ratio: 50% }').replace(
      'network: 1ms',
      'breaker: { window: 20, failure_rate: 40%, min_calls: 20, open_for: 5s }',
    );
    const { failed, of, ...rest } = changeOf('shop', broken)!.failing!;
    expect(rest).toEqual({ to: 'store', before: 0 });
    expect(failed / of).toBeGreaterThan(0.3);
  });

  it('is that nothing gets there', () => {
    const change = changeOf('shop', shop('{ at: 20s, drop: "shop -> store", ratio: 100% }'));
    expect(change!.call).toMatchObject({ to: 'store', ns: Infinity, arriving: 0 });
  });

  it('is known also of what was saturated before the first fault', () => {
    const text = `
duration: 60s
producers:
  users: { arrivals: { constant: [ { at: 0s, rate: 50/s }, { at: 20s, rate: 150/s } ] }, to: desk }
services: { desk: { workers: 1, handler: [ { work: 10ms } ] } }
faults: [ { at: 40s, for: 5s, slow: desk, factor: 2 } ]`;
    expect(changeOf('desk', text)!.arrivals!.times).toBeCloseTo(3, 1);
  });

  it('of a lock is how long it was held before', () => {
    const { marks } = runText(`
duration: 40s
producers: { users: { arrivals: { constant: 50/s }, to: desk } }
services: { desk: { workers: unbounded, handler: [ { lock: l, then: [ { work: 10ms } ] } ] } }
faults: [ { at: 20s, for: 10s, slow: desk, factor: 4 } ]`);
    const [first] = cascadeOf(marks, null);
    expect(first.text).toContain('40 ms (10 ms on average before) by one request of users at desk');
  });

  it('of a lock is who sends more, where nobody else was told so', () => {
    const { marks } = runText(`
duration: 40s
producers:
  users: { arrivals: { constant: 50/s }, to: desk }
  jobs: { arrivals: { constant: 2/s }, to: desk }
services: { desk: { workers: unbounded, handler: [ { lock: l, then: [ { work: 18ms } ] } ] } }
faults: [ { at: 20s, for: 20s, surge: jobs, factor: 15 } ]`);
    const [first] = cascadeOf(marks, null);
    expect(first.text).toMatch(/; \d+\/s from jobs \(2\/s before\)$/);
  });
});
