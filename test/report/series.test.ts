import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packLine } from '../../src/report/series/pack.js';
import type { Panel } from '../../src/report/series/panel.js';
import { thin } from '../../src/report/series/thin.js';
import { momentRows, pointRows } from '../../src/report/series/unpack.js';

const series = fc.array(fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })), {
  minLength: 1,
  maxLength: 3000,
});

describe('a long series is thinned', () => {
  it('keeps to the limit, to measured points, to their order, and loses no extreme', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 10, max: 1000 }), (values, limit) => {
        const { at, values: kept } = thin(values, limit);
        expect(at.length).toBeLessThanOrEqual(limit);
        expect(kept).toEqual(at.map((step) => values[step]));
        expect(at).toEqual([...new Set(at)].sort((a, b) => a - b));
        const numbers = (of: (number | null)[]) => of.filter((value) => value !== null);
        if (numbers(values).length === 0) return;
        expect(Math.max(...numbers(kept))).toBe(Math.max(...numbers(values)));
        expect(Math.min(...numbers(kept))).toBe(Math.min(...numbers(values)));
      }),
    );
  });

  it('breaks the line where nothing was measured', () => {
    const values = Array.from({ length: 100 }, (_, step) => (step < 40 || step > 60 ? 1 : null));
    expect(thin(values, 20).values).toContain(null);
  });
});

describe('a packed panel', () => {
  const panelOf = (values: (number | null)[], limit: number): Panel => ({
    step: 2,
    length: values.length,
    format: 'number',
    lines: [packLine(3, 1, values, limit)],
  });

  it('gives the points back at the middle of their steps', () => {
    expect(pointRows(panelOf([1, null, 2.000_04], 10))).toEqual([
      { t: 1, v: 1, p: 3, k: 1 },
      { t: 3, v: null, p: 3, k: 1 },
      { t: 5, v: 2, p: 3, k: 1 },
    ]);
  });

  it('gives thinned points back where they were measured', () => {
    const values = Array.from({ length: 5000 }, (_, step) => (step * 7919) % 1000);
    const rows = pointRows(panelOf(values, 100));
    expect(rows.length).toBeLessThanOrEqual(100);
    for (const { t, v } of rows) expect(values[(t - 1) / 2]).toBe(v);
  });

  it('says at every moment the value there, or from where to where it went', () => {
    expect(momentRows(panelOf([1, null], 10))).toEqual([
      { t: 0, u: 2, title: '0\u00a0s – 2\u00a0s', l0: '1' },
      { t: 2, u: 4, title: '2\u00a0s – 4\u00a0s', l0: '–' },
    ]);
    const long = Array.from({ length: 600 }, (_, step) => step);
    const rows = momentRows(panelOf(long, 1000));
    expect(rows).toHaveLength(300);
    expect(rows[1]).toMatchObject({ t: 4, u: 8, l0: '2 – 3' });
  });
});
