/**
 * Columns of figures as texts, so that a page carries hundreds of moments in little room. A number
 * is two letters: to a tenth up to 200, beyond that to three parts in a thousand, up to 10^9. A share
 * is kept in per cent, to a tenth of one. A column that never changes is its first value alone.
 */

/** Printable letters that neither JSON nor a `<script>` needs to escape. */
const LETTERS = Array.from({ length: 91 }, (_, place) => String.fromCharCode(35 + place)).filter(
  (letter) => !'&<>\\'.includes(letter),
);
const PLACES = new Map(LETTERS.map((letter, place) => [letter, place]));
const BASE = LETTERS.length;
/** The last pair stands for no value. */
const NO_NUMBER = BASE * BASE - 1;
const LINEAR_TO = 200;
const LINEAR_CODES = LINEAR_TO * 10;
const MOST = 1e9;
const LOG_CODES = NO_NUMBER - 1 - LINEAR_CODES;
const LOG_SPAN = Math.log(MOST / LINEAR_TO);

/** A value a moment; null where there is none. */
export type Column = (number | null)[];

export function sharesToText(values: Column): string {
  return numbersToText(values.map((value) => (value === null ? null : Math.min(1, value) * 100)));
}

export function numbersToText(values: Column): string {
  const all = values.map((value) => {
    const code = numberCode(value);
    return `${LETTERS[Math.floor(code / BASE)]}${LETTERS[code % BASE]}`;
  });
  const first = all[0] ?? '';
  return all.every((one) => one === first) ? first : all.join('');
}

function numberCode(value: number | null): number {
  if (value === null) return NO_NUMBER;
  if (!(value > 0)) return 0;
  if (value <= LINEAR_TO) return Math.round(value * 10);
  const along = Math.log(Math.min(value, MOST) / LINEAR_TO) / LOG_SPAN;
  return LINEAR_CODES + Math.round(along * LOG_CODES);
}

/** The share at a moment of a column; null where it has none. */
export function shareAt(text: string, moment: number): number | null {
  const percent = numberAt(text, moment);
  return percent === null ? null : percent / 100;
}

/** The number at a moment of a column; null where it has none. */
export function numberAt(text: string, moment: number): number | null {
  const at = text.length > 2 ? 2 * moment : 0;
  const high = PLACES.get(text[at] ?? '');
  const low = PLACES.get(text[at + 1] ?? '');
  if (high === undefined || low === undefined) return null;
  const code = high * BASE + low;
  if (code === NO_NUMBER) return null;
  if (code <= LINEAR_CODES) return code / 10;
  return LINEAR_TO * Math.exp(((code - LINEAR_CODES) / LOG_CODES) * LOG_SPAN);
}
