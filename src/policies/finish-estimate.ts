/** Until so many have ended nothing is expected of a service. */
const FIRST = 10;
/** So many of the last ends are looked back at. */
const LAST = 100;
/** One that would wait has to be through if its work is within this share of the last ones. */
const QUANTILE = 0.9;

/**
 * Whether one that arrives now can be done in time, as far as its service can tell. It learns for how
 * long the last 100 requests held a worker, and takes it that a worker comes free every mean ÷ workers
 * (on average right for exponential work in the order of arrival). Who would wait needs time for that
 * wait and for the work of nine in ten: by the mean alone, under overload the line would stay just so
 * long that half of those who are let in are too late. Who starts at once needs time for the mean.
 */
export class FinishEstimate {
  private readonly ring = new Float64Array(LAST);
  /** The same in order. */
  private readonly sorted = new Float64Array(LAST);
  private count = 0;
  private at = 0;
  private sum = 0;

  /** A handler has ended that held a worker for so long (whole nanoseconds). */
  ended(heldNs: number): void {
    if (this.count === LAST) this.forget(this.ring[this.at]);
    let place = this.count++;
    for (; place > 0 && this.sorted[place - 1] > heldNs; place--) {
      this.sorted[place] = this.sorted[place - 1];
    }
    this.sorted[place] = heldNs;
    this.ring[this.at] = heldNs;
    this.sum += heldNs;
    this.at = (this.at + 1) % LAST;
  }

  /** How long one takes that starts at once, nanoseconds; 0 while too little is known. */
  atOnceNs(): number {
    return this.count < FIRST ? 0 : this.sum / this.count;
  }

  /** The same for one that finds all `workers` busy and `ahead` in line before it. */
  behindNs(ahead: number, workers: number): number {
    if (this.count < FIRST) return 0;
    const most = this.sorted[Math.ceil(QUANTILE * this.count) - 1];
    return ((ahead + 1) / workers) * (this.sum / this.count) + most;
  }

  /** The same where workers are shared: `present` are at work already. */
  sharedNs(present: number, workers: number): number {
    if (this.count < FIRST) return 0;
    const most = this.sorted[Math.ceil(QUANTILE * this.count) - 1];
    return present < workers ? this.atOnceNs() : ((present + 1) / workers) * most;
  }

  private forget(heldNs: number): void {
    let place = 0;
    while (this.sorted[place] !== heldNs) place++;
    for (; place < this.count - 1; place++) this.sorted[place] = this.sorted[place + 1];
    this.count--;
    this.sum -= heldNs;
  }
}
