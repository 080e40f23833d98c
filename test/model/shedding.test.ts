import { describe, expect, it } from 'vitest';
import { figure, figures, planOf, run, runText, seriesOf } from './kit.js';

/** One worker, 100 a second; so many a second at even distances. */
const desk = (rate: string, queue: string, more = ''): string => `
duration: 10s
producers: { users: { arrivals: { constant: ${rate} }, to: desk } }
services: { desk: { workers: 1, queue: { ${queue} }, handler: [ { work: 10ms } ] } }
${more}`;

const COUNTS = ['arrivals', 'completed', 'rejected', 'expired', 'dropped'].map(
  (of) => `services.desk.${of}`,
);

describe('rule 10: what is shed was refused before its work began: rejected, told at once', () => {
  it.each([
    ['codel', '{ codel: {} }'],
    ['folly_codel', '{ folly_codel: {} }'],
    ['facebook', '{ facebook: {} }'],
    ['pie', '{ pie: {} }'],
    ['red', '{ red: {} }, capacity: 40'],
  ])('%s', (_, shed) => {
    const ends = runText(desk('150/s', `shed: ${shed}`));
    const [arrivals, completed, rejected, expired, dropped] = figures(ends, ...COUNTS);
    expect(rejected).toBeGreaterThan(10);
    expect([expired, dropped]).toEqual([0, 0]);
    expect(ends.ledger.failed).toEqual({ rejected });
    expect(arrivals! - completed! - rejected!).toBe(ends.ledger.unfinished);
    expect(figure(ends, 'calls.users -> desk.rejected')).toBe(rejected);
  });

  it('codel begins an interval after waits reach the target, and drops by its law', () => {
    const ends = runText(desk('150/s', 'shed: { codel: {} }'));
    const rejected = seriesOf(ends, 'errors.rejected');
    // The fifth turn, at 1/150 s + 40 ms, leaves two behind: more than the one that is never dropped.
    let [drops, next, k] = [0, 1 / 150 + 0.14, 1];
    for (; next < 1; k++) {
      drops++;
      next += 0.1 / Math.sqrt(k);
    }
    expect(Math.abs(rejected[0]! - drops)).toBeLessThanOrEqual(1);
  });

  it("folly's keeps waits at twice the target, and a little", () => {
    const ends = runText(desk('150/s', 'shed: { folly_codel: {} }'));
    expect(figure(ends, 'services.desk.wait.p99')).toBeLessThan(0.045);
    expect(figure(ends, 'goodput')).toBeGreaterThan(95);
  });

  it("Facebook's limit of a wait is n, and m in a line that has stood for n", () => {
    const ends = runText(desk('300/s', 'shed: { facebook: {} }'));
    expect(figure(ends, 'failure_latency.max')).toBeCloseTo(0.1, 9);
    const late = run(planOf(desk('1000/s', 'shed: { facebook: {} }')), {
      windows: [{ fromNs: 1e9, toNs: 10e9 }],
    });
    const [metrics] = Object.values(late.windows);
    expect(metrics!['failure_latency.max']).toBeCloseTo(0.005, 9);
    expect(metrics!['latency.max']).toBeLessThan(0.0151);
  });

  it('who leaves by its age first has expired, whatever the law would have done', () => {
    const both = runText(desk('300/s', 'max_age: 4ms, shed: { facebook: {} }'));
    expect(Object.keys(both.ledger.failed)).toEqual(['expired']);
    const later = runText(desk('300/s', 'max_age: 200ms, shed: { facebook: {} }'));
    expect(Object.keys(later.ledger.failed)).toEqual(['rejected']);
  });
});

describe('shedding lets in who stands at the door', () => {
  it.each([
    '{ codel: {} }',
    '{ folly_codel: {} }',
    '{ facebook: {} }',
    '{ pie: {} }',
    '{ red: {} }',
  ])('%s', (shed) => {
    const text = desk('150/s', `capacity: 20, when_full: block, shed: ${shed}`);
    const ends = runText(text);
    const [, completed, rejected] = figures(ends, ...COUNTS);
    // The worker is never idle, and what is shed makes room.
    expect(completed).toBeGreaterThan(980);
    expect(rejected).toBeGreaterThan(10);
    expect(figure(ends, 'services.desk.queue.depth.max')).toBeLessThanOrEqual(20);
  });
});

describe('shedding goes with every order', () => {
  const orders = ['fifo', 'lifo', 'random', 'fair', 'edf', 'priority'];
  orders.push('{ priority: { preemptive: true } }', '{ adaptive_lifo: {} }');
  it.each(orders)('%s', (order) => {
    const ends = runText(desk('150/s', `capacity: 50, discipline: ${order}, shed: { codel: {} }`));
    const [arrivals, completed, rejected] = figures(ends, ...COUNTS);
    expect(completed).toBeGreaterThan(980);
    expect(rejected).toBeGreaterThan(0);
    expect(arrivals! - completed! - rejected!).toBe(ends.ledger.unfinished);
  });

  it('last first, codel looks at the youngest and never begins', () => {
    const ends = runText(desk('101/s', 'discipline: lifo, shed: { codel: { target: 20ms } }'));
    expect(ends.ledger.failed).toEqual({});
  });

  it('with io: async only who has not begun is shed', () => {
    const text = `
duration: 10s
producers: { users: { arrivals: { constant: 300/s }, to: desk } }
services:
  desk: { workers: 1, io: async, queue: { shed: { folly_codel: {} } }, handler: [ { work: 5ms }, { call: far }, { work: 5ms } ] }
dependencies: { far: { workers: unbounded, handler: [ { work: 50ms } ] } }`;
    const ends = runText(text);
    const [arrivals, completed, rejected] = figures(ends, ...COUNTS);
    expect(rejected).toBeGreaterThan(1000);
    expect(figure(ends, 'calls.desk -> far.attempts')).toBe(arrivals! - rejected! - waiting(ends));
    expect(completed).toBeGreaterThan(900);
  });

  const waiting = (ends: ReturnType<typeof runText>): number =>
    figure(ends, 'services.desk.arrivals') -
    figure(ends, 'services.desk.rejected') -
    figure(ends, 'calls.desk -> far.attempts');
});

describe('a law begins anew', () => {
  it('after a crash of its replica', () => {
    const crash = 'faults: [ { at: 5s, for: 1s, crash: desk } ]';
    const ends = runText(desk('150/s', 'shed: { codel: {} }', crash));
    const rejected = seriesOf(ends, 'errors.rejected');
    expect(Math.abs(rejected[6]! - rejected[0]!)).toBeLessThanOrEqual(2);
    expect(rejected[4]!).toBeGreaterThan(2 * rejected[0]!);
  });

  it('red goes by the capacity that an operator sets', () => {
    const set = 'faults: [ { at: 1s, set: { services: { desk: { queue: { capacity: 10 } } } } } ]';
    const ends = runText(desk('105/s', 'capacity: 1000, shed: { red: { weight: 1 } }', set));
    expect(ends.ledger.failed['rejected']).toBeGreaterThan(25);
    expect(figure(ends, 'services.desk.queue.depth.max')).toBeLessThanOrEqual(10);
  });

  it('what is refused at the door is drawn by the attempt: the same under every order', () => {
    const of = (order: string) =>
      runText(desk('150/s', `capacity: 50, discipline: ${order}, shed: { red: {} }`)).ledger;
    expect(of('lifo')).toEqual(of('fifo'));
  });
});
