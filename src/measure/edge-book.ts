import { Bursts } from './bursts.js';
import { addExact, addProduct, exactValue } from './exact-sum.js';

/** Counts of an edge, by producer the request came from and epoch of its arrival. */
/** Attempts that are first tries all the way up to the producer; and the others. */
export const FIRSTS = 0;
export const OTHERS = 1;
export const RETRIES = 2;
/** Retries that a budget refused. */
export const EXHAUSTED = 3;
/** Copies of tries, sent because the first was slow. */
export const HEDGES = 4;
/** Never sent: past the deadline, no connection in time, no place in the bulkhead. */
export const UNSENT_DEADLINE = 5;
export const UNSENT_CONNECTION = 6;
export const UNSENT_BULKHEAD = 7;
/** Never sent: its breaker was open, it was throttled, over its rate. */
export const UNSENT_BREAKER = 8;
export const UNSENT_THROTTLE = 9;
export const UNSENT_RATE = 10;
/** Never sent: its client's buffer (kafka) had no room for it in time. Told as rejected. */
export const UNSENT_BUFFER = 11;
/** ENDED + outcome: attempts that were sent and ended so. */
export const ENDED = 12;

const LAST = 0;
const OUTSTANDING = 1;
const AREA = 2;
const TIMES = 4;
const BY_EDGE = 6;

/** Cells up to which edges are counted for each producer apart. */
const CELLS_MAX = 8_000_000;

/** What is counted of edges: attempts by kind and end, how many are outstanding, how bunched. */
export class EdgeBook {
  /** Whether producers are told apart; with very many of them they are not. */
  readonly byProducer: boolean;
  readonly bursts: Bursts;
  private readonly producers: number;
  private readonly columns: number;
  private readonly stride: number;
  private readonly cells: Float64Array;

  constructor(
    readonly edges: number,
    producers: number,
    private readonly epochs: number,
    outcomes: number,
    private readonly clock: Float64Array,
  ) {
    this.columns = ENDED + outcomes;
    this.byProducer = edges * producers * epochs * this.columns <= CELLS_MAX;
    this.producers = this.byProducer ? producers : 1;
    this.stride = BY_EDGE + this.producers * epochs * this.columns;
    this.cells = new Float64Array(edges * this.stride);
    this.bursts = new Bursts(edges, epochs, clock);
  }

  /** An attempt is sent; `column` is FIRSTS or OTHERS. */
  sent(edge: number, producer: number, epoch: number, column: number): void {
    const at = edge * this.stride;
    this.settle(at);
    this.cells[at + OUTSTANDING]++;
    this.cells[this.place(at, producer, epoch) + column]++;
    this.bursts.note(edge);
  }

  /** An attempt sent at `sent[row]` has ended for its caller. */
  ended(
    edge: number,
    producer: number,
    epoch: number,
    outcome: number,
    sent: Float64Array,
    row: number,
  ): void {
    const at = edge * this.stride;
    this.settle(at);
    this.cells[at + OUTSTANDING]--;
    addExact(this.cells, at + TIMES, this.clock[0] - sent[row]);
    this.cells[this.place(at, producer, epoch) + ENDED + outcome]++;
  }

  /** One more in a column of counts. */
  count(edge: number, producer: number, epoch: number, column: number): void {
    this.cells[this.place(edge * this.stride, producer, epoch) + column]++;
  }

  outstanding(edge: number): number {
    return this.cells[edge * this.stride + OUTSTANDING];
  }

  /** Time that attempts were outstanding, up to now, nanoseconds. */
  outstandingNs(edge: number): number {
    const at = edge * this.stride;
    this.settle(at);
    return exactValue(this.cells, at + AREA);
  }

  /** Over the epochs [first, last), of one producer's requests, or of all (`producer` null). */
  between(
    edge: number,
    producer: number | null,
    column: number,
    first: number,
    last: number,
  ): number {
    const from = producer ?? 0;
    const to = producer === null ? this.producers : producer + 1;
    let sum = 0;
    for (let p = from; p < to; p++) {
      for (let e = first; e < last; e++) {
        sum += this.cells[this.place(edge * this.stride, p, e) + column];
      }
    }
    return sum;
  }

  /** Over the whole run and all producers. */
  total(edge: number, column: number): number {
    return this.between(edge, null, column, 0, this.epochs);
  }

  /** Counts one that is still outstanding at the end of the run, at its age. */
  stillOut(edge: number, ageNs: number): void {
    addExact(this.cells, edge * this.stride + TIMES, ageNs);
  }

  /** What breaks Little's law for an edge, once those outstanding are counted; null if nothing. */
  imbalance(edge: number): string | null {
    const at = edge * this.stride;
    const { cells } = this;
    this.settle(at);
    if (cells[at + AREA] === cells[at + TIMES] && cells[at + AREA + 1] === cells[at + TIMES + 1]) {
      return null;
    }
    return `area ${exactValue(cells, at + AREA)}, times ${exactValue(cells, at + TIMES)} ns`;
  }

  beginEpoch(epoch: number): void {
    this.bursts.beginEpoch(epoch);
  }

  private place(at: number, producer: number, epoch: number): number {
    const row = this.byProducer ? producer * this.epochs + epoch : epoch;
    return at + BY_EDGE + row * this.columns;
  }

  private settle(at: number): void {
    const { cells } = this;
    const since = this.clock[0] - cells[at + LAST];
    if (since === 0) return;
    cells[at + LAST] = this.clock[0];
    if (cells[at + OUTSTANDING] > 0) addProduct(cells, at + AREA, cells[at + OUTSTANDING], since);
  }
}
