import { describe, expect, it } from 'vitest';
import { actualText, expectationLines } from '../../src/cli/support/expectation-lines.js';
import { colorsFor } from '../../src/cli/support/terminal.js';
import type { ExpectResult } from '../../src/study/result.js';

const plain = colorsFor({ isTTY: false } as NodeJS.WriteStream);

const judged = (that: string, more: Partial<ExpectResult>): ExpectResult => ({
  that,
  actual: null,
  policy: null,
  passed: true,
  held: '20 of 20',
  ...more,
});

describe('a measured value beside its limit', () => {
  it.each([
    ['seconds', 0.112, '112 ms'],
    ['per_second', 684, '684/s'],
    ['share', 0.25, '25%'],
    ['bytes', 2048, '2 KiB'],
    ['number', 18.9, '18.9'],
  ] as const)('has the unit of its figure: %s', (unit, actual, told) => {
    expect(actualText(judged('', { unit, actual }))).toBe(told);
  });

  it('is a word, yes or no as it stands, and nothing where there is none', () => {
    expect(actualText(judged('', { actual: 'metastable' }))).toBe('metastable');
    expect(actualText(judged('', { actual: true }))).toBe('true');
    expect(actualText(judged('', { actual: null }))).toBe('nothing');
  });

  it('stands with its interval, where its ends are apart', () => {
    const one = judged('goodput > 290/s', { actual: 298, unit: 'per_second', limit: 290 });
    expect(expectationLines([{ ...one, interval: [297.4, 298.6] }], plain)).toEqual([
      '✓ goodput > 290/s  measured 298/s [297/s, 299/s], held 20 of 20',
    ]);
    expect(expectationLines([{ ...one, interval: [298, 298] }], plain)).toEqual([
      '✓ goodput > 290/s  measured 298/s, held 20 of 20',
    ]);
  });

  it('stands against the other side where that was measured too', () => {
    const one = judged('goodput(a) > 2 * goodput(b)', {
      actual: 298,
      unit: 'per_second',
      limit: 310,
      detail: '2 * goodput(b) is 310',
      passed: false,
      held: '3 of 20',
    });
    expect(expectationLines([one], plain)).toEqual([
      '✗ goodput(a) > 2 * goodput(b)  measured 298/s against 310/s, held 3 of 20',
    ]);
  });

  it('says why there is none', () => {
    const detail = 'recovery_time is null: it never recovered';
    const one = judged('recovery_time < 30s', {
      detail,
      passed: false,
      held: '0 of 20',
      limit: 30,
    });
    expect(expectationLines([one], plain)).toEqual([
      '✗ recovery_time < 30s  measured nothing, held 0 of 20',
      `    ${detail}`,
    ]);
  });
});
