import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { carriedPanels, carryPanels } from '../../src/report/series/carry.js';
import { packLine } from '../../src/report/series/pack.js';
import type { Panel } from '../../src/report/series/panel.js';
import { rounded } from '../../src/report/series/rounded.js';
import { thin } from '../../src/report/series/thin.js';
import { momentAt, pointRows } from '../../src/report/series/unpack.js';

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

describe('a rounded value', () => {
  it('has the three digits that the value has, and is off by less than one of four', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 999, noNaN: true }), (value) => {
        const near = rounded(value) as number;
        expect(near.toPrecision(3)).toBe(value.toPrecision(3));
        expect(Math.abs(near - value)).toBeLessThan(value * 1e-3);
      }),
    );
    expect([177.46, 177.5, 177.54, 1234.6].map(rounded)).toEqual([177.4, 177.5, 177.6, 1235]);
  });
});

describe('a packed panel', () => {
  const panelOf = (values: (number | null)[], limit: number): Panel => ({
    step: 2,
    length: values.length,
    format: 'number',
    about: 'what was counted',
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
    const short = panelOf([1, null], 10);
    expect(momentAt(short, 1.9)).toEqual({
      from: 0,
      to: 2,
      title: '0\u00a0s – 2\u00a0s',
      texts: ['1'],
    });
    expect(momentAt(short, 2)).toMatchObject({ from: 2, to: 4, texts: ['–'] });
    expect([momentAt(short, 4), momentAt(short, -0.1)]).toEqual([null, null]);
    const long = panelOf(
      Array.from({ length: 600 }, (_, step) => step),
      1000,
    );
    expect(momentAt(long, 5)).toMatchObject({ from: 4, to: 8, texts: ['2 – 3'] });
    expect(momentAt(long, 5, [0, 100])).toMatchObject({ from: 4, to: 6, texts: ['2'] });
  });

  it('gives the points of a stretch with one on each side, as fine as asked', () => {
    const panel = panelOf(
      Array.from({ length: 1000 }, (_, step) => step),
      1000,
    );
    const near = pointRows(panel, { span: [100, 108] });
    expect(near.map(({ t }) => t)).toEqual([99, 101, 103, 105, 107, 109]);
    const far = pointRows(panel, { limit: 100 });
    expect(far.length).toBeLessThanOrEqual(100);
    for (const { t, v } of far) expect(v).toBe((t - 1) / 2);
  });

  it('is carried as text and comes back to four digits', () => {
    const number = fc.oneof(fc.constant(0), fc.double({ min: 1e-100, max: 1e15, noNaN: true }));
    const value = fc.option(number);
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 300 }),
        fc.integer({ min: 10, max: 99 }),
        (all, limit) => {
          const panel = panelOf(all, limit);
          const back = carriedPanels(JSON.parse(JSON.stringify(carryPanels({ panel }))))['panel']!;
          const [line, found] = [panel.lines[0]!, back.lines[0]!];
          expect(found.gaps).toEqual(line.gaps);
          const most = Math.max(...line.values.map((one) => one ?? 0));
          for (const [at, one] of line.values.entries()) {
            const other = found.values[at]!;
            if (one === null) expect(other).toBeNull();
            // Four digits, and nothing of what is a million million times less than the most.
            else expect(Math.abs(other - one)).toBeLessThanOrEqual(one * 1e-3 + most * 1e-14);
          }
        },
      ),
    );
    const exact = panelOf([0, 0.3, 12.34, 5678, null, -2], 10);
    expect(carriedPanels(carryPanels({ exact }))['exact']).toEqual(exact);
  });
});
