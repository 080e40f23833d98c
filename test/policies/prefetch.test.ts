import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PrefetchTurns } from '../../src/policies/prefetch.js';

function turns(...prefetches: number[]): PrefetchTurns {
  const made = new PrefetchTurns(Float64Array.from(prefetches));
  for (let c = 0; c < prefetches.length; c++) made.joins(c);
  return made;
}

function given(of: PrefetchTurns, times: number): number[] {
  return Array.from({ length: times }, () => of.give());
}

describe('consumers with a prefetch', () => {
  it('take turns', () => {
    expect(given(turns(9, 9, 9), 7)).toEqual([0, 1, 2, 0, 1, 2, 0]);
  });

  it('are passed over while they are full', () => {
    const of = turns(1, 3, Infinity);
    expect(given(of, 8)).toEqual([0, 1, 2, 1, 2, 1, 2, 2]);
    of.returned(0);
    expect(given(of, 3)).toEqual([2, 0, 2]);
  });

  it('of 1 each are given nothing more when all are at work, and the first that is free comes next', () => {
    const of = turns(1, 1, 1);
    given(of, 3);
    expect(of.anyRoom).toBe(false);
    of.returned(2);
    of.returned(0);
    expect(given(of, 2)).toEqual([2, 0]);
  });

  it('that leave are given nothing more, and what they acknowledge later gives them no turn', () => {
    const of = turns(2, 2, 2);
    given(of, 2);
    of.leaves(2);
    of.leaves(0);
    of.returned(0);
    expect(given(of, 1)).toEqual([1]);
    expect(of.anyRoom).toBe(false);
  });

  it('that come back count what they have not acknowledged', () => {
    const of = turns(2);
    given(of, 2);
    of.leaves(0);
    of.joins(0);
    expect(of.anyRoom).toBe(false);
    of.returned(0);
    expect(given(of, 1)).toEqual([0]);
  });

  it('never hold more than they may, and someone who is there and has room has a turn', () => {
    const step = fc.record({
      what: fc.constantFrom('give', 'back', 'join', 'leave'),
      who: fc.nat(4),
    });
    const prefetch = fc.constantFrom(1, 2, 7, Infinity);
    fc.assert(
      fc.property(
        fc.array(prefetch, { minLength: 5, maxLength: 5 }),
        fc.array(step, { maxLength: 200 }),
        (prefetches, steps) => {
          const of = new PrefetchTurns(Float64Array.from(prefetches));
          const there = new Set<number>();
          for (const { what, who } of steps) {
            if (what === 'give' && of.anyRoom) expect(there).toContain(of.give());
            else if (what === 'back' && of.held[who]! > 0) of.returned(who);
            else if (what === 'join') of.joins(who);
            else if (what === 'leave') of.leaves(who);
            if (what === 'join') there.add(who);
            if (what === 'leave') there.delete(who);
            for (let c = 0; c < 5; c++) expect(of.held[c]).toBeLessThanOrEqual(prefetches[c]!);
            const anybody = [...there].some((c) => of.held[c]! < prefetches[c]!);
            expect(of.anyRoom).toBe(anybody);
          }
        },
      ),
    );
  });
});
