import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FELL, HealthCheck, panics, ROSE, STAYS } from '../../src/policies/health-check.js';

const FAILED = false;
const PASSED = true;

function results(check: HealthCheck, host: number, ended: boolean[]): number[] {
  return ended.map((passed) => check.ended(host, passed));
}

describe('a host that is checked', () => {
  it('begins healthy', () => {
    expect(new HealthCheck({ unhealthyAfter: 1, healthyAfter: 1 }, 2).isHealthy(1)).toBe(true);
  });

  it('falls at the third failure in a row, and not at three with a success between', () => {
    const check = new HealthCheck({ unhealthyAfter: 3, healthyAfter: 2 }, 1);
    expect(results(check, 0, [FAILED, FAILED, PASSED, FAILED, FAILED])).toEqual(
      Array(5).fill(STAYS),
    );
    expect(check.ended(0, FAILED)).toBe(FELL);
    expect(check.isHealthy(0)).toBe(false);
  });

  it('rises at the second success in a row, and not at two with a failure between', () => {
    const check = new HealthCheck({ unhealthyAfter: 1, healthyAfter: 2 }, 1);
    expect(results(check, 0, [FAILED, PASSED, FAILED, PASSED, PASSED])).toEqual([
      FELL,
      STAYS,
      STAYS,
      STAYS,
      ROSE,
    ]);
  });

  it('is judged by its own checks', () => {
    const check = new HealthCheck({ unhealthyAfter: 2, healthyAfter: 1 }, 2);
    expect([check.ended(0, FAILED), check.ended(1, FAILED), check.ended(1, FAILED)]).toEqual([
      STAYS,
      STAYS,
      FELL,
    ]);
    expect([check.isHealthy(0), check.isHealthy(1)]).toEqual([true, false]);
  });

  it('is healthy, and nothing is counted, when it begins anew', () => {
    const check = new HealthCheck({ unhealthyAfter: 2, healthyAfter: 1 }, 1);
    results(check, 0, [FAILED, FAILED]);
    check.begin(0);
    expect(check.isHealthy(0)).toBe(true);
    expect(check.ended(0, FAILED)).toBe(STAYS);
  });

  it('is what its last results in a row say, whatever went before', () => {
    const thresholds = fc.record({
      unhealthyAfter: fc.integer({ min: 1, max: 5 }),
      healthyAfter: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(thresholds, fc.array(fc.boolean()), (limits, ended) => {
        const check = new HealthCheck(limits, 1);
        let healthy = true;
        ended.forEach((passed, i) => {
          check.ended(0, passed);
          const last = (count: number, as: boolean) =>
            i + 1 >= count && ended.slice(i + 1 - count, i + 1).every((one) => one === as);
          if (healthy && last(limits.unhealthyAfter, false)) healthy = false;
          else if (!healthy && last(limits.healthyAfter, true)) healthy = true;
          expect(check.isHealthy(0)).toBe(healthy);
        });
      }),
    );
  });
});

describe('panic', () => {
  it('begins below its share, not at it, and never at none', () => {
    expect(panics(2, 4, 0.5)).toBe(false);
    expect(panics(1, 4, 0.5)).toBe(true);
    expect(panics(0, 4, 0)).toBe(false);
  });
});
