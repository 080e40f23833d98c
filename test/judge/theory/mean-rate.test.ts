import { describe, expect, it } from 'vitest';
import { meanRate } from '../../../src/judge/index.js';
import type { ArrivalsPlan, ProducerPlan } from '../../../src/model/plan.js';
import { poisson, producer, s } from '../sample.js';

const point = (atS: number, perSecond: number, rampS = 0) => ({
  atNs: s(atS),
  perSecond,
  rampNs: s(rampS),
});

const mean = (arrivals: ArrivalsPlan, more: Partial<ProducerPlan> = {}, seconds = 100) =>
  meanRate(producer('users', 0, { arrivals, ...more }), s(seconds));

describe('the mean rate of a schedule', () => {
  it.each([
    ['one rate', [point(0, 900)], 900],
    ['a step half-way', [point(0, 100), point(50, 300)], 200],
    ['a ramp to the end', [point(0, 100), point(50, 300, 50)], 150],
    ['a ramp cut by the next point', [point(0, 0), point(0, 100, 100), point(50, 50)], 37.5],
    ['a point after the end', [point(0, 100), point(200, 1e6)], 100],
  ])('%s', (_, rate, expected) => {
    expect(mean({ kind: 'poisson', rate })).toBeCloseTo(expected, 9);
    expect(mean({ kind: 'batch', rate, size: 7 })).toBeCloseTo(7 * expected, 9);
  });
});

describe('the mean rate of other arrivals', () => {
  const diurnal = {
    kind: 'diurnal' as const,
    meanPerSecond: 60,
    peakPerSecond: 90,
    periodNs: s(50),
  };

  it.each<[string, ArrivalsPlan, number | null]>([
    [
      'distances of 20 ms at half the load',
      { kind: 'renewal', between: { kind: 'exponential', meanNs: s(0.02) }, load: 0.5 },
      25,
    ],
    [
      'states, each by its time',
      {
        kind: 'mmpp',
        states: [
          { perSecond: 100, meanNs: s(5) },
          { perSecond: 2000, meanNs: s(0.5) },
        ],
      },
      1500 / 5.5,
    ],
    ['a wave over whole periods', { kind: 'constant', rate: diurnal }, 60],
    ['moments', { kind: 'trace', atNs: Float64Array.of(0, s(3), s(3), s(99), s(100)) }, 0.04],
    ['users, who wait', { kind: 'closed', users: 9, think: { kind: 'constant', ns: 1 } }, null],
    ['senders, who wait', { kind: 'backlog', senders: 1 }, null],
  ])('%s', (_, arrivals, expected) => {
    const found = mean(arrivals);
    if (expected === null) expect(found).toBe(null);
    else expect(found).toBeCloseTo(expected, 9);
  });

  it('a wave over the half of a period that is above its mean', () => {
    // (2/π)·30 more on average.
    expect(mean({ kind: 'poisson', rate: diurnal }, {}, 25)).toBeCloseTo(60 + 60 / Math.PI, 9);
  });

  it('only the time counts in which it sends, and no more than the limit', () => {
    expect(mean(poisson(100), { fromNs: s(20), untilNs: s(70) })).toBeCloseTo(50, 9);
    expect(mean(poisson(100), { limit: 200 })).toBeCloseTo(2, 9);
    expect(mean(poisson(100), { fromNs: s(200) })).toBe(0);
    expect(
      mean({ kind: 'trace', atNs: Float64Array.of(1, s(3), s(9)) }, { fromNs: 2, untilNs: s(9) }),
    ).toBeCloseTo(0.01, 9);
  });
});
