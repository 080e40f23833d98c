import { describe, expect, it } from 'vitest';
import { runText } from './kit.js';

/** One request at a second of one's own. */
const one = (at: number, to: string, more = ''): string =>
  `{ arrivals: { constant: 1/s }, from: ${at - 1}s, limit: 1, to: ${to}${more} }`;

const nested = (outer: string, inner: string, wait = 'none'): string =>
  `{ lock: ${outer}, then: [ { work: 2s }, { lock: ${inner}, wait: ${wait}, then: [ { work: 1s } ] } ] }`;

const opposite = (wait = 'none', more = ''): string => `
duration: 60s
producers: { p: ${one(1, 'a')}, q: ${one(2, 'b')}${more} }
services:
  a: { workers: 5, handler: [ ${nested('x', 'y', wait)} ] }
  b: { workers: 5, handler: [ ${nested('y', 'x')} ] }`;

describe('locks that are waited for in a ring', () => {
  it('two taken in opposite orders are a deadlock, found at its moment, and the run ends', () => {
    const ends = runText(opposite());
    expect(ends.deadlock).toEqual({
      atNs: 4e9,
      cycle: [
        'worker of a waits for lock y, held by a worker of b',
        'worker of b waits for lock x, held by a worker of a',
      ],
    });
    expect(ends.endNs).toBe(4e9);
  });

  it('whoever takes neither goes on, and so does the run', () => {
    const apart = opposite('none', `, r: { arrivals: { constant: 1/s }, to: c }`).replace(
      'services:',
      'services:\n  c: { workers: 1, handler: [ { work: 1ms } ] }',
    );
    const ends = runText(apart);
    expect([ends.deadlock?.atNs, ends.endNs]).toEqual([4e9, 60e9]);
    expect(ends.ledger).toMatchObject({ good: 59, unfinished: 2 });
  });

  it('are none where one of the waits has a bound, nor where all take them in one order', () => {
    const bounded = runText(opposite('5s'));
    expect([bounded.deadlock, bounded.ledger.good, bounded.ledger.failed]).toEqual([
      null,
      1,
      { error: 1 },
    ]);
    const ordered = opposite().replace(nested('y', 'x'), nested('x', 'y'));
    expect(runText(ordered)).toMatchObject({ deadlock: null, ledger: { good: 2 } });
  });

  it('are a deadlock also at one service; none where each service has locks of its own', () => {
    const ends = runText(`
duration: 60s
producers: { p: ${one(1, 'a/one')}, q: ${one(2, 'a/two')} }
services:
  a: { workers: 5, handler: { one: [ ${nested('x', 'y')} ], two: [ ${nested('y', 'x')} ] } }`);
    expect(ends.deadlock?.cycle).toEqual([
      'worker of a waits for lock x, held by a worker of a',
      'worker of a waits for lock y, held by a worker of a',
    ]);
    const apart = `${opposite()}\nlocks: { x: { scope: replica }, y: { scope: replica } }`;
    expect(runText(apart)).toMatchObject({ deadlock: null, ledger: { good: 2 } });
  });

  it('a holder that calls who waits for its lock is in a deadlock with it', () => {
    const ends = runText(`
duration: 60s
producers: { p: ${one(1, 'a')} }
services:
  a: { workers: 5, handler: [ { lock: x, then: [ { call: b } ] } ] }
  b: { workers: unbounded, handler: [ { work: 1s }, { lock: x, then: [ { work: 1s } ] } ] }`);
    expect(ends.deadlock).toEqual({
      atNs: 2e9,
      cycle: [
        'worker of a waits for an answer of b',
        'worker of b waits for lock x, held by a worker of a',
      ],
    });
  });

  it('a holder that waits for a worker, all of which wait for its lock, is in one too', () => {
    const ends = runText(`
duration: 60s
producers: { p: ${one(1, 'a')}, q: { arrivals: { constant: 1/s }, from: 1s, limit: 2, to: b } }
services:
  a: { workers: 5, handler: [ { lock: x, then: [ { work: 3s }, { call: b } ] } ] }
  b: { workers: 2, handler: [ { lock: x, then: [ { work: 1s } ] } ] }`);
    expect(ends.deadlock).toEqual({
      atNs: 4e9,
      cycle: [
        'worker of a waits for a worker of b',
        'worker of b waits for lock x, held by a worker of a',
      ],
    });
  });

  it('an inversion of priorities is none: the holder goes on when it has a worker', () => {
    const ends = runText(`
duration: 60s
producers: { p: ${one(1, 'cpu/low', ', priority: 2')}, q: ${one(2, 'cpu/high')} }
services:
  cpu:
    workers: 1
    queue: { discipline: { priority: { preemptive: true } } }
    handler:
      low: [ { lock: l, then: [ { work: 4s } ] } ]
      high: [ { lock: l, then: [ { work: 1s } ] } ]`);
    expect([ends.deadlock, ends.ledger.good]).toEqual([null, 2]);
  });
});
