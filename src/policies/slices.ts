const SLICES = 10;
const SLICE_NS = 1e9;

/** First tries and retries of the last ten slices of one second, the one at hand included. */
export class Slices {
  firsts = 0;
  retries = 0;
  private readonly firstsIn = new Float64Array(SLICES);
  private readonly retriesIn = new Float64Array(SLICES);
  private slice = 0;

  first(nowNs: number): void {
    this.turn(nowNs);
    this.firstsIn[this.slice % SLICES]++;
    this.firsts++;
  }

  retry(nowNs: number): void {
    this.turn(nowNs);
    this.retriesIn[this.slice % SLICES]++;
    this.retries++;
  }

  /** Drops the slices that are ten seconds old. */
  turn(nowNs: number): void {
    const slice = Math.floor(nowNs / SLICE_NS);
    if (slice === this.slice) return;
    const gone = Math.min(SLICES, slice - this.slice);
    for (let i = 1; i <= gone; i++) {
      const at = (this.slice + i) % SLICES;
      this.firsts -= this.firstsIn[at];
      this.retries -= this.retriesIn[at];
      this.firstsIn[at] = 0;
      this.retriesIn[at] = 0;
    }
    this.slice = slice;
  }
}
