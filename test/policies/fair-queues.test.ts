import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStream } from '../../src/kernel/draws.js';
import { dealInto, FAIR_QUEUES, FairQueues, handsOf } from '../../src/policies/fair-queues.js';

const MS = 1e6;

function deal(queues: number, hand: number, hi: number, lo: number): number[] {
  const into = new Int32Array(hand);
  dealInto(into, queues, hi, lo);
  return [...into];
}

/** The share of hands of which every queue is in one of the hands of `others` flows: exact. */
function allShared(queues: number, hand: number, others: number): number {
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
  let sum = 0;
  for (let j = 0; j <= hand; j++) {
    const missed = choose(queues - j, hand) / choose(queues, hand);
    sum += (j % 2 === 0 ? 1 : -1) * choose(hand, j) * missed ** others;
  }
  return sum;
}

describe('dealing hands', () => {
  it('a hand is of distinct queues, the same for the same hash', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer({ min: 1, max: 8 }), (hi, lo, size) => {
        const hand = deal(64, size, hi, lo);
        expect(new Set(hand).size).toBe(size);
        expect(hand.every((queue) => queue >= 0 && queue < 64)).toBe(true);
        expect(deal(64, size, hi, lo)).toEqual(hand);
      }),
    );
  });

  it('every hand of 2 from 4 is dealt as often as every other', () => {
    const stream = openStream('1', 'hands', 'test');
    const counts = new Map<string, number>();
    for (let i = 0; i < 60_000; i++) {
      const name = deal(4, 2, stream.next(), stream.next()).sort().join();
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // 10,000 each, standard deviation 91.
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  it('hands of 8 from 64 share all with 1, 4 or 16 others as rarely as chance has it', () => {
    expect(allShared(64, 8, 4)).toBeCloseTo(4.89e-4, 6);
    expect(allShared(64, 8, 16)).toBeCloseTo(0.359, 3);
    expect(handsOf(64, 8) / 40_320).toBeCloseTo(1 / 2.26e-10, -8);
    const stream = openStream('7', 'elephants', 'test');
    const shared = (others: number, trials: number): number => {
      let all = 0;
      for (let i = 0; i < trials; i++) {
        const taken = new Set<number>();
        for (let k = 0; k < others; k++) {
          for (const queue of deal(64, 8, stream.next(), stream.next())) taken.add(queue);
        }
        if (deal(64, 8, stream.next(), stream.next()).every((q) => taken.has(q))) all++;
      }
      return all / trials;
    };
    // Standard deviations .0048 and 7e-5.
    expect(Math.abs(shared(16, 10_000) - 0.359)).toBeLessThan(0.015);
    expect(Math.abs(shared(4, 100_000) - 4.89e-4)).toBeLessThan(2.1e-4);
  });
});

describe('fair queues', () => {
  it('the queue of the hand with the fewest waiting is chosen; equals take turns', () => {
    const set = new FairQueues({ queues: 4, hand: 4, length: 9 });
    const chosen = Array.from({ length: 8 }, (_, i) => {
      const queue = set.choose(1, 2);
      set.join(0, queue, i);
      return queue;
    });
    expect([...chosen.slice(0, 4)].sort()).toEqual([0, 1, 2, 3]);
    expect([...chosen.slice(4)].sort()).toEqual([0, 1, 2, 3]);
  });

  it('a queue with one is served beside a queue with many, in turns', () => {
    const set = new FairQueues({ queues: 2, hand: 1, length: 9 });
    // 0, 1, 2 in the first queue, 3 and 4 in the second: one seat, each takes 3 ms.
    for (const request of [0, 1, 2]) set.join(0, 0, request);
    for (const request of [3, 4]) set.join(0, 1, request);
    const order: number[] = [];
    for (let now = 0; ; now += 3 * MS) {
      const next = set.first(now);
      if (next < 0) break;
      set.dispatch(now, next);
      set.end(now + 3 * MS, next < 3 ? 0 : 1, 3 * MS);
      order.push(next);
    }
    expect(order).toEqual([0, 3, 1, 4, 2]);
  });

  it('long requests cost their queue its turns once they have ended', () => {
    const set = new FairQueues({ queues: 2, hand: 1, length: 99 });
    for (let i = 0; i < 20; i++) set.join(0, 0, i);
    for (let i = 20; i < 300; i++) set.join(0, 1, i);
    // The first queue's take 30 ms, the second's 3 ms: ten of those for one of these.
    let now = 0;
    const served = [0, 0];
    while (now < 600 * MS) {
      const next = set.first(now);
      const queue = next < 20 ? 0 : 1;
      const took = queue === 0 ? 30 * MS : 3 * MS;
      set.dispatch(now, next);
      now += took;
      set.end(now, queue, took);
      served[queue]!++;
    }
    expect(served[1]).toBeGreaterThan(9 * (served[0]! - 1));
  });

  it('who was idle saves nothing up', () => {
    const set = new FairQueues({ queues: 2, hand: 1, length: 99 });
    for (let i = 0; i < 10; i++) set.join(0, 0, i);
    let now = 0;
    for (let i = 0; i < 5; i++) {
      set.dispatch(now, set.first(now));
      now += 3 * MS;
      set.end(now, 0, 3 * MS);
    }
    // The second queue comes late: it takes turns from now on, and makes up for nothing.
    for (let i = 10; i < 20; i++) set.join(now, 1, i);
    const order = [0, 1, 2, 3].map(() => {
      const next = set.first(now);
      set.dispatch(now, next);
      now += 3 * MS;
      set.end(now, next < 10 ? 0 : 1, 3 * MS);
      return next < 10 ? 'old' : 'new';
    });
    expect(order.filter((who) => who === 'old').length).toBe(2);
  });

  it('nobody is lost, and no queue serves out of its order', () => {
    const what = fc.constantFrom<'join' | 'take' | 'end' | 'leave'>(
      'join',
      'join',
      'take',
      'end',
      'leave',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(what, fc.nat(20)), { maxLength: 200 }), (steps) => {
        const set = new FairQueues({ ...FAIR_QUEUES, queues: 5, hand: 2 });
        set.seats = 2;
        const lines: number[][] = [[], [], [], [], []];
        const busy: { queue: number; since: number }[] = [];
        let made = 0;
        let now = 0;
        for (const [step, by] of steps) {
          now += by * MS;
          const all = lines.flat();
          if (step === 'join') {
            const queue = set.choose(by, 3);
            expect(set.lengthOf(queue)).toBe(lines[queue]!.length);
            set.join(now, queue, made);
            lines[queue]!.push(made++);
          } else if (step === 'take') {
            const next = set.first(now);
            expect(next < 0).toBe(all.length === 0);
            if (next < 0) continue;
            const queue = lines.findIndex((line) => line[0] === next);
            expect(queue).toBeGreaterThanOrEqual(0);
            lines[queue]!.shift();
            set.dispatch(now, next);
            busy.push({ queue, since: now });
          } else if (step === 'end') {
            const one = busy.shift();
            if (one !== undefined) set.end(now, one.queue, now - one.since);
          } else if (all.length > 0) {
            const gone = all[by % all.length]!;
            set.leave(now, gone);
            for (const line of lines) if (line.includes(gone)) line.splice(line.indexOf(gone), 1);
          }
        }
      }),
    );
  });
});
