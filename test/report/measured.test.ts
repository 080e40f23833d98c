import { describe, expect, it } from 'vitest';
import { measuredText } from '../../src/report/measured.js';
import type { ExpectResult } from '../../src/study/result.js';

const found = (more: Partial<ExpectResult>): string =>
  measuredText({ that: '', policy: null, passed: true, actual: null, held: '1 of 1', ...more });

describe('what an expectation found', () => {
  it.each([
    [{ actual: 0.112, unit: 'seconds' }, '112\u00a0ms'],
    [{ actual: 684, unit: 'per_second' }, '684/s'],
    [{ actual: 0.25, unit: 'share' }, '25%'],
    [{ actual: 2048, unit: 'bytes' }, '2\u00a0KiB'],
    [{ actual: 18.9, unit: 'number' }, '18.9'],
    [{ actual: 'metastable' }, 'metastable'],
    [{ actual: false }, 'false'],
    [{}, 'nothing'],
    [{ actual: 298, unit: 'per_second', interval: [297, 299] }, '298/s [297/s, 299/s]'],
    [{ actual: 298, unit: 'per_second', interval: [298, 298.1] }, '298/s'],
    [{ actual: 298, unit: 'per_second', limit: 200 }, '298/s'],
    [{ actual: 298, unit: 'per_second', limit: 200, detail: 'b is 200' }, '298/s against 200/s'],
    [{ actual: null, unit: 'per_second', limit: 200, detail: 'a is null' }, 'nothing'],
  ] as [Partial<ExpectResult>, string][])('%j: %s', (more, text) => {
    expect(found(more)).toBe(text);
  });
});
