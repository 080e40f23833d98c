import { describe, expect, it } from 'vitest';
import { PacedReplica } from '../../src/model/paced.js';
import { Places } from '../../src/model/pieces.js';
import { figures, momentsOf, planOf, runText } from './kit.js';

interface Usl {
  alpha: number;
  beta: number;
}

/** A piece of work, from when and how long at full pace, in nanoseconds. */
interface Piece {
  at: number;
  work: number;
}

/** A time in which everything stands still. */
interface Still {
  from: number;
  to: number;
}

const paceOf = ({ alpha, beta }: Usl, n: number): number =>
  1 / (1 + alpha * (n - 1) + beta * n * (n - 1));

/** The law step by step, by the plainest means: what is left of each piece, worn down together. */
function endsOf(pieces: readonly Piece[], usl: Usl, still: readonly Still[]): number[] {
  const todo = [...pieces].sort((a, b) => a.at - b.at);
  let running: number[] = [];
  const ends: number[] = [];
  let now = 0;
  while (todo.length > 0 || running.length > 0) {
    const stands = still.some(({ from, to }) => from <= now && now < to);
    const pace = stands ? 0 : paceOf(usl, running.length);
    const least = Math.min(...running);
    const end = running.length > 0 && pace > 0 ? now + least / pace : Infinity;
    const borders = still.flatMap(({ from, to }) => [from, to]).filter((at) => at > now);
    const next = Math.min(end, todo[0]?.at ?? Infinity, ...borders);
    running = running.map((left) => left - (next - now) * pace);
    now = next;
    // Whoever is done to a millionth of a nanosecond is done.
    ends.push(...running.filter((left) => left < 1e-6 * least + 1e-3).map(() => now));
    running = running.filter((left) => left >= 1e-6 * least + 1e-3);
    while (todo[0] !== undefined && todo[0].at <= now) running.push(todo.shift()!.work);
  }
  return ends;
}

/** Three kinds of request, each at an even rate with a constant piece of work. */
const KINDS = [
  { name: 'a', perSecond: 3, workMs: 301 },
  { name: 'b', perSecond: 1, workMs: 503 },
  { name: 'c', perSecond: 5, workMs: 127 },
];

const mix = (usl: Usl, faults = ''): string => `
duration: 60s
producers:
${KINDS.map((k) => `  ${k.name}: { arrivals: { constant: [ { at: 0s, rate: ${k.perSecond}/s }, { at: 20s, rate: 0/s } ] }, to: desk/${k.name} }`).join('\n')}
services:
  desk:
    workers: unbounded
    contention: { usl: { alpha: ${usl.alpha}, beta: ${usl.beta} } }
    handler: { ${KINDS.map((k) => `${k.name}: [ { work: ${k.workMs}ms } ]`).join(', ')} }
${faults}`;

const PIECES: Piece[] = KINDS.flatMap(({ perSecond, workMs }) =>
  Array.from({ length: perSecond * 20 }, (_, i) => {
    return { at: Math.round(((i + 1) * 1e9) / perSecond), work: workMs * 1e6 };
  }),
);

/** Every end by the reference has a moment of the model within a nanosecond and a half. */
function missing(ends: readonly number[], moments: readonly number[]): number[] {
  const sorted = [...moments].sort((a, b) => a - b);
  return ends.filter((end) => {
    const after = sorted.findIndex((at) => at >= end - 1.5);
    return after < 0 || sorted[after]! > end + 1.5;
  });
}

describe('rule 18: USL pace', () => {
  it.each([
    { alpha: 0, beta: 0 },
    { alpha: 0.05, beta: 0 },
    { alpha: 0.03, beta: 0.01 },
    { alpha: 0.3, beta: 0.005 },
  ])('is exact against a small-step reference: %o', (usl) => {
    const ends = endsOf(PIECES, usl, []);
    const moments = momentsOf(planOf(mix(usl)));
    expect(ends.length).toBe(PIECES.length);
    expect(missing(ends, moments)).toEqual([]);
    const completed = runText(mix(usl)).metrics['services.desk.completed'];
    expect(completed).toBe(ends.length);
  });

  it('is exact through pauses too, that overlap and that touch', () => {
    const usl = { alpha: 0.03, beta: 0.01 };
    const faults = `faults:
  - { at: 2500ms, for: 1s, pause: desk }
  - { at: 3s, for: 1700ms, pause: desk }
  - { at: 4700ms, for: 300ms, pause: desk }
  - { at: 9001ms, for: 10ms, pause: desk }`;
    const still = [
      { from: 2.5e9, to: 5e9 },
      { from: 9.001e9, to: 9.011e9 },
    ];
    // Nothing starts while it stands still: who comes then begins when it goes on.
    const pieces = PIECES.map(({ at, work }) => {
      const stop = still.find(({ from, to }) => from <= at && at < to);
      return { at: stop?.to ?? at, work };
    });
    const ends = endsOf(pieces, usl, still);
    expect(ends.length).toBe(PIECES.length);
    expect(missing(ends, momentsOf(planOf(mix(usl, faults))))).toEqual([]);
  });

  it('N at once take N-fold: ten of 100 ms with α 0.1, β 0.01', () => {
    const together = runText(`
duration: 4s
producers: { users: { arrivals: { closed: { users: 10, think: 1s } }, to: desk } }
services:
  desk:
    workers: 10
    contention: { usl: { alpha: 0.1, beta: 0.01 } }
    handler: [ { work: 100ms } ]`);
    const seconds = 0.1 * (1 + 0.1 * 9 + 0.01 * 90);
    expect(figures(together, 'latency.max', 'latency.mean')).toEqual([
      expect.closeTo(seconds, 9),
      expect.closeTo(seconds, 9),
    ]);
  });

  it('N counts who works, not who waits for a call', () => {
    const ends = runText(`
duration: 20s
producers: { users: { arrivals: { constant: 1/s }, to: desk } }
services:
  desk:
    workers: 10
    contention: { usl: { alpha: 1, beta: 1 } }
    handler: [ { work: 100ms }, { call: db }, { work: 100ms } ]
dependencies: { db: { workers: unbounded, handler: [ { work: 2400ms } ] } }`);
    // Ends at 2.6 s; others begin at whole seconds and end theirs at x.1 and x.6: never together.
    expect(figures(ends, 'latency.max', 'latency.mean')).toEqual([
      expect.closeTo(2.6, 9),
      expect.closeTo(2.6, 9),
    ]);
  });

  it('peaks where the law says: X(N) of a closed system without think time', () => {
    const usl = { alpha: 0.0277285, beta: 0.0001044 };
    const throughput = (users: number): number => {
      const ends = runText(`
duration: 30s
producers: { users: { arrivals: { closed: { users: ${users} } }, to: desk } }
services:
  desk:
    workers: 1000
    contention: { usl: { alpha: ${usl.alpha}, beta: ${usl.beta} } }
    handler: [ { work: { exponential: ${Math.round(1e6 / 89.995)}us } } ]`);
      return ends.ledger.good / 30;
    };
    for (const users of [1, 36, 97, 200]) {
      const law = 89.995 * users * paceOf(usl, users);
      expect(Math.abs(throughput(users) / law - 1)).toBeLessThan(4 / Math.sqrt(30 * law));
    }
  });
});

describe('work that is stopped', () => {
  it('tells what is left of it and gives its share of the pace back', () => {
    const replica = new PacedReplica({ cores: Infinity, alpha: 1, beta: 0 }, new Places());
    replica.add(0, 7, 1_000);
    replica.add(0, 8, 1_000);
    // Two at work go at half their pace each.
    expect(replica.stop(400, 7)).toBe(800);
    expect(replica.dueToSchedule(400)).toBe(1_200);
    expect(replica.takeDone(1_200)).toBe(8);
    expect(replica.takeDone(1_200)).toBe(-1);
  });

  it('is not mistaken for work that begins on the same row again', () => {
    const replica = new PacedReplica({ cores: Infinity, alpha: 0, beta: 0 }, new Places());
    replica.add(0, 7, 1_000);
    replica.add(0, 8, 5_000);
    expect(replica.stop(100, 7)).toBe(900);
    replica.add(100, 7, 2_000);
    expect(replica.takeDone(1_000)).toBe(-1);
    expect(replica.takeDone(2_100)).toBe(7);
    expect(replica.takeDone(5_000)).toBe(8);
  });
});

describe('no rounding repeats', () => {
  it('one core is done with 100,000 pieces when it has done their work, to a nanosecond', () => {
    const replica = new PacedReplica({ cores: 1, alpha: 0, beta: 0 }, new Places());
    let total = 0;
    const next = (): number => {
      const work = 1_000 + ((total * 7919) % 5_003);
      total += work;
      return work;
    };
    let now = 0;
    let added = 0;
    // Seven share it; whoever ends makes room for another.
    while (added < 7) replica.add(now, added++, next());
    while (replica.running > 0) {
      now = replica.dueToSchedule(now);
      replica.came(now);
      for (let done = replica.takeDone(now); done >= 0; done = replica.takeDone(now)) {
        if (added++ < 100_000) replica.add(now, done, next());
      }
    }
    expect(Math.abs(now - total)).toBeLessThanOrEqual(1);
  });
});
