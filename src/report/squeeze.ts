import { letter, place } from './series/letters.js';

/**
 * Texts that say the same again and again, as specifications of charts do, in a tenth of their
 * letters: what stood before is named by how far back it stands and how long it is (J. Ziv and
 * A. Lempel, IEEE Transactions on Information Theory 23, 1977, 337–343). Of our own, since
 * compressors of platforms promise no same bytes on every machine, and the page unpacks it at once.
 */

/** Begins a reference; itself it is written with a `!` behind it. */
const MARK = '^';
const OWN_MARK = '^!';
/** Marks in JSON, which every quote in a page's own JSON would have to be escaped for. */
const SWAPPED = /["`]/g;
const LENGTH_MIN = 6;
const LENGTH_MAX = LENGTH_MIN + 63;
const BACK_MAX = 64 ** 3 - 1;
/** Earlier places that are tried. */
const TRIES = 48;

function swapped(text: string): string {
  return text.replace(SWAPPED, (sign) => (sign === '"' ? '`' : '"'));
}

/** Where the longest text begins that stands here and stood before. */
function longest(
  text: string,
  at: number,
  places: readonly number[],
): [from: number, length: number] {
  let best: [number, number] = [0, 0];
  for (let tried = places.length - 1; tried >= Math.max(0, places.length - TRIES); tried--) {
    const from = places[tried] as number;
    if (at - from > BACK_MAX) break;
    let length = LENGTH_MIN;
    while (
      length < LENGTH_MAX &&
      text[from + length] === text[at + length] &&
      at + length < text.length
    ) {
      length++;
    }
    if (length > best[1]) best = [from, length];
  }
  return best;
}

/** The text, squeezed; the same text gives the same bytes everywhere. */
export function squeeze(plain: string): string {
  const text = swapped(plain);
  const seen = new Map<string, number[]>();
  let out = '';
  let at = 0;
  while (at < text.length) {
    const key = text.slice(at, at + LENGTH_MIN);
    const places = key.length === LENGTH_MIN ? seen.get(key) : undefined;
    const [from, length] = places ? longest(text, at, places) : [0, 0];
    const step = length > 0 ? length : 1;
    if (length > 0) {
      const back = at - from;
      out += MARK + letter(back >> 12) + letter((back >> 6) & 63) + letter(back & 63);
      out += letter(length - LENGTH_MIN);
    } else {
      out += text[at] === MARK ? OWN_MARK : text[at];
    }
    for (const end = at + step; at < end; at++) {
      const here = text.slice(at, at + LENGTH_MIN);
      const known = seen.get(here);
      if (known) known.push(at);
      else seen.set(here, [at]);
    }
  }
  return out;
}

/** Characters that are put together at once. */
const CHUNK = 8192;

/** The text that was squeezed. */
export function unsqueeze(squeezed: string): string {
  const codes: number[] = [];
  for (let at = 0; at < squeezed.length; at++) {
    if (squeezed[at] !== MARK || squeezed[at + 1] === OWN_MARK[1]) {
      codes.push(squeezed.charCodeAt(at));
      if (squeezed[at] === MARK) at += 1;
      continue;
    }
    const back =
      (place(squeezed, at + 1) << 12) | (place(squeezed, at + 2) << 6) | place(squeezed, at + 3);
    const from = codes.length - back;
    const length = place(squeezed, at + 4) + LENGTH_MIN;
    // What is repeated may reach into what it makes.
    for (let step = 0; step < length; step++) codes.push(codes[from + step] as number);
    at += 4;
  }
  let text = '';
  for (let from = 0; from < codes.length; from += CHUNK) {
    text += String.fromCharCode(...codes.slice(from, from + CHUNK));
  }
  return swapped(text);
}
