import { describe, expect, it } from 'vitest';
import { formatIssue } from '../../src/scenario/index.js';
import { expectationIssues } from '../../src/study/index.js';
import { small, sound } from '../scenario/support.js';

/** What is said of an expectation that picks a cell. */
function told(where: string, sweep: string): string[] {
  const expected = `expect: [ { that: goodput > 1/s, where: { ${where} } } ]`;
  return expectationIssues(sound(small(`${sweep}\n${expected}`)), 'f').map(formatIssue);
}

describe('an expectation of one cell', () => {
  const sweep = 'sweep: { load: [50%, 1], services.shop.deadline_check: [true, false] }';

  it('may pick it by a load however it is written, and by true or false', () => {
    expect(told('load: 0.5', sweep)).toEqual([]);
    expect(told('load: 100%, services.shop.deadline_check: true', sweep)).toEqual([]);
  });

  it.each([
    [
      'loads: 50%',
      sweep,
      'loads is no axis of the sweep; expected load, services.shop.deadline_check',
    ],
    ['load: 70%', sweep, 'the sweep has no cell at load 0.7'],
    ['load: 50%', '', 'there is no sweep whose cell it could pick'],
  ])('%s is refused with its reason', (where, axes, message) => {
    const [first, ...others] = told(where, axes);
    expect(first).toMatch(/^f:\d+:19: expect\.0: where: /);
    expect(first).toContain(message);
    expect(others).toEqual([]);
  });
});
