import { describe, expect, it } from 'vitest';
import { mistakes, small } from './support.js';

describe('a key of the language that is not built is refused by name', () => {
  it('queues, in what an operator changes', () => {
    const set = 'faults: [ { at: 1s, set: { queues: { jobs: { capacity: 5 } } } } ]';
    expect(mistakes(small(set)).join('\n')).toContain('set.queues: not yet: queues (');
  });
});
