/** Counts by subject, epoch of arrival and column. */
export class Tallies {
  private readonly counts: Float64Array;

  constructor(
    readonly subjects: number,
    private readonly epochs: number,
    private readonly columns: number,
  ) {
    this.counts = new Float64Array(subjects * epochs * columns);
  }

  add(subject: number, epoch: number, column: number, n = 1): void {
    this.counts[(subject * this.epochs + epoch) * this.columns + column] += n;
  }

  /** One more in column `a` of `epoch` and in `b`, and `c` unless below 0, of `then`. */
  addPairs(subject: number, epoch: number, a: number, then: number, b: number, c: number): void {
    const { columns, counts } = this;
    const row = subject * this.epochs;
    counts[(row + epoch) * columns + a]++;
    counts[(row + then) * columns + b]++;
    if (c >= 0) counts[(row + then) * columns + c]++;
  }

  /** Over the epochs [first, last). */
  between(subject: number, column: number, first: number, last: number): number {
    let sum = 0;
    for (let e = first; e < last; e++) {
      sum += this.counts[(subject * this.epochs + e) * this.columns + column];
    }
    return sum;
  }

  /** Over the whole run. */
  total(subject: number, column: number): number {
    return this.between(subject, column, 0, this.epochs);
  }
}
