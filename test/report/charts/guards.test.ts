import { describe, expect, it } from 'vitest';
import { fixtureInput } from '../fixture.js';
import { chartOf, drawn, give, marks, titles } from './drawn.js';

describe('breakers, budgets and limits', () => {
  const input = give(
    fixtureInput(),
    {
      'calls.web -> a.b.breaker': (second) => (second > 60 && second < 80 ? 1 : 0),
      'calls.web -> a.b.budget': (second) => 200 - (second % 50),
      'services.a.limit': (second) => 20 + Math.min(second, 20),
      'services.still.limit': () => 40,
    },
    (name) => name !== 'unbounded',
  );
  const chart = chartOf(input, 'guards');

  it('have a panel each, of those that moved, and name those that did not', () => {
    expect(titles(chart)).toEqual([
      'web -> a.b: circuit breaker',
      'web -> a.b: retries left',
      'a: limit of concurrency',
    ]);
    expect(chart.caption).toContain('Never moved, and not shown: still: limit of concurrency.');
    expect(chart.panels['guard0']?.lines.map(({ policy }) => policy)).toEqual([1, 2, 3]);
  });

  it('have an axis in words for breakers, that go from state to state at once', () => {
    const [breaker, budget] = marks(chart, 'line');
    expect(JSON.stringify(breaker?.encoding['y'])).toContain("'closed'");
    expect(breaker?.mark['interpolate']).toBe('step');
    expect(budget?.mark['interpolate']).toBeUndefined();
  });

  it('show five of many', () => {
    const many = fixtureInput();
    for (let edge = 0; edge < 9; edge++) {
      give(many, { [`calls.web -> s${edge}.breaker`]: (second) => (second > 9 * edge ? 1 : 0) });
    }
    const five = chartOf(many, 'guards');
    expect(titles(five)).toHaveLength(5);
    expect(five.caption).toContain('Moved less, and not shown: web -> s5: circuit breaker');
  });

  it('are left out where none ever moved', () => {
    const still = give(fixtureInput(), { 'calls.web -> a.breaker': () => 0 });
    expect(drawn(still).has('guards')).toBe(false);
  });
});
