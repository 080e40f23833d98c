import { describe, expect, it } from 'vitest';
import { sparkline, sparklineTop } from '../../src/cli/support/sparkline.js';

describe('sparkline', () => {
  it('draws eight heights', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe('▁▂▃▄▅▆▇█');
  });

  it('shortens a long series to the mean of each stretch', () => {
    const values = Array.from({ length: 1000 }, (_, index) => (index < 500 ? 10 : 0));
    expect(sparkline(values, 4)).toBe('██▁▁');
  });

  it('leaves a short series as short as it is', () => {
    expect(sparkline([1, 1], 20)).toBe('██');
  });

  it('leaves a blank where nothing was sampled', () => {
    expect(sparkline([4, null, 4], 3)).toBe('█ █');
    expect(sparkline([null, null, 4, null], 2)).toBe(' █');
  });

  it('lies flat where there is nothing to show', () => {
    expect(sparkline([0, 0, 0], 3)).toBe('▁▁▁');
    expect(sparkline([], 20)).toBe('');
  });

  it('shares a scale where it is given one', () => {
    const top = Math.max(sparklineTop([8], 20), sparklineTop([1], 20));
    expect([sparkline([8], 20, top), sparkline([1], 20, top)]).toEqual(['█', '▂']);
  });
});
