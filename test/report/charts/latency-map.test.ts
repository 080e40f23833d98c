import { describe, expect, it } from 'vitest';
import { cellMoment, cellRows } from '../../../src/report/series/cells.js';
import type { LatencyMap } from '../../../src/study/result.js';
import { fixtureInput } from '../fixture.js';
import { chartOf, drawn, marks, titles } from './drawn.js';

const BOUNDS = [0.001, 0.00125, 0.0015, 0.00175, 0.002];

function inputWith(map: LatencyMap) {
  const input = fixtureInput();
  for (const policy of Object.values(input.result.policies)) policy.latency_map = map;
  return input;
}

const flat = inputWith({
  step: 2,
  bounds: BOUNDS,
  counts: [[0, 600, 0, 20], [0, 600, 0, 20], [], [3, 2]],
});

describe('the map of latency', () => {
  const chart = chartOf(flat, 'latency-map');

  it('has a panel a policy in five shades that the theme picks', () => {
    expect(titles(chart)).toEqual(Object.keys(flat.result.policies));
    const [layer] = marks(chart, 'rect').filter(({ data }) => data.name?.endsWith('_cells'));
    expect(layer?.encoding['fill']?.scale?.['range']).toEqual(
      [1, 2, 3, 4, 5].map((heat) => ({ expr: `heat${heat}` })),
    );
  });

  it('is of rectangles, those of one shade beside each other being one', () => {
    const rows = cellRows(chart.panels['map0']!);
    expect(rows.map(({ t, u, l, h }) => [t, u, l, h])).toEqual([
      [6, 8, 0.00175, 0.002],
      [0, 4, 0.0015, 0.00175],
      [0, 4, 0.001, 0.00125],
    ]);
    expect(rows.map(({ s }) => s)).toEqual([1, 3, 5]);
  });

  it('tells how many there were and below what most lay', () => {
    const cells = chart.panels['map0']!.cells!;
    expect(cellMoment(cells, 1.9)?.texts).toEqual([
      ...['310/s', '≤ 1.25\u00a0ms', '≤ 1.25\u00a0ms', '≤ 1.75\u00a0ms'],
    ]);
    expect(cellMoment(cells, 5)).toMatchObject({ from: 4, to: 6, texts: ['0/s', '–', '–', '–'] });
    expect([cellMoment(cells, 8), cellMoment(cells, -1)]).toEqual([null, null]);
  });

  it('loses no answer where columns and rows are merged, or the fastest put together', () => {
    const counts = Array.from({ length: 150 }, (_, c) => [c % 7, 1, 0, 5, c]);
    const bounds = Array.from({ length: 61 }, (_, row) => 0.001 * 1.19 ** row);
    const wide = inputWith({ step: 2, bounds, counts });
    for (const interactive of [true, false]) {
      const cells = drawn(wide, interactive).get('latency-map')!.panels['map0']!.cells!;
      expect(cells.rates.length).toBe(interactive ? 150 : 75);
      expect(cells.bounds.length).toBeLessThan(35);
      const answers = cells.rates.flatMap(([, ...inside]) => inside.map((n) => n * cells.step));
      const whole = counts.flatMap(([, ...inside]) => inside).reduce((sum, n) => sum + n, 0);
      // Rates are written to three digits.
      expect(answers.reduce((sum, n) => sum + n, 0) / whole).toBeCloseTo(1, 2);
    }
    const lone = inputWith({
      step: 2,
      bounds,
      counts: [
        [0, 1],
        [9, 5000],
        [10, 5000],
      ],
    });
    const cells = drawn(lone).get('latency-map')!.panels['map0']!.cells!;
    expect(cells.bounds[0]).toBe(bounds[9]);
    expect(cells.rates[0]).toEqual([0, 0.5]);
  });

  it('is left out where no run holds one', () => {
    expect(drawn(fixtureInput()).has('latency-map')).toBe(false);
  });
});
