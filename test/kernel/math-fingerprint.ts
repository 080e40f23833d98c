/**
 * A hash over a million values of each function of `kernel/math`: the same on every platform, or
 * the engine's runs are not. Runs in a browser too.
 */
import { IdentitySource, unit53 } from '../../src/kernel/draws.js';
import { cos, exp, log, log1p, pow, sin } from '../../src/kernel/math.js';

const VALUES = 1_000_000;

/** Doubles of every size, or of the size that occurs: made by exact arithmetic only. */
const view = new DataView(new ArrayBuffer(8));
const source = new IdentitySource();

function anyDouble(): number {
  view.setInt32(0, source.next());
  view.setInt32(4, source.next());
  return view.getFloat64(0);
}

function usual(from: number, to: number): number {
  return from + (to - from) * unit53(source);
}

/** FNV-1a over the 32-bit words of the values. */
function hashOf(value: (i: number) => number): string {
  source.seek(1, 2, 3);
  let hash = 0x811c9dc5;
  for (let i = 0; i < VALUES; i++) {
    const y = value(i);
    // All NaN are one, whatever their bits.
    view.setFloat64(0, Number.isNaN(y) ? 0 : y);
    const high = Number.isNaN(y) ? 1 : view.getInt32(0);
    const low = view.getInt32(4);
    hash = Math.imul(hash ^ high, 0x01000193);
    hash = Math.imul(hash ^ low ^ (hash >>> 15), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** The hashes, by the function's name. */
export function mathFingerprints(): Record<string, string> {
  const rare = (i: number): boolean => (i & 7) === 0;
  const angle = (i: number): number => ((i & 1023) === 0 ? anyDouble() : usual(-1000, 1000));
  return {
    log: hashOf((i) => log(rare(i) ? anyDouble() : usual(0, 20))),
    log1p: hashOf((i) => log1p(rare(i) ? anyDouble() : usual(-0.9, 3))),
    exp: hashOf((i) => exp(rare(i) ? usual(-750, 720) : usual(-20, 20))),
    pow: hashOf((i) => pow(rare(i) ? anyDouble() : usual(0, 20), usual(-10, 10))),
    sin: hashOf((i) => sin(angle(i))),
    cos: hashOf((i) => cos(angle(i))),
  };
}
