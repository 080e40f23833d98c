import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  numberAt,
  numbersToText,
  shareAt,
  sharesToText,
} from '../../../src/report/topology/letters.js';

const numbers = fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1e9, noNaN: true }));

describe('figures as letters', () => {
  it('come back to a tenth up to 200, and to three parts in a thousand beyond', () => {
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 1 }), (values) => {
        const text = numbersToText(values);
        values.forEach((value, moment) => {
          const back = numberAt(text, moment);
          if (value === null) expect(back).toBeNull();
          else
            expect(Math.abs((back as number) - value)).toBeLessThanOrEqual(
              Math.max(0.0501, value * 0.0015),
            );
        });
      }),
    );
  });

  it('of shares come back to a tenth of one per cent', () => {
    for (let share = 0; share <= 1; share += 0.001) {
      const back = shareAt(sharesToText([share, null]), 0) as number;
      expect(Math.abs(back - share)).toBeLessThan(0.00051);
    }
    expect(shareAt(sharesToText([0.5, null]), 1)).toBeNull();
  });

  it('keep nothing, all and no value as they are', () => {
    expect(['', ''].map((_, at) => numberAt(numbersToText([0, null]), at))).toEqual([0, null]);
    expect([0, 1].map((at) => shareAt(sharesToText([0, 1]), at))).toEqual([0, 1]);
    expect(numberAt(numbersToText([1e12, -3]), 0)).toBeCloseTo(1e9, -3);
    expect(numberAt(numbersToText([1e12, -3]), 1)).toBe(0);
  });

  it('of a column that never changes are one', () => {
    const text = numbersToText(new Array(300).fill(3));
    expect(text).toHaveLength(2);
    expect(numberAt(text, 299)).toBe(3);
    expect(sharesToText(new Array(300).fill(null))).toHaveLength(2);
    expect(shareAt(sharesToText(new Array(300).fill(null)), 299)).toBeNull();
  });

  it('need no escape in JSON, nor in a script', () => {
    const every = Array.from({ length: 4000 }, (_, at) => at * at);
    const text = numbersToText(every) + sharesToText(every.map((_, each) => each / 4000));
    expect(JSON.stringify(text)).toHaveLength(text.length + 2);
    expect(text).not.toMatch(/[<>&\\"]/);
  });
});
