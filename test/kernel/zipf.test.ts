import { describe, expect, it } from 'vitest';
import { IdentitySource, openStream } from '../../src/kernel/draws.js';
import { Zipf } from '../../src/kernel/laws/zipf.js';
import { gammaBelow } from './laws.js';

/** How likely a chi-square as great or less is, ranks pooled until at least 20 of each are expected. */
function confidence(n: number, s: number, draws: number): number {
  const law = new Zipf(n, s);
  const source = openStream('7', `zipf ${n} ${s}`, 'test');
  const counts = new Float64Array(n + 1);
  for (let i = 0; i < draws; i++) counts[law.rank(source)]!++;
  const weights = Array.from({ length: n }, (_, i) => (i + 1) ** -s);
  const total = weights.reduce((a, b) => a + b, 0);
  let [sum, bins, found, expected] = [0, 0, 0, 0];
  weights.forEach((weight, i) => {
    found += counts[i + 1]!;
    expected += (draws * weight) / total;
    if (expected < 20 && i < n - 1) return;
    sum += (found - expected) ** 2 / expected;
    bins++;
    [found, expected] = [0, 0];
  });
  return bins === 1 ? 0.5 : gammaBelow((bins - 1) / 2, sum / 2);
}

describe("Zipf's law", () => {
  it.each([
    [1, 1],
    [2, 0.5],
    [10, 0],
    [10, 1],
    [100, 0.8],
    [1000, 1.1],
    [1000, 1 + 1e-12],
    [1000, 2.5],
    [5000, 0.99],
    [50, 8],
  ])('of %d ranks with exponent %d is drawn exactly', (n, s) => {
    const p = confidence(n, s, 400_000);
    expect(p).toBeGreaterThan(0.0005);
    expect(p).toBeLessThan(0.9995);
  });

  it('stays within its ranks also where they are very many or nearly all alike one', () => {
    for (const [n, s] of [
      [1_000_000_000, 0.3],
      [1_000_000_000, 1],
      [1_000_000_000, 40],
      [3, 500],
    ] as const) {
      const law = new Zipf(n, s);
      const source = openStream('1', 'many', 'test');
      for (let i = 0; i < 2000; i++) {
        const rank = law.rank(source);
        expect(Number.isInteger(rank) && rank >= 1 && rank <= n).toBe(true);
      }
    }
  });

  it('is a function of the key that it is drawn for', () => {
    const law = new Zipf(1000, 1.1);
    const source = new IdentitySource();
    const ranks = [1, 2, 3, 1].map((hi) => {
      source.seek(hi, 99, 5);
      return law.rank(source);
    });
    expect(ranks[3]).toBe(ranks[0]);
  });

  it('refuses what is no law', () => {
    for (const [n, s] of [
      [0, 1],
      [1.5, 1],
      [10, -1],
      [10, Infinity],
      [10, NaN],
    ] as const) {
      expect(() => new Zipf(n, s)).toThrow(RangeError);
    }
  });
});
