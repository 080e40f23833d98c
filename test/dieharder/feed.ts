/**
 * Writes 32-bit words without end to standard output, for a battery of statistical tests. The
 * argument says which: `ordinals`, `parents` or `seeds`. See `run.sh`.
 */
import { writeSync } from 'node:fs';
import { deriveHi, deriveLo, hashText, IdentitySource, purposeOf } from '../../src/kernel/draws.js';

const WORDS = 65536;
const words = new Int32Array(WORDS);
let filled = 0;

/** Something to wait on, where the pipe is full and does not block. */
const pause = new Int32Array(new SharedArrayBuffer(4));

/** Hands a word on; ends the process when nobody reads any more. */
function put(word: number): void {
  words[filled++] = word;
  if (filled < WORDS) return;
  filled = 0;
  const bytes = new Uint8Array(words.buffer);
  for (let sent = 0; sent < bytes.length; ) {
    try {
      sent += writeSync(1, bytes, sent);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') process.exit(0);
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}

const source = new IdentitySource();
const work = purposeOf('work');
const branch = purposeOf('branch');

/** The requests of one producer after the other, 2^24 each: two words of work, one of a branch. */
function ordinals(): never {
  for (let producer = 0; ; producer++) {
    const { hi, lo } = hashText(`42/producer-${producer}`);
    for (let ordinal = 0; ordinal < 16777216; ordinal++) {
      const childHi = deriveHi(hi, lo, ordinal);
      const childLo = deriveLo(hi, lo, ordinal);
      source.seek(childHi, childLo, work);
      put(source.next());
      put(source.next());
      source.seek(childHi, childLo, branch);
      put(source.next());
    }
  }
}

/** One draw for each link of a chain: every key is the first, second or third child of the last. */
function parents(): never {
  let { hi, lo } = hashText('42/producer');
  for (let link = 0; ; link++) {
    const tag = link % 3;
    const childHi = deriveHi(hi, lo, tag);
    lo = deriveLo(hi, lo, tag);
    hi = childHi;
    source.seek(hi, lo, work);
    put(source.next());
  }
}

/** One draw of request 0 for each of the 65 keys that are a seed's or differ from it in one bit. */
function seeds(): never {
  for (let seed = 0; ; seed++) {
    const { hi, lo } = hashText(`${seed}`);
    for (let bit = -1; bit < 64; bit++) {
      const nearHi = bit >= 32 ? hi ^ (1 << (bit - 32)) : hi;
      const nearLo = bit >= 0 && bit < 32 ? lo ^ (1 << bit) : lo;
      source.seek(deriveHi(nearHi, nearLo, 0), deriveLo(nearHi, nearLo, 0), work);
      put(source.next());
    }
  }
}

const feeds: Record<string, () => never> = { ordinals, parents, seeds };
const feed = feeds[process.argv[2] ?? ''];
if (feed === undefined) {
  console.error(`which of ${Object.keys(feeds).join(', ')}?`);
  process.exit(2);
}
feed();
