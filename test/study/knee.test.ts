import { describe, expect, it } from 'vitest';
import { kneesOf, nextPercents, type Sample } from '../../src/study/knee.js';
import type { Knees } from '../../src/study/result.js';
import { type Curve, type Family, mmc, mmck, samplesOf, storm, within } from './knee-curves.js';

const FULL = process.env['SPILLWAY_FULL'] === '1';
/** Places of the knee on the axis: a grid hits one by luck, so many are tried. */
const PLACES = FULL ? 200 : 20;
const KNEES = ['goodput99', 'p99x5', 'peak'] as const;

function search(curve: Curve): Sample[] {
  const samples: Sample[] = [];
  for (;;) {
    const next = nextPercents(samples);
    if (next.length === 0) return samples;
    samples.push(...samplesOf(curve, next));
  }
}

const grid = (curve: Curve, points: number): Sample[] =>
  samplesOf(
    curve,
    Array.from({ length: points }, (_, index) => 10 + (190 * index) / (points - 1)),
  );

/** The same curve known closely: a point every half percent. */
const truthOf = (curve: Curve): Knees => kneesOf(grid(curve, 381));

interface Errors {
  runs: number;
  /** Root mean squares, in percents of the file's load, of the knees that there are. */
  adaptive: Partial<Record<(typeof KNEES)[number], number>>;
  even: Partial<Record<(typeof KNEES)[number], number>>;
}

/** The search against even grids of twice as many points, the interpolation being the same. */
function errorsOf(family: Family): Errors {
  const sums = KNEES.map(() => ({ adaptive: 0, even: 0, count: 0 }));
  let runs = 0;
  for (let place = 0; place < PLACES; place++) {
    // The golden section spreads places evenly, and never in step with a grid.
    const curve = family(0.35 + 1.2 * ((place * 0.6180339887) % 1));
    const truth = truthOf(curve);
    const samples = search(curve);
    runs += samples.length;
    const found = [kneesOf(samples), kneesOf(grid(curve, 2 * samples.length))] as const;
    KNEES.forEach((name, index) => {
      const { load } = truth[name] ?? { load: null };
      if (load === null) return;
      const [adaptive, even] = found.map((knees) => (100 * (knees[name]!.load - load)) ** 2);
      const sum = sums[index]!;
      sum.adaptive += adaptive!;
      sum.even += even!;
      sum.count++;
    });
  }
  const errors: Errors = { runs: runs / PLACES, adaptive: {}, even: {} };
  KNEES.forEach((name, index) => {
    const { adaptive, even, count } = sums[index]!;
    if (count === 0) return;
    errors.adaptive[name] = Math.sqrt(adaptive / count);
    errors.even[name] = Math.sqrt(even / count);
  });
  return errors;
}

describe('knees are found with at most half the runs that an even grid needs for the same error', () => {
  it.each([
    ['M/M/1', mmc(1)],
    ['M/M/10', mmc(10)],
    ['M/M/1/30', mmck(1, 30)],
    ['M/M/5/40', mmck(5, 40)],
    ['M/M/1, good within 20', within(20)],
    ['a retry storm from half the capacity', storm(0.5)],
    ['a retry storm from 85% of it', storm(0.85)],
  ] as const)('%s', (name, family) => {
    const { runs, adaptive, even } = errorsOf(family);
    if (FULL) console.log(name, runs, adaptive, even);
    expect(runs).toBeLessThan(14);
    expect(Object.keys(adaptive).length).toBeGreaterThan(0);
    for (const knee of KNEES) {
      // Where both are exact (the p99 of M/M/1 is straight when inverted) rounding is left.
      const error = adaptive[knee] ?? 0;
      expect(error, knee).toBeLessThanOrEqual((even[knee] ?? 0) + 1e-9);
      expect(error, knee).toBeLessThan(2.5);
    }
  });
});

/** A curve by its goodput ratio alone; the file's load offers 100 a second. */
function ratios(ratio: (percent: number) => number, p99 = (_: number): number | null => 1): Curve {
  return {
    name: 'made up',
    at(load) {
      const percent = Math.round(load * 100);
      return { goodput: percent * ratio(percent), goodRatio: ratio(percent), p99: p99(percent) };
    },
  };
}

describe('the search', () => {
  it('tries a few coarse loads where nothing bends, and says that there is no knee', () => {
    const samples = search(ratios(() => 1));
    expect(samples.map(({ percent }) => percent)).toEqual([10, 50, 100, 150, 200]);
    expect(kneesOf(samples)).toEqual({ goodput99: null, p99x5: null, peak: null });
  });

  it('never takes more runs than a point every 10% would, whatever the curve', () => {
    let seed = 1;
    const random = (): number => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    for (let turn = 0; turn < 300; turn++) {
      const known = new Map<number, number>();
      const noise = (percent: number): number => {
        const value = known.get(percent) ?? random();
        known.set(percent, value);
        return value;
      };
      const p99 = (percent: number): number | null =>
        noise(-percent) < 0.1 ? null : noise(percent);
      const samples = search(ratios(noise, p99));
      expect(samples.length).toBeLessThanOrEqual(20);
      expect(new Set(samples.map(({ percent }) => percent)).size).toBe(samples.length);
      const { goodput99, p99x5, peak } = kneesOf(samples);
      for (const knee of [goodput99, p99x5, peak]) {
        if (knee === null) continue;
        expect(knee.load).toBeGreaterThanOrEqual(knee.between[0]);
        expect(knee.load).toBeLessThanOrEqual(knee.between[1]);
      }
    }
  });

  it('asks for the same loads in whatever order the runs ended', () => {
    const samples = samplesOf(within(20)(0.9), [10, 50, 100, 150, 200]);
    expect(nextPercents([...samples].reverse())).toEqual(nextPercents(samples));
  });

  it('takes the first crossing where the curve comes back', () => {
    // A breaker opens at 120% and lets good answers through again from 160% on.
    const curve = ratios((percent) => (percent >= 120 && percent < 160 ? 0.4 : 1));
    const { goodput99 } = kneesOf(search(curve));
    expect(goodput99!.between[0]).toBeGreaterThan(1.13);
    expect(goodput99!.between[1]).toBeGreaterThanOrEqual(1.2);
    expect(goodput99!.between[1]).toBeLessThan(1.26);
  });

  it('goes back where a stretch that was looked into for another knee holds an earlier crossing', () => {
    // Two dips: the narrow one lies on the way to the knee of p99.
    const ratio = (percent: number): number =>
      percent >= 140 || Math.abs(percent - 75) < 5 ? 0.5 : 1;
    const samples = search(ratios(ratio, (percent) => (percent < 72 ? 1 : 9)));
    const { goodput99, p99x5 } = kneesOf(samples);
    expect(goodput99!.between[1]).toBeLessThanOrEqual(0.75);
    expect(goodput99!.between[0]).toBeGreaterThanOrEqual(0.68);
    expect(p99x5!.load).toBeCloseTo(0.71, 1);
  });

  it('says that even the lowest load is past the knee', () => {
    const { goodput99, peak } = kneesOf(search(ratios(() => 0.5)));
    expect(goodput99).toEqual({ load: 0.1, between: [0, 0.1] });
    expect(peak).toBeNull();
  });

  it('counts a load at which nobody is answered as past the knee of p99', () => {
    const curve = ratios(
      (percent) => (percent < 130 ? 1 : 0),
      (percent) => (percent < 130 ? 1 : null),
    );
    const { p99x5, peak } = kneesOf(search(curve));
    expect(p99x5!.between[0]).toBeLessThan(1.3);
    expect(p99x5!.between[1]).toBeGreaterThanOrEqual(1.3);
    expect(peak!.load).toBeGreaterThan(1.22);
    expect(peak!.load).toBeLessThan(1.3);
  });

  it('knows no knee of p99 where the lowest load has none to hold others against', () => {
    expect(
      kneesOf(
        search(
          ratios(
            () => 1,
            () => null,
          ),
        ),
      ).p99x5,
    ).toBeNull();
  });
});
