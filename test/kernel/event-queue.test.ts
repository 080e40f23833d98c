import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStream } from '../../src/kernel/draws.js';
import { EventQueue } from '../../src/kernel/event-queue.js';

const full = process.env['SPILLWAY_FULL'] === '1';

interface Row {
  time: number;
  sequence: number;
  payload: number;
}

/** The order the queue promises, by sorting all of it every time. */
class Naive {
  rows: Row[] = [];

  put(row: Row): void {
    this.rows.push(row);
    this.rows.sort((a, b) => a.time - b.time || a.sequence - b.sequence);
  }
}

const fewTimes = fc.integer({ min: 0, max: 12 });
const manyTimes = fc.integer({ min: 0, max: 2 ** 52 });
/** A number is put in, null takes one out. */
const script = fc.array(fc.option(fc.oneof(fewTimes, manyTimes), { freq: 2 }), {
  minLength: 1,
  maxLength: 400,
});

/** Takes the first row out of both and returns both. */
function takeBoth(queue: EventQueue, naive: Naive): [Row, Row | undefined] {
  const time = queue.take();
  const row = { time, sequence: queue.takenSequence, payload: queue.taken };
  return [row, naive.rows.shift()];
}

/** Plays a script on the queue and beside it; looks at size and first time after every step. */
function play(steps: readonly (number | null)[]): void {
  const queue = new EventQueue();
  const naive = new Naive();
  let sequence = 0;
  for (const step of steps) {
    if (step !== null) {
      const row = { time: step, sequence: sequence++, payload: 0xffffffff - sequence };
      naive.put(row);
      queue.put(row.time, row.sequence, row.payload);
    } else if (naive.rows.length > 0) {
      const [row, expected] = takeBoth(queue, naive);
      expect(row).toEqual(expected);
    }
    expect(queue.size).toBe(naive.rows.length);
    if (sequence % 3 === 0) expect(queue.firstTime()).toBe(naive.rows[0]?.time ?? Infinity);
  }
  while (naive.rows.length > 0) {
    const [row, expected] = takeBoth(queue, naive);
    expect(row).toEqual(expected);
  }
}

describe('the event queue', () => {
  it('gives rows in the order of time, at one time in the order of their sequence numbers', () => {
    fc.assert(fc.property(script, play), { numRuns: full ? 2000 : 200 });
  });

  it('is empty at first, and again when all was taken', () => {
    const queue = new EventQueue();
    expect([queue.size, queue.firstTime()]).toEqual([0, Infinity]);
    queue.put(7, 0, 1);
    expect([queue.size, queue.firstTime()]).toEqual([1, 7]);
    expect([queue.take(), queue.taken, queue.size]).toEqual([7, 1, 0]);
    expect(queue.firstTime()).toBe(Infinity);
  });

  it('fills the hole that a taken row left: with an earlier, an equal or a later one', () => {
    for (const next of [1, 5, 6, 99]) {
      const queue = new EventQueue();
      for (let i = 0; i < 6; i++) queue.put(5 + i, i, i);
      expect(queue.take()).toBe(5);
      queue.put(next, 6, 6);
      const rest = Array.from({ length: queue.size }, () => queue.take());
      expect(rest).toEqual([6, 7, 8, 9, 10, next].sort((a, b) => a - b));
    }
  });

  it('keeps payloads of 32 bits and times up to 2^53 whole', () => {
    const queue = new EventQueue();
    queue.put(2 ** 53, 2 ** 52, 0xffffffff);
    queue.put(2 ** 53 - 1, 2 ** 52 + 1, 0x80000000);
    expect([queue.take(), queue.taken, queue.takenSequence]).toEqual([
      2 ** 53 - 1,
      0x80000000,
      2 ** 52 + 1,
    ]);
    expect([queue.take(), queue.taken, queue.takenSequence]).toEqual([
      2 ** 53,
      0xffffffff,
      2 ** 52,
    ]);
  });

  it('holds a million rows and gives them all back in order', () => {
    const rows = 1_000_000;
    const stream = openStream('1', 'queue', 'times');
    const queue = new EventQueue();
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      const time = stream.next() >>> 12;
      sum += time;
      queue.put(time, i, i);
    }
    expect(queue.size).toBe(rows);
    let before = { time: -1, sequence: -1 };
    let disorder = 0;
    for (let i = 0; i < rows; i++) {
      const now = { time: queue.take(), sequence: queue.takenSequence };
      const later = now.time > before.time;
      if (!later && !(now.time === before.time && now.sequence > before.sequence)) disorder++;
      sum -= now.time;
      before = now;
    }
    expect({ disorder, sum, left: queue.size }).toEqual({ disorder: 0, sum: 0, left: 0 });
  });
});
