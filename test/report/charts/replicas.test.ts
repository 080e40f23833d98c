import { describe, expect, it } from 'vitest';
import { fixtureInput } from '../fixture.js';
import { chartOf, drawn, give, titles, views } from './drawn.js';

const scaled = give(
  fixtureInput(),
  {
    'services.web.in_rotation': (second) => (second < 100 ? 4 : 8),
    'services.web.replicas': (second) => (second < 80 ? 4 : 8),
  },
  (name) => name === 'bounded-reject',
);
give(scaled, { 'services.web.in_rotation': () => 4, 'services.db.in_rotation': () => 1 }, (name) =>
  ['unbounded', 'retry-storm'].includes(name),
);
scaled.result.policies['bounded-reject']!.scalings = [
  { at: 70.5, component: 'web', from: 4, to: 6, text: 'web: from 4 to 6 replicas' },
  { at: 75, component: 'web', from: 6, to: 8, text: 'web: from 6 to 8 replicas' },
];

describe('replicas over time', () => {
  const chart = chartOf(scaled, 'replicas');

  it('are shown of the components and policies under which their number changed', () => {
    expect(titles(chart)).toEqual(['web under bounded-reject']);
    const types = views(chart)[0]!.layer.map(({ mark }) => mark.type);
    expect(types.filter((type) => /area|line/.test(type))).toEqual(['area', 'line', 'line']);
    expect(chart.caption).toContain('Dashed: as many as were wanted');
  });

  it('are wanted from the step on in which they were decided', () => {
    const wanted = chart.panels['fleet0']?.lines.find(({ kind }) => kind === 2)?.values;
    expect(wanted?.slice(69, 77)).toEqual([4, 6, 6, 6, 6, 6, 8, 8]);
  });

  it('of a crash show what was in rotation alone', () => {
    const crashed = give(fixtureInput(), {
      'services.web.in_rotation': (second) => (second === 70 ? 3 : 4),
    });
    const crash = chartOf(crashed, 'replicas');
    expect(titles(crash)).toHaveLength(4);
    expect(crash.panels['fleet0']?.lines).toHaveLength(1);
    expect(crash.caption).not.toContain('Dashed');
  });

  it('show six of many, and name others', () => {
    const many = fixtureInput();
    for (const name of ['a', 'b', 'c']) {
      give(many, { [`services.${name}.in_rotation`]: (second) => second % 3 });
    }
    const some = chartOf(many, 'replicas');
    expect(titles(some)).toHaveLength(6);
    expect(some.caption).toContain('Not shown: ');
    expect(new Set(titles(some).map((title) => title[0]))).toEqual(new Set(['a', 'b', 'c']));
  });

  it('are left out where none came or went', () => {
    const still = give(fixtureInput(), { 'services.web.in_rotation': () => 4 });
    expect(drawn(still).has('replicas')).toBe(false);
  });
});
