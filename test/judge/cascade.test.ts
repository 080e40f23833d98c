import { describe, expect, it } from 'vitest';
import type { Mark } from '../../src/measure/measured.js';
import { judge, mark, measured, plan, s, slow } from './sample.js';

const faulty = plan({ faults: [slow(60, 10)] });
const cascade = (marks: ReturnType<typeof mark>[], of = faulty) =>
  judge(measured({}, { marks }), of).cascade;
const text = (more: Parameters<typeof mark>[2]) =>
  cascade([mark('payments-db', 61.2, more)])[0].text;

describe('the cascade (rule 33)', () => {
  it('says in words what was saturated, when, and by how much', () => {
    expect(text({})).toBe('61.2 s  payments-db: all 50 workers busy, queue growing by 720/s');
    const full = { how: 'full', capacity: 100 } as const;
    expect(text(full)).toBe('61.2 s  payments-db: all 50 workers busy, queue full at 100');
  });

  it('says what is different from the time before', () => {
    const arrivals = { times: 2.48, perSecond: 746 };
    const first = { perSecond: 312, before: 300 };
    const head = '61.2 s  payments-db: all 50 workers busy';
    expect(text({ change: { workersBefore: 80, arrivals } })).toBe(
      `${head} (80 before), queue growing by 720/s; 2.5 times as many come (746/s)`,
    );
    const nothing = { perSecond: 300 };
    expect(text({ change: { nothing, arrivals: { ...arrivals, first } } })).toBe(
      `${head}, queue growing by 720/s; none is done, 300/s before; ` +
        '2.5 times as many come (746/s, first tries 312/s, 300/s before)',
    );
    expect(text({ change: { held: { times: 10.2, ns: 4e8 } } })).toContain(
      '; each one done takes a worker 10 times as long (400 ms)',
    );
    expect(text({ change: { held: { times: Infinity, ns: 2e4 } } })).toContain(
      '; each one done takes a worker 20 µs, no time before',
    );
    const call = { to: 'disk', ns: 1.06e9, beforeNs: 32e6 };
    expect(text({ change: { call: { ...call, thereNs: 29e6 } } })).toContain(
      '; a call to disk takes 1.1 s, 32 ms before; it is there for only 29 ms of that',
    );
    const edge = 'payments-db -> disk';
    expect(text({ how: 'pool', edge, change: { call: { ...call, ns: Infinity } } })).toBe(
      `61.2 s  payments-db: no connection free on ${edge}; ` +
        'no call to disk comes back, it took 32 ms before',
    );
  });

  it('says which work, senders and failures are new, else how much passes', () => {
    const head = '61.2 s  payments-db: all 50 workers busy';
    const held = { times: 1.6, ns: 157e6 };
    const route = { name: 'compact', workers: 12.3, before: 0 };
    const senders = [
      { name: 'users', perSecond: 361, before: 300 },
      { name: 'upkeep', perSecond: 4.7, before: 0 },
    ];
    expect(text({ change: { held, route, senders } })).toBe(
      `${head}, queue growing by 720/s; each one done takes a worker 1.6 times as long (157 ms); ` +
        'compact has 12 workers, 0 before; 361/s from users (300/s before), 4.7/s from upkeep (none before)',
    );
    const flow = { come: 600, done: 190, first: 210, errors: 0.4 };
    expect(text({ change: { flow } })).toContain(
      '; 600/s come (first tries 210/s), 190/s are done, 40% of them with an error',
    );
    expect(text({ change: { workersBefore: 75, replicas: [2, 3] } })).toContain(
      `${head} (75 before: 2 of 3 replicas left), queue`,
    );
    expect(text({ change: { replicas: [2, 3] } })).toContain(`${head}, 2 of 3 replicas up, queue`);
    const edge = 'payments-db -> disk';
    const failing = { to: 'disk', failed: 41, of: 128, before: 0.03 };
    expect(text({ how: 'breaker', edge, change: { failing } })).toBe(
      `61.2 s  payments-db: breaker open on ${edge}; 41 of 128 calls to disk failed, 3% before`,
    );
    const call = { to: 'disk', ns: Infinity, beforeNs: 32e6, arriving: 0 };
    expect(text({ change: { call } })).toContain(
      '; no call to disk comes back, it took 32 ms before; 0% of them get there',
    );
  });

  it('says why a replica failed its check', () => {
    const out = (why: NonNullable<NonNullable<Mark['rotation']>['why']>) =>
      text({ what: 'ejected', how: 'killed', rotation: { replica: 0, left: 3, of: 4, why } });
    const late = { how: 'late', ns: 1e9, usualNs: 52e6, waiting: 824, elsewhere: 1.25 } as const;
    expect(out(late)).toBe(
      '61.2 s  payments-db: replica 1 killed by its health check ' +
        '(no answer in 1 s, 52 ms before; 824 wait there, 1.3 at each other), 3 of 4 left in rotation',
    );
    expect(out({ how: 'refused', ns: 1, waiting: 0 })).toContain('health check (refused), 3 of 4');
    expect(out({ how: 'down', ns: 0, waiting: 9 })).toContain('health check (it is down), 3 of 4');
    expect(out({ how: 'late', ns: 1e9, waiting: 3 })).toContain('(no answer in 1 s; 3 wait there)');
  });

  it('says which calls fail, unless something was saturated by then since the first fault', () => {
    const trouble = { from: 'shop', how: 'lost', share: 0.98, before: 0, foundNs: s(62) } as const;
    const failing = mark('db', 61, { what: 'failing', how: 'failing', untilNs: s(80), trouble });
    expect(cascade([failing])[0]).toMatchObject({
      what: 'failing',
      text: '61.0 s  db: 98% of the calls from shop time out, and do not get there (0% before), until 80.0 s',
    });
    expect(cascade([failing, mark('shop', 61.5)]).map(({ what }) => what)).toEqual(['saturated']);
    expect(cascade([failing, mark('shop', 30), mark('db', 63)])).toHaveLength(3);
  });

  it('says that the queue of one replica is full, and how little waits in the others', () => {
    const full = { how: 'full', depth: 152, capacity: 600, queues: 4 } as const;
    expect(text(full)).toContain('one of 4 queues full at 150, 2 wait in the others together');
    expect(text({ ...full, queues: 2, depth: 301 })).toContain('300, 1 wait in the other');
    expect(text({ ...full, depth: 320 })).toContain('a queue full, 320 of 600 waiting in all');
  });

  it("says what of the caller's own is in the way", () => {
    const edge = 'payments-db -> disk';
    expect(text({ how: 'pool', edge })).toBe(`61.2 s  payments-db: no connection free on ${edge}`);
    expect(text({ how: 'breaker', edge })).toBe(`61.2 s  payments-db: breaker open on ${edge}`);
  });

  it('says what memory held when it was gone, also of a component that was saturated before', () => {
    const held = { waiting: 1020, working: 5, blocked: 0, awayNs: s(20) };
    const memory = { limitBytes: 4 * 1024 ** 3, replica: 1, replicas: 3, ...held };
    const gone = mark('payments-db', 70, { how: 'memory', memory });
    const entries = cascade([gone, mark('payments-db', 61.2), { ...gone, atNs: s(90) }]);
    expect(entries.map(({ at, what }) => [at, what])).toEqual([
      [61.2, 'saturated'],
      [70, 'memory gone'],
    ]);
    expect(entries[1].text).toBe(
      '70.0 s  payments-db: memory gone at 4 GiB with 1,020 waiting and 5 at work, ' +
        'replica 2 of 3 is down for 20.0 s',
    );
    const alone = { ...memory, replicas: 1, limitBytes: 1536 * 1024, blocked: 2 };
    expect(text({ how: 'memory', memory: alone, gc: { share: 1, slowdown: 4 } })).toBe(
      '61.2 s  payments-db: memory gone at 1.5 MiB with 1,020 waiting, 5 at work and 2 at its door, ' +
        'gc makes work take 4.0 times as long, it is down for 20.0 s',
    );
  });

  it('says how much gc slows, where it does', () => {
    expect(text({ gc: { share: 0.916, slowdown: 3.46 } })).toBe(
      '61.2 s  payments-db: all 50 workers busy, queue growing by 720/s, ' +
        'memory 91% full, gc makes work take 3.5 times as long',
    );
  });

  it('has words for who stands still where workers have no bound', () => {
    expect(text({ workers: Infinity })).toBe(
      '61.2 s  payments-db: nobody takes up any work, queue growing by 720/s',
    );
  });

  it('keeps to plain words at the edges', () => {
    const lone = { how: 'full', workers: 1, capacity: 0 } as const;
    expect(text(lone)).toBe('61.2 s  payments-db: its one worker busy, no room to wait');
    const big = { workers: 2000, growthPerSecond: 12345.6 };
    expect(text(big)).toBe(
      '61.2 s  payments-db: all 2,000 workers busy, queue growing by 12,346/s',
    );
    expect(text({ growthPerSecond: 0.52 })).toContain('queue growing by 0.5/s');
  });

  it('is in the order of time and names each component once', () => {
    const marks = [mark('shop', 63), mark('db', 61.2), mark('db', 90), mark('shop', 64)];
    const entries = cascade(marks);
    expect(entries.map(({ component, at }) => [component, at])).toEqual([
      ['db', 61.2],
      ['shop', 63],
    ]);
    expect(entries[0].what).toBe('saturated');
  });

  it('leaves out an episode that was over before the first fault', () => {
    const marks = [mark('shop', 20, { untilNs: s(25) }), mark('db', 61.2)];
    expect(cascade(marks).map(({ component }) => component)).toEqual(['db']);
    expect(cascade(marks, plan()).map(({ component }) => component)).toEqual(['shop', 'db']);
  });

  it('keeps an episode that the first fault met', () => {
    const marks = [mark('shop', 20, { untilNs: s(61) }), mark('db', 61.2)];
    expect(cascade(marks).map(({ component }) => component)).toEqual(['shop', 'db']);
  });

  it('names the first of it as first_saturated, or nobody', () => {
    const marks = [mark('db', 61.2), mark('shop', 63)];
    expect(judge(measured({}, { marks }), faulty).first_saturated).toBe('db');
    expect(judge(measured({}), faulty).first_saturated).toBeNull();
  });
});
