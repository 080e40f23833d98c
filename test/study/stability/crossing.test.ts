import { describe, expect, it } from 'vitest';
import { crossing, halfway } from '../../../src/study/stability/crossing.js';

interface World {
  /** Where each seed begins to tip. */
  thresholds: number[];
  start?: number;
  seedsFirst?: number;
}

/** Looks for the crossing of seeds with known thresholds, and counts the runs it took. */
async function lookIn({ thresholds, start = 10, seedsFirst = 3 }: World) {
  let runs = 0;
  const found = await crossing({
    start,
    least: 0.01,
    greatest: 30,
    within: 1.02,
    stride: 2,
    seeds: thresholds.length,
    seedsFirst,
    count: async (at, seeds) => {
      runs += seeds;
      return thresholds.slice(0, seeds).filter((threshold) => at >= threshold).length;
    },
  });
  return { ...found, at: halfway(found), runs };
}

const spread = (middle: number, n: number): number[] => {
  return Array.from({ length: n }, (_, i) => middle * (0.9 + (0.2 * ((i * 7) % n)) / (n - 1)));
};

describe('the place where half of the runs tip', () => {
  it.each([0.012, 0.3, 1.2, 9.99, 10, 27])(
    'is found at %d to two parts in a hundred',
    async (at) => {
      const { low, high } = await lookIn({ thresholds: Array.from({ length: 20 }, () => at) });
      expect(low!.at).toBeLessThan(at);
      expect(high!.at).toBeGreaterThanOrEqual(at);
      expect(high!.at / low!.at).toBeLessThanOrEqual(1.021);
      expect([low!.tipped, high!.tipped]).toEqual([0, 20]);
    },
  );

  it('is that of all seeds where the first few mislead', async () => {
    const thresholds = [9, 9, 9, ...Array.from({ length: 17 }, (_, i) => 1 + i / 100)];
    const { low, high } = await lookIn({ thresholds });
    // The tenth of twenty, in order, is 1.09.
    expect(low!.at).toBeLessThan(1.09);
    expect(high!.at).toBeGreaterThanOrEqual(1.09);
    expect(low!.tipped).toBeLessThan(10);
    expect(high!.tipped).toBeGreaterThanOrEqual(10);
  });

  it('lies between its neighbours by a straight line through their shares', async () => {
    const { at, low, high } = await lookIn({ thresholds: spread(1.5, 20) });
    expect(at).toBeGreaterThan(low!.at);
    expect(at).toBeLessThanOrEqual(high!.at);
    expect(halfway({ low: { at: 1, tipped: 0, of: 4 }, high: { at: 2, tipped: 4, of: 4 } })).toBe(
      1.5,
    );
  });

  it('takes a fraction of the runs that bisecting with all seeds would', async () => {
    const { runs } = await lookIn({ thresholds: spread(1.2, 20) });
    // From 10 down to 1.2 and on to 2%: eight places.
    expect(runs).toBeLessThan(8 * 20);
  });

  it('is said to lie beyond what may be tried, on either side', async () => {
    expect(await lookIn({ thresholds: [90, 90, 90, 90] })).toMatchObject({ high: null, at: null });
    expect(await lookIn({ thresholds: [0, 0, 0, 0] })).toMatchObject({ low: null, at: null });
  });

  it('is found by one seed where there is no chance', async () => {
    const { low, high } = await lookIn({ thresholds: [2] });
    expect([low!.of, high!.of]).toEqual([1, 1]);
    expect(high!.at / low!.at).toBeLessThanOrEqual(1.021);
  });
});
