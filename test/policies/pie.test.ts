import { describe, expect, it } from 'vitest';
import { Pie, type PieSpec } from '../../src/policies/pie.js';

const MS = 1e6;
const SPEC: PieSpec = {
  targetNs: 15 * MS,
  updateNs: 15 * MS,
  alpha: 2,
  beta: 20,
  burstNs: 150 * MS,
};

/** A machine at rest at a wait, with a probability. */
function at(p: number, waitMs: number): Pie {
  const pie = new Pie({ ...SPEC, burstNs: 0 }, 0);
  pie.sheds(1 * MS, waitMs * MS, 50);
  pie.sheds(16 * MS, waitMs * MS, 50);
  pie.probability = p;
  return pie;
}

/** What one update makes of a probability when the wait goes from one to another. */
function change(p: number, beforeMs: number, waitMs: number): number {
  const pie = at(p, beforeMs);
  pie.sheds(17 * MS, waitMs * MS, 50);
  pie.sheds(30 * MS, waitMs * MS, 50);
  return pie.probability - p;
}

describe('PIE as Linux has it (net/sched/sch_pie.c, RFC 8033)', () => {
  it('nothing is refused while there is burst allowance', () => {
    const pie = new Pie(SPEC, 0);
    // dq_tstamp is set by the first turn; the allowance of 150 ms goes with the time between turns.
    for (let ms = 1; ms <= 150; ms++) {
      pie.sheds(ms * MS, 300 * MS, 100);
      expect(pie.refuses(ms * MS, 100, 0), `${ms} ms`).toBe(false);
    }
    let refused = 0;
    for (let ms = 151; ms <= 3000; ms++) {
      pie.sheds(ms * MS, 300 * MS, 100);
      if (pie.refuses(ms * MS, 100, 0)) refused++;
    }
    expect(refused).toBeGreaterThan(50);
  });

  // α = 2/16, β = 20/16 a second (pie_params_init), scaled as pie_calculate_probability does.
  it.each([
    [0, 2048],
    [0.000001, 512],
    [0.00001, 128],
    [0.0001, 32],
    [0.001, 8],
    [0.01, 2],
    [0.1, 1],
  ])('from a probability of %d on the weights are divided by %i', (p, divisor) => {
    const just = p === 0 ? 0 : p * 1.000001;
    // α(wait − target) alone: 0.125 · (16 ms − 15 ms).
    expect(change(just, 16, 16)).toBeCloseTo((0.125 * 0.001) / divisor, 12);
    // β(wait − wait before) on top: 1.25 · (17 ms − 16 ms).
    expect(change(just, 16, 17)).toBeCloseTo((0.125 * 0.002 + 1.25 * 0.001) / divisor, 12);
  });

  it('rises by at most 2% from 10% on, and by 2% more over 250 ms', () => {
    expect(change(0.1, 16, 249)).toBeCloseTo(0.02, 12);
    expect(change(0.1, 16, 251)).toBeCloseTo(0.04, 12);
    expect(change(0.09, 16, 249)).toBeGreaterThan(0.1);
    expect(change(0.99, 16, 400)).toBeCloseTo(0.01, 12);
  });

  it('with nobody waiting it falls by 1/64 an update, and by what α has', () => {
    const pie = at(0.5, 0);
    pie.passed(17 * MS);
    pie.passed(30 * MS);
    expect(pie.probability).toBeCloseTo((0.5 - 0.125 * 0.015) * (63 / 64), 12);
    pie.passed(60_000 * MS);
    expect(pie.probability).toBe(0);
  });

  it('is not asked behind fewer than two, nor under half the target while under 20%', () => {
    const asks = (p: number, waitMs: number, waiting: number): boolean => {
      const pie = at(p, waitMs);
      let refused = false;
      for (let k = 0; k < 100; k++) refused = pie.refuses(16 * MS, waiting, 0) || refused;
      return refused;
    };
    expect(asks(0.3, 40, 0)).toBe(false);
    expect(asks(0.3, 40, 1)).toBe(false);
    expect(asks(0.3, 40, 2)).toBe(true);
    expect(asks(0.19, 7.4, 50)).toBe(false);
    expect(asks(0.2, 7.4, 50)).toBe(true);
    expect(asks(0.19, 7.5, 50)).toBe(true);
  });

  it('evens draws out: none before .85 is let in, one surely at 8.5 (accu_prob)', () => {
    const pie = at(0.3, 40);
    const until = (u: number): number => {
      for (let k = 1; ; k++) if (pie.refuses(16 * MS, 50, u)) return k;
    };
    until(0); // what came before is forgotten with a refusal
    expect(until(0)).toBe(Math.ceil(0.85 / 0.3));
    expect(until(0.999999)).toBe(Math.ceil(8.5 / 0.3));
  });
});
