import { ExactSums } from './exact-sum.js';

/**
 * How many are present (waiting, busy, blocked, outstanding), by subject, over time: the level, its
 * exact area in item-nanoseconds, its maximum by epoch, and the sum of the times present of those
 * that have left. Little's law: area = times of those that left + ages of those still there, to the
 * nanosecond, for every subject and at every moment.
 *
 * `clock` is the kernel's cell; the hot functions take no times but read it themselves.
 */
export class Levels {
  readonly level: Float64Array;
  readonly area: ExactSums;
  readonly times: ExactSums;
  private readonly lastNs: Float64Array;
  private readonly max: Float64Array;
  /** Area at each epoch's beginning. */
  private readonly atBorder: Float64Array;
  private epoch = 0;

  constructor(
    readonly subjects: number,
    private readonly epochs: number,
    private readonly clock: Float64Array,
  ) {
    this.level = new Float64Array(subjects);
    this.area = new ExactSums(subjects);
    this.times = new ExactSums(subjects);
    this.lastNs = new Float64Array(subjects);
    this.max = new Float64Array(subjects * epochs);
    this.atBorder = new Float64Array(subjects * epochs);
  }

  enter(subject: number): void {
    this.settle(subject);
    const level = ++this.level[subject];
    const at = subject * this.epochs + this.epoch;
    if (level > this.max[at]) this.max[at] = level;
  }

  /** One leaves that had been present since `since[row]`. */
  leave(subject: number, since: Float64Array, row: number): void {
    this.settle(subject);
    this.level[subject]--;
    this.times.add(subject, this.clock[0] - since[row]);
  }

  /** What breaks Little's law for a subject, once those present are counted; null if nothing. */
  imbalance(subject: number): string | null {
    this.settle(subject);
    if (this.area.same(subject, this.times, subject)) return null;
    return `area ${this.area.valueOf(subject)}, times ${this.times.valueOf(subject)} ns`;
  }

  /** Brings the area up to now. */
  settle(subject: number): void {
    const since = this.clock[0] - this.lastNs[subject];
    if (since === 0) return;
    this.lastNs[subject] = this.clock[0];
    const level = this.level[subject];
    if (level > 0) this.area.addTimes(subject, level, since);
  }

  /** Begins an epoch: remembers every area, begins the maxima anew. */
  beginEpoch(epoch: number): void {
    this.epoch = epoch;
    for (let subject = 0; subject < this.subjects; subject++) {
      const at = subject * this.epochs + epoch;
      this.max[at] = this.level[subject];
      this.atBorder[at] = this.areaNow(subject);
    }
  }

  areaNow(subject: number): number {
    this.settle(subject);
    return this.area.valueOf(subject);
  }

  /** Area from the beginning of epoch `first` to that of `last` (or to the end of the run). */
  areaBetween(subject: number, first: number, last: number): number {
    const from = this.atBorder[subject * this.epochs + first];
    const begun = last <= this.epoch;
    const to = begun ? this.atBorder[subject * this.epochs + last] : this.areaNow(subject);
    return to - from;
  }

  /** Greatest level in the epochs [first, last). */
  maxBetween(subject: number, first: number, last: number): number {
    let max = 0;
    for (let e = first; e < last; e++) max = Math.max(max, this.max[subject * this.epochs + e]);
    return max;
  }
}
