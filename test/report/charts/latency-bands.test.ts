import { describe, expect, it } from 'vitest';
import type { ChartMeta } from '../../../src/report/charts/parts/stack.js';
import { joinedRows } from '../../../src/report/series/unpack.js';
import { fixtureInput } from '../fixture.js';
import { chartOf, drawn, give, marks, titles, views } from './drawn.js';

const p90 = (second: number): number | null => (second % 9 === 4 ? 0.3 : second < 60 ? 0.1 : null);
const input = give(fixtureInput(), {
  'latency.p50': (second) => (p90(second) === null ? null : 0.05),
  'latency.p90': p90,
  'latency.p99': (second) => (p90(second) === null ? null : 0.9),
});
const bands = chartOf(input, 'latency-bands');

describe('latency as bands', () => {
  it('has a panel a policy, all on one log scale, with the faults shaded', () => {
    expect(titles(bands)).toEqual(Object.keys(input.result.policies));
    const scales = marks(bands, 'area').map(({ encoding }) => encoding['y']?.scale);
    expect(new Set(scales.map((scale) => JSON.stringify(scale))).size).toBe(1);
    expect(scales[0]?.['type']).toBe('log');
    for (const { layer } of views(bands)) {
      expect(layer[0]?.data.values).toEqual([{ t: 60, u: 120 }]);
    }
    const { timePanels } = bands.spec['usermeta'] as ChartMeta;
    expect(timePanels).toHaveLength(views(bands).length);
    for (const { hover } of timePanels) expect(hover?.data).toMatch(/_moments$/);
  });

  it('fills from p50 to p90 and from p90 to p99, and marks a step alone', () => {
    const [light, dark] = views(bands)[0]!.layer.filter(({ mark }) => mark.type === 'area');
    expect(
      [light, dark].map((band) => [band?.encoding['y']?.field, band?.encoding['y2']?.field]),
    ).toEqual([
      ['v1', 'v2'],
      ['v0', 'v1'],
    ]);
    const rows = joinedRows(bands.panels['bands0']!);
    expect(rows[4]).toEqual({ t: 4.5, p: 0, v0: 0.05, v1: 0.3, v2: 0.9, alone: false });
    expect(rows.filter(({ alone }) => alone)).toHaveLength(26);
    expect(rows[100]).toMatchObject({ v0: null, v1: null, v2: null });
  });

  it('keeps the three together where a series is thinned', () => {
    const thinned = drawn(input, true, 20).get('latency-bands')!.panels['bands0']!;
    const [first, ...others] = thinned.lines;
    expect(first?.values.length).toBeLessThanOrEqual(20);
    for (const line of others) expect(line.gaps).toEqual(first?.gaps);
  });

  it('shows six of many policies, and says which it leaves out', () => {
    const many = fixtureInput({ times: 3 });
    give(many, { 'latency.p90': () => 0.2 });
    const chart = chartOf(many, 'latency-bands');
    expect(titles(chart)).toHaveLength(6);
    expect(chart.caption).toMatch(/left out: .*bounded-reject|left out: /);
  });

  it('is left out where a run did not say the p90', () => {
    expect(drawn(fixtureInput()).has('latency-bands')).toBe(false);
  });
});
