/**
 * The sources of chance. What belongs to a component draws from a named stream (`openStream`);
 * what belongs to a request is a pure function of its key, the purpose and the draw's number
 * (`IdentitySource`), so no order of events changes it. A key is two int32 words.
 */
import alea from 'seedrandom/lib/alea.js';

/** Anything that gives 32 uniform bits a call, as an int32. */
export interface Source {
  next(): number;
}

/** A request's or an attempt's identity. */
export interface Key {
  readonly hi: number;
  readonly lo: number;
}

/** The golden ratio's fraction, of 32 bits and odd: steps of it visit every word evenly. */
const STEP = 0x9e3779b9;
/** The fraction of the square root of 3, made odd. */
const STEP_2 = 0xbb67ae85;
/** Digits of pi's fraction, to tell the rounds apart. */
const ROUND_1 = 0x243f6a88;
const ROUND_2 = 0x85a308d3;
const ROUND_3 = 0x13198a2e;

/**
 * A bijection of int32 in which every input bit changes every output bit with a chance near half:
 * xorshift-multiply with the constants found by TheIronBorn, bias 0.108, the best known of two
 * rounds (https://github.com/skeeto/hash-prospector/issues/19, after Chris Wellons' lowbias32).
 */
export function mixed(word: number): number {
  let x = word ^ (word >>> 16);
  x = Math.imul(x, 0x21f0aaad);
  x ^= x >>> 15;
  x = Math.imul(x, 0xd35a2d97);
  return x ^ (x >>> 15);
}

/**
 * The child of key (hi, lo) for the tag x, its first word; `deriveLo` gives the second. Together
 * they are three Feistel rounds over `mixed` (M. Luby and C. Rackoff, "How to construct
 * pseudorandom permutations from pseudorandom functions", 1988): for one tag a bijection of keys,
 * so no two parents have one child. Written out in both, so that a compiler which has put one
 * beside the other computes their common rounds once.
 */
export function deriveHi(hi: number, lo: number, x: number): number {
  const h = hi ^ mixed(lo ^ Math.imul(x, STEP) ^ ROUND_1);
  const l = lo ^ mixed(h ^ Math.imul(x, STEP_2) ^ ROUND_2);
  return h ^ mixed(l ^ ROUND_3);
}

/** The second word of the child of key (hi, lo) for the tag x; see `deriveHi`. */
export function deriveLo(hi: number, lo: number, x: number): number {
  const h = hi ^ mixed(lo ^ Math.imul(x, STEP) ^ ROUND_1);
  return lo ^ mixed(h ^ Math.imul(x, STEP_2) ^ ROUND_2);
}

/** Writes the child of key (hi, lo) for the tag x (see `deriveHi`) to `words` at `at` and `at + 1`. */
export function deriveInto(words: Int32Array, at: number, hi: number, lo: number, x: number): void {
  const h = hi ^ mixed(lo ^ Math.imul(x, STEP) ^ ROUND_1);
  const l = lo ^ mixed(h ^ Math.imul(x, STEP_2) ^ ROUND_2);
  words[at] = h ^ mixed(l ^ ROUND_3);
  words[at + 1] = l;
}

/** The draws of one key and purpose, in order. One such source serves all requests in turn. */
export class IdentitySource implements Source {
  private state = 0;
  private other = 0;

  /** Goes to the first draw of a key for a purpose (see `purposeOf`). */
  seek(hi: number, lo: number, purpose: number): void {
    this.state = hi ^ purpose;
    this.other = lo;
  }

  /** The next 32 bits of this key and purpose. */
  next(): number {
    const state = (this.state + STEP) | 0;
    this.state = state;
    return mixed(mixed(state) ^ this.other);
  }
}

const AHEAD = 256;

/** A component's stream: alea by Johannes Baagoe, as published in seedrandom. */
export class StreamSource implements Source {
  private readonly random: () => number;
  /** Words are drawn ahead, many at a time: a call for each costs twice as much. */
  private readonly ahead = new Int32Array(AHEAD);
  private at = AHEAD;

  /** A stream seeded with a text; `openStream` composes it. */
  constructor(text: string) {
    this.random = alea(text);
  }

  /** The next 32 bits of the stream. */
  next(): number {
    if (this.at === AHEAD) this.fill();
    return this.ahead[this.at++];
  }

  private fill(): void {
    const { ahead, random } = this;
    for (let i = 0; i < AHEAD; i++) ahead[i] = random() * 4294967296;
    this.at = 0;
  }
}

/** The stream of a component for a purpose: `openStream('42', 'web', 'arrivals')`. */
export function openStream(seed: string, component: string, purpose: string): StreamSource {
  return new StreamSource(`${seed}/${component}/${purpose}`);
}

/** The key a text stands for. For seeds and names, when a model is built; too slow for a draw. */
export function hashText(text: string): Key {
  let hi = ROUND_1;
  let lo = ROUND_3;
  for (let i = 0; i <= text.length; i++) {
    // The length at the end keeps a text apart from what it begins.
    const x = i < text.length ? text.charCodeAt(i) : 0x10000 + text.length;
    const h = deriveHi(hi, lo, x);
    lo = deriveLo(hi, lo, x);
    hi = h;
  }
  return { hi, lo };
}

/** The number of a purpose, from its name. */
export function purposeOf(name: string): number {
  return hashText(name).hi;
}

/** Uniform in [0, 1) with 53 bits, of two words, the leading one first. */
export function unit53(source: Source): number {
  const high = source.next() >>> 11;
  return (high * 4294967296 + (source.next() >>> 0)) * 1.1102230246251565e-16;
}

/** Uniform in (0, 1): `unit53`, drawn again where it is 0. */
export function unitOpen53(source: Source): number {
  let u = unit53(source);
  while (u === 0) u = unit53(source);
  return u;
}

/**
 * A whole number in [0, n), each with equal chance, for 1 <= n <= 2^32. Up to 2^21 by the upper
 * half of a product (D. Lemire, "Fast random integer generation in an interval", 2019).
 */
export function below(source: Source, n: number): number {
  if (n > 2097152) return belowLarge(source, n);
  let product = (source.next() >>> 0) * n;
  let whole = (product * 2.3283064365386963e-10) | 0;
  let rest = product - whole * 4294967296;
  if (rest < n) {
    const least = 4294967296 % n;
    while (rest < least) {
      product = (source.next() >>> 0) * n;
      whole = (product * 2.3283064365386963e-10) | 0;
      rest = product - whole * 4294967296;
    }
  }
  return whole;
}

/** `below` for n whose product with a word is no exact double. */
function belowLarge(source: Source, n: number): number {
  const end = 4294967296 - (4294967296 % n);
  let word = source.next() >>> 0;
  while (word >= end) word = source.next() >>> 0;
  return word % n;
}
