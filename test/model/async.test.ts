import { describe, expect, it } from 'vitest';
import { figure, figures, planOf, run, runText } from './kit.js';

/** A desk that works, calls something slow, and works again. */
const desk = (keys: string, more = '', rate = '{ constant: 10/s }'): string => `
duration: 20s
producers: { users: { arrivals: ${rate}, to: desk } }
services:
  desk: { workers: 1, ${keys}, handler: [ { work: 30ms }, { call: db }, { work: 30ms } ] }
dependencies: { db: { workers: unbounded, handler: [ { work: 400ms } ] } }
${more}`;

describe('rule 21: io: async', () => {
  it('one worker serves others while a call is out; with blocking it is held', () => {
    const blocking = runText(desk('io: blocking'));
    const async = runText(desk('io: async'));
    // Each holds the worker 460 ms, so one in 4.6 gets through; with async it works 60 ms of each 100.
    expect(figure(blocking, 'throughput')).toBeCloseTo(1 / 0.46, 0);
    expect(figure(async, 'throughput')).toBeGreaterThan(9.7);
    expect(figure(async, 'services.desk.utilization')).toBeCloseTo(0.6, 1);
  });

  it('who comes back goes on before any that has not started, first come first served', () => {
    // Four at 1 s. Work of 30 ms each, one after another, to 1.12 s; the call of 100 ms is out.
    const text = `
duration: 2s
producers: { users: { arrivals: { closed: { users: 4, think: 1s } }, to: desk } }
services:
  desk: { workers: 1, io: async, handler: [ { work: 30ms }, { call: db }, { work: 30ms } ] }
dependencies: { db: { workers: unbounded, handler: [ { work: 50ms } ] } }`;
    // Starts at 0, 30, 60; the first is back at 80 and goes on at 90, before the fourth, to 120;
    // the second is back at 110 and goes on at 120, to 150; the third (140) at 150, to 180; then the
    // fourth starts, to 210, is back at 260, and ends at 290.
    const ends = runText(text);
    expect(figure(ends, 'latency.mean')).toBeCloseTo((0.12 + 0.15 + 0.18 + 0.29) / 4, 9);
    expect(figure(ends, 'latency.max')).toBeCloseTo(0.29, 9);
    // Waits for the first start: 0, 30, 60, 180 ms.
    expect(figure(ends, 'services.desk.wait.mean')).toBeCloseTo(0.27 / 4, 9);
    expect(figure(ends, 'services.desk.sojourn.mean')).toBeCloseTo(0.74 / 4, 9);
  });

  it('it is in flight, and neither in the queue nor busy, while it is away or waits to go on', () => {
    const text = `
duration: 1s
producers: { users: { arrivals: { constant: [ { at: 0s, rate: 10/s }, { at: 150ms, rate: 0/s } ] }, to: desk } }
services:
  desk: { workers: 1, io: async, handler: [ { work: 30ms }, { call: db }, { work: 30ms } ] }
dependencies: { db: { workers: unbounded, handler: [ { work: 400ms } ] } }`;
    const ends = runText(text);
    expect(figures(ends, 'services.desk.in_flight.mean', 'services.desk.utilization')).toEqual([
      expect.closeTo(0.46, 9),
      expect.closeTo(0.06, 9),
    ]);
    expect(figure(ends, 'services.desk.queue.depth.mean')).toBe(0);
  });

  it('is never refused: capacity counts what waits to start', () => {
    // Room for one at work and none to wait; ten users at once, each let in while others are away.
    const text = desk('io: async, queue: { capacity: 0 }', '', '{ constant: 25/s }');
    const ends = runText(text);
    expect(figure(ends, 'services.desk.rejected')).toBeGreaterThan(0);
    // All that were let in go through: nobody who comes back is refused.
    expect(figure(ends, 'services.desk.completed')).toBeGreaterThan(
      figure(ends, 'services.desk.arrivals') - figure(ends, 'services.desk.rejected') - 30,
    );
    expect(ends.ledger.failed['error']).toBeUndefined();
  });

  it('rule 11: a call that fails for good ends the handler at once, with all workers busy too', () => {
    const text = `
duration: 3s
producers:
  some: { arrivals: { constant: [ { at: 0s, rate: 10/s }, { at: 150ms, rate: 0/s } ] }, to: desk/calls }
  busy: { arrivals: { constant: [ { at: 0s, rate: 0/s }, { at: 100ms, rate: 10/s }, { at: 250ms, rate: 0/s } ] }, to: desk/works }
services:
  desk: { workers: 1, io: async, handler: { calls: [ { call: db } ], works: [ { work: 2s } ] } }
dependencies: { db: { workers: unbounded, handler: [ { work: 500ms }, { fail: 1 } ] } }`;
    expect(figure(runText(text), 'producers.some.failure_latency.max')).toBeCloseTo(0.5, 9);
  });

  it('rule 20: a blocked sender keeps its worker until it is let in', () => {
    const text = `
duration: 5s
producers: { users: { arrivals: { closed: { users: 3, think: 1s } }, to: desk } }
services:
  desk: { workers: 2, io: async, handler: [ { work: 10ms }, { call: db } ] }
dependencies: { db: { workers: 1, queue: { capacity: 0, when_full: block }, handler: [ { work: 500ms } ] } }`;
    const ends = runText(text.replace('5s', '1800ms'));
    // At 1.01 s two call: one is let in, its worker serves the third at once, which calls at 1.02 s and
    // stands at the door with the second: both workers are held to 1.51 s, then one to 1.8 s.
    const busy = 0.01 * 2 + 0.01 + 0.5 + 0.49 + 0.29;
    expect(figure(ends, 'services.desk.utilization')).toBeCloseTo(busy / 2 / 1.8, 9);
    expect(figure(ends, 'services.desk.blocked.mean')).toBeCloseTo((0.5 + 0.49 + 0.29) / 1.8, 9);
  });

  it('parallel calls: it goes on when the answers needed are there', () => {
    const text = desk('io: async').replace(
      '{ call: db }',
      '{ parallel: [ { call: db }, { call: fast }, { call: db, times: 2 } ], need: 2 }',
    );
    const ends = runText(
      text
        .replace('}\n', '}\n')
        .replace(
          'dependencies: {',
          'dependencies: { fast: { workers: unbounded, handler: [ { work: 10ms } ] },',
        ),
    );
    expect(figure(ends, 'latency.max')).toBeGreaterThan(0.459);
    expect(figure(ends, 'throughput')).toBeGreaterThan(9.7);
  });

  it('rule 29: worker time counts work, not the time away', () => {
    const timeout = 'calls: { "users -> desk": { timeout: 200ms } }';
    const ends = runText(
      desk(
        'io: async',
        timeout,
        '{ constant: [ { at: 0s, rate: 1/s }, { at: 1500ms, rate: 0/s } ] }',
      ),
    );
    // Alone: all its 60 ms are wasted; a run cut short while it is away has 30 ms of them.
    expect(figure(ends, 'wasted_work')).toBe(1);
    expect(figure(ends, 'services.desk.utilization')).toBeCloseTo(0.06 / 20, 9);
  });

  it('a deadlock of blocking workers is none with async ones', () => {
    const ring = (io: string): string => `
duration: 10s
producers: { users: { arrivals: { constant: 5/s }, to: pool/outer } }
services:
  pool: { workers: 2, io: ${io}, handler: { outer: [ { work: 300ms }, { call: pool/inner } ], inner: [ { work: 1ms } ] } }`;
    expect(run(planOf(ring('blocking'))).deadlock).not.toBeNull();
    expect(run(planOf(ring('async'))).deadlock).toBeNull();
  });

  it('but async requests may be part of one: they wait for workers that wait for them', () => {
    const text = `
duration: 10s
producers: { users: { arrivals: { closed: { users: 2, think: 1s } }, to: front/outer } }
services:
  front: { workers: 2, handler: { outer: [ { call: back } ], inner: [ { work: 1ms } ] } }
  back: { workers: 1, io: async, handler: [ { work: 10ms }, { call: front/inner } ] }`;
    // The first waits for a worker of front from 1.01 s; the second still works at back, to 1.02 s.
    const { deadlock } = run(planOf(text));
    expect(deadlock?.atNs).toBe(1.02e9);
    expect(deadlock?.cycle).toEqual([
      'worker of front waits for an answer of back',
      'request of back waits for a worker of front',
    ]);
  });
});

describe('rule 12 and 20 with io: async', () => {
  it('calls that are given up before they were let in no longer hold the worker', () => {
    const ends = run(
      planOf(`
duration: 10s
producers: { users: { arrivals: { constant: 5/s }, to: pool/outer } }
services:
  pool:
    workers: 1
    io: async
    queue: { capacity: 3, when_full: block }
    handler:
      outer: [ { call: pool/middle } ]
      middle: [ { parallel: [ [ { call: pool/leaf }, { call: pool/leaf } ], { call: pool/leaf } ], need: 1 }, { call: pool/leaf } ]
      leaf: [ { work: 1ms } ]
calls: { "* -> *": { cancel: true } }`),
    );
    expect(ends.deadlock).toBeNull();
    expect(ends.ledger).toMatchObject({ offered: 49, good: 49 });
  });

  it('a cancelled request whose call is out cancels that call, too', () => {
    const ends = run(
      planOf(`
duration: 10s
producers: { users: { arrivals: { constant: 1/s }, to: front, deadline: 500ms } }
services:
  front: { workers: 1, io: async, handler: [ { call: back } ] }
  back: { workers: 1, handler: [ { work: 900ms } ] }
calls: { "* -> *": { cancel: true } }`),
    );
    expect(figure(ends, 'services.back.utilization')).toBeCloseTo(0.45, 9);
  });
});
