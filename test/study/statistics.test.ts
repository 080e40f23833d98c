import { describe, expect, it } from 'vitest';
import {
  mean,
  normalQuantile,
  studentInterval,
  studentQuantile,
  wilson,
} from '../../src/study/statistics.js';

// scipy.stats.t.ppf(p, degrees)
const T: [p: number, degrees: number, t: number][] = [
  [0.975, 1, 12.706204736174694],
  [0.975, 2, 4.302652729749462],
  [0.975, 3, 3.1824463052837078],
  [0.975, 4, 2.7764451051977934],
  [0.975, 9, 2.262157162798205],
  [0.975, 19, 2.0930240544083087],
  [0.975, 30, 2.0422724563012378],
  [0.975, 99, 1.9842169515864174],
  [0.995, 19, 2.8609346064649794],
  [0.995, 9, 3.249835541592126],
  [0.95, 10, 1.8124611228116756],
];

describe('studentQuantile', () => {
  for (const [p, degrees, t] of T) {
    it(`is ${t} at ${p} with ${degrees} degrees of freedom`, () => {
      expect(Math.abs(studentQuantile(p, degrees) - t)).toBeLessThan(1e-9);
    });
  }

  it('comes to the normal quantile with many degrees of freedom', () => {
    expect(studentQuantile(0.975, 1_000_000)).toBeCloseTo(normalQuantile(0.975), 5);
  });

  it('is 0 at one half', () => {
    expect(studentQuantile(0.5, 7)).toBeCloseTo(0, 12);
  });

  it('refuses what is no degree of freedom and no upper share', () => {
    expect(() => studentQuantile(0.975, 0)).toThrow('whole number from 1: 0');
    expect(() => studentQuantile(1, 5)).toThrow('0.5 <= p < 1: 1');
  });
});

describe('normalQuantile', () => {
  it.each([
    [0.95, 1.6448536269514722],
    [0.975, 1.959963984540054],
    [0.995, 2.5758293035489004],
    [0.9995, 3.2905267314919255],
    [0.9999999, 5.199337582290661],
  ])('of %f is %f', (p, z) => {
    expect(Math.abs(normalQuantile(p) - z)).toBeLessThan(1e-9);
  });
});

describe('studentInterval', () => {
  it('is the mean ± t × s/√n', () => {
    const [low, high] = studentInterval([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])!;
    const half = (2.262157162798204 * Math.sqrt(82.5 / 9)) / Math.sqrt(10);
    expect(low).toBeCloseTo(5.5 - half, 10);
    expect(high).toBeCloseTo(5.5 + half, 10);
  });

  it('is a point where all values agree and null of one value', () => {
    expect(studentInterval([3, 3, 3])).toEqual([3, 3]);
    expect(studentInterval([3])).toBeNull();
    expect(studentInterval([])).toBeNull();
  });

  it('is wider at a higher level', () => {
    const [low95] = studentInterval([1, 2, 4])!;
    const [low99] = studentInterval([1, 2, 4], 0.99)!;
    expect(low99).toBeLessThan(low95);
  });
});

describe('wilson', () => {
  it('agrees with Newcombe (1998), 81 of 263: 0.2553 to 0.3662', () => {
    const [low, high] = wilson(81, 263)!;
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
  });

  it('ends at 0 and at 1 exactly when none or all succeeded', () => {
    expect(wilson(0, 20)![0]).toBe(0);
    expect(wilson(0, 20)![1]).toBeCloseTo(0.1611, 4);
    expect(wilson(20, 20)![1]).toBe(1);
    expect(wilson(20, 20)![0]).toBeCloseTo(0.8389, 4);
  });

  it('is null without trials', () => {
    expect(wilson(0, 0)).toBeNull();
  });
});

describe('mean', () => {
  it('is null of nothing', () => {
    expect(mean([])).toBeNull();
    expect(mean([1, 2, 6])).toBe(3);
  });
});
