import { describe, expect, it } from 'vitest';
import { cascadeOf } from '../../src/judge/cascade.js';
import { planFor } from '../../src/scenario/index.js';
import { figure, figures, meanOf, run, runText, scenarioOf, seriesOf } from './kit.js';

/** Four requests at 1, 2, 3 and 4 s. */
const four = (handler: string, more = '', service = 'workers: unbounded'): string => `
duration: 60s
producers: { p: { arrivals: { constant: 1/s }, limit: 4, to: a } }
services:
  a: { ${service}, handler: [ ${handler} ] }
${more}`;

/** One request at a second of one's own. */
const one = (at: number, to: string, more = ''): string =>
  `{ arrivals: { constant: 1/s }, from: ${at - 1}s, limit: 1, to: ${to}${more} }`;

const under = '{ lock: l, then: [ { work: 2s } ] }';

describe('a lock', () => {
  it('is held by one at a time, and goes to whoever has waited longest', () => {
    const ends = runText(four(under));
    expect(figure(ends, 'latency.max')).toBeCloseTo(5, 9);
    expect(figures(ends, 'locks.l.acquired', 'locks.l.waiting.max')).toEqual([4, 2]);
    expect(figure(ends, 'locks.l.wait.mean')).toBeCloseTo((0 + 1 + 2 + 3) / 4, 9);
    expect(figure(ends, 'locks.l.wait.max')).toBeCloseTo(3, 9);
    expect(figure(ends, 'locks.l.held.mean')).toBeCloseTo(2, 9);
    expect(figure(ends, 'locks.l.held_share')).toBeCloseTo(8 / 60, 9);
    expect(figure(ends, 'locks.l.waiting.mean')).toBeCloseTo(6 / 60, 9);
    expect(seriesOf(ends, 'locks.l.waiting').slice(0, 9)).toEqual([0, 0, 1, 1, 2, 1, 1, 0, 0]);
    expect(seriesOf(ends, 'locks.l.held_share').slice(0, 10)).toEqual([
      ...[0, 1, 1, 1, 1, 1, 1, 1, 1, 0],
    ]);
  });

  it('keeps the worker of who waits for it', () => {
    const ends = runText(four(under, '', 'workers: 2'));
    // Two have the workers from 1 and 2 on; the third gets one at 3, when the first is done.
    expect(figures(ends, 'services.a.queue.depth.max', 'locks.l.waiting.max')).toEqual([1, 1]);
    expect(figure(ends, 'latency.max')).toBeCloseTo(5, 9);
    expect(figure(ends, 'services.a.utilization')).toBeCloseTo((2 + 3 + 4 + 4) / 60 / 2, 9);
  });

  it('is one for all that take it, or one in each replica', () => {
    const two = 'workers: unbounded, replicas: 2';
    expect(figure(runText(four(under, '', two)), 'latency.max')).toBeCloseTo(5, 9);
    const each = runText(four(under, 'locks: { l: { scope: replica } }', two));
    expect(figure(each, 'latency.max')).toBeCloseTo(2, 9);
    expect(figure(each, 'locks.l.held_share')).toBeCloseTo(8 / 60 / 2, 9);
  });

  it('is as many as there are replicas, where these come and go', () => {
    const ends = runText(`
duration: 40s
producers: { p: { arrivals: { constant: 10/s }, to: a } }
services: { a: { workers: unbounded, handler: [ { lock: l, then: [ { work: 50ms } ] } ] } }
locks: { l: { scope: replica } }
faults: [ { at: 20s, set: { services: { a: { replicas: 5 } } } } ]`);
    const held = seriesOf(ends, 'locks.l.held_share');
    expect(held[10]).toBeCloseTo(0.5, 9);
    expect(held[30]).toBeCloseTo(0.1, 9);
    // Half a lock held on average, of one and then five.
    expect(figure(ends, 'locks.l.held_share')).toBeCloseTo(0.5 / 3, 2);
  });

  it('is the same under its name at another service', () => {
    const ends = runText(`
duration: 60s
producers: { p: ${one(1, 'a')}, q: ${one(2, 'b')} }
services:
  a: { workers: 1, handler: [ ${under} ] }
  b: { workers: 1, handler: [ ${under} ] }`);
    expect(figure(ends, 'producers.q.latency.max')).toBeCloseTo(3, 9);
  });

  it('can be taken again by who holds it, and is free when that has given it back as often', () => {
    const again = `{ lock: l, then: [ ${under}, { work: 1s } ] }`;
    const ends = runText(four(again));
    expect(figure(ends, 'latency.max')).toBeCloseTo(3 + 2 * 3, 9);
    expect(figure(ends, 'locks.l.acquired')).toBe(4);
  });

  it('lets several locks be held at once, each with a line of its own', () => {
    const ends = runText(
      four(`{ lock: l, then: [ { lock: m, then: [ { work: 1s } ] }, { work: 1s } ] }`),
    );
    expect(figure(ends, 'latency.max')).toBeCloseTo(5, 9);
    expect(figures(ends, 'locks.m.acquired', 'locks.m.wait.max')).toEqual([4, 0]);
    expect(figure(ends, 'locks.m.held_share')).toBeCloseTo(4 / 60, 9);
  });

  it('with order: priority goes to the most important who waits, equals in their order', () => {
    const text = (order: string): string => `
duration: 60s
producers:
  low: ${one(1, 'a', ', priority: 2')}
  mid: { arrivals: { constant: 10/s }, from: 1.1s, limit: 2, to: a, priority: 1 }
  high: ${one(2, 'a')}
services: { a: { workers: unbounded, handler: [ ${under} ] } }
locks: { l: { order: ${order} } }`;
    const first = runText(text('priority'));
    // high waits from 2 to 3, the others from 1.2 and 1.3 to 5 and 7.
    expect(figure(first, 'producers.high.latency.max')).toBeCloseTo(3, 9);
    expect(figure(first, 'producers.mid.latency.mean')).toBeCloseTo((5.8 + 7.7) / 2, 9);
    expect(figure(runText(text('fifo')), 'producers.high.latency.max')).toBeCloseTo(7, 9);
  });
});

describe('a wait for a lock', () => {
  it('fails at its bound, the step’s own before that of the lock', () => {
    const bound = runText(four(under, 'locks: { l: { wait: 1500ms } }'));
    // The second gets it at 3; the third leaves at 4.5, the fourth gets it at 5 after 1 s.
    expect(bound.ledger).toMatchObject({ good: 3, failed: { error: 1 } });
    expect(figures(bound, 'locks.l.acquired', 'locks.l.timeouts')).toEqual([3, 1]);
    expect(figure(bound, 'failure_latency.max')).toBeCloseTo(1.5, 9);
    const own = four(
      '{ lock: l, wait: none, then: [ { work: 2s } ] }',
      'locks: { l: { wait: 1s } }',
    );
    expect(runText(own).ledger.good).toBe(4);
  });

  it('of 0 s fails at once where another holds the lock', () => {
    const ends = runText(four('{ lock: l, wait: 0s, then: [ { work: 1500ms } ] }'));
    expect(ends.ledger).toMatchObject({ good: 2, failed: { error: 2 } });
    expect(figure(ends, 'failure_latency.max')).toBe(0);
  });

  it('frees the worker with io: async, which goes on before any that has not started', () => {
    const handler = `{ chance: 100%, then: [ ${under} ] }`;
    const ends = runText(four(handler, '', 'workers: 2, io: async'));
    // Nobody waits for a worker: those who wait for the lock have none.
    expect(figures(ends, 'services.a.queue.depth.max', 'locks.l.waiting.max')).toEqual([0, 2]);
    expect(figure(ends, 'services.a.utilization')).toBeCloseTo(8 / 60 / 2, 9);
    expect(figure(ends, 'latency.max')).toBeCloseTo(5, 9);
  });
});

describe('a lock is given back', () => {
  /** The first request, of `p`, ends before its work under the lock does; `q` waits for it from 2 on. */
  const ending = (how: string, call: string): string => `
duration: 60s
producers: { p: ${one(1, 'front/p')}, q: ${one(2, 'front/q')} }
services:
  front:
    workers: 10
    handler: { p: [ { call: a/p } ], q: [ { call: a/q } ] }
  a:
    workers: 10
    handler:
      p: [ { lock: l, then: [ ${how} ] } ]
      q: [ { lock: l, then: [ { work: 1s } ] } ]
dependencies: { far: { workers: 1, handler: [ { work: 20s } ] } }
calls: { "front/p -> a/p": ${call}, "a -> far": { timeout: 5s } }`;
  const heldUntil = (text: string): number => {
    const ends = runText(text);
    return figure(ends, 'producers.q.latency.max') + 2 - 1;
  };

  it('at the end of then, whatever comes after it', () => {
    const text = four(`{ lock: l, then: [ { work: 1s } ] }, { work: 9s }`);
    expect(figures(runText(text), 'locks.l.wait.max', 'latency.max')).toEqual([0, 10]);
  });

  it.each([
    ['where a step of it fails', '{ work: 3s }, { fail: 100% }, { work: 20s }', '{}', 4],
    ['where a call of it fails', '{ call: far }', '{}', 6],
    ['when its work is cancelled', '{ work: 20s }', '{ timeout: 4s, cancel: true }', 5],
  ])('%s', (_, how, call, until) => {
    expect(heldUntil(ending(how, call))).toBeCloseTo(until, 9);
  });

  it('when its replica crashes', () => {
    const text = `
duration: 60s
producers: { p: ${one(1, 'a')}, q: ${one(2, 'b')} }
services:
  a: { workers: 1, handler: [ { lock: l, then: [ { work: 20s } ] } ] }
  b: { workers: 1, handler: [ { lock: l, then: [ { work: 1s } ] } ] }
faults: [ { at: 7s, crash: a, restart: 1s } ]`;
    expect(figure(runText(text), 'producers.q.latency.max')).toBeCloseTo(6, 9);
  });

  it('when a deadline is found to have passed at the next step', () => {
    const text = `
duration: 60s
producers: { p: ${one(1, 'a/p', ', deadline: 2s')}, q: ${one(2, 'a/q')} }
services:
  a:
    workers: 10
    deadline_check: true
    handler:
      p: [ { lock: l, then: [ { work: 3s }, { work: 20s } ] } ]
      q: [ { lock: l, then: [ { work: 1s } ] } ]`;
    expect(figure(runText(text), 'producers.q.latency.max')).toBeCloseTo(4 - 2 + 1, 9);
  });

  it('only once the whole replica is down, to somebody who is not there', () => {
    const text = `
duration: 30s
producers:
  p: { arrivals: { constant: 10/s }, limit: 5, to: a }
  q: ${one(2, 'b')}
services:
  a: { workers: 10, handler: [ { lock: l, then: [ { work: 20s } ] } ] }
  b: { workers: 1, handler: [ { lock: l, then: [ { work: 1s } ] } ] }
faults: [ { at: 7s, crash: a, restart: 1s } ]`;
    const ends = runText(text);
    expect(figures(ends, 'locks.l.acquired', 'producers.q.latency.max')).toEqual([2, 6]);
  });
});

describe('a replica that stands still', () => {
  const pausing = (paused: string, at: number): string => `
duration: 60s
producers: { p: ${one(1, 'a')}, q: ${one(2, 'b')}, r: ${one(3, 'c')} }
services:
  a: { workers: 1, handler: [ ${under} ] }
  b: { workers: 1, handler: [ ${under} ] }
  c: { workers: 1, handler: [ ${under} ] }
faults: [ { at: ${at}s, for: 10s, pause: ${paused} } ]`;

  it('keeps the lock it holds', () => {
    const ends = runText(pausing('a', 2));
    expect(figures(ends, 'producers.p.latency.max', 'producers.q.latency.max')).toEqual([12, 13]);
  });

  it('is given the lock it waits for, and holds it until it goes on', () => {
    const ends = runText(pausing('b', 2.5));
    // a gives it back at 3; b stands still until 12.5, then works 2 s; c comes after it.
    expect(figures(ends, 'producers.q.latency.max', 'producers.r.latency.max')).toEqual([
      12.5, 13.5,
    ]);
    expect(figure(ends, 'locks.l.held_share')).toBeCloseTo((2 + 11.5 + 2) / 60, 9);
  });
});

describe('handlers beside the usual one', () => {
  it('take locks in a fallback, and in a handler for a full queue', () => {
    const ends = runText(`
duration: 60s
producers: { p: { arrivals: { constant: 1/s }, limit: 3, to: a } }
services: { a: { workers: 10, handler: [ { call: far } ] } }
dependencies: { far: { workers: 1, queue: { capacity: 0 }, handler: [ { work: 1h } ] } }
calls:
  "a -> far":
    fallback: { handler: [ ${under} ] }`);
    // The first has far for itself; the others find it full.
    expect(figures(ends, 'locks.l.acquired', 'locks.l.wait.max')).toEqual([2, 1]);
    const full = runText(`
duration: 60s
producers: { p: { arrivals: { constant: 1/s }, limit: 4, to: a } }
services:
  a:
    workers: 1
    queue: { capacity: 4 }
    handler: [ { work: 5s } ]
    degrade: { when: 50%, handler: [ ${under} ] }`);
    expect(figure(full, 'locks.l.acquired')).toBeGreaterThan(0);
  });
});

describe('preemptive priority and locks', () => {
  /** Low holds the lock from 1 on; high wants it at 2, and medium needs the processor from 3 to 13. */
  const inversion = (inherit: boolean, workers = 1): string => `
duration: 60s
producers:
  low: ${one(1, 'cpu/low', ', priority: 2')}
  high: ${one(2, 'cpu/high')}
  mid: ${one(3, 'cpu/mid', ', priority: 1')}
services:
  cpu:
    workers: ${workers}
    queue: { discipline: { priority: { preemptive: true } } }
    handler:
      low: [ { lock: l, then: [ { work: 4s } ] }, { work: 2s } ]
      high: [ { work: 500ms }, { lock: l, then: [ { work: 1s } ] } ]
      mid: [ { work: 10s } ]
locks: { l: { inherit: ${inherit} } }`;
  const latencies = (text: string): (number | null)[] => {
    const ends = runText(text);
    return ['high', 'mid', 'low'].map((name) => figure(ends, `producers.${name}.latency.max`));
  };

  it('one that waits for a lock gives up its worker, and has it again by its importance', () => {
    // low 1–2, high 2–2.5 and waits, low 2.5–3, mid 3–13, low 13–15.5, high 15.5–16.5, low to 18.5.
    expect(latencies(inversion(false))).toEqual([14.5, 10, 17.5]);
  });

  it('with inherit the holder has the importance of who waits until it gives the lock back', () => {
    // low goes on as high: 2.5–5.5; high 5.5–6.5, mid 6.5–16.5, low 16.5–18.5.
    expect(latencies(inversion(true))).toEqual([4.5, 13.5, 17.5]);
  });

  it('a holder that stands aside already gets its worker back when somebody important waits', () => {
    const text = inversion(true).replace(one(2, 'cpu/high'), one(5, 'cpu/high'));
    // low 1–3, mid 3–5, high 5–5.5, low as high 5.5–7.5, high 7.5–8.5, mid 8.5–16.5, low to 18.5.
    expect(latencies(text)).toEqual([3.5, 13.5, 17.5]);
    const without = text.replace('inherit: true', 'inherit: false');
    // mid goes on 5.5–13.5, low 13.5–15.5, high to 16.5, low to 18.5.
    expect(latencies(without)).toEqual([11.5, 10.5, 17.5]);
  });

  it('importance is handed on to who holds what the holder waits for', () => {
    const text = (inherit: boolean): string => `
duration: 60s
producers:
  low: ${one(1, 'cpu/low', ', priority: 3')}
  held: ${one(2, 'other', ', priority: 2')}
  high: ${one(3, 'other')}
  mid: ${one(4, 'cpu/mid', ', priority: 1')}
services:
  cpu:
    workers: 1
    queue: { discipline: { priority: { preemptive: true } } }
    handler:
      low: [ { lock: inner, then: [ { work: 6s } ] } ]
      mid: [ { work: 10s } ]
  other:
    workers: 10
    handler: [ { lock: outer, then: [ { lock: inner, then: [ { work: 1s } ] } ] } ]
locks: { outer: { inherit: ${inherit} }, inner: { inherit: ${inherit} } }`;
    // high waits for held, which waits for low, which mid would put aside from 4 to 14.
    expect(figure(runText(text(true)), 'producers.high.latency.max')).toBeCloseTo(7 + 2 - 3, 9);
    expect(figure(runText(text(false)), 'producers.high.latency.max')).toBeCloseTo(17 + 2 - 3, 9);
  });

  it('with inherit a holder moves up in the line of another lock that goes by importance', () => {
    const text = (inherit: boolean): string => `
duration: 60s
producers:
  busy: ${one(1, 'a/busy', ', priority: 1')}
  low: ${one(2, 'a/low', ', priority: 2')}
  mid: ${one(3, 'a/mid', ', priority: 1')}
  high: ${one(4, 'a/high')}
services:
  a:
    workers: 10
    handler:
      busy: [ { lock: line, then: [ { work: 4s } ] } ]
      low: [ { lock: own, then: [ { lock: line, then: [ { work: 1s } ] } ] } ]
      mid: [ { lock: line, then: [ { work: 10s } ] } ]
      high: [ { lock: own, then: [ { work: 1s } ] } ]
locks: { own: { inherit: ${inherit} }, line: { order: priority } }`;
    expect(figure(runText(text(true)), 'producers.high.latency.max')).toBeCloseTo(6 + 1 - 4, 9);
    expect(figure(runText(text(false)), 'producers.high.latency.max')).toBeCloseTo(16 + 1 - 4, 9);
  });

  it('a pause in between changes no order', () => {
    const text = `${inversion(true)}\nfaults: [ { at: 2.2s, for: 10s, pause: cpu } ]`;
    // high has 0.3 s to go at 12.2; low as high 12.5–15.5, high to 16.5, mid to 26.5, low to 28.5.
    expect(latencies(text)).toEqual([14.5, 23.5, 27.5]);
  });
});

describe('the line of a lock held for exponential times', () => {
  it('waits as an M/M/1 does, whatever the number of workers', () => {
    const scenario = scenarioOf(`
duration: 300s
warmup: 20s
producers: { p: { arrivals: { poisson: 70/s }, to: a } }
services:
  a: { workers: unbounded, handler: [ { work: { exponential: 20ms } }, { lock: l, then: [ { work: { exponential: 10ms } } ] } ] }`);
    const seeds = Array.from({ length: 12 }, (_, k) => `${k}`);
    const ends = seeds.map((seed) => run(planFor(scenario, 'base', { seed })));
    const inside = (name: string, truth: number): void => {
      const values = ends.map((end) => figure(end, name));
      const mean = meanOf(values);
      const sd = Math.sqrt(meanOf(values.map((v) => (v - mean) ** 2)) * (12 / 11));
      // Student's t, 11 degrees of freedom, 99%.
      const half = (3.106 * sd) / Math.sqrt(12);
      expect(Math.abs(mean - truth), `${name}: ${mean} ± ${half}, ${truth}`).toBeLessThan(half);
      expect(half).toBeLessThan(0.15 * truth);
    };
    inside('locks.l.wait.mean', (0.7 * 0.01) / 0.3);
    inside('locks.l.waiting.mean', 0.7 ** 2 / 0.3);
    inside('locks.l.held_share', 0.7);
    inside('locks.l.held.mean', 0.01);
  });
});

describe('a lock in the cascade', () => {
  const marks = (text: string): string[] => {
    const scenario = scenarioOf(text);
    const plan = planFor(scenario, 'base');
    return cascadeOf(run(plan).marks, null).map(({ text: told }) => told);
  };

  it('is named when its line grows while it is held without a break', () => {
    const [first] = marks(`
duration: 30s
producers: { p: { arrivals: { constant: 100/s }, from: 5s, to: a } }
services: { a: { workers: unbounded, handler: [ { lock: l, then: [ { work: 20ms } ] } ] } }`);
    expect(first).toBe(
      '5.0 s  lock l: held without a break, 99 wait, growing by 50/s; ' +
        '20 ms by one request of p at a',
    );
  });

  it('is named when all that are left of a name are held, where replicas went or came', () => {
    const scaled = (from: number, to: number) => `
duration: 30s
producers: { p: { arrivals: { constant: 100/s }, from: 5s, to: a } }
services:
  a: { replicas: ${from}, workers: unbounded, handler: [ { lock: l, then: [ { work: 40ms } ] } ] }
locks: { l: { scope: replica } }
faults: [ { at: 2s, set: { services: { a: { replicas: ${to} } } } } ]`;
    expect(marks(scaled(3, 1))[0]).toMatch(/^5\.0 s {2}lock l: held without a break/);
    expect(marks(scaled(1, 3))[0]).toMatch(/^5\.\d s {2}lock l: all 3 held without a break/);
    // Five of them are more than enough.
    expect(marks(scaled(1, 5))).toEqual([]);
  });

  it('is named when all workers of a replica have stood in its line for a second', () => {
    const [first] = marks(`
duration: 30s
producers: { p: { arrivals: { constant: 100/s }, from: 5s, to: a } }
services: { a: { workers: 4, handler: [ { lock: l, then: [ { work: 50ms } ] } ] } }`);
    expect(first).toContain('lock l: held without a break, 3 wait, and with them all workers');
  });

  it('is named when who waits for it gives up', () => {
    const [first] = marks(`
duration: 30s
producers: { p: { arrivals: { constant: 100/s }, from: 5s, to: a } }
services: { a: { workers: 100, handler: [ { lock: l, wait: 60ms, then: [ { work: 50ms } ] } ] } }`);
    expect(first).toMatch(/lock l: held without a break, \d wait, others give up; 50 ms by one/);
  });

  it('tells that who holds it stood aside for others', () => {
    const told = marks(`
duration: 30s
producers:
  low: ${one(1, 'cpu/low', ', priority: 2')}
  mid: ${one(2, 'cpu/mid', ', priority: 1')}
  high: { arrivals: { constant: 20/s }, from: 5s, to: cpu/high }
services:
  cpu:
    workers: 1
    queue: { discipline: { priority: { preemptive: true } } }
    handler:
      low: [ { lock: l, then: [ { work: 2s } ] } ]
      mid: [ { work: 20s } ]
      high: [ { lock: l, then: [ { work: 1ms } ] } ]`);
    expect(told).toEqual([
      '5.0 s  lock l: held without a break, 19 wait, growing by 19/s; ' +
        '5 s by one request of low at cpu, which stood aside for others',
    ]);
  });

  it('is not named while it is merely busy', () => {
    expect(
      marks(`
duration: 60s
producers: { p: { arrivals: { poisson: 80/s }, to: a } }
services: { a: { workers: unbounded, handler: [ { lock: l, then: [ { work: 10ms } ] } ] } }`),
    ).toEqual([]);
  });
});
