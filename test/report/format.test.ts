import { describe, expect, it } from 'vitest';
import {
  formatMoment,
  formatNumber,
  formatSeconds,
  formatShare,
  formatSpan,
} from '../../src/report/format.js';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('figures are written as a reader meets them', () => {
  it.each([
    [null, '–'],
    [0, '0'],
    [0.0123456, '0.0123'],
    [3.92, '3.92'],
    [99.96, '100'],
    [54_321.4, '54,321'],
    [1_234_567, '1,234,567'],
    [-1234, '-1,234'],
    [0.00001234, '1.2e-5'],
  ])('the number %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each([
    [null, '–'],
    [0, '0 s'],
    [0.00025, '250 µs'],
    [0.04, '40 ms'],
    [0.9996, '1 s'],
    [61.23, '61.2 s'],
    [119.6, '2 min'],
    [125, '2 min 5 s'],
    [3600, '60 min'],
    [7200, '2 h'],
    [7260, '2 h 1 min'],
  ])('the duration %s', (value, text) => {
    expect(plain(formatSeconds(value))).toBe(text);
  });

  it.each([
    [null, '–'],
    [0.8131, '81.3%'],
    [0.99995, '>\u00a099.9%'],
    [1, '100%'],
  ])('the share %s; only a whole one is 100%%', (value, text) => {
    expect(formatShare(value)).toBe(text);
  });

  it('says moments to a tenth of a second, and a span as one figure where it is one', () => {
    expect(plain(formatMoment(61.2))).toBe('61.2 s');
    expect(formatSpan(12, 240, 'rate')).toBe('12/s – 240/s');
    expect(formatSpan(240.1, 240.2, 'rate')).toBe('240/s');
  });
});
