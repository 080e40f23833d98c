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

/** Cells up to which edges are counted for each producer apart. */
const CELLS_MAX = 8_000_000;

/** Counts by edge, producer the request came from, epoch of arrival and column. */
export class EdgeTallies {
  /** Whether producers are told apart; with very many of them they are not. */
  readonly byProducer: boolean;
  private readonly rows: Tallies;
  private readonly producers: number;

  constructor(
    readonly edges: number,
    producers: number,
    epochs: number,
    columns: number,
  ) {
    this.byProducer = edges * producers * epochs * columns <= CELLS_MAX;
    this.producers = this.byProducer ? producers : 1;
    this.rows = new Tallies(edges * this.producers, epochs, columns);
  }

  add(edge: number, producer: number, epoch: number, column: number): void {
    const row = this.byProducer ? edge * this.producers + producer : edge;
    this.rows.add(row, epoch, column);
  }

  /** Over the epochs [first, last), of one producer's requests, or of all (`producer` null). */
  between(edge: number, producer: number | null, column: number, first: number, last: number) {
    const { producers, rows } = this;
    if (producer !== null) return rows.between(edge * producers + producer, column, first, last);
    let sum = 0;
    for (let p = 0; p < producers; p++) {
      sum += rows.between(edge * producers + p, column, first, last);
    }
    return sum;
  }

  /** Over the whole run and all producers. */
  total(edge: number, column: number): number {
    let sum = 0;
    for (let p = 0; p < this.producers; p++) sum += this.rows.total(edge * this.producers + p, column);
    return sum;
  }
}
