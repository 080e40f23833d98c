import { grown } from '../kernel/event-queue.js';

/** Where each attempt's piece of work stands in its heap; one for all heaps, since it is in one. */
export class Places {
  at = new Int32Array(64);

  constructor() {
    this.reach(this.at.length);
  }

  reach(attempt: number): void {
    if (attempt < this.at.length) return;
    this.at = grown(this.at, new Int32Array(Math.ceil((attempt + 1) * 1.5)));
  }
}

/**
 * Pieces of work by the moment they end, at most one for an attempt; those of one moment in the
 * order in which they were begun. A binary heap that knows where each piece stands, so that any of
 * them can be taken out.
 */
export class Pieces {
  private ends = new Float64Array(8);
  private begun = new Float64Array(8);
  private attempts = new Int32Array(8);
  private sequence = 0;
  size = 0;

  constructor(private readonly places: Places) {
    this.grow();
  }

  /** When the first ends; Infinity where there is none. */
  firstEnd(): number {
    return this.size > 0 ? this.ends[0] : Infinity;
  }

  /** Whose is the first; there must be one. */
  first(): number {
    return this.attempts[0];
  }

  endOf(attempt: number): number {
    return this.ends[this.places.at[attempt]];
  }

  put(end: number, attempt: number): void {
    if (this.size === this.ends.length) this.grow();
    this.places.reach(attempt);
    this.rise(this.size++, end, this.sequence++, attempt);
  }

  /** Takes an attempt's piece out; there must be one. */
  takeOut(attempt: number): void {
    const at = this.places.at[attempt];
    const last = --this.size;
    if (at === last) return;
    const end = this.ends[last];
    const begun = this.begun[last];
    const moved = this.attempts[last];
    const up = (at - 1) >> 1;
    if (at > 0 && this.isBefore(end, begun, up)) this.rise(at, end, begun, moved);
    else this.sink(at, end, begun, moved);
  }

  private isBefore(end: number, begun: number, row: number): boolean {
    const other = this.ends[row];
    return end < other || (end === other && begun < this.begun[row]);
  }

  private rise(from: number, end: number, begun: number, attempt: number): void {
    let at = from;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!this.isBefore(end, begun, up)) break;
      this.write(at, this.ends[up], this.begun[up], this.attempts[up]);
      at = up;
    }
    this.write(at, end, begun, attempt);
  }

  private sink(from: number, end: number, begun: number, attempt: number): void {
    let at = from;
    for (let child = 2 * at + 1; child < this.size; child = 2 * at + 1) {
      const other = child + 1;
      if (other < this.size && this.isBefore(this.ends[other], this.begun[other], child)) child++;
      if (this.isBefore(end, begun, child)) break;
      this.write(at, this.ends[child], this.begun[child], this.attempts[child]);
      at = child;
    }
    this.write(at, end, begun, attempt);
  }

  private write(at: number, end: number, begun: number, attempt: number): void {
    this.ends[at] = end;
    this.begun[at] = begun;
    this.attempts[at] = attempt;
    this.places.at[attempt] = at;
  }

  private grow(): void {
    const rows = this.ends.length * 2;
    this.ends = grown(this.ends, new Float64Array(rows));
    this.begun = grown(this.begun, new Float64Array(rows));
    this.attempts = grown(this.attempts, new Int32Array(rows));
  }
}
