import { describe, expect, it } from 'vitest';
import { type Figure, figure, misses, scenarioOf, seedsFrom, TIMEOUT_MS } from './intervals.js';

const HITS = 'services.shop.cache.hit_ratio';

/** The shares of Zipf's law, the most popular first. */
function zipf(n: number, s: number): number[] {
  const weights = Array.from({ length: n }, (_, k) => (k + 1) ** -s);
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}

/**
 * LRU by Che's approximation: a key is found if it was asked for within the time t in which so many
 * different keys are as the cache holds, Σ(1 − e^{−p t}) = C. (H. Che, Y. Tung and Z. Wang,
 * "Hierarchical web caching systems", IEEE JSAC 20, 2002; how good it is: C. Fricker, P. Robert and
 * J. Roberts, "A versatile and accurate approximation for LRU cache performance", ITC 24, 2012.)
 */
function che(shares: readonly number[], capacity: number): number {
  const held = (t: number): number => shares.reduce((sum, p) => sum - Math.expm1(-p * t), 0);
  let [low, high] = [0, 1];
  while (held(high) < capacity) high *= 2;
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (held(middle) < capacity) low = middle;
    else high = middle;
  }
  return shares.reduce((sum, p) => sum - p * Math.expm1(-p * low), 0);
}

/**
 * LRU exactly, for few keys: the chance that these are in it, in this order of last use, is
 * p₁ · p₂/(1−p₁) · p₃/(1−p₁−p₂) … (W. King, "Analysis of paging algorithms", IFIP 1971).
 */
function king(shares: readonly number[], capacity: number): number {
  const from = (left: number, chance: number, held: number, used: ReadonlySet<number>): number => {
    if (left === 0) return chance * held;
    return shares.reduce((sum, p, k) => {
      if (used.has(k)) return sum;
      return sum + from(left - 1, (chance * p) / (1 - held), held + p, new Set(used).add(k));
    }, 0);
  };
  return from(capacity, 1, 0, new Set());
}

/** Without a bound: of each key's requests 1 in 1 + λT finds it expired, T after it was fetched. */
function expiring(shares: readonly number[], perSecond: number, seconds: number): number {
  return shares.reduce((sum, p) => {
    const during = p * perSecond * seconds;
    return sum + (p * during) / (1 + during);
  }, 0);
}

/** Che's figures are known to 2%; a fetch takes no time, so that no key is asked for meanwhile. */
const approximately = (theory: number): Figure => ({
  ...figure(HITS, theory),
  known: 0.02 * theory,
});

const service = (key: string, cache: string, more = ''): string => `spillway: 1
duration: 160s
warmup: 60s
producers: { users: { arrivals: { poisson: 1000/s }, to: shop, key: { zipf: ${key} } } }
services: { shop: { workers: unbounded, ${more} handler: [ { cache: ${cache}, then: [] } ] } }
`;

const CASES: { title: string; text: string; theory: Figure }[] = [
  ...[
    { n: 1000, s: 0.6, capacity: 100 },
    { n: 1000, s: 1, capacity: 30 },
    { n: 10_000, s: 0.8, capacity: 500 },
    { n: 10_000, s: 1.2, capacity: 2000 },
  ].map(({ n, s, capacity }) => ({
    title: `the ${capacity} used last of ${n} keys by Zipf ${s}: Che, within 2%`,
    text: service(`{ n: ${n}, s: ${s} }`, `{ capacity: ${capacity}, warm: true }`),
    theory: approximately(che(zipf(n, s), capacity)),
  })),
  {
    title: 'on two replicas, each chosen by chance, each finds as much as one would',
    text: service('{ n: 1000, s: 0.9 }', '{ capacity: 50 }', 'replicas: 2, balance: random,'),
    theory: approximately(che(zipf(1000, 0.9), 50)),
  },
  {
    title: 'shared by two replicas it is one',
    text: service('{ n: 1000, s: 0.9 }', '{ capacity: 50, shared: true }', 'replicas: 2,'),
    theory: approximately(che(zipf(1000, 0.9), 50)),
  },
  ...[
    { n: 5, s: 1, capacity: 2 },
    { n: 8, s: 0.5, capacity: 3 },
  ].map(({ n, s, capacity }) => ({
    title: `the ${capacity} used last of ${n} keys by Zipf ${s}: King, exactly`,
    text: service(`{ n: ${n}, s: ${s} }`, `{ capacity: ${capacity} }`),
    theory: figure(HITS, king(zipf(n, s), capacity)),
  })),
  ...[
    { n: 200, s: 0.8, seconds: 0.5 },
    { n: 2000, s: 1, seconds: 3 },
  ].map(({ n, s, seconds }) => ({
    title: `${n} keys by Zipf ${s}, each good for ${seconds} s: λT / (1 + λT), exactly`,
    text: service(`{ n: ${n}, s: ${s} }`, `{ capacity: unbounded, ttl: ${seconds}s }`),
    theory: figure(HITS, expiring(zipf(n, s), 1000, seconds)),
  })),
];

/** Errors of the whole table of at most 1%. */
const LEVEL = 1 - 0.01 / CASES.length;

describe('how much a cache finds', () => {
  for (const [index, { title, text, theory }] of CASES.entries()) {
    it(
      title,
      async () => {
        const seeds = seedsFrom(1 + 100 * index);
        const scenario = scenarioOf(text, `${title}.yaml`);
        expect(await misses(scenario, [theory], { seeds, level: LEVEL })).toEqual([]);
      },
      TIMEOUT_MS,
    );
  }
});
