import { describe, expect, it } from 'vitest';
import { readLiteral } from '../../src/judge/literal.js';

describe('readLiteral', () => {
  it.each([
    ['250us', 0.00025, 'seconds'],
    ['300ms', 0.3, 'seconds'],
    ['6m30s', 390, 'seconds'],
    ['1.5h', 5400, 'seconds'],
    ['-2s', -2, 'seconds'],
    ['900/s', 900, 'per_second'],
    ['30/m', 0.5, 'per_second'],
    ['7%', 0.07, 'share'],
    ['64KiB', 65536, 'bytes'],
    ['10MB', 10e6, 'bytes'],
    ['1.5', 1.5, 'number'],
    ['2e-3', 0.002, 'number'],
  ])('%s is %d %s', (text, value, unit) => {
    expect(readLiteral(text)).toEqual({ value, unit });
  });

  it.each(['', '5 s', '5x', '5s6h', '5s5s', '5/x', '%', '1.2.3s', '5sm', 's'])(
    '"%s" is no value',
    (text) => {
      expect(readLiteral(text)).toBeNull();
    },
  );
});
