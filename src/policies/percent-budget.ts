const SLICES = 10;
const SLICE_NS = 1e9;
/** So that 29% of 100 is 29, not 28.999999999999996. */
const ROUNDING = 1e-9;

/**
 * A retry budget in percent: a retry goes out if with it retries are at most `share` of the first
 * tries of the last ten slices of one second, so load grows at most to 1 + share. The rule of Google's
 * SRE book, "Handling Overload" (a client's retries below 10% of its requests), with the ratio taken
 * over first tries.
 */
export class PercentBudget {
  private readonly firsts = new Float64Array(SLICES);
  private readonly retries = new Float64Array(SLICES);
  private firstsSum = 0;
  private retriesSum = 0;
  private slice = 0;

  /** `share` between 0 and 1; 0 allows none. */
  constructor(readonly share: number) {}

  /** A first try goes out. */
  first(nowNs: number): void {
    this.turn(nowNs);
    this.firsts[this.slice % SLICES]++;
    this.firstsSum++;
  }

  /** Whether a retry may go out now; if so it is counted. */
  tryRetry(nowNs: number): boolean {
    this.turn(nowNs);
    if (this.retriesSum + 1 > this.share * this.firstsSum + ROUNDING) return false;
    this.retries[this.slice % SLICES]++;
    this.retriesSum++;
    return true;
  }

  /** Drops the slices that are ten seconds old. */
  private turn(nowNs: number): void {
    const slice = Math.floor(nowNs / SLICE_NS);
    if (slice === this.slice) return;
    const gone = Math.min(SLICES, slice - this.slice);
    for (let i = 1; i <= gone; i++) {
      const at = (this.slice + i) % SLICES;
      this.firstsSum -= this.firsts[at];
      this.retriesSum -= this.retries[at];
      this.firsts[at] = 0;
      this.retries[at] = 0;
    }
    this.slice = slice;
  }
}
