import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figure, figures, meanOf, planOf, run, runText } from './kit.js';

/** A desk whose requests come at given moments and need given work, in milliseconds. */
interface Case {
  pieces: { atMs: number; workMs: number }[];
  workers: number;
  cores: number;
  ps: boolean;
  alpha: number;
  beta: number;
}

const textOf = ({ pieces, workers, cores, ps, alpha, beta }: Case): string => `
duration: 60s
producers:
${pieces.map(({ atMs }, i) => `  p${i}: { arrivals: { constant: [ { at: 0s, rate: 0/s }, { at: ${atMs - 1}ms, rate: 1000/s }, { at: ${atMs + 0.5}ms, rate: 0/s } ] }, to: desk/r${i} }`).join('\n')}
services:
  desk:
    workers: ${workers}
    cores: ${cores}
    queue: { discipline: ${ps ? 'ps' : 'fifo'} }
    contention: { usl: { alpha: ${alpha}, beta: ${beta} } }
    handler: { ${pieces.map(({ workMs }, i) => `r${i}: [ { work: ${workMs}ms } ]`).join(', ')} }
`;

/** The plainest simulation there is: a small step of time after another. Sojourns in milliseconds. */
function smallSteps({ pieces, workers, cores, ps, alpha, beta }: Case, dt: number): number[] {
  const left = pieces.map(({ workMs }) => workMs);
  const ends = pieces.map(() => Number.NaN);
  const inWork = new Set<number>();
  for (let step = 0; ends.some(Number.isNaN); step++) {
    const now = step * dt;
    pieces.forEach(({ atMs }, i) => {
      const come = atMs <= now + 1e-9 && Number.isNaN(ends[i]!) && !inWork.has(i);
      if (come && (ps || inWork.size < workers)) inWork.add(i);
    });
    const n = inWork.size;
    const share = Math.min(1, Math.min(cores, ps ? workers : cores) / n);
    const pace = share / (1 + alpha * (n - 1) + beta * n * (n - 1));
    for (const i of inWork) {
      left[i]! -= pace * dt;
      if (left[i]! > 1e-9) continue;
      ends[i] = now + dt;
      inWork.delete(i);
    }
  }
  return ends.map((end, i) => end - pieces[i]!.atMs);
}

const cases: fc.Arbitrary<Case> = fc.record({
  pieces: fc
    .uniqueArray(
      fc.record({ atMs: fc.integer({ min: 2, max: 60 }), workMs: fc.integer({ min: 1, max: 40 }) }),
      { minLength: 1, maxLength: 7, selector: ({ atMs }) => atMs },
    )
    .map((pieces) => [...pieces].sort((a, b) => a.atMs - b.atMs)),
  workers: fc.integer({ min: 1, max: 4 }),
  cores: fc.integer({ min: 1, max: 4 }),
  ps: fc.boolean(),
  alpha: fc.constantFrom(0, 0.05, 0.4),
  beta: fc.constantFrom(0, 0.01, 0.1),
});

/** One desk, constant arrivals that stop, constant work. */
const desk = (keys: string, arrivals: string, handler = '[ { work: 100ms } ]'): string => `
duration: 10s
producers: { users: { arrivals: ${arrivals}, to: desk } }
services: { desk: { ${keys}, handler: ${handler} } }
`;
const AT_ONCE = (n: number): string => `{ closed: { users: ${n}, think: 9s } }`;

describe('rule 18: cores, ps and usl go by one virtual clock', () => {
  it('as a simulation by small steps of time has it, whatever they are laid over each other', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const dt = 0.002;
        const reference = smallSteps(one, dt);
        const ends = run(planOf(textOf(one)));
        reference.forEach((sojournMs, i) => {
          const exact = figure(ends, `producers.p${i}.latency.mean`) * 1e3;
          // A step too late for each that came or went before it.
          expect(Math.abs(exact - sojournMs)).toBeLessThan(dt * 4 * (one.pieces.length + 1));
        });
      }),
      { numRuns: 60, seed: 42 },
    );
  });

  it('five of 100 ms on two cores take 250 ms; a sixth worker changes nothing', () => {
    for (const workers of [5, 6, 'unbounded']) {
      const ends = runText(desk(`workers: ${workers}, cores: 2`, AT_ONCE(5)));
      expect(figures(ends, 'latency.mean', 'latency.max')).toEqual([
        expect.closeTo(0.25, 9),
        expect.closeTo(0.25, 9),
      ]);
    }
  });

  it('workers bound who is at work, cores what they get: three workers on two cores', () => {
    // Three at 2/3 of the pace end at 150 ms; the other two, alone, take 100 ms.
    const ends = runText(desk('workers: 3, cores: 2', AT_ONCE(5)));
    expect(figure(ends, 'latency.mean')).toBeCloseTo((3 * 0.15 + 2 * 0.25) / 5, 9);
  });

  it('cores are used by work alone, not by who waits for a call', () => {
    const db = `
dependencies: { db: { workers: unbounded, handler: [ { work: 300ms } ] } }`;
    const steps = '[ { work: 100ms }, { call: db }, { work: 100ms } ]';
    const ends = runText(desk('workers: 9, cores: 1', '{ constant: 2/s }', steps) + db);
    // Every 500 ms: work to .1, call to .4, work to .5. Never two at work.
    expect(figures(ends, 'latency.max', 'latency.mean')).toEqual([
      expect.closeTo(0.5, 9),
      expect.closeTo(0.5, 9),
    ]);
    expect(figure(ends, 'services.desk.utilization')).toBeLessThan(0.12);
  });

  it('cores and usl: each works on its share at the pace of the law', () => {
    const keys = 'workers: 9, cores: 2, contention: { usl: { alpha: 0.1, beta: 0.01 } }';
    const ends = runText(desk(keys, AT_ONCE(4)));
    expect(figure(ends, 'latency.max')).toBeCloseTo((0.1 * (1 + 0.3 + 0.12) * 4) / 2, 8);
  });
});

describe('rule 18: linear contention', () => {
  it('adds its time for each already at work, fixed at the start', () => {
    const ends = runText(desk('workers: 9, contention: { linear: { each: 10ms } }', AT_ONCE(4)));
    // 100, 110, 120, 130 ms: who leaves early makes the others no faster.
    expect(figures(ends, 'latency.max', 'latency.mean')).toEqual([
      expect.closeTo(0.13, 9),
      expect.closeTo(0.115, 9),
    ]);
  });

  it('counts who works, not who waits for a call', () => {
    const db = `
dependencies: { db: { workers: unbounded, handler: [ { work: 800ms } ] } }`;
    const keys = 'workers: 9, contention: { linear: { each: 10ms } }';
    const text = desk(keys, '{ constant: 2/s }', '[ { work: 100ms }, { call: db } ]') + db;
    expect(figures(runText(text), 'latency.max', 'latency.mean')).toEqual([
      expect.closeTo(0.9, 9),
      expect.closeTo(0.9, 9),
    ]);
  });
});

describe('queue.discipline: ps', () => {
  it('all that are admitted share the workers: four of 100 ms on one take 400 ms', () => {
    const ends = runText(desk('workers: 1, queue: { discipline: ps }', AT_ONCE(4)));
    expect(figures(ends, 'latency.max', 'latency.mean')).toEqual([
      expect.closeTo(0.4, 9),
      expect.closeTo(0.4, 9),
    ]);
  });

  it('the short one passes the long one', () => {
    const text = `
duration: 5s
producers:
  long: { arrivals: { constant: [ { at: 0s, rate: 1/s }, { at: 1500ms, rate: 0/s } ] }, to: desk/long }
  short: { arrivals: { constant: [ { at: 0s, rate: 0/s }, { at: 1200ms, rate: 10/s }, { at: 1350ms, rate: 0/s } ] }, to: desk/short }
services:
  desk: { workers: 1, queue: { discipline: ps }, handler: { long: [ { work: 1s } ], short: [ { work: 100ms } ] } }
`;
    // Long from 1 s; short comes at 1.3 s, both at half pace to 1.5 s; long ends at 2.1 s.
    const ends = runText(text);
    expect(figures(ends, 'producers.short.latency.mean', 'producers.long.latency.mean')).toEqual([
      expect.closeTo(0.2, 9),
      expect.closeTo(1.1, 9),
    ]);
  });

  it('rule 17: capacity counts what is admitted beyond workers', () => {
    const text = desk(
      'workers: 2, queue: { discipline: ps, capacity: 1 }',
      '{ constant: [ { at: 0s, rate: 10/s }, { at: 450ms, rate: 0/s } ] }',
      '[ { work: 1s } ]',
    );
    // At .1, .2, .3 let in; at .4 three are there: refused.
    const ends = runText(text);
    expect(figures(ends, 'services.desk.rejected', 'services.desk.completed')).toEqual([1, 3]);
    expect(figures(ends, 'services.desk.queue.depth.max', 'services.desk.wait.mean')).toEqual([
      1, 0,
    ]);
  });

  it('busy is how many workers’ worth are busy, the depth what is admitted beyond them', () => {
    const text = desk('workers: 2, queue: { discipline: ps }', AT_ONCE(6)).replace('10s', '9500ms');
    // Six from 9 s on at a third of the pace, to 9.3 s.
    const ends = runText(text);
    expect(figure(ends, 'services.desk.utilization')).toBeCloseTo(0.3 / 9.5, 9);
    expect(figure(ends, 'services.desk.queue.depth.mean')).toBeCloseTo((4 * 0.3) / 9.5, 9);
    expect(figure(ends, 'services.desk.in_flight.mean')).toBeCloseTo((6 * 0.3) / 9.5, 9);
  });

  it('block: who finds no place stands at the door, and comes in when one leaves', () => {
    const keys = 'workers: 1, queue: { discipline: ps, capacity: 1, when_full: block }';
    const ends = runText(desk(keys, AT_ONCE(3)));
    // Two to 9.2 s, then the third alone to 9.3 s.
    expect(figure(ends, 'latency.max')).toBeCloseTo(0.3, 9);
    expect(figure(ends, 'services.desk.queue.depth.max')).toBe(1);
    expect(figure(ends, 'producers.users.blocked.max')).toBe(1);
  });

  it('a pause lets nobody begin, and who came meanwhile begins when it is over', () => {
    const faults = 'faults: [ { at: 8500ms, for: 1s, pause: desk } ]\n';
    const text = desk('workers: 1, queue: { discipline: ps }', AT_ONCE(2));
    expect(figure(runText(text + faults), 'latency.max')).toBeCloseTo(0.7, 9);
  });

  it('wasted work is a share of the worker time that there was', () => {
    const timeout = 'calls: { "* -> *": { timeout: 350ms } }\n';
    const text = desk('workers: 1, queue: { discipline: ps }', AT_ONCE(4)) + timeout;
    // All give up at 350 ms and are worked on to 400 ms.
    expect(figure(runText(text), 'wasted_work')).toBe(1);
  });

  it('with io: async who waits for a call has no share', () => {
    const db = `
dependencies: { db: { workers: unbounded, handler: [ { work: 500ms } ] } }`;
    const steps = '[ { work: 100ms }, { call: db } ]';
    const keys = 'workers: 1, queue: { discipline: ps, capacity: 1 }, io: async';
    const ends = runText(desk(keys, '{ constant: 5/s }', steps) + db);
    expect(figures(ends, 'services.desk.rejected', 'services.desk.queue.depth.max')).toEqual([
      0, 0,
    ]);
    expect(figure(ends, 'services.desk.utilization')).toBeCloseTo((49 * 0.1) / 10, 2);
  });
});

describe('M/G/1-PS: the mean time is E[S]/(1−ρ), whatever the law of S', () => {
  const LAWS = {
    constant: '10ms',
    exponential: '{ exponential: 10ms }',
    erlang: '{ erlang: { mean: 10ms, k: 3 } }',
    lognormal: '{ lognormal: { mean: 10ms, cv: 1.5 } }',
    hyperexponential: '{ hyperexponential: [ { p: 0.9, mean: 5ms }, { p: 0.1, mean: 55ms } ] }',
    uniform: '{ uniform: [ 0ms, 20ms ] }',
  };
  it.each(Object.entries(LAWS))('%s', (_, law) => {
    const times = Array.from({ length: 12 }, (_unused, seed) => {
      const text = `
duration: 800s
warmup: 10s
producers: { users: { arrivals: { poisson: 70/s }, to: desk } }
services: { desk: { workers: 1, queue: { discipline: ps }, handler: [ { work: ${law} } ] } }`;
      return figure(run(planOf(text, 'base', `ps-${seed}`)), 'services.desk.sojourn.mean');
    });
    const mean = meanOf(times);
    const sd = Math.sqrt(meanOf(times.map((time) => (time - mean) ** 2)) * (12 / 11));
    // Student's t for 11 degrees of freedom, both sides together 1%.
    const half = (3.106 * sd) / Math.sqrt(12);
    expect(half / mean).toBeLessThan(0.05);
    expect(Math.abs(mean - 0.01 / 0.3)).toBeLessThan(half);
  });
});
