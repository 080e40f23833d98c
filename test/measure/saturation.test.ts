import { describe, expect, it } from 'vitest';
import { runText } from '../model/kit.js';

interface Short {
  atS: number;
  component: string;
  how: string;
  growth: number;
  /** When the episode was over; left out where it was not. */
  untilS?: number;
}

/** Marks of a run, in short. */
function marksOf(text: string): Short[] {
  return runText(text).marks.map(({ atNs, component, how, untilNs, growthPerSecond }) => {
    const ended = untilNs < Infinity ? { untilS: untilNs / 1e9 } : {};
    return { atS: atNs / 1e9, component, how, growth: Math.round(growthPerSecond), ...ended };
  });
}

const desk = (arrivals: string, settings: string, more = '', work = '100ms'): string => `
duration: 60s
producers: { users: { arrivals: ${arrivals}, to: desk } }
services: { desk: { ${settings}, handler: [ { work: ${work} } ] } }
${more}`;

const steps = (...list: [number, number][]): string =>
  `{ constant: [ ${list.map(([at, rate]) => `{ at: ${at}s, rate: ${rate}/s }`).join(', ')} ] }`;

describe('rule 33: a component saturates', () => {
  it('at the moment its queue is full while all workers are busy', () => {
    // From 10 s on 20/s for a worker of 10/s: of the arrivals every second one stays. Those of
    // 10.05 s, 10.15 s … find the worker busy, and the fifth of them fills the queue.
    const marks = marksOf(desk(steps([0, 5], [10, 20]), 'workers: 1, queue: { capacity: 5 }'));
    expect(marks).toHaveLength(1);
    expect(marks[0]).toMatchObject({ component: 'desk', how: 'full' });
    expect(marks[0]!.atS).toBeGreaterThan(10.4);
    expect(marks[0]!.atS).toBeLessThan(10.6);
  });

  it('at the moment its unbounded queue began to grow, with the rate of growth', () => {
    const marks = marksOf(desk(steps([0, 5], [10, 110]), 'workers: 1'));
    expect(marks).toHaveLength(1);
    expect(marks[0]).toMatchObject({ how: 'growing', growth: 100 });
    expect(marks[0]!.atS).toBeCloseTo(10, 1);
  });

  it('not while a worker is free now and then, however busy they are', () => {
    expect(marksOf(desk('9/s', 'workers: 1'))).toEqual([]);
    expect(marksOf(desk('{ constant: 10/s }', 'workers: 1'))).toEqual([]);
    expect(marksOf(desk('{ constant: 1000/s }', 'workers: unbounded'))).toEqual([]);
  });

  it('an episode ends when a worker is free again', () => {
    const marks = marksOf(desk(steps([0, 5], [10, 20], [20, 5]), 'workers: 1'));
    expect(marks).toHaveLength(1);
    // A hundred and some wait at 20 s, and are worked off by 5/s.
    expect(marks[0]!.untilS).toBeGreaterThan(38);
    expect(marks[0]!.untilS).toBeLessThan(42);
  });

  it('the first since the first fault counts: an episode that was over before is forgotten', () => {
    const fault = 'faults: [ { at: 30s, for: 10s, slow: desk, factor: 10 } ]';
    const marks = marksOf(desk(steps([0, 20], [3, 8]), 'workers: 1', fault));
    expect(marks).toHaveLength(1);
    expect(marks[0]).toMatchObject({ how: 'growing', growth: 7 });
    expect(marks[0]!.atS).toBeGreaterThanOrEqual(30);
    expect(marks[0]!.atS).toBeLessThan(31.5);
  });

  it('with capacity 0, where nobody waits, it is full when all workers are busy and one is refused', () => {
    const marks = marksOf(desk(steps([0, 5], [10, 20]), 'workers: 1, queue: { capacity: 0 }'));
    expect(marks).toHaveLength(1);
    expect(marks[0]).toMatchObject({ how: 'full', atS: 10.05 });
  });

  it('with capacity 0 and senders blocked at the door as well', () => {
    const door = 'workers: 1, queue: { capacity: 0, when_full: block }';
    const marks = marksOf(desk(steps([0, 5], [10, 20]), door));
    expect(marks).toHaveLength(1);
    expect(marks[0]).toMatchObject({ how: 'full', atS: 10.05 });
  });

  it('a pause saturates it for as long as it lasts, overlapped by another or not', () => {
    const pauses = `faults:
  - { at: 10s, for: 20s, pause: desk }
  - { at: 11s, for: 500ms, pause: desk }`;
    const marks = marksOf(desk('{ constant: 9/s }', 'workers: 2', pauses));
    expect(marks).toHaveLength(1);
    expect(marks[0]).toMatchObject({ how: 'growing', growth: 9 });
    expect(marks[0]!.atS).toBeLessThan(10.2);
    expect(marks[0]!.untilS).toBeGreaterThan(30);
  });

  it('requests that take no time do not hide that those behind them wait', () => {
    // Every second request fails at once; the others need 200 ms of one worker, 10/s of them.
    const half = desk('{ constant: 20/s }', 'workers: 1', '', '200ms').replace(
      '[ { work: 200ms } ]',
      '[ { fail: 50% }, { work: 200ms } ]',
    );
    const marks = marksOf(half);
    expect(marks).toHaveLength(1);
    expect(marks[0]!.how).toBe('growing');
    expect(marks[0]!.atS).toBeLessThan(1);
    expect(marks[0]!.untilS).toBeUndefined();
  });
});
