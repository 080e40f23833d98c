import type { Shedder } from './shedder.js';

/** Settings. Defaults: m 5 ms, n 100 ms (B. Maurer, Fail at Scale, ACM Queue 13(8), 2015). */
export interface FacebookSpec {
  /** How long one may wait that joins a line which has not been empty for `nNs`. */
  mNs: number;
  /** How long one may wait otherwise, and for how long a line may have gone without being empty. */
  nNs: number;
}

/**
 * "Controlled delay" as Facebook's servers had it (Maurer 2015): no law of square roots, but a limit of
 * each request's wait, fixed when it joins: `m` if the line was last empty longer than `n` ago, else
 * `n`. A line that never empties is a standing one, and there m is enough for whoever can be served.
 */
export class FacebookTimeouts implements Shedder {
  /** When the line was last empty. */
  private lastEmptyNs = 0;

  constructor(private readonly spec: FacebookSpec) {}

  refuses(): boolean {
    return false;
  }

  patienceNs(nowNs: number, waiting: number): number {
    const { mNs, nNs } = this.spec;
    if (waiting === 0) this.lastEmptyNs = nowNs;
    return this.lastEmptyNs < nowNs - nNs ? mNs : nNs;
  }

  sheds(): boolean {
    return false;
  }

  passed(): void {}

  overflowed(): void {}

  resized(): void {}

  emptied(): void {}
}
