import { describe, expect, it } from 'vitest';
import { Red } from '../../src/policies/red.js';

const MS = 1e6;
const SPEC = { from: 0.5, to: 1, max: 0.1, weight: 1 };

describe('RED (Floyd and Jacobson 1993)', () => {
  it.each([
    [49, 0],
    [50, 0],
    [60, 0.02],
    [75, 0.05],
    [99, 0.098],
    [100, 1],
  ])('with %i of 100 waiting the first after a refusal is refused with p = %d', (waiting, p) => {
    const refuses = (u: number): boolean => {
      const red = new Red(SPEC, 100);
      return red.refuses(0, waiting, u);
    };
    if (p > 0) expect(refuses(p - 1e-9)).toBe(true);
    if (p < 1) expect(refuses(p + 1e-9)).toBe(false);
  });

  it('spreads refusals evenly: p ÷ (1 − n·p), so that one in 1/p at the latest is', () => {
    const red = new Red(SPEC, 100);
    const after: number[] = [];
    let since = 0;
    for (let k = 0; k < 100; k++) {
      since++;
      if (!red.refuses(0, 75, 0.9999999)) continue;
      after.push(since);
      since = 0;
    }
    // The count is 0 at the first when it begins, and 1 at the first after a refusal.
    expect(after.slice(0, 4)).toEqual([20, 19, 19, 19]);
    let refused = 0;
    const even = new Red(SPEC, 100);
    for (let k = 0; k < 100_000; k++) if (even.refuses(0, 75, (k * 0.618034) % 1)) refused++;
    expect(refused / 100_000).toBeGreaterThan(0.08);
    expect(refused / 100_000).toBeLessThan(0.12);
  });

  it('goes by the running average, not by the line of the moment', () => {
    const red = new Red({ ...SPEC, weight: 0.002 }, 100);
    let k = 0;
    while (!red.refuses(0, 100, 0)) k++;
    // 1 − 0.998^k ≥ 0.5 after 347 arrivals.
    expect(k).toBeGreaterThanOrEqual(345);
    expect(k).toBeLessThanOrEqual(348);
  });

  it('an idle time makes the average fall as if so many had had their turns', () => {
    const red = new Red({ ...SPEC, weight: 0.002 }, 100);
    for (let ms = 1; ms <= 500; ms++) {
      red.refuses(ms * MS, 80, 1);
      red.sheds(ms * MS, 10 * MS, 80);
    }
    const before = red.average;
    red.sheds(501 * MS, 10 * MS, 0);
    red.passed(601 * MS);
    // One turn a millisecond, 100 ms: 100 turns.
    expect(red.average / before).toBeCloseTo(0.998 ** 100, 6);
  });
});
