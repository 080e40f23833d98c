import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lru } from '../../src/policies/lru.js';

/** The same as a Map, whose keys stand in the order in which they were put. */
class Naive {
  readonly until = new Map<number, number>();

  constructor(
    private readonly capacity: number,
    private readonly ttl: number,
  ) {}

  get(key: number, now: number): boolean {
    const until = this.until.get(key);
    if (until === undefined) return false;
    this.until.delete(key);
    if (now >= until) return false;
    this.until.set(key, until);
    return true;
  }

  put(key: number, now: number): boolean {
    const isNew = !this.until.delete(key);
    let evicts = false;
    if (isNew && this.until.size >= this.capacity) {
      const [last, until] = [...this.until][0]!;
      this.until.delete(last);
      evicts = now < until;
    }
    this.until.set(key, now + this.ttl);
    return evicts;
  }
}

const key = fc.oneof(
  fc.nat(6),
  fc.nat(300),
  fc.integer(),
  fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31)),
);
const act = fc.record({
  what: fc.constantFrom('get', 'get', 'put', 'put', 'fetch', 'fetch', 'clear'),
  key,
  passed: fc.nat(3),
});

describe('lru', () => {
  it('is what a map in the order of use would be, for any keys, capacity and time to live', () => {
    const capacity = fc.constantFrom(1, 2, 3, 7, 64, 65, 200, Infinity);
    const ttl = fc.constantFrom(1, 5, 100, Infinity);
    const acts = fc.array(act, { maxLength: 1000, size: 'max' });
    fc.assert(
      fc.property(capacity, ttl, acts, (most, ttlNs, list) => {
        const lru = new Lru(most, ttlNs);
        const naive = new Naive(most, ttlNs);
        let now = 0;
        for (const { what, key: k, passed } of list) {
          now += passed;
          if (what === 'clear' && passed === 0) {
            lru.clear();
            naive.until.clear();
          }
          if (what === 'get' || what === 'fetch') {
            const found = naive.get(k, now);
            expect(lru.get(k, now)).toBe(found);
            if (what === 'fetch' && !found) expect(lru.put(k, now)).toBe(naive.put(k, now));
          }
          if (what === 'put') expect(lru.put(k, now)).toBe(naive.put(k, now));
          expect(lru.size).toBe(naive.until.size);
        }
        for (const k of [...naive.until.keys()]) expect(lru.get(k, now)).toBe(naive.get(k, now));
      }),
      { numRuns: 300, seed: 42 },
    );
  });

  it('a key found does not stay good for longer', () => {
    const lru = new Lru(10, 100);
    lru.put(1, 0);
    expect([lru.get(1, 60), lru.get(1, 99), lru.get(1, 100), lru.get(1, 101)]).toEqual([
      ...[true, true],
      ...[false, false],
    ]);
  });

  it('takes no more memory than its capacity asks for, however many keys there were', () => {
    const lru = new Lru(1000, Infinity);
    for (let k = 0; k < 5000; k++) lru.put(k, k);
    const { bytes } = lru;
    for (let k = 5000; k < 100_000; k++) lru.put(k, k);
    expect(lru.size).toBe(1000);
    expect(lru.bytes).toBe(bytes);
  });

  it('refuses what is no cache', () => {
    for (const [capacity, ttl] of [
      [0, 1],
      [NaN, 1],
      [1, 0],
      [1, NaN],
    ] as const) {
      expect(() => new Lru(capacity, ttl)).toThrow(RangeError);
    }
  });
});
