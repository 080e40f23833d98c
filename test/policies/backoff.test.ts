import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStream, unit53 } from '../../src/kernel/draws.js';
import {
  backoffNs,
  type Jitter,
  jitteredNs,
  type PlainBackoff,
} from '../../src/policies/backoff.js';

const full = process.env['SPILLWAY_FULL'] === '1';
const MS = 1e6;
const JITTERS: readonly Jitter[] = ['none', 'full', 'equal', 'decorrelated'];

const exponential = (base: number, cap: number, factor = 2): PlainBackoff => {
  return { kind: 'exponential', baseNs: base * MS, capNs: cap * MS, factor };
};

/** Waits before retries 1 … n with one jitter, each from a draw of its own; milliseconds. */
function waits(backoff: PlainBackoff, jitter: Jitter, n: number, draw: () => number): number[] {
  let previous = 0;
  return Array.from({ length: n }, (_, i) => {
    previous = jitteredNs(backoff, jitter, i + 1, previous, draw());
    return previous / MS;
  });
}

describe('the wait without jitter', () => {
  it.each<[string, PlainBackoff, number[]]>([
    ['none', { kind: 'none' }, [0, 0, 0]],
    ['fixed', { kind: 'fixed', waitNs: 70 * MS }, [70, 70, 70]],
    ['exponential', exponential(50, 1000), [50, 100, 200, 400, 800, 1000, 1000]],
    ['exponential, factor 1.5', exponential(100, 300, 1.5), [100, 150, 225, 300, 300]],
    ['exponential, factor 1', exponential(100, 300, 1), [100, 100, 100]],
    ['exponential, a cap under the base', exponential(100, 30), [30, 30]],
    ['exponential, without cap', exponential(1, Infinity), [1, 2, 4, 8, 16]],
  ])('%s', (_, backoff, expected) => {
    expect(expected.map((__, i) => backoffNs(backoff, i + 1) / MS)).toEqual(expected);
    expect(waits(backoff, 'none', expected.length, () => 0.7)).toEqual(expected);
  });

  it('never overflows, turns negative or shrinks: not at the thousandth retry, not at 65,535', () => {
    for (const cap of [2000, Infinity]) {
      let before = 0;
      for (let retry = 1; retry <= 1000; retry++) {
        const wait = backoffNs(exponential(5, cap), retry);
        expect(wait).toBeGreaterThanOrEqual(before);
        before = wait;
      }
      expect(backoffNs(exponential(5, cap), 65_535)).toBe(before);
      expect(before).toBe(cap === Infinity ? 2 ** 52 : 2000 * MS);
    }
  });
});

describe('jitter', () => {
  const backoff: fc.Arbitrary<PlainBackoff> = fc.oneof(
    fc.constant<PlainBackoff>({ kind: 'none' }),
    fc.record({ kind: fc.constant('fixed' as const), waitNs: fc.nat(1e10) }),
    fc.record({
      kind: fc.constant('exponential' as const),
      baseNs: fc.nat(1e9),
      capNs: fc.oneof(fc.integer({ min: 1e9, max: 1e12 }), fc.constant(Infinity)),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
    }),
  );
  const u = fc.oneof(
    fc.constantFrom(0, 0.5, 1 - 2 ** -53),
    fc.double({ min: 0, max: 0.999, noNaN: true }),
  );

  it('stays within its bounds, for any backoff, draw and retry up to the thousandth', () => {
    fc.assert(
      fc.property(backoff, fc.integer({ min: 1, max: 1000 }), u, (of, retry, draw) => {
        const wait = backoffNs(of, retry);
        const jittered = (jitter: Jitter, before = 0) =>
          jitteredNs(of, jitter, retry, before, draw);
        expect(jittered('none')).toBe(wait);
        expect(jittered('full')).toBeGreaterThanOrEqual(0);
        expect(jittered('full')).toBeLessThanOrEqual(wait);
        expect(jittered('equal')).toBeGreaterThanOrEqual(wait / 2);
        expect(jittered('equal')).toBeLessThanOrEqual(wait);
      }),
      { numRuns: full ? 20_000 : 2000 },
    );
  });

  it('decorrelated stays between the base and thrice the last wait, and under the cap', () => {
    fc.assert(
      fc.property(backoff, fc.array(u, { minLength: 1, maxLength: 1000 }), (of, draws) => {
        const base = of.kind === 'none' ? 0 : of.kind === 'fixed' ? of.waitNs : of.baseNs;
        const cap = of.kind === 'exponential' ? Math.min(of.capNs, 2 ** 52) : 2 ** 52;
        let before = 0;
        draws.forEach((draw, i) => {
          const wait = jitteredNs(of, 'decorrelated', i + 1, before, draw);
          expect(wait).toBeGreaterThanOrEqual(Math.min(base, cap));
          expect(wait).toBeLessThanOrEqual(Math.min(cap, 3 * Math.max(before, base)));
          before = wait;
        });
      }),
      { numRuns: full ? 1000 : 100 },
    );
  });

  it.each<[Jitter, number[]]>([
    // Means: the wait, its half, three quarters of it; AWS's with base 50 ms and cap 1 s.
    ['none', [50, 100, 200, 400, 800, 1000]],
    ['full', [25, 50, 100, 200, 400, 500]],
    ['equal', [37.5, 75, 150, 300, 600, 750]],
    // U(base, 3 · before), all below the cap: the mean goes (base + 3 · before) / 2.
    ['decorrelated', [100, 175, 287.5]],
  ])('%s has the means of its law', (jitter, means) => {
    const draws = 20_000;
    const source = openStream('8', jitter, 'means');
    const sums = means.map(() => 0);
    for (let i = 0; i < draws; i++) {
      const cap = jitter === 'decorrelated' ? Infinity : 1000;
      waits(exponential(50, cap), jitter, means.length, () => unit53(source)).forEach((wait, n) => {
        sums[n]! += wait / draws;
      });
    }
    // A wait's standard deviation is under its mean: 4 errors of the mean of 20,000 are 3%.
    sums.forEach((sum, n) => {
      expect(Math.abs(sum / means[n]! - 1)).toBeLessThan(0.03);
    });
  });

  it('of no backoff is no wait', () => {
    for (const jitter of JITTERS)
      expect(waits({ kind: 'none' }, jitter, 3, () => 0.9)).toEqual([0, 0, 0]);
  });
});
