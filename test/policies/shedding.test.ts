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
  it('says nothing before ten have ended', () => {
    const estimate = new FinishEstimate();
    for (let i = 0; i < 9; i++) estimate.ended(100);
    expect(estimate.expectNs(5, 1)).toBe(0);
    estimate.ended(100);
    expect(estimate.expectNs(5, 1)).toBe(700);
  });

  it('is the line before it at the pace of all workers, and its own work', () => {
    const estimate = new FinishEstimate();
    for (let i = 0; i < 10; i++) estimate.ended(100);
    expect(estimate.expectNs(-1, 4)).toBe(100);
    expect(estimate.expectNs(0, 4)).toBe(125);
    expect(estimate.expectNs(39, 4)).toBe(1100);
    expect(estimate.expectSharedNs(3, 4)).toBe(100);
    expect(estimate.expectSharedNs(7, 4)).toBe(200);
  });

  it('lies between the shortest and the longest, and forgets', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 10 }), (took) => {
        const estimate = new FinishEstimate();
        for (const ns of took) estimate.ended(ns);
        const mean = estimate.expectNs(-1, 1);
        expect(mean).toBeGreaterThanOrEqual(Math.min(...took) * (1 - 1e-9));
        expect(mean).toBeLessThanOrEqual(Math.max(...took) * (1 + 1e-9));
        for (let i = 0; i < 500; i++) estimate.ended(5);
        expect(estimate.expectNs(-1, 1)).toBeLessThan(5 + mean * 1e-5);
      }),
    );
  });
});
