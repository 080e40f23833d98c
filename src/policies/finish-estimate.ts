/** Until so many have ended nothing is expected of a service. */
const FIRST = 10;
/** About so many ends the mean looks back. */
const LONG = 32;

/**
 * When one that arrives now would be done, as far as its service can tell: it learns for how long
 * requests hold a worker (the plain mean of the first 32, then an exponential one of that length),
 * and takes it that a worker comes free every mean ÷ workers. Exact on average for exponential work
 * in the order of arrival.
 */
export class FinishEstimate {
  private meanNs = 0;
  private count = 0;

  /** A handler has ended that held a worker for so long. */
  ended(heldNs: number): void {
    this.count++;
    this.meanNs += (heldNs - this.meanNs) / Math.min(this.count, LONG);
  }

  /**
   * How long one takes that finds all `workers` busy and `ahead` in line before it (-1: a worker is
   * free), nanoseconds; 0 while too little is known.
   */
  expectNs(ahead: number, workers: number): number {
    if (this.count < FIRST) return 0;
    return ((ahead + 1) / workers) * this.meanNs + this.meanNs;
  }

  /** The same where workers are shared: `present` are at work already. */
  expectSharedNs(present: number, workers: number): number {
    if (this.count < FIRST) return 0;
    return Math.max(1, (present + 1) / workers) * this.meanNs;
  }
}
