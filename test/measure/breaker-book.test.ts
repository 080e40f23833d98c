import { expect, it } from 'vitest';
import { BreakerBook } from '../../src/measure/breaker-book.js';

it('openings by second are those of breakers that were closed; all count as opens', () => {
  const clock = new Float64Array(1);
  const book = new BreakerBook([1], 1, clock);
  const at = (seconds: number, from: 'closed' | 'half_open', to: 'open' | 'closed') => {
    clock[0] = seconds * 1e9;
    book.changed(0, from, to);
  };
  at(1.5, 'closed', 'open');
  at(2.5, 'half_open', 'open');
  at(3.2, 'half_open', 'closed');
  at(3.7, 'closed', 'open');
  expect([...book.openingsBySecond(0, 5)]).toEqual([0, 1, 0, 1, 0]);
  expect(book.opensBetween(0, 0, 1)).toBe(3);
});
