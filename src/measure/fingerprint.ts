/**
 * A 64-bit hash over the facts of a run, in order: time, kind and identity of each (the two words
 * of the key of the attempt or component concerned). Two lanes in the manner of MurmurHash3's body
 * (Austin Appleby, smhasher, public domain). `events` counts the facts.
 */
export class Fingerprint {
  events = 0;
  private a = 0x9e3779b9 | 0;
  private b = 0x7f4a7c15 | 0;
  private readonly words: Int32Array;

  /** `clock` is the kernel's cell: the time in whole nanoseconds. */
  constructor(clock: Float64Array) {
    this.words = new Int32Array(clock.buffer);
  }

  /** A fact of this moment: `kind` a small integer, the identity two 32-bit words. */
  fact(kind: number, hi: number, lo: number): void {
    this.events++;
    const x = Math.imul(this.words[0] ^ hi, 0xcc9e2d51);
    const y = Math.imul(this.words[1] ^ lo, 0x1b873593);
    const a = this.a ^ x ^ (y >>> 15);
    const b = this.b ^ y ^ (x >>> 17) ^ kind;
    this.a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64 + b) | 0;
    this.b = (Math.imul((b << 15) | (b >>> 17), 9) + 0x38495ab5 + (a >>> 11)) | 0;
  }

  /** Sixteen hex digits. */
  toString(): string {
    return (
      hex(finish(this.a ^ Math.imul(this.b, 0x85ebca6b))) + hex(finish(this.b ^ (this.a >>> 7)))
    );
  }
}

/** MurmurHash3's finalizer. */
function finish(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
