import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Limit } from '../../src/policies/limit.js';
import { AIMD_DEFAULTS } from '../../src/policies/limit-aimd.js';
import { ENVOY_LIMIT_DEFAULTS } from '../../src/policies/limit-envoy.js';
import { GRADIENT2_DEFAULTS } from '../../src/policies/limit-gradient.js';
import { log10Root, VEGAS_DEFAULTS } from '../../src/policies/limit-vegas.js';
import { WINDOWED_DEFAULTS } from '../../src/policies/limit-windowed.js';
import { type LimitSpec, limitOf } from '../../src/policies/limits.js';

const full = process.env['SPILLWAY_FULL'] === '1';
const MS = 1e6;
const SECOND = 1e9;
const half = (): number => 0.5;

const AIMD: LimitSpec = { kind: 'aimd', windowed: null, ...AIMD_DEFAULTS };
const VEGAS: LimitSpec = { kind: 'vegas', windowed: null, ...VEGAS_DEFAULTS };
const GRADIENT2: LimitSpec = { kind: 'gradient2', windowed: null, ...GRADIENT2_DEFAULTS };
const ENVOY: LimitSpec = { kind: 'envoy', ...ENVOY_LIMIT_DEFAULTS };

/** A step: how long it took (ms), how many were in flight, whether dropped, the limit then. */
type Step = [tookMs: number, inFlight: number, dropped: boolean, limit: number];

function walk(limit: Limit, steps: Step[]): void {
  let now = 0;
  for (const [i, [took, inFlight, dropped, expected]] of steps.entries()) {
    now += SECOND;
    limit.sample(now, took * MS, inFlight, dropped);
    expect(limit.limit, `step ${i}`).toBeCloseTo(expected, 9);
  }
}

describe('AIMD, of Netflix concurrency-limits', () => {
  it('adds one for each sample with half of it in use, takes a tenth for a drop', () => {
    walk(limitOf(AIMD, half), [
      [1, 9, false, 20],
      [1, 10, false, 21],
      [1, 10, false, 21],
      [1, 11, false, 22],
      [1, 1, true, 20],
      [5000, 20, false, 21],
      [5001, 20, false, 20],
    ]);
  });

  it('multiplies to a whole number: 60 becomes 54, 61 becomes 54, 200 stays the most', () => {
    walk(limitOf({ ...AIMD, initialLimit: 60 } as LimitSpec, half), [[1, 1, true, 54]]);
    walk(limitOf({ ...AIMD, initialLimit: 61 } as LimitSpec, half), [[1, 1, true, 54]]);
    walk(limitOf({ ...AIMD, initialLimit: 200 } as LimitSpec, half), [[1, 200, false, 200]]);
  });
});

describe('Vegas, of Netflix concurrency-limits', () => {
  it('has a logarithm of whole numbers, 1 at least', () => {
    expect([1, 9, 10, 99.9, 100, 999, 1000, 10_000].map(log10Root)).toEqual([
      ...[1, 1, 1, 1],
      ...[2, 2, 3, 4],
    ]);
  });

  it('rises by 6 while nothing queues, by 1 while little does, stays, and falls by 1', () => {
    // The shortest round trip is 10 ms; queued = ceil(limit × (1 − 10 ÷ rtt)).
    walk(limitOf(VEGAS, half), [
      [10, 20, false, 20],
      [10, 20, false, 26],
      [10.7, 26, false, 27],
      [11, 27, false, 27],
      [14, 27, false, 26],
      [14, 12, false, 26],
      [10, 5, true, 25],
      [9, 25, false, 25],
      [9, 25, false, 31],
    ]);
  });

  it('a probe replaces the shortest round trip, even by a longer one', () => {
    // With the jitter at its middle (0.75) the probe is sample 0.75 × 30 × 20 = 450.
    const limit = limitOf(VEGAS, half);
    for (let i = 1; i < 450; i++) limit.sample(i, i === 1 ? 10 * MS : 15 * MS, 1, false);
    expect(limit.limit).toBe(20);
    limit.sample(450, 40 * MS, 20, false);
    expect(limit.limit).toBe(20);
    limit.sample(451, 40 * MS, 20, false);
    expect(limit.limit).toBe(26);
  });
});

describe('Gradient2, of Netflix concurrency-limits', () => {
  it('grows by smoothing × queue size while nothing is slower', () => {
    walk(limitOf(GRADIENT2, half), [
      [10, 20, false, 20.8],
      [10, 20, false, 21.6],
      [10, 10, false, 21.6],
    ]);
  });

  it('ignores drops, and holds the gradient to [0.5, 1]', () => {
    const limit = limitOf({ ...GRADIENT2, initialLimit: 100 } as LimitSpec, half);
    for (let i = 0; i < 9; i++) limit.sample(i, 10 * MS, 1, true);
    expect(limit.limit).toBe(100);
    // The tenth makes the plain mean (90 + 90) ÷ 10 = 18; 1.5 × 18 ÷ 90 = 0.3 counts as 0.5.
    limit.sample(9, 90 * MS, 100, true);
    expect(limit.limit).toBeCloseTo(0.8 * 100 + 0.2 * (50 + 4), 9);
    // From here the mean is exponential over 600: 18 × (1 − 2/601) + 20 × 2/601.
    limit.sample(10, 20 * MS, 1, false);
    limit.sample(11, 40 * MS, 100, false);
    const first = 18 * (1 - 2 / 601) + 20 * (2 / 601);
    const long = first * (1 - 2 / 601) + 40 * (2 / 601);
    const gradient = (1.5 * long) / 40;
    expect(limit.limit).toBeCloseTo(0.8 * 90.8 + 0.2 * (90.8 * gradient + 4), 9);
  });

  it('lets the long average fall by a twentieth more where it is twice the last round trip', () => {
    const limit = limitOf({ ...GRADIENT2, rttTolerance: 1, initialLimit: 100 } as LimitSpec, half);
    for (let i = 0; i < 10; i++) limit.sample(i, 100 * MS, 1, false);
    limit.sample(10, 10 * MS, 1, false);
    const long = (100 * (1 - 2 / 601) + 10 * (2 / 601)) * 0.95;
    limit.sample(11, 200 * MS, 100, false);
    const gradient = (long * (1 - 2 / 601) + 200 * (2 / 601)) / 200;
    expect(gradient).toBeLessThan(0.5);
    limit.sample(12, 150 * MS, 100, false);
    expect(limit.limit).toBeLessThan(0.9 * 100 + 0.8 + 1);
  });
});

describe('a windowed limit, of Netflix concurrency-limits', () => {
  it('hears once a second of ten samples or more: mean round trip, most in flight, any drop', () => {
    const windowed = WINDOWED_DEFAULTS;
    const limit = limitOf({ ...AIMD, windowed } as LimitSpec, half);
    // The first sample closes a window of one, too few to count.
    limit.sample(1, 50 * MS, 20, false);
    for (let i = 1; i <= 10; i++) limit.sample(i * 100 * MS, 50 * MS, 20, false);
    expect(limit.limit).toBe(20);
    limit.sample(1001 * MS, 50 * MS, 20, false);
    expect(limit.limit).toBe(21);
    for (let i = 11; i <= 20; i++) limit.sample(i * 100 * MS + MS, 50 * MS, 20, i === 15);
    expect(limit.limit).toBe(21);
    limit.sample(2002 * MS, 50 * MS, 20, false);
    expect(limit.limit).toBe(20);
  });

  it('does not count what was faster than 100 µs', () => {
    const limit = limitOf({ ...AIMD, windowed: WINDOWED_DEFAULTS } as LimitSpec, half);
    for (let i = 1; i <= 1000; i++) limit.sample(i * 10 * MS, 99_999, 20, true);
    expect(limit.limit).toBe(20);
  });
});

describe("Envoy's gradient controller", () => {
  /** Samples of one round trip, so many, spread over [from, to). */
  function feed(limit: Limit, rttMs: number, count: number, fromMs: number, toMs: number): void {
    for (let i = 0; i < count; i++) {
      limit.sample((fromMs + ((toMs - fromMs) * i) / count) * MS, rttMs * MS, 1, false);
    }
  }

  it('measures the least round trip over 50 samples at its least limit, then grows', () => {
    const limit = limitOf(ENVOY, half);
    expect(limit.limit).toBe(3);
    feed(limit, 10, 49, 10, 400);
    expect(limit.limit).toBe(3);
    limit.sample(400 * MS, 10 * MS, 1, false);
    // Windows of 100 ms from now on: g = 1.25; 3 × 1.25 = 3.75, + √3.75 = 5.69 → 5.
    feed(limit, 10, 10, 420, 500);
    expect(limit.limit).toBe(3);
    limit.sample(500 * MS, 10 * MS, 1, false);
    expect(limit.limit).toBe(5);
    // 5 × 1.25 = 6.25, + 2.5 = 8.75 → 8.
    limit.sample(600 * MS, 10 * MS, 1, false);
    expect(limit.limit).toBe(8);
    // Twice as slow: g = 0.625; 8 × 0.625 = 5, + 2.24 → 7. The window's sample was of 20 ms.
    limit.sample(650 * MS, 20 * MS, 1, false);
    limit.sample(660 * MS, 20 * MS, 1, false);
    limit.sample(700 * MS, 20 * MS, 1, false);
    expect(limit.limit).toBe(7);
  });

  it('a told least round trip is not measured', () => {
    const limit = limitOf({ ...ENVOY, fixedValueNs: 10 * MS } as LimitSpec, half);
    limit.sample(50 * MS, 10 * MS, 1, false);
    limit.sample(100 * MS, 10 * MS, 1, false);
    expect(limit.limit).toBe(5);
  });

  it('measures again after its interval and jitter, and returns to the limit it had', () => {
    const limit = limitOf(ENVOY, half);
    feed(limit, 10, 50, 10, 60);
    let now = 60;
    while (now < 60_000) {
      now += 50;
      limit.sample(now * MS, 10 * MS, 1, false);
    }
    const before = limit.limit;
    expect(before).toBe(1000);
    // The interval is 60 s, by half of 15% longer: due at 59 ms + 64.5 s.
    limit.sample(64_500 * MS, 10 * MS, 1, false);
    expect(limit.limit).toBe(1000);
    limit.sample(64_600 * MS, 10 * MS, 1, false);
    expect(limit.limit).toBe(3);
    // What began before the measurement does not count: 50 of these are not enough.
    feed(limit, 200, 50, 64_610, 64_700);
    expect(limit.limit).toBe(3);
    feed(limit, 10, 50, 64_700, 64_800);
    expect(limit.limit).toBe(1000);
  });

  it('measures again after five windows in a row at the least limit', () => {
    const limit = limitOf(ENVOY, half);
    feed(limit, 10, 50, 10, 60);
    // g = 0.5 from 3: 1.5 + 1.22 → 2, held at 3; the fifth such window begins a measurement.
    for (let i = 1; i <= 10; i++) limit.sample((60 + 100 * i) * MS, 100 * MS, 1, false);
    expect(limit.limit).toBe(3);
    feed(limit, 40, 50, 1200, 1300);
    // The least is 40 ms now, so 40 ms is no longer slow.
    for (let i = 1; i <= 3; i++) limit.sample((1300 + 100 * i) * MS, 40 * MS, 1, false);
    expect(limit.limit).toBeGreaterThan(5);
  });
});

describe('every limit', () => {
  const bounds: [string, LimitSpec, number, number][] = [
    ['fixed', { kind: 'fixed', limit: 7 }, 7, 7],
    ['aimd', AIMD, 20, 200],
    ['aimd from 1', { ...AIMD, initialLimit: 1, minLimit: 1, maxLimit: 3 } as LimitSpec, 1, 3],
    ['vegas', VEGAS, 1, 1000],
    ['vegas, smoothed', { ...VEGAS, smoothing: 0.3 } as LimitSpec, 1, 1000],
    ['gradient2', GRADIENT2, 20, 200],
    ['gradient2, windowed', { ...GRADIENT2, windowed: WINDOWED_DEFAULTS } as LimitSpec, 20, 200],
    ['envoy', ENVOY, 3, 1000],
    ['envoy, told', { ...ENVOY, fixedValueNs: 1, minConcurrency: 1 } as LimitSpec, 1, 1000],
  ];
  const sample = fc.tuple(
    fc.integer({ min: 0, max: 3e9 }),
    fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 1e11 })),
    fc.integer({ min: 1, max: 2000 }),
    fc.boolean(),
  );

  it.each(bounds)('%s stays within its bounds whatever it is told', (_, spec, least, most) => {
    fc.assert(
      fc.property(
        fc.array(sample, { maxLength: 300 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (samples, u) => {
          const limit = limitOf(spec, () => u);
          let now = 0;
          for (const [gap, took, inFlight, dropped] of samples) {
            now += gap;
            limit.sample(now, took, inFlight, dropped);
            expect(limit.limit).toBeGreaterThanOrEqual(least);
            expect(limit.limit).toBeLessThanOrEqual(most);
          }
        },
      ),
      { numRuns: full ? 1000 : 100 },
    );
  });
});
