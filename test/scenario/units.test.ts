import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatDuration,
  formatRate,
  readDuration,
  readFactor,
  readRate,
  readShare,
  readSize,
} from '../../src/scenario/index.js';

const value = (result: { ok: boolean }): unknown => ('value' in result ? result.value : null);
const code = (result: { ok: boolean }): unknown =>
  'why' in result ? (result.why as { code: string }).code : 'accepted';

describe('durations are integer nanoseconds', () => {
  it.each([
    ['0s', 0],
    ['1ns', 1],
    ['250us', 250_000],
    ['10ms', 10_000_000],
    ['0.1us', 100],
    ['1.5s', 1_500_000_000],
    ['6m30s', 390_000_000_000],
    ['6h', 21_600_000_000_000],
    ['1h30m', 5_400_000_000_000],
    ['0.1s', 100_000_000],
    ['9007199254740991ns', Number.MAX_SAFE_INTEGER],
  ])('%s is %d ns', (text, ns) => {
    expect(value(readDuration(text))).toBe(ns);
  });

  it.each([
    [0, 'bare_number'],
    [10, 'bare_number'],
    ['10', 'bare_number'],
    [-1, 'negative'],
    ['-1s', 'negative'],
    [Number.NaN, 'not_a_number'],
    [Number.POSITIVE_INFINITY, 'infinite'],
    ['.inf', 'infinite'],
    ['infs', 'infinite'],
    ['', 'wrong_unit'],
    ['s', 'wrong_unit'],
    ['10 ms', 'wrong_unit'],
    ['10sec', 'wrong_unit'],
    ['10MS', 'wrong_unit'],
    ['1e3s', 'wrong_unit'],
    ['30s6m', 'wrong_unit'],
    ['5s5s', 'wrong_unit'],
    ['900/s', 'wrong_unit'],
    ['0.5ns', 'too_fine'],
    ['2503h', 'too_large'],
    [`${'9'.repeat(200)}h`, 'wrong_unit'],
    [true, 'wrong_kind'],
    [null, 'wrong_kind'],
    [{}, 'wrong_kind'],
  ])('%j is refused: %s', (input, why) => {
    expect(code(readDuration(input))).toBe(why);
  });

  it('what is written is read back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000 }),
        fc.constantFrom(1, 1e3, 1e6, 1e9),
        (n, unit) => {
          expect(value(readDuration(formatDuration(n * unit)))).toBe(n * unit);
        },
      ),
    );
  });
});

describe('rates are per second', () => {
  it.each([
    ['900/s', 900],
    ['30/m', 0.5],
    ['36/h', 0.01],
    ['0.5/s', 0.5],
    ['0/s', 0],
  ])('%s is %d', (text, perSecond) => {
    expect(value(readRate(text))).toBe(perSecond);
    expect(value(readRate(formatRate(perSecond)))).toBeCloseTo(perSecond, 9);
  });

  it.each([
    [900, 'bare_number'],
    ['900', 'bare_number'],
    ['900', 'bare_number'],
    ['-900/s', 'negative'],
    ['900/d', 'wrong_unit'],
    ['900s', 'wrong_unit'],
    ['2000000000/s', 'too_large'],
    [Number.NaN, 'not_a_number'],
  ])('%j is refused: %s', (input, why) => {
    expect(code(readRate(input))).toBe(why);
  });
});

describe('sizes are bytes', () => {
  it.each([
    ['64KiB', 65_536],
    ['4GiB', 4_294_967_296],
    ['10MB', 10_000_000],
    ['1.5KiB', 1536],
    ['7B', 7],
  ])('%s is %d', (text, bytes) => {
    expect(value(readSize(text))).toBe(bytes);
  });

  it.each([
    [64, 'bare_number'],
    ['64K', 'wrong_unit'],
    ['0.3B', 'wrong_unit'],
    ['-1MB', 'negative'],
    ['9999999TiB', 'too_large'],
  ])('%j is refused: %s', (input, why) => {
    expect(code(readSize(input))).toBe(why);
  });
});

describe('shares', () => {
  it.each([
    [0.1, 0.1],
    ['10%', 0.1],
    ['0.1%', 0.001],
    ['100%', 1],
    [0, 0],
  ])('%j is %d', (input, share) => {
    expect(value(readShare(input))).toBe(share);
  });

  it.each([
    [1.5, 'too_large'],
    ['150%', 'too_large'],
    [-0.1, 'negative'],
    ['-5%', 'negative'],
    [Number.NaN, 'not_a_number'],
    [Number.POSITIVE_INFINITY, 'infinite'],
    ['ten percent', 'wrong_unit'],
  ])('%j is refused: %s', (input, why) => {
    expect(code(readShare(input))).toBe(why);
  });

  it('a load may be more than the whole', () => {
    expect(value(readFactor('150%'))).toBe(1.5);
  });
});
