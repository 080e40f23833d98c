import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { theoryLines } from '../../src/cli/support/theory-lines.js';
import type { TheoryForm, TheoryRefusal } from '../../src/study/result.js';
import { fixtureInput } from '../report/fixture.js';

function lines(forms: TheoryForm[], refused: TheoryRefusal[], verbose = false): string[] {
  const none = { capacity: null, bottleneck: null, stable_below: null, reason: 'none' };
  const { result } = fixtureInput({ theory: { ...none, forms, refused } });
  for (const policy of Object.values(result.policies)) {
    policy.metrics['services.shop.wait.mean'] = 0.00398;
    policy.intervals = { 'services.shop.wait.mean': [0.00395, 0.00402] };
  }
  return theoryLines(result, pc.createColors(false), verbose);
}

const figures = {
  'services.shop.utilization': 0.8,
  'services.shop.wait.mean': 0.004,
  'services.shop.wait.p99': 0.022,
};
const shop: TheoryForm = { component: 'shop', form: 'M/M/1', figures };

describe('theory in the terminal', () => {
  it('tells form, figure, simulated figure and interval; once where policies agree', () => {
    expect(lines([shop], [])).toEqual([
      'theory  M/M/1 at shop: wait.mean 4 ms (simulated 3.98 ms, 95% interval 3.95 ms to 4.02 ms), ' +
        'wait.p99 22 ms (simulated –)',
    ]);
    expect(lines([shop], [], true)[0]).toContain('utilization 80% (simulated –)');
  });

  it('tells the reasons where no form fits, three lines at most, all of them with -v', () => {
    const refused = ['a', 'b', 'c', 'd', 'e'].map((component) => ({
      component,
      reason: component,
    }));
    expect(lines([], refused)).toEqual([
      'theory  no closed form: a: a',
      'theory  no closed form: b: b',
      'theory  and 3 more (-v shows all)',
    ]);
    expect(lines([], refused, true)).toHaveLength(5);
    const alike = ['a', 'b'].map((component) => ({ component, reason: 'it is odd' }));
    expect(lines([], alike)).toEqual(['theory  no closed form: a, b: it is odd']);
    expect(lines([], [])).toEqual([]);
  });
});
