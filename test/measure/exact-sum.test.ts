import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactSums } from '../../src/measure/exact-sum.js';

const full = process.env['SPILLWAY_FULL'] === '1';
const RUNS = { numRuns: full ? 20_000 : 2000 };
const MOST = 2 ** 52 - 1;

const value = fc.oneof(
  fc.integer({ min: 0, max: MOST }),
  fc.nat(1000),
  fc.constantFrom(0, 1, 2 ** 26 - 1, 2 ** 26, 2 ** 26 + 1, 2 ** 51, MOST),
);
const count = fc.oneof(fc.integer({ min: 0, max: 2 ** 40 }), fc.nat(1000));
/** Something added: a value, or a count times a value. */
const addend = fc.tuple(fc.option(count), value);
const addends = fc.array(addend, { maxLength: 40 });

function addAll(sums: ExactSums, row: number, list: readonly (readonly [number | null, number])[]) {
  let exact = 0n;
  for (const [times, of] of list) {
    if (times === null) sums.add(row, of);
    else sums.addTimes(row, times, of);
    exact += BigInt(times ?? 1) * BigInt(of);
  }
  return exact;
}

describe('exact sums', () => {
  it('are those of BigInt, rounded once, even where products are beyond 2^53', () => {
    fc.assert(
      fc.property(addends, (list) => {
        const sums = new ExactSums(2);
        const exact = addAll(sums, 1, list);
        expect(sums.valueOf(1)).toBe(Number(exact));
        expect(sums.valueOf(0)).toBe(0);
      }),
      RUNS,
    );
  });

  it('two are the same exactly when BigInt says so, in whatever order and pieces they came', () => {
    fc.assert(
      fc.property(addends, fc.nat(3), (list, more) => {
        const sums = new ExactSums(2);
        const one = addAll(sums, 0, list);
        const other = addAll(sums, 1, [...list].reverse());
        expect(sums.same(0, sums, 1)).toBe(one === other);
        sums.add(1, more);
        expect(sums.same(0, sums, 1)).toBe(more === 0);
      }),
      RUNS,
    );
  });

  it('one nanosecond in the times of two million requests waiting for an hour is seen', () => {
    const sums = new ExactSums(2);
    sums.addTimes(0, 2_000_000, 3600e9);
    for (let i = 0; i < 2_000_000; i++) sums.add(1, 3600e9);
    expect(sums.same(0, sums, 1)).toBe(true);
    sums.add(1, 1);
    expect(sums.valueOf(0)).toBe(7.2e18);
    expect(sums.same(0, sums, 1)).toBe(false);
  });
});
