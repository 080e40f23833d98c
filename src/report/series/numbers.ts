/**
 * Numbers of four significant digits as text of three letters each: a page holds a hundred thousand
 * of them. A letter is six bits; the eighteen are a decimal exponent above the line's least (four
 * bits) and four digits (fourteen bits). Zero and "no value" are numbers of digits that no other has.
 */

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const PLACES = new Map([...LETTERS].map((letter, place) => [letter, place]));
const NONE = 0x3fff;
const EXPONENTS = 16;
/** Nothing that is measured is smaller and not zero. */
const TINY = 1e-200;

/** Values of a line, packed. */
export interface PackedNumbers {
  /** The decimal exponent of the least digit of the smallest values; smaller ones are zero. */
  least: number;
  text: string;
}

interface Decimal {
  /** 1000 to 9999, or 0. */
  digits: number;
  exponent: number;
}

/** Four digits and their exponent, by the text that the language itself writes. */
function decimal(value: number): Decimal {
  if (value < TINY) return { digits: 0, exponent: 0 };
  const [mantissa, exponent] = value.toExponential(3).split('e') as [string, string];
  return { digits: Number(mantissa.replace('.', '')), exponent: Number(exponent) - 3 };
}

/** Packs values that are not negative. */
export function packNumbers(values: readonly (number | null)[]): PackedNumbers {
  const decimals = values.map((value) => (value === null ? null : decimal(value)));
  let most = -Infinity;
  for (const one of decimals) if (one && one.digits > 0) most = Math.max(most, one.exponent);
  const least = Number.isFinite(most) ? most - EXPONENTS + 1 : 0;
  let text = '';
  for (const one of decimals) {
    const above = one === null || one.digits === 0 ? 0 : one.exponent - least;
    const digits = one === null ? NONE : above < 0 ? 0 : one.digits;
    const bits = (above < 0 ? 0 : above) * (NONE + 1) + digits;
    text += letter(bits >> 12) + letter((bits >> 6) & 63) + letter(bits & 63);
  }
  return { least, text };
}

/** The values that were packed, to four digits. */
export function unpackNumbers({ least, text }: PackedNumbers): (number | null)[] {
  const values: (number | null)[] = [];
  for (let at = 0; at < text.length; at += 3) {
    const bits = (place(text, at) << 12) | (place(text, at + 1) << 6) | place(text, at + 2);
    const digits = bits & NONE;
    const exponent = (bits >> 14) + least;
    values.push(digits === NONE ? null : scaled(digits, exponent));
  }
  return values;
}

/** By a division where that is exact to the last bit, as `0.3` is and `3 * 0.1` is not. */
function scaled(digits: number, exponent: number): number {
  return exponent < 0 ? digits / 10 ** -exponent : digits * 10 ** exponent;
}

/** Whole numbers from 0 up, those under 63 as one letter each. */
export function packCounts(counts: readonly number[]): string {
  return counts.map((count) => (count < 63 ? letter(count) : `_${count}_`)).join('');
}

/** The counts that were packed. */
export function unpackCounts(text: string): number[] {
  const counts: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '_') {
      counts.push(place(text, at));
      continue;
    }
    const end = text.indexOf('_', at + 1);
    counts.push(Number(text.slice(at + 1, end)));
    at = end;
  }
  return counts;
}

function letter(place: number): string {
  return LETTERS[place] as string;
}

function place(text: string, at: number): number {
  return PLACES.get(text[at] as string) ?? 0;
}
