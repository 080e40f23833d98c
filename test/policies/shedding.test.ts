import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FinishEstimate } from '../../src/policies/finish-estimate.js';
import { shedAbove } from '../../src/policies/priority-shed.js';

describe('shedding by priority', () => {
  it('a level is for its priority and all that are less important', () => {
    const levels = [
      { priority: 2, above: 0.6 },
      { priority: 1, above: 0.8 },
    ];
    expect([0, 1, 2, 3].map((priority) => shedAbove(levels, priority))).toEqual([
      ...[Infinity, 0.8, 0.6, 0.6],
    ]);
  });
});

describe('the estimate of when one would be done', () => {
  const learned = (...took: number[]): FinishEstimate => {
    const estimate = new FinishEstimate();
    for (const ns of took) estimate.ended(ns);
    return estimate;
  };

  it('says nothing before ten have ended', () => {
    expect(learned(...Array(9).fill(100)).behindNs(5, 1)).toBe(0);
    expect(learned(...Array(10).fill(100)).behindNs(5, 1)).toBe(700);
  });

  it('is the line before it at the pace of all workers, and its own work', () => {
    const estimate = learned(...Array(10).fill(100));
    expect(estimate.atOnceNs()).toBe(100);
    expect(estimate.behindNs(0, 4)).toBe(125);
    expect(estimate.behindNs(39, 4)).toBe(1100);
    expect(estimate.sharedNs(3, 4)).toBe(100);
    expect(estimate.sharedNs(7, 4)).toBe(200);
  });

  it('takes the mean for who starts at once, and nine in ten for who waits', () => {
    const estimate = learned(10, 20, 30, 40, 50, 60, 70, 80, 90, 150);
    expect(estimate.atOnceNs()).toBe(60);
    expect(estimate.behindNs(1, 2)).toBe(60 + 90);
  });

  it('is of the last hundred, whatever came before', () => {
    const some = fc.array(fc.integer({ min: 0, max: 1e9 }), { maxLength: 250 });
    const last = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 100, maxLength: 100 });
    fc.assert(
      fc.property(some, last, (before, took) => {
        const estimate = learned(...before, ...took);
        const sorted = [...took].sort((a, b) => a - b);
        const mean = took.reduce((a, b) => a + b, 0) / 100;
        expect(estimate.atOnceNs()).toBe(mean);
        expect(estimate.behindNs(0, 1) - mean).toBeCloseTo(sorted[89] as number, 3);
      }),
    );
  });
});
