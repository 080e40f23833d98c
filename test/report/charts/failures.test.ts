import { describe, expect, it } from 'vitest';
import { reasonColour } from '../../../src/report/reasons.js';
import { fixtureInput } from '../fixture.js';
import { chartOf, drawn, give, marks, titles } from './drawn.js';

const input = give(
  fixtureInput(),
  {
    'errors.error': (second) => (second > 90 ? 5 : 0),
    'errors.timeout': (second) => (second > 60 ? 40 : 0),
    'errors.crashed': () => 0,
    'errors.new_reason': (second) => (second === 100 ? 1 : 0),
  },
  (name) => name !== 'retry-budget',
);
const chart = chartOf(input, 'failures');

describe('failures over time', () => {
  it('have a panel for each policy that had any, and name those that had none', () => {
    expect(titles(chart)).toEqual([
      'unbounded: 100% timeout',
      'bounded-reject: 72% timeout',
      'retry-storm: 56% timeout',
    ]);
    give(input, { 'errors.error': () => 0 }, (name) => name === 'retry-budget');
    expect(chartOf(input, 'failures').caption).toContain('Without a failure: retry-budget.');
  });

  it('lay the reasons one on the other in their own colours, in the same order everywhere', () => {
    for (const { encoding } of marks(chart, 'area')) {
      expect(encoding['y']?.['stack']).toBe('zero');
      expect(encoding['fill']?.scale?.['range']).toEqual(
        ['timeout', 'error', 'new_reason'].map(reasonColour),
      );
    }
    expect(JSON.stringify(chart.spec['params'])).toContain('["timeout","error","new reason"]');
  });

  it('are on one scale, of the greatest sum', () => {
    const scales = marks(chart, 'area').map(({ encoding }) => encoding['y']?.scale?.['domain']);
    for (const domain of scales) expect(domain).toEqual([0, 46]);
  });

  it('keep the same steps for all reasons where they are thinned', () => {
    const thinned = drawn(input, true, 30).get('failures')!.panels['failures0']!;
    const [first, ...others] = thinned.lines;
    for (const line of others) expect(line.gaps).toEqual(first?.gaps);
  });

  it('are left out where nothing failed', () => {
    const none = give(fixtureInput(), { 'errors.error': () => 0 });
    expect(drawn(none).has('failures')).toBe(false);
  });
});
