import { describe, expect, it } from 'vitest';
import { FacebookTimeouts } from '../../src/policies/facebook-timeouts.js';
import { FollyCodel } from '../../src/policies/folly-codel.js';

const MS = 1e6;

describe("folly's Codel (executors/Codel.cpp)", () => {
  const make = () => new FollyCodel({ targetNs: 5 * MS, intervalNs: 100 * MS }, 0);

  // [ms, waited ms, dropped, overloaded, why]
  it('steps as overloaded_explicit_now does', () => {
    const codel = make();
    const steps: [number, number, boolean, boolean, string][] = [
      [0, 50, false, false, 'codelResetDelay_ is true at first: the minimum is 50'],
      [1, 50, false, false, 'after the interval time: minDelay 50 > 5, overloaded from here'],
      [2, 10, false, true, 'not over 2 · target'],
      [3, 10.001, true, true, 'over it: dropped'],
      [50, 400, true, true, 'dropped, however long it waited'],
      [101, 400, true, true, 'the interval ends after 101 ms, not at it'],
      [102, 400, false, true, 'the first of the new interval never is; the minimum was 10 > 5'],
      [103, 11, true, true, 'still overloaded'],
      [150, 5, false, true, 'the minimum becomes 5'],
      [202, 400, true, true, 'not over yet'],
      [203, 400, false, false, 'the minimum 5 is not over the target: no overload'],
      [204, 400, false, false, 'nothing is dropped'],
      [304, 400, false, true, 'the minimum was 400'],
      [305, 20, true, true, 'dropped'],
    ];
    for (const [ms, waited, dropped, overloaded, why] of steps) {
      const was = codel.sheds(ms * MS, waited * MS);
      // The first line that decides on overload is itself the first of an interval.
      if (ms === 1) expect([was, codel.isOverloaded], why).toEqual([false, true]);
      else expect([was, codel.isOverloaded], `${ms} ms: ${why}`).toEqual([dropped, overloaded]);
    }
  });

  it('one that starts at once ends the overload with its interval', () => {
    const codel = make();
    for (let ms = 0; ms <= 200; ms += 10) codel.sheds(ms * MS, 60 * MS);
    expect(codel.isOverloaded).toBe(true);
    codel.passed(205 * MS);
    for (let ms = 210; ms <= 330; ms += 10) codel.sheds(ms * MS, 60 * MS);
    expect(codel.isOverloaded).toBe(false);
  });
});

describe("Facebook's timeouts (Fail at Scale: m if last empty longer than n ago, else n)", () => {
  it('fixes the limit of a wait when it begins', () => {
    const law = new FacebookTimeouts({ mNs: 5 * MS, nNs: 100 * MS });
    const steps: [ms: number, waiting: number, limitMs: number][] = [
      [0, 0, 100],
      [50, 3, 100],
      [100, 7, 100], // exactly n ago is not longer
      [100.001, 8, 5],
      [150, 1, 5],
      [151, 0, 100], // it was empty just now
      [251, 5, 100],
      [252, 5, 5],
    ];
    for (const [ms, waiting, limit] of steps) {
      expect(law.patienceNs(ms * MS, waiting), `${ms} ms`).toBe(limit * MS);
    }
  });
});
