import { describe, expect, it } from 'vitest';
import { bytes, duration, number, rate, share, shellWord } from '../../src/cli/support/format.js';

describe('figures as one would say them', () => {
  it.each([
    [0, '0'],
    [0.00123456, '0.00123'],
    [4.5678, '4.57'],
    [99.96, '100'],
    [612.4, '612'],
    [1234567.8, '1,234,568'],
    [-1500, '-1,500'],
  ])('the number %d', (value, text) => {
    expect(number(value)).toBe(text);
  });

  it.each([
    [0, '0 s'],
    [2.5e-7, '250 ns'],
    [0.00025, '250 µs'],
    [0.045, '45 ms'],
    [12.345, '12.3 s'],
    [599, '599 s'],
    [750, '12.5 min'],
    [21_600, '6 h'],
    [40_000, '11.1 h'],
  ])('%d seconds', (value, text) => {
    expect(duration(value)).toBe(text);
  });

  it('shares, rates and sizes', () => {
    expect([share(0.4166), rate(900), bytes(64 * 1024), bytes(3 * 1024 ** 3)]).toEqual([
      '41.7%',
      '900/s',
      '64 KiB',
      '3 GiB',
    ]);
  });

  it('words for the shell', () => {
    expect(['a/b-c.yaml', '42/1', 'my file.yaml', "it's"].map(shellWord)).toEqual([
      'a/b-c.yaml',
      '42/1',
      "'my file.yaml'",
      `'it'\\''s'`,
    ]);
  });
});
