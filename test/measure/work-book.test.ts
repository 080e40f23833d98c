import { describe, expect, it } from 'vitest';
import { WorkBook } from '../../src/measure/work-book.js';

describe('the book of worker time', () => {
  it('tells the share that was wasted of what ended in each step, by component', () => {
    const book = new WorkBook(2, 2, 3);
    book.book(0, 0, 0, 30, true);
    book.book(1, 0, 2, 10, false);
    book.book(1, 1, 1, 5, false);
    expect(book.endStep(0)).toBe(0.25);
    expect(book.endStep(1)).toBe(1);
    book.book(0, 0, 1, 7, true);
    expect(book.endStep(0)).toBe(0);
    expect(book.endStep(1)).toBeNaN();
  });

  it('sums a sender over components and the epochs asked for', () => {
    const book = new WorkBook(2, 2, 3);
    for (const component of [0, 1]) {
      for (const epoch of [0, 1, 2]) book.book(1, component, epoch, 10 ** epoch, component === 0);
    }
    book.book(0, 0, 0, 1e6, false);
    expect(book.between(1, 0, 3)).toEqual({ ns: 222, wastedNs: 111 });
    expect(book.between(1, 1, 2)).toEqual({ ns: 20, wastedNs: 10 });
    expect(book.between(0, 1, 3)).toEqual({ ns: 0, wastedNs: 0 });
  });
});
