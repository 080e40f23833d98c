import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CoarseHistograms } from '../../src/measure/coarse-histograms.js';
import { bucketOf } from '../../src/measure/histograms.js';

/** The value that a share `q` does not exceed, by sorting. */
function sorted(values: readonly number[], q: number): number {
  const ranked = [...values].sort((a, b) => a - b);
  return ranked[Math.max(0, Math.ceil(ranked.length * q) - 1)]!;
}

describe('durations of one second', () => {
  it('have quantiles within 3.2% of those by sorting, and zeros that stay zero', () => {
    const durations = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1e12 })), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(durations, durations, (first, second) => {
        const histograms = new CoarseHistograms(2);
        for (const values of [first, second]) {
          for (const ns of values) histograms.note(1, ns === 0 ? -1 : bucketOf(ns));
          const told: number[][] = [];
          histograms.flush((subject, p50, p99) => told.push([subject, p50, p99]));
          expect(told).toHaveLength(1);
          expect(told[0]![0]).toBe(1);
          for (const [place, q] of [
            [1, 0.5],
            [2, 0.99],
          ] as const) {
            const exact = sorted(values, q);
            // Below 16 ns a bucket holds several whole numbers, of which one stands for all.
            expect(Math.abs(told[0]![place]! - exact)).toBeLessThanOrEqual(exact * 0.032 + 1);
          }
        }
      }),
    );
  });

  it('of a subject that nobody asked for are not kept', () => {
    const histograms = new CoarseHistograms(1);
    histograms.note(5, 100);
    histograms.flush(() => {
      throw new Error('there is nothing to tell');
    });
  });
});
