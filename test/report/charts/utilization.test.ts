import { describe, expect, it } from 'vitest';
import { fixtureInput } from '../fixture.js';
import { chartOf, drawn, give, marks, titles, views } from './drawn.js';

const STORM = 2;
const input = give(fixtureInput(), {
  'services.a.utilization': () => 0.1,
  'services.b.utilization': (second) => (second < 150 ? 0.5 : 1),
  'services.b.wasted': (second, policy) =>
    policy !== STORM || second < 150 ? 0 : second === 200 ? null : 0.9,
  'dependencies.c.utilization': () => 0.3,
  'dependencies.idle.utilization': () => 0,
});
const chart = chartOf(input, 'utilization');

describe('how busy workers were', () => {
  it('shows the components that wasted most and were busiest, and names the others', () => {
    expect(titles(chart)).toEqual([
      'b, unbounded: 75% busy',
      'b, bounded-reject: 75% busy',
      'b, retry-storm: 75% busy, 60% wasted',
      'b, retry-budget: 75% busy',
    ]);
    expect(chart.caption).toContain('Less busy, and not shown: c, a.');
  });

  it('has wasted and useful work one on the other; their sum is what was busy', () => {
    const [wasted, useful] = chart.panels['use0x2']!.lines;
    expect([wasted?.values[20], useful?.values[20]]).toEqual([0, 0.5]);
    expect(wasted?.values[160]).toBeCloseTo(0.9, 9);
    expect(useful?.values[160]).toBeCloseTo(0.1, 9);
    // A step in which nothing ended goes by the one before.
    expect(wasted?.values[200]).toBeCloseTo(0.9, 9);
    expect(chart.panels['use0x0']!.lines).toHaveLength(1);
    const areas = views(chart)[2]!.layer.filter(({ mark }) => mark.type === 'area');
    expect(areas.map(({ mark }) => mark['color'])).toEqual(['#009e73', { expr: 'muted' }]);
  });

  it('shows a second component where there is room for it', () => {
    const few = fixtureInput();
    for (const name of Object.keys(few.result.policies).slice(2)) delete few.result.policies[name];
    give(few, {
      'services.a.utilization': () => 0.1,
      'dependencies.c.utilization': () => 0.3,
    });
    expect(titles(chartOf(few, 'utilization'))).toEqual([
      'c, unbounded: 30% busy',
      'c, bounded-reject: 30% busy',
      'a, unbounded: 10% busy',
      'a, bounded-reject: 10% busy',
    ]);
  });

  it('goes from nothing to all in every panel', () => {
    for (const { encoding } of marks(chart, 'area')) {
      expect(encoding['y']?.scale?.['domain']).toEqual([0, 1]);
    }
  });

  it('is left out where no component has workers to count', () => {
    expect(drawn(fixtureInput()).has('utilization')).toBe(false);
  });
});
