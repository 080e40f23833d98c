import { describe, expect, it } from 'vitest';
import {
  pairedInterval,
  pairingGain,
  shareInterval,
  variance,
  welchInterval,
} from '../../src/study/compare-statistics.js';

/** So many pairs of trials of each kind: both succeed, A alone, B alone, neither. */
function pairs(both: number, first: number, second: number, neither: number) {
  const list = (ofBoth: number, ofFirst: number, ofSecond: number, ofNeither: number) => [
    ...Array(both).fill(ofBoth),
    ...Array(first).fill(ofFirst),
    ...Array(second).fill(ofSecond),
    ...Array(neither).fill(ofNeither),
  ];
  return { a: list(1, 1, 0, 0) as number[], b: list(1, 0, 1, 0) as number[] };
}

describe('the interval of paired differences', () => {
  it('is Student’s over a − b with n − 1 degrees of freedom', () => {
    const a = [12, 15, 11, 18, 14];
    const b = [10, 11, 10, 13, 12];
    // Differences 2 4 1 5 2: mean 2.8, s 1.6432, t(0.975, 4) 2.7764.
    const [low, high] = pairedInterval(a, b)!;
    expect(low).toBeCloseTo(2.8 - 2.7764451 * (1.6431677 / Math.sqrt(5)), 5);
    expect(high).toBeCloseTo(2.8 + 2.7764451 * (1.6431677 / Math.sqrt(5)), 5);
  });

  it('is a point where every pair differs by the same, and null of one pair', () => {
    expect(pairedInterval([3, 4, 5], [1, 2, 3])).toEqual([2, 2]);
    expect(pairedInterval([3], [1])).toBeNull();
  });
});

describe('Welch’s interval', () => {
  it('is ± t·√(s²ₐ/nₐ + s²_b/n_b) with the degrees of freedom rounded down', () => {
    const a = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6];
    const b = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1];
    const both = variance(a) / 12 + variance(b) / 12;
    const degrees = (both * both) / ((variance(a) / 12) ** 2 / 11 + (variance(b) / 12) ** 2 / 11);
    expect(Math.floor(degrees)).toBe(18);
    const [low, high] = welchInterval(a, b)!;
    // t(0.975, 18)
    expect((high - low) / 2).toBeCloseTo(2.10092204 * Math.sqrt(both), 6);
    expect((high + low) / 2).toBeCloseTo(-26.8 / 12, 9);
  });

  it('is a point without any variance, and null of a single value', () => {
    expect(welchInterval([2, 2], [1, 1])).toEqual([1, 1]);
    expect(welchInterval([2], [1, 1])).toBeNull();
  });
});

describe('the interval of a difference of shares', () => {
  it('agrees with Newcombe (1998) where paired: 36, 12, 2, 0 of 50 is 0.0569 to 0.3404', () => {
    const { a, b } = pairs(36, 12, 2, 0);
    const [low, high] = shareInterval(a, b, { paired: true })!;
    expect(low).toBeCloseTo(0.0569, 4);
    expect(high).toBeCloseTo(0.3404, 4);
  });

  it('agrees with Newcombe (1998) where unpaired: 56/70 − 48/80 is 0.0524 to 0.3339', () => {
    const a = Array.from({ length: 70 }, (_, index) => (index < 56 ? 1 : 0));
    const b = Array.from({ length: 80 }, (_, index) => (index < 48 ? 1 : 0));
    const [low, high] = shareInterval(a, b, { paired: false })!;
    expect(low).toBeCloseTo(0.0524, 4);
    expect(high).toBeCloseTo(0.3339, 4);
  });

  it('is of use where all succeed under one and none under the other', () => {
    const { a, b } = pairs(0, 10, 0, 0);
    const [low, high] = shareInterval(a, b, { paired: true })!;
    expect(low).toBeGreaterThan(0.5);
    expect(high).toBe(1);
  });

  it('covers zero where all succeed under both, and stays within what is possible', () => {
    const { a, b } = pairs(10, 0, 0, 0);
    const [low, high] = shareInterval(a, b, { paired: true })!;
    expect(low).toBeLessThan(0);
    expect(low).toBeGreaterThanOrEqual(-1);
    expect(high).toBeGreaterThan(0);
    expect(shareInterval([], [], { paired: true })).toBeNull();
  });
});

describe('what pairing is worth', () => {
  it('is the variance of independent runs over that of the differences', () => {
    // var a 2.5, var b 2.5, var (a − b) 0.3
    const a = [1, 2, 3, 4, 5];
    const b = [1, 2, 2, 4, 4];
    expect(pairingGain(a, b)).toBeCloseTo((2.5 + 1.8) / 0.3, 9);
  });

  it('is below 1 where the same seeds do opposite things', () => {
    expect(pairingGain([1, 2, 3], [3, 2, 1])).toBeCloseTo(0.5, 9);
  });

  it('is not told where no difference varies, be it for traces of rounding', () => {
    expect(pairingGain([1, 2, 3], [0, 1, 2])).toBeNull();
    expect(pairingGain([0.1, 0.2, 0.3], [0.3, 0.4, 0.5])).toBeNull();
    expect(pairingGain([1], [2])).toBeNull();
  });
});
