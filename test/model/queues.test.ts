import { describe, expect, it } from 'vitest';
import { Attempts } from '../../src/model/attempts.js';
import { Bags } from '../../src/model/bags.js';
import { loadScenario } from '../../src/scenario/index.js';
import { figure, figures, momentsOf, planOf, run, runText, seriesOf } from './kit.js';

/** Four a second at even distances: 0.25 s … `untilS`. */
const even = (untilS: number): string =>
  `{ constant: [ { at: 0s, rate: 4/s }, { at: ${untilS + 0.1}s, rate: 0/s } ] }`;

/** One arrival, at `atS` seconds. */
const once = (atS: number): string =>
  `{ constant: [ { at: 0s, rate: 0/s }, { at: ${(atS * 1000 - 100).toFixed(0)}ms, rate: 10/s }, { at: ${(atS * 1000 + 50).toFixed(0)}ms, rate: 0/s } ] }`;

const desk = (arrivals: string, settings: string, more = ''): string => `
duration: 20s
producers: { users: { arrivals: ${arrivals}, to: desk } }
services: { desk: { workers: 1, queue: { ${settings} }, handler: [ { work: 1s } ] } }
${more}`;

const SERVED = ['completed', 'rejected', 'expired', 'dropped'].map((of) => `services.desk.${of}`);

describe('rule 22: max_age ends the wait at that age, by timer, and tells the sender', () => {
  it('every second one of twice as many as are served expires at its age', () => {
    const ends = run(
      planOf(`
duration: 10s
producers: { users: { arrivals: { constant: 2/s }, to: desk } }
services: { desk: { workers: 1, queue: { max_age: 600ms }, handler: [ { work: 1s } ] } }`),
    );
    // The first and the even ones start, the k-th at k/2 + 1/2 s; the odd ones leave after 0.6 s.
    expect(ends.ledger).toMatchObject({ good: 9, failed: { expired: 8 }, unfinished: 2 });
    expect(figures(ends, ...SERVED)).toEqual([9, 0, 8, 0]);
    expect(figures(ends, 'failure_latency.mean', 'failure_latency.max')).toEqual([0.6, 0.6]);
    expect(figures(ends, 'expired_ratio', 'rejected_ratio')).toEqual([8 / 19, 8 / 19]);
    expect(figure(ends, 'services.desk.queue.age.max')).toBe(0.6);
    expect(figure(ends, 'calls.users -> desk.rejected')).toBe(8);
    // The third leaves at 2.1 s, the next ones a second apart.
    expect(seriesOf(ends, 'errors.expired')).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it.each([
    ['constant', '1500ms'],
    ['drawn', '{ mixture: [ { p: 0.5, of: 1500ms }, { p: 0.5, of: 1500ms } ] }'],
  ])('of two events at one nanosecond the one set first comes first (%s)', (_, age) => {
    // The second starts at 1.25 s, the moment that the first ends. The third may wait until 2.25 s,
    // set at 0.75 s; the worker is free then too, set at 1.25 s: too late.
    const ends = runText(desk(even(1), `max_age: ${age}`));
    expect(ends.ledger).toMatchObject({ good: 3, failed: { expired: 1 } });
    expect(figures(ends, 'failure_latency.max', 'latency.max')).toEqual([1.5, 2.25]);
    // An age of 0.75 s: the second would leave at 1.25 s, set at 0.5 s, after the work at 0.25 s.
    const soon = runText(desk(even(0.5), 'max_age: 750ms'));
    expect(soon.ledger).toMatchObject({ good: 2, failed: {} });
  });

  it('a drawn age that is always the same is the constant one, fact by fact', () => {
    const [one, other] = ['400ms', '{ mixture: [ { p: 0.5, of: 400ms }, { p: 0.5, of: 400ms } ] }'];
    const [constant, drawn] = [one, other].map((age) => runText(desk('7/s', `max_age: ${age}`)));
    expect(constant!.fingerprint).toBe(drawn!.fingerprint);
    expect(constant!.ledger.failed['expired']).toBeGreaterThan(50);
  });

  it('an age of no time: nobody waits', () => {
    const ends = runText(desk(even(2), 'max_age: 0s'));
    expect(ends.ledger).toMatchObject({ good: 2, failed: { expired: 6 } });
    expect(figure(ends, 'failure_latency.max')).toBe(0);
  });

  it('an expiry makes room for who stands at the door', () => {
    const ends = run(
      planOf(`
duration: 5s
producers: { users: { arrivals: { constant: 2/s }, to: desk } }
services:
  desk: { workers: 1, queue: { capacity: 1, when_full: block, max_age: 1s }, handler: [ { work: 10s } ] }`),
    );
    // In at 1 s, out at 2; the next one, of 1.5 s, in at 2 and out at 3; that of 2 s out at 4.
    expect(ends.ledger.failed).toEqual({ expired: 3 });
    expect(figures(ends, 'services.desk.queue.depth.max', 'failure_latency.max')).toEqual([1, 2]);
  });

  it('what expired or was displaced is retried as rejected', () => {
    const calls = 'calls: { "* -> *": { retry: { attempts: 2, on: [rejected] } } }';
    const expired = runText(desk(even(1), 'max_age: 300ms', calls));
    expect(figure(expired, 'calls.users -> desk.retries')).toBeGreaterThan(0);
    const dropped = runText(desk(even(2), 'capacity: 1, when_full: drop_oldest', calls));
    expect(figure(dropped, 'calls.users -> desk.retries')).toBeGreaterThan(0);
    const other = runText(desk(even(1), 'max_age: 300ms', calls.replace('rejected', 'error')));
    expect(figure(other, 'calls.users -> desk.retries')).toBe(0);
  });
});

describe('what a full queue does', () => {
  it('drop_oldest: the one that waited longest makes room and is told', () => {
    const ends = runText(desk(even(2), 'capacity: 2, when_full: drop_oldest'));
    // 0.5 goes at 1, 1 at 1.5, 1.25 at 1.75, 1.5 at 2; served are 0.25, 0.75, 1.75 and 2.
    expect(ends.ledger).toMatchObject({ good: 4, failed: { dropped: 4 } });
    expect(figures(ends, ...SERVED)).toEqual([4, 0, 0, 4]);
    expect(figures(ends, 'failure_latency.mean', 'failure_latency.max')).toEqual([0.5, 0.5]);
    expect(figures(ends, 'rejected_ratio', 'expired_ratio', 'latency.max')).toEqual([0.5, 0, 2.25]);
    expect(figure(ends, 'services.desk.queue.depth.max')).toBe(2);
  });

  it('drop_oldest under lifo still drops the oldest', () => {
    const ends = runText(desk(even(2), 'capacity: 2, when_full: drop_oldest, discipline: lifo'));
    // 0.5 goes at 1; 1 is served at 1.25; 0.75 goes at 1.5, 1.25 at 1.75, 1.5 at 2; then 2, 1.75.
    expect(ends.ledger).toMatchObject({ good: 4, failed: { dropped: 4 } });
    expect(figures(ends, 'failure_latency.max', 'latency.max')).toEqual([0.75, 2.5]);
  });

  it('rule 10: drop_newest is silent: only its caller’s timeout ends it', () => {
    const settings = 'capacity: 2, when_full: drop_newest';
    const timed = runText(desk(even(2), settings, 'calls: { "* -> *": { timeout: 5s } }'));
    // 1, 1.5, 1.75 and 2 vanish.
    expect(timed.ledger).toMatchObject({ good: 4, failed: { timeout: 4 }, unfinished: 0 });
    expect(figures(timed, ...SERVED)).toEqual([4, 0, 0, 4]);
    expect(figures(timed, 'failure_latency.mean', 'rejected_ratio')).toEqual([5, 0]);
    const endless = runText(desk(even(2), settings));
    expect(endless.ledger).toMatchObject({ good: 4, failed: {}, unfinished: 4 });
  });

  it('rule 10: loading warns where silence meets an edge without timeout, and only there', () => {
    const codes = (more: string, queue = 'capacity: 2, when_full: drop_newest') => {
      const text = `spillway: 1\n${desk(even(2), queue, more)}`;
      return loadScenario({ text, file: 'f' }).issues.map(({ severity, code }) => [severity, code]);
    };
    expect(codes('')).toEqual([['warning', 'silence']]);
    expect(codes('calls: { "* -> *": { timeout: none } }')).toEqual([['warning', 'silence']]);
    expect(codes('calls: { "* -> *": { timeout: 1s } }')).toEqual([]);
    // A queue without a bound is never full.
    expect(codes('', 'when_full: drop_newest')).toEqual([]);
  });

  it('drop_lowest_priority: the least important goes, the one that comes among them; the newest of equals', () => {
    const ends = run(
      planOf(`
duration: 10s
producers:
  low: { arrivals: ${even(1)}, to: desk, priority: 5 }
  one: { arrivals: ${once(3)}, to: desk }
  two: { arrivals: ${once(4)}, to: desk }
  three: { arrivals: ${once(5)}, to: desk }
services:
  desk: { workers: 1, queue: { capacity: 2, when_full: drop_lowest_priority }, handler: [ { work: 100s } ] }`),
    );
    // 0.25 works; 0.5 and 0.75 wait; 1 is no more important: refused. 3 displaces 0.75, 4 0.5; 5 is
    // as important as those that wait: refused.
    expect(ends.ledger.failed).toEqual({ rejected: 2, dropped: 2 });
    const worst = ['low', 'three'].map((name) => `producers.${name}.failure_latency.max`);
    expect(figures(ends, ...worst)).toEqual([3.5, 0]);
    expect(figures(ends, 'producers.low.failure_latency.mean')).toEqual([(0 + 2.25 + 3.5) / 3]);
  });

  it('with a capacity of 0 nobody can be displaced: the one that comes is refused', () => {
    for (const how of ['drop_oldest', 'drop_lowest_priority']) {
      const ends = runText(desk(even(2), `capacity: 0, when_full: ${how}`));
      expect(ends.ledger).toMatchObject({ good: 2, failed: { rejected: 6 } });
    }
  });
});

describe('caller_runs: handled at once without a worker of the callee, on the caller’s replica', () => {
  const pair = (users: number, gateway: string, more = ''): string => `
duration: 10500ms
producers: { users: { arrivals: { closed: { users: ${users} } }, to: gateway } }
services:
  gateway: { workers: 3, handler: [ { call: desk } ]${gateway} }
  desk: { workers: 1, queue: { capacity: 0, when_full: caller_runs }, handler: [ { work: 1s } ] }
${more}`;

  it('nothing is refused, and the callee’s workers are no more than they were', () => {
    const ends = runText(pair(3, ''));
    expect(ends.ledger).toMatchObject({ good: 30, failed: {}, unfinished: 3 });
    expect(figures(ends, ...SERVED)).toEqual([30, 0, 0, 0]);
    expect(figures(ends, 'services.desk.utilization', 'services.desk.in_flight.mean')).toEqual([
      1, 1,
    ]);
    expect(figure(ends, 'services.desk.sojourn.mean')).toBe(1);
  });

  it('the work goes at the pace of the caller’s replica', () => {
    // Two at the gateway: at half their pace, 2 s each. The one at the desk takes a second.
    const ends = runText(pair(3, ', contention: { usl: { alpha: 1, beta: 0 } }'));
    expect(ends.ledger).toMatchObject({ good: 10 + 2 * 5, unfinished: 3 });
    expect(figures(ends, 'latency.max', 'services.gateway.utilization')).toEqual([2, 1]);
  });

  it('what was given up goes on', () => {
    const ends = runText(pair(2, '', 'calls: { "gateway -> desk": { timeout: 500ms } }'));
    expect(ends.ledger.good).toBe(0);
    expect(figure(ends, 'services.desk.completed')).toBeGreaterThan(20);
    expect(ends.ledger.failed).toEqual({ error: figure(ends, 'calls.users -> gateway.errors') });
  });

  it('rule 20: a producer has no worker: what it sends is refused, and loading warns', () => {
    const text = desk(even(2), 'capacity: 0, when_full: caller_runs');
    expect(runText(text).ledger).toMatchObject({ good: 2, failed: { rejected: 6 } });
    const { issues } = loadScenario({ text: `spillway: 1\n${text}`, file: 'f' });
    expect(issues.map(({ severity, code }) => [severity, code])).toEqual([
      ['warning', 'caller_runs'],
    ]);
  });
});

describe('who is served next', () => {
  it('priority: the most important first, first come first served among equals', () => {
    const ends = runText(`
duration: 20s
producers:
  low: { arrivals: ${even(0.75)}, to: desk, priority: 1 }
  high: { arrivals: ${once(0.9)}, to: desk }
services: { desk: { workers: 1, queue: { discipline: priority }, handler: [ { work: 1s } ] } }`);
    // 0.25 to 1.25; then 0.9, then 0.5 and 0.75.
    const worst = ['low', 'high'].map((name) => `producers.${name}.latency.max`);
    expect(figures(ends, ...worst)).toEqual([3.5, 1.35]);
    expect(figure(ends, 'producers.low.latency.mean')).toBeCloseTo((1 + 2.75 + 3.5) / 3, 12);
    expect(figure(ends, 'services.desk.queue.age.max')).toBe(2.5);
  });

  it('the priority travels with the request, through services that do not look at it', () => {
    const ends = runText(`
duration: 20s
producers:
  low: { arrivals: ${even(0.75)}, to: front, priority: 1 }
  high: { arrivals: ${once(0.9)}, to: front }
services:
  front: { workers: unbounded, handler: [ { call: desk } ] }
  desk: { workers: 1, queue: { discipline: priority }, handler: [ { work: 1s } ] }`);
    const worst = ['low', 'high'].map((name) => `producers.${name}.latency.max`);
    expect(figures(ends, ...worst)).toEqual([3.5, 1.35]);
  });

  it('random: any of those who wait, each as likely; who left is never drawn', () => {
    const plan = planOf(desk('1/s', 'discipline: random'));
    const attempts = new Attempts({
      ...{ timers: false, links: true, joins: false, peers: false, roots: false, staff: false },
      ...{ slots: true, patience: false, places: false },
    });
    const bags = new Bags(plan, attempts);
    for (let a = 0; a < 20; a++) bags.add(attempts.take(), 0);
    for (let a = 0; a < 20; a += 2) bags.remove(a, 0);
    const drawn = Array.from({ length: 20 }, () => 0);
    for (let i = 0; i < 10_000; i++) drawn[bags.any(0)]!++;
    drawn.forEach((count, a) => {
      if (a % 2 === 0) expect(count).toBe(0);
      else expect(Math.abs(count - 1000)).toBeLessThan(4.5 * Math.sqrt(1000));
    });
  });

  it('every discipline does the same work in the same time: only the order is another', () => {
    const text = (discipline: string) => `
seed: 3
duration: 100s
producers: { users: { arrivals: { poisson: [ { at: 0s, rate: 9/s }, { at: 60s, rate: 0/s } ] }, to: desk } }
services: { desk: { workers: 1, queue: { discipline: ${discipline} }, handler: [ { work: 100ms } ] } }`;
    const [fifo, ...others] = ['fifo', 'lifo', 'random', 'priority'].map((of) => text(of));
    const [moments, mean] = [momentsOf(planOf(fifo!)), figure(runText(fifo!), 'latency.mean')];
    const names = ['services.desk.queue.depth.mean', 'services.desk.queue.depth.max'];
    for (const other of others) {
      expect(momentsOf(planOf(other))).toEqual(moments);
      const ends = runText(other);
      expect(figure(ends, 'latency.mean')).toBeCloseTo(mean, 9);
      expect(figures(ends, ...names)).toEqual(figures(runText(fifo!), ...names));
    }
  });

  it('queue.age is that of the one that waits longest, whoever is served next', () => {
    for (const discipline of ['fifo', 'lifo', 'random', 'priority']) {
      const text = desk(even(2), `discipline: ${discipline}`);
      const ages = seriesOf(
        runText(text.replace('work: 1s', 'work: 100s')),
        'services.desk.queue.age',
      );
      expect(ages.slice(0, 4)).toEqual([0.5, 1.5, 2.5, 3.5]);
    }
  });
});

describe('preemptive priority', () => {
  const shop = (handler: string, more = '', workers = 1): string => `
duration: 20s
producers:
  low: { arrivals: ${even(0.75)}, to: desk, priority: 1 }
  high: { arrivals: ${once(0.9)}, to: desk }
services:
  desk:
    workers: ${workers}
    queue: { discipline: { priority: { preemptive: true } }, capacity: 2 }
    handler: ${handler}
${more}`;

  it('the less important stands aside and goes on with what was left, before its equals', () => {
    const ends = runText(shop('[ { work: 1s } ]'));
    // The first low works from 0.25 to 0.9 and from 1.9 to 2.25; then those of 0.5 and 0.75.
    const of = ['producers.high.latency.max', 'producers.low.latency.mean'];
    expect(figures(ends, ...of)).toEqual([1, (2 + 2.75 + 3.5) / 3]);
    expect(figures(ends, 'services.desk.sojourn.mean')).toEqual([(2 + 2.75 + 3.5 + 1) / 4]);
    expect(figure(ends, 'services.desk.utilization')).toBeCloseTo(4 / 20, 12);
    // It waits again while it stands aside, though its wait for a first worker was none.
    expect(figure(ends, 'services.desk.queue.depth.mean')).toBeCloseTo((1.75 + 2.5 + 1) / 20, 12);
    expect(figure(ends, 'services.desk.wait.mean')).toBeCloseTo((1.75 + 2.5) / 4, 12);
    // The line was full: who stands aside has its place beyond the capacity.
    expect(figure(ends, 'services.desk.queue.depth.max')).toBe(3);
    expect(ends.ledger).toMatchObject({ good: 4, failed: {} });
  });

  it('of equals the one that was the last to get its worker stands aside', () => {
    const ends = runText(shop('[ { work: 1s } ]', '', 2));
    // 0.25 to 1.25 stays; 0.5 works to 0.9 and, before 0.75, from 1.25 to 1.85; 0.75 from 1.85.
    expect(figure(ends, 'producers.low.latency.max')).toBeCloseTo(2.1, 12);
    expect(figure(ends, 'producers.low.latency.mean')).toBeCloseTo((1 + 1.35 + 2.1) / 3, 12);
  });

  it('who waits for a call keeps its worker', () => {
    const calls = 'dependencies: { db: { workers: unbounded, handler: [ { work: 1s } ] } }';
    const ends = runText(shop('[ { call: db } ]', calls).replace('capacity: 2', 'capacity: 5'));
    expect(figure(ends, 'producers.high.latency.max')).toBeCloseTo(1.35, 12);
  });

  it('a mixture that never stands aside is plain priority, fact by fact', () => {
    const text = shop('[ { work: 1s } ]').replace('priority: 1', 'priority: 0');
    const plain = text.replace('{ priority: { preemptive: true } }', 'priority');
    expect(runText(text).fingerprint).toBe(runText(plain).fingerprint);
  });
});
