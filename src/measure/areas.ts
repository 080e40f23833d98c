/**
 * Numbers that hold for a time (replicas in rotation, workers there are), by subject: the level now
 * and its area in level-nanoseconds, read off at the borders of epochs. `clock` is the kernel's cell.
 */
export class Areas {
  readonly level: Float64Array;
  /** By subject: whether it ever changed. */
  readonly varies: Uint8Array;
  private readonly sinceNs: Float64Array;
  private readonly area: Float64Array;
  private readonly atBorder: Float64Array;
  private epoch = 0;

  constructor(
    levels: readonly number[],
    private readonly epochs: number,
    private readonly clock: Float64Array,
  ) {
    this.level = Float64Array.from(levels);
    this.varies = new Uint8Array(levels.length);
    this.sinceNs = new Float64Array(levels.length);
    this.area = new Float64Array(levels.length);
    this.atBorder = new Float64Array(levels.length * epochs);
  }

  /** The level from now on. */
  set(subject: number, level: number): void {
    this.settle(subject);
    this.level[subject] = level;
    this.varies[subject] = 1;
  }

  beginEpoch(epoch: number): void {
    this.epoch = epoch;
    for (let subject = 0; subject < this.level.length; subject++) {
      this.atBorder[subject * this.epochs + epoch] = this.now(subject);
    }
  }

  /** The area so far. */
  now(subject: number): number {
    this.settle(subject);
    return this.area[subject];
  }

  /** The area from the beginning of epoch `first` to that of `last`, or to now. */
  between(subject: number, first: number, last: number): number {
    const row = subject * this.epochs;
    const to = last <= this.epoch ? this.atBorder[row + last] : this.now(subject);
    return to - this.atBorder[row + first];
  }

  private settle(subject: number): void {
    const since = this.clock[0] - this.sinceNs[subject];
    if (since === 0) return;
    this.sinceNs[subject] = this.clock[0];
    // An unbounded number has no area.
    if (this.level[subject] < Infinity) this.area[subject] += this.level[subject] * since;
  }
}
