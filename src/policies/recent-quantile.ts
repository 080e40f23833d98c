const MOST = 1000;
const LEAST = 100;

/**
 * A quantile over the last 1,000 samples of one client: the least sample that a share `q` of them
 * does not exceed. None before 100 samples.
 */
export class RecentQuantile {
  private readonly inOrder = new Float64Array(MOST);
  private readonly sorted = new Float64Array(MOST);
  private count = 0;
  private oldest = 0;

  /** `q` between 0 and 1. */
  constructor(readonly q: number) {}

  note(sample: number): void {
    if (this.count === MOST) this.forget(this.inOrder[this.oldest]);
    this.inOrder[this.oldest] = sample;
    this.oldest = (this.oldest + 1) % MOST;
    const at = this.placeOf(sample);
    this.sorted.copyWithin(at + 1, at, this.count);
    this.sorted[at] = sample;
    this.count++;
  }

  /** The quantile, or -1 where there are too few samples. */
  value(): number {
    if (this.count < LEAST) return -1;
    const rank = Math.ceil(this.q * this.count - 1e-9);
    return this.sorted[Math.max(0, rank - 1)];
  }

  private forget(sample: number): void {
    const at = this.placeOf(sample);
    this.sorted.copyWithin(at, at + 1, this.count);
    this.count--;
  }

  /** The first place whose sample is not less. */
  private placeOf(sample: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sorted[middle] < sample) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
