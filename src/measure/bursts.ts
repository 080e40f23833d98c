const BIN_NS = 1e8;

/**
 * How bunched attempts are: variance ÷ mean of their numbers in bins of 100 ms (1 is Poisson), by
 * subject and epoch of the clock.
 */
export class Bursts {
  private readonly binEndNs: Float64Array;
  private readonly inBin: Float64Array;
  private readonly sum: Float64Array;
  private readonly squares: Float64Array;
  private epoch = 0;

  constructor(
    subjects: number,
    private readonly epochs: number,
    private readonly clock: Float64Array,
  ) {
    this.binEndNs = new Float64Array(subjects).fill(BIN_NS);
    this.inBin = new Float64Array(subjects);
    this.sum = new Float64Array(subjects * epochs);
    this.squares = new Float64Array(subjects * epochs);
  }

  note(subject: number): void {
    if (this.clock[0] >= this.binEndNs[subject]) this.endBin(subject);
    this.inBin[subject]++;
  }

  /** What was counted so far belongs to the epoch before; bins begin anew. */
  beginEpoch(epoch: number): void {
    for (let subject = 0; subject < this.inBin.length; subject++) this.endBin(subject);
    this.epoch = epoch;
  }

  /** Over the epochs [first, last) that span `ns`; null where there are fewer than ten bins. */
  between(subject: number, first: number, last: number, ns: number): number | null {
    const bins = Math.ceil(ns / BIN_NS);
    let sum = 0;
    let squares = 0;
    for (let e = first; e < last; e++) {
      sum += this.sum[subject * this.epochs + e];
      squares += this.squares[subject * this.epochs + e];
    }
    if (first <= this.epoch && this.epoch < last) {
      sum += this.inBin[subject];
      squares += this.inBin[subject] * this.inBin[subject];
    }
    if (ns < 10 * BIN_NS || sum === 0) return null;
    const mean = sum / bins;
    return Math.max(0, squares / bins - mean * mean) / mean;
  }

  private endBin(subject: number): void {
    const now = this.clock[0];
    const n = this.inBin[subject];
    const at = subject * this.epochs + this.epoch;
    this.sum[at] += n;
    this.squares[at] += n * n;
    this.inBin[subject] = 0;
    this.binEndNs[subject] = (Math.floor(now / BIN_NS) + 1) * BIN_NS;
  }
}
