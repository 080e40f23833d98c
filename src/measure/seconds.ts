import type { Seconds as Recorded } from './measured.js';

/**
 * Counts by second, for the verdict (kept only where asked for), and by step, for the series.
 * Arrivals count in the second they came in; outcomes also in the second they ended in.
 */
export class Seconds {
  private readonly offered: Float64Array[];
  private readonly good: Float64Array[];
  private readonly goodEnded: Float64Array[];
  private readonly waiting: Float64Array;
  private second = 0;
  /** Of the step at hand. */
  stepOffered = 0;
  stepGood = 0;
  stepAnswered = 0;
  readonly stepFailed: Float64Array;

  constructor(
    producers: number,
    outcomes: number,
    durationNs: number,
    private readonly keep: boolean,
  ) {
    const seconds = keep ? Math.ceil(durationNs / 1e9) : 0;
    const columns = () => Array.from({ length: producers }, () => new Float64Array(seconds));
    this.offered = columns();
    this.good = columns();
    this.goodEnded = columns();
    this.waiting = new Float64Array(seconds);
    this.stepFailed = new Float64Array(outcomes);
  }

  arrived(producer: number): void {
    this.stepOffered++;
    if (this.keep) this.offered[producer][this.second]++;
  }

  answered(producer: number, good: boolean, arrivedNs: number): void {
    this.stepAnswered++;
    if (!good) return;
    this.stepGood++;
    if (!this.keep) return;
    this.good[producer][Math.floor(arrivedNs / 1e9)]++;
    this.goodEnded[producer][this.second]++;
  }

  failed(outcome: number): void {
    this.stepFailed[outcome]++;
  }

  /** A second has ended with `waiting` in all queues and at all doors. */
  endSecond(waiting: number): void {
    if (this.keep) this.waiting[this.second] = waiting;
    this.second++;
  }

  endStep(): void {
    this.stepOffered = 0;
    this.stepGood = 0;
    this.stepAnswered = 0;
    this.stepFailed.fill(0);
  }

  /** What was counted by second, as far as the run came. */
  recorded(): Recorded {
    const cut = (column: Float64Array) => column.slice(0, this.second);
    return {
      offered: this.offered.map(cut),
      good: this.good.map(cut),
      goodEnded: this.goodEnded.map(cut),
      waiting: cut(this.waiting),
    };
  }
}
