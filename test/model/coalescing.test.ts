import { describe, expect, it } from 'vitest';
import { figure, figures, runText } from './kit.js';

/** So many at 1 ms distance, the first at `fromMs` + 1 ms. */
const burst = (count: number, fromMs = 0): string =>
  `arrivals: { constant: 1000/s }, from: ${fromMs}ms, limit: ${count}, to: desk`;

/** One worker, 1 s each; `first` keeps it busy until 1.001 s. */
const desk = (producers: string, queue: string, more = ''): string => `
duration: 20s
producers: { first: { ${burst(1)} }, ${producers} }
services: { desk: { workers: 1, queue: { ${queue} }, handler: [ { work: 1s } ] } }
${more}`;

const KEYED = `many: { ${burst(5, 9)}, key: report }`;
const COUNTS = ['arrivals', 'completed', 'rejected', 'expired', 'dropped'].map(
  (of) => `services.desk.${of}`,
);

describe('coalesce: join: one piece of work answers all that ask for the same', () => {
  it('five that wait with one key are answered at once, and stand in one place', () => {
    const ends = runText(desk(KEYED, 'coalesce: join'));
    expect(ends.ledger).toMatchObject({ offered: 6, good: 6, unfinished: 0 });
    // All at 2.001 s, the first of them after 1.991 s, the last after 1.987 s.
    expect(figure(ends, 'producers.many.latency.max')).toBeCloseTo(1.991, 9);
    expect(figure(ends, 'producers.many.latency.mean')).toBeCloseTo(1.989, 9);
    expect(figure(ends, 'services.desk.queue.depth.max')).toBe(1);
    expect(figure(ends, 'services.desk.utilization')).toBeCloseTo(2 / 20, 9);
    expect(figures(ends, ...COUNTS)).toEqual([6, 6, 0, 0, 0]);
    const apart = runText(desk(KEYED, 'coalesce: none'));
    expect(figure(apart, 'services.desk.utilization')).toBeCloseTo(6 / 20, 9);
  });

  it('a request without a key is like no other; neither is one of another route or replica', () => {
    const none = runText(desk(`many: { ${burst(5, 9)} }`, 'coalesce: join'));
    expect(figure(none, 'services.desk.utilization')).toBeCloseTo(6 / 20, 9);
    const routes = `
duration: 20s
producers:
  first: { arrivals: { constant: 1000/s }, limit: 1, to: desk/a }
  a: { arrivals: { constant: 1000/s }, from: 9ms, limit: 3, key: k, to: desk/a }
  b: { arrivals: { constant: 1000/s }, from: 9ms, limit: 3, key: k, to: desk/b }
services:
  desk: { workers: 1, queue: { coalesce: join }, handler: { a: [ { work: 1s } ], b: [ { work: 1s } ] } }`;
    expect(figure(runText(routes), 'services.desk.utilization')).toBeCloseTo(3 / 20, 9);
  });

  it('what has begun is joined by nobody', () => {
    const two = `a: { ${burst(1, 9)}, key: k }, b: { ${burst(1, 1499)}, key: k }`;
    const ends = runText(desk(two, 'coalesce: join'));
    expect(figure(ends, 'services.desk.utilization')).toBeCloseTo(3 / 20, 9);
    expect(figure(ends, 'producers.b.latency.max')).toBeCloseTo(1.501, 9);
  });

  it('who joins needs no room of its own', () => {
    const ends = runText(desk(KEYED, 'capacity: 1, coalesce: join'));
    expect(ends.ledger).toMatchObject({ good: 6, failed: {} });
    const blocked = `other: { ${burst(1, 4)} }, many: { ${burst(5, 9)}, key: report }`;
    const door = runText(desk(blocked, 'capacity: 1, when_full: block, coalesce: join'));
    // The five stand at the door of `other`; the first comes in, and the rest with it.
    expect(door.ledger).toMatchObject({ good: 7 });
    expect(figure(door, 'services.desk.utilization')).toBeCloseTo(3 / 20, 9);
  });

  it('an error is the answer of all, and so is one that is second best', () => {
    const fails = desk(KEYED, 'coalesce: join').replace(
      '{ work: 1s }',
      '{ work: 1s }, { fail: 1 }',
    );
    expect(runText(fails).ledger.failed).toEqual({ error: 6 });
    const degraded = desk(KEYED, 'capacity: 1, coalesce: join').replace(
      'handler:',
      'degrade: { when: 100%, handler: [ { work: 1s } ] }, handler:',
    );
    expect(runText(degraded).ledger).toMatchObject({ good: 1, degraded: 5 });
  });

  it('work is not wasted as long as one of those who joined waits for it', () => {
    const calls = 'calls: { "impatient -> desk": { timeout: 500ms } }';
    const two = (patient: string): string =>
      `impatient: { ${burst(1, 9)}, key: k }${patient === '' ? '' : `, patient: { ${burst(1, 19)}, key: k }`}`;
    const alone = runText(desk(two(''), 'coalesce: join', calls));
    const both = runText(desk(two('yes'), 'coalesce: join', calls));
    expect(figure(alone, 'wasted_work')).toBeCloseTo(0.5, 9);
    expect(figure(both, 'wasted_work')).toBe(0);
    expect(both.ledger).toMatchObject({ good: 2, failed: { timeout: 1 } });
  });
});

describe('a limit of the wait is each one’s own', () => {
  it('the first leaves at its age, the next has its place and its work is done', () => {
    const two = `a: { ${burst(1, 9)}, key: k }, b: { ${burst(1, 499)}, key: k }, c: { ${burst(1, 599)} }`;
    const ends = runText(desk(two, 'max_age: 700ms, coalesce: join'));
    expect(ends.ledger).toMatchObject({ good: 2, failed: { expired: 2 } });
    // b starts at 1.001 s, where a stood; c would have been next and expires at 1.3 s.
    expect(figure(ends, 'producers.b.latency.max')).toBeCloseTo(1.501, 9);
    expect(figures(ends, ...COUNTS)).toEqual([4, 2, 0, 2, 0]);
  });

  it('who has joined expires by itself, and the work is done for the others', () => {
    const two = `a: { ${burst(1, 9)}, key: k }, b: { ${burst(1, 19)}, key: k }`;
    const ends = runText(desk(two, 'shed: { facebook: { m: 5ms, n: 985ms } }, coalesce: join'));
    // a would wait until 0.995 s, b until 1.005 s: the worker is free at 1.001 s.
    expect(ends.ledger).toMatchObject({ good: 2, failed: { rejected: 1 } });
    expect(figure(ends, 'producers.a.failure_latency.max')).toBeCloseTo(0.985, 9);
  });

  it('a deadline that is checked ends one, not the work for the others', () => {
    const two = `a: { ${burst(1, 9)}, key: k, deadline: 500ms }, b: { ${burst(1, 19)}, key: k, deadline: 5s }`;
    const text = desk(two, 'coalesce: join').replace(
      'workers: 1',
      'workers: 1, deadline_check: true',
    );
    const ends = runText(text);
    expect(ends.ledger).toMatchObject({ good: 2, failed: { deadline: 1 } });
    expect(figures(ends, ...COUNTS)).toEqual([3, 2, 0, 1, 0]);
    expect(figure(ends, 'producers.b.latency.max')).toBeCloseTo(1.981, 9);
  });
});

describe('cancelling one of those who joined', () => {
  const calls = (of: string): string => `calls: { ${of} }`;
  const cancels = (name: string, timeout: string): string =>
    `"${name} -> desk": { timeout: ${timeout}, cancel: true }`;
  const two = `a: { ${burst(1, 9)}, key: k }, b: { ${burst(1, 19)}, key: k }`;

  it('the first while it waits: the other has its place', () => {
    const ends = runText(desk(two, 'coalesce: join', calls(cancels('a', '500ms'))));
    expect(ends.ledger).toMatchObject({ good: 2, failed: { timeout: 1 } });
    expect(figure(ends, 'services.desk.utilization')).toBeCloseTo(2 / 20, 9);
  });

  it('the first while it works: the work goes on for the other', () => {
    const ends = runText(desk(two, 'coalesce: join', calls(cancels('a', '1500ms'))));
    expect(ends.ledger).toMatchObject({ good: 2, failed: { timeout: 1 } });
    expect(figure(ends, 'producers.b.latency.max')).toBeCloseTo(1.981, 9);
    expect(figure(ends, 'wasted_work')).toBe(0);
  });

  it('the last one too: the work is stopped', () => {
    const both = `${cancels('a', '1500ms')}, ${cancels('b', '1600ms')}`;
    const ends = runText(desk(two, 'coalesce: join', calls(both)));
    expect(ends.ledger).toMatchObject({ good: 1, failed: { timeout: 2 } });
    // From 1.001 s to 1.62 s.
    expect(figure(ends, 'services.desk.utilization')).toBeCloseTo(1.619 / 20, 9);
  });
});

describe('what meets a place meets all who stand in it', () => {
  it('displaced together', () => {
    const more = `${KEYED}, other: { ${burst(1, 99)} }`;
    const ends = runText(desk(more, 'capacity: 1, when_full: drop_oldest, coalesce: join'));
    expect(ends.ledger).toMatchObject({ good: 2, failed: { dropped: 5 } });
    expect(figures(ends, ...COUNTS)).toEqual([7, 2, 0, 0, 5]);
    expect(figure(ends, 'producers.many.failure_latency.max')).toBeCloseTo(0.09, 9);
  });

  it('lost in a crash together, whether they wait or work', () => {
    for (const at of ['500ms', '1500ms']) {
      const crash = `faults: [ { at: ${at}, for: 1s, crash: desk } ]`;
      const ends = runText(desk(KEYED, 'coalesce: join', crash));
      expect(ends.ledger.failed).toEqual({ crashed: at === '500ms' ? 6 : 5 });
    }
  });

  it('shed together', () => {
    const text = `
duration: 10s
producers: { all: { arrivals: { constant: 300/s }, to: desk, key: { zipf: { n: 200, s: 0 } } } }
services: { desk: { workers: 1, queue: { coalesce: join, shed: { codel: {} } }, handler: [ { work: 20ms } ] } }`;
    const ends = runText(text);
    const [arrivals, completed, rejected] = figures(ends, ...COUNTS);
    expect(rejected).toBeGreaterThan(10);
    expect(arrivals! - completed! - rejected!).toBe(ends.ledger.unfinished);
    // More than 10 s have room for at 20 ms each.
    expect(completed).toBeGreaterThan(600);
  });
});

describe('coalesce: replace: the newer takes the place of the older, which is displaced', () => {
  it('of five with one key the last is served, where the first stood', () => {
    const more = `${KEYED}, other: { ${burst(1, 10)} }`;
    const ends = runText(desk(more, 'coalesce: replace'));
    expect(ends.ledger).toMatchObject({ good: 3, failed: { dropped: 4 } });
    expect(figures(ends, ...COUNTS)).toEqual([7, 3, 0, 0, 4]);
    // At 14 ms it comes, at 1.001 s it starts, before `other`, who came at 11 ms.
    expect(figure(ends, 'producers.many.latency.max')).toBeCloseTo(2.001 - 0.014, 9);
    expect(figure(ends, 'producers.other.latency.max')).toBeCloseTo(3.001 - 0.011, 9);
    expect(figure(ends, 'producers.many.failure_latency.max')).toBeCloseTo(0.001, 9);
    expect(figure(ends, 'services.desk.queue.depth.max')).toBe(2);
  });

  it('its age is its own, and a full line has room for it', () => {
    const two = `a: { ${burst(1, 9)}, key: k }, b: { ${burst(1, 699)}, key: k }`;
    const ends = runText(desk(two, 'capacity: 1, max_age: 700ms, coalesce: replace'));
    expect(ends.ledger).toMatchObject({ good: 2, failed: { dropped: 1 } });
  });

  it('a stream of updates of one thing never makes a line', () => {
    const text = `
duration: 20s
producers: { updates: { arrivals: { poisson: 1000/s }, to: desk, key: price } }
services: { desk: { workers: 1, queue: { coalesce: replace }, handler: [ { work: 100ms } ] } }`;
    const ends = runText(text);
    expect(figure(ends, 'services.desk.queue.depth.max')).toBe(1);
    expect(figure(ends, 'services.desk.completed')).toBe(199);
    expect(figure(ends, 'latency.max')).toBeLessThan(0.15);
  });
});
