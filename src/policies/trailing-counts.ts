/**
 * Two kinds of counts over a trailing window, kept in slices of its length: a slice falls out of the
 * window as a whole.
 */
export class TrailingCounts {
  private readonly first: Float64Array;
  private readonly second: Float64Array;
  private readonly sliceNs: number;
  private slice = 0;
  /** The sums over the window. */
  firsts = 0;
  seconds = 0;

  constructor(
    windowNs: number,
    private readonly slices: number,
  ) {
    this.first = new Float64Array(slices);
    this.second = new Float64Array(slices);
    this.sliceNs = windowNs / slices;
  }

  /** Drops what is too old by now. */
  turn(nowNs: number): void {
    const slice = Math.floor(nowNs / this.sliceNs);
    if (slice <= this.slice) return;
    const gone = Math.min(this.slices, slice - this.slice);
    for (let i = 1; i <= gone; i++) {
      const at = (this.slice + i) % this.slices;
      this.firsts -= this.first[at];
      this.seconds -= this.second[at];
      this.first[at] = 0;
      this.second[at] = 0;
    }
    this.slice = slice;
  }

  /** Counts one of the first kind, now; gives its slice, by which it may be taken back. */
  addFirst(nowNs: number): number {
    this.turn(nowNs);
    this.first[this.slice % this.slices]++;
    this.firsts++;
    return this.slice;
  }

  addSecond(nowNs: number): void {
    this.turn(nowNs);
    this.second[this.slice % this.slices]++;
    this.seconds++;
  }

  /** One of the first kind did not count after all, unless its slice is gone anyway. */
  takeBackFirst(nowNs: number, slice: number): void {
    this.turn(nowNs);
    if (slice <= this.slice - this.slices) return;
    this.first[slice % this.slices]--;
    this.firsts--;
  }
}
