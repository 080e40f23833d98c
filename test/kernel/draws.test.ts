import alea from 'seedrandom/lib/alea.js';
import { describe, expect, it } from 'vitest';
import {
  below,
  deriveHi,
  deriveLo,
  hashText,
  IdentitySource,
  mixed,
  openStream,
  purposeOf,
  type Source,
  unit53,
  unitOpen53,
} from '../../src/kernel/draws.js';
import { chiSquareZ, worstDependenceZ, worstZ } from './chi-square.js';

const WORDS = 1 << 20;
/** 38 scores a sequence and some fifty sequences: by chance alone one in some thousand is beyond. */
const Z_MAX = 5.2;

const work = purposeOf('work');
const identity = new IdentitySource();
const root = hashText('42/web');

/** The first word of work of a key. */
function firstOf(hi: number, lo: number): number {
  identity.seek(hi, lo, work);
  return identity.next();
}

function wordsBy(word: (i: number) => number): Int32Array {
  return Int32Array.from({ length: WORDS }, (_, i) => word(i));
}

/** A source that gives the words it is told. */
function told(...words: number[]): Source {
  let i = 0;
  return { next: () => words[i++ % words.length]! | 0 };
}

/** The one word that `mixed` takes to this one, each step undone. */
function unmixed(word: number): number {
  const inverse = (odd: number): number => {
    let x = odd;
    for (let i = 0; i < 5; i++) x = Math.imul(x, 2 - Math.imul(odd, x));
    return x;
  };
  let x = word ^ (word >>> 15) ^ (word >>> 30);
  x = Math.imul(x, inverse(0xd35a2d97));
  x ^= (x >>> 15) ^ (x >>> 30);
  x = Math.imul(x, inverse(0x21f0aaad));
  return x ^ (x >>> 16);
}

describe('a derived key', () => {
  it('is one of one parent only: mixing can be undone, word by word', () => {
    for (let i = -50_000; i < 50_000; i++) {
      const word = Math.imul(i, 85_899) | 0;
      if (unmixed(mixed(word)) !== word) expect(unmixed(mixed(word))).toBe(word);
    }
  });

  it('differs for every tag and every near parent, in a million', () => {
    const keys = new Int32Array(2_000_000);
    let n = 0;
    const add = (hi: number, lo: number, x: number) => {
      keys[n++] = deriveHi(hi, lo, x);
      keys[n++] = deriveLo(hi, lo, x);
    };
    for (let x = 0; x < 250_000; x++) {
      add(root.hi, root.lo, x);
      add(root.hi ^ x, root.lo, -1);
      add(root.hi, root.lo ^ x, -2);
      add(x, -x, -3);
    }
    const sorted = new BigUint64Array(keys.buffer).sort();
    expect(sorted.filter((key, i) => key === sorted[i - 1]).length).toBe(0);
  });

  it('changes each of its bits in half the cases when one bit of parent or tag does', () => {
    const cases = 20_000;
    const flips = new Float64Array(96 * 64);
    for (let i = 0; i < cases; i++) {
      const hi = mixed(3 * i);
      const lo = mixed(3 * i + 1);
      const x = mixed(3 * i + 2);
      for (let bit = 0; bit < 96; bit++) {
        const one = 1 << (bit & 31);
        const near = [hi ^ (bit < 32 ? one : 0), lo ^ (bit >> 5 === 1 ? one : 0)] as const;
        const tag = x ^ (bit >= 64 ? one : 0);
        const high = deriveHi(hi, lo, x) ^ deriveHi(near[0], near[1], tag);
        const low = deriveLo(hi, lo, x) ^ deriveLo(near[0], near[1], tag);
        for (let out = 0; out < 32; out++) {
          flips[bit * 64 + out]! += (high >>> out) & 1;
          flips[bit * 64 + 32 + out]! += (low >>> out) & 1;
        }
      }
    }
    const worst = Math.max(...flips.map((n) => Math.abs(n / cases - 0.5)));
    expect(worst).toBeLessThan(0.02);
  });
});

describe('the draws of keys', () => {
  it('are uniform over ordinals', () => {
    const word = (i: number) =>
      firstOf(deriveHi(root.hi, root.lo, i), deriveLo(root.hi, root.lo, i));
    expect(worstZ(wordsBy(word))).toBeLessThan(Z_MAX);
    expect(worstZ(wordsBy((i) => word(i * 4096)))).toBeLessThan(Z_MAX);
    expect(worstZ(wordsBy((i) => word(-i)))).toBeLessThan(Z_MAX);
  });

  it('are uniform along chains of parents', () => {
    let { hi, lo } = root;
    const link = (i: number) => {
      const next = deriveHi(hi, lo, i % 3);
      lo = deriveLo(hi, lo, i % 3);
      hi = next;
      return firstOf(hi, lo);
    };
    expect(worstZ(wordsBy(link))).toBeLessThan(Z_MAX);
  });

  it('are uniform over seeds that differ in one bit', () => {
    const word = (i: number) => {
      const bit = i & 63;
      const base = hashText(`${i >> 6}`);
      const hi = base.hi ^ (bit >= 32 ? 1 << (bit - 32) : 0);
      const lo = base.lo ^ (bit < 32 ? 1 << bit : 0);
      return firstOf(deriveHi(hi, lo, 0), deriveLo(hi, lo, 0));
    };
    expect(worstZ(wordsBy(word))).toBeLessThan(Z_MAX);
  });

  it('are uniform over raw keys that only count', () => {
    expect(worstZ(wordsBy((i) => firstOf(i, 0)))).toBeLessThan(Z_MAX);
    expect(worstZ(wordsBy((i) => firstOf(0, i)))).toBeLessThan(Z_MAX);
    expect(worstZ(wordsBy((i) => firstOf(i, i)))).toBeLessThan(Z_MAX);
  });

  it('are uniform along one key, and each depends on no other of the same key', () => {
    identity.seek(root.hi, root.lo, work);
    expect(worstZ(wordsBy(() => identity.next()))).toBeLessThan(Z_MAX);
    const nth = [0, 1, 2, 3].map(() => new Int32Array(WORDS));
    for (let i = 0; i < WORDS; i++) {
      identity.seek(deriveHi(root.hi, root.lo, i), deriveLo(root.hi, root.lo, i), work);
      for (const words of nth) words[i] = identity.next();
    }
    for (const other of [1, 2, 3]) {
      expect(worstDependenceZ(nth[0]!, nth[other]!)).toBeLessThan(Z_MAX);
      expect(worstZ(nth[other]!)).toBeLessThan(Z_MAX);
    }
  });

  it('for two purposes, of parent and child, or of neighbours have nothing in common', () => {
    const purposes = ['work', 'branch', 'jitter', 'replica'].map((name) => {
      const purpose = purposeOf(name);
      return wordsBy((i) => {
        identity.seek(deriveHi(root.hi, root.lo, i), deriveLo(root.hi, root.lo, i), purpose);
        return identity.next();
      });
    });
    const children = wordsBy((i) => {
      const hi = deriveHi(root.hi, root.lo, i);
      const lo = deriveLo(root.hi, root.lo, i);
      return firstOf(deriveHi(hi, lo, 1), deriveLo(hi, lo, 1));
    });
    const neighbours = wordsBy((i) =>
      firstOf(deriveHi(root.hi, root.lo, i + 1), deriveLo(root.hi, root.lo, i + 1)),
    );
    for (const other of [...purposes.slice(1), children, neighbours]) {
      expect(worstDependenceZ(purposes[0]!, other)).toBeLessThan(Z_MAX);
    }
  });

  it('are the same whenever and however often one asks, and whatever was drawn between', () => {
    identity.seek(1, 2, work);
    const first = [identity.next(), identity.next(), identity.next()];
    identity.seek(7, 8, 9);
    identity.next();
    identity.seek(1, 2, work);
    expect([identity.next(), identity.next(), identity.next()]).toEqual(first);
  });

  it('stay what they are from version to version', () => {
    expect(hashText('42/web')).toMatchInlineSnapshot(`
      {
        "hi": 1877224033,
        "lo": -2101488534,
      }
    `);
    expect(hashText('')).toMatchInlineSnapshot(`
      {
        "hi": -771906677,
        "lo": 251026278,
      }
    `);
    expect(purposeOf('work')).toMatchInlineSnapshot(`-267049592`);
    expect([deriveHi(1, 2, 3), deriveLo(1, 2, 3)]).toMatchInlineSnapshot(`
      [
        -1533128626,
        -248462128,
      ]
    `);
    identity.seek(1, 2, 3);
    expect([identity.next(), identity.next()]).toMatchInlineSnapshot(`
      [
        1146317285,
        -1481132450,
      ]
    `);
  });
});

describe('texts', () => {
  it('that are near each other stand for keys that are far', () => {
    const keys = new Set<string>();
    const texts = ['', ' ', '\0', '\0\0', 'a', 'aa', 'web', 'Web', 'we', 'eb', 'web/', '/web'];
    for (let i = 0; i < 100_000; i++) texts.push(`${i}`);
    for (const text of texts) {
      const { hi, lo } = hashText(text);
      keys.add(`${hi} ${lo}`);
    }
    expect(keys.size).toBe(texts.length);
    const names = Int32Array.from({ length: 1 << 18 }, (_, i) => purposeOf(`${i}`));
    expect(worstZ(names)).toBeLessThan(Z_MAX);
  });
});

describe('a stream', () => {
  it("is seedrandom's alea, seeded with seed/component/purpose", () => {
    const stream = openStream('42', 'web', 'arrivals');
    const random = alea('42/web/arrivals');
    for (let i = 0; i < 1000; i++) expect(stream.next() >>> 0).toBe(random() * 4294967296);
  });

  it('is uniform, and of another name or seed has nothing in common with it', () => {
    const draw = (...name: [string, string, string]) => {
      const stream = openStream(...name);
      return wordsBy(() => stream.next());
    };
    const arrivals = draw('42', 'web', 'arrivals');
    expect(worstZ(arrivals)).toBeLessThan(Z_MAX);
    for (const other of [
      draw('43', 'web', 'arrivals'),
      draw('42/1', 'web', 'arrivals'),
      draw('42', 'wea', 'arrivals'),
      draw('42', 'web', 'arrival'),
    ]) {
      expect(worstDependenceZ(arrivals, other)).toBeLessThan(Z_MAX);
    }
  });

  it('begins anywhere: the first words of many streams are uniform', () => {
    const firsts = Int32Array.from({ length: 1 << 17 }, (_, i) =>
      openStream(`${i}`, 'web', 'arrivals').next(),
    );
    expect(worstZ(firsts)).toBeLessThan(Z_MAX);
  });
});

describe('a number drawn', () => {
  it('from [0, 1) has 53 bits, the leading word first', () => {
    expect(unit53(told(0, 0))).toBe(0);
    expect(unit53(told(-1, -1))).toBe(1 - 2 ** -53);
    expect(unit53(told(1 << 31, 0))).toBe(0.5);
    expect(unit53(told(0, 1))).toBe(2 ** -53);
    expect(unit53(told(1 << 11, 0))).toBe(2 ** -21);
    expect(unitOpen53(told(0, 0, 0, 1))).toBe(2 ** -53);
  });

  it('below n takes every value alike, without the bias of a remainder', () => {
    for (const n of [1, 2, 3, 10, 1000, 2097152, 3_000_000_000, 4294967296]) {
      const places = Math.min(n, 1000);
      const counts = new Float64Array(places);
      let whole = true;
      for (let i = 0; i < 200_000; i++) {
        const value = below(identity, n);
        whole &&= value >= 0 && value < n && Number.isInteger(value);
        counts[Math.floor((value / n) * places)]!++;
      }
      expect(whole).toBe(true);
      if (n > 1) expect(chiSquareZ(counts, 200_000 / places)).toBeLessThan(Z_MAX);
    }
  });

  it('below n is drawn again where it would favour the small: of 2^32 words 2^32 mod n', () => {
    // For n = 3 the product's lower half must be at least 2^32 mod 3 = 1.
    expect(below(told(0, -1), 3)).toBe(2);
    expect(below(told(-1, 5), 3_000_000_000)).toBe(5);
  });
});
