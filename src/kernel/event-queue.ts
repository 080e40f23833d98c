/**
 * The zero with which fields begin that will hold doubles. A field that began with a plain 0 counts
 * as a small integer to the compiler, and all code that knows its object is thrown away once it
 * learns otherwise.
 */
export const DOUBLE_ZERO = -0;

/**
 * The pending events, as rows of typed arrays ordered by (time, sequence): a total order, first
 * scheduled first. A 4-ary heap; the row taken out last leaves a hole at the root, which the next
 * row put in fills on its way down, so "take one, put one" costs a single pass.
 *
 * Times are whole nanoseconds in doubles. `what` is an opaque unsigned 32-bit payload.
 */
export class EventQueue {
  private time = new Float64Array(64);
  private sequence = new Float64Array(64);
  private payload = new Uint32Array(64);
  private rows = 0;
  private hole = false;
  /** The sequence number and payload of the row that `take` took. */
  takenSequence = DOUBLE_ZERO;
  taken = 0;

  constructor() {
    this.grow();
  }

  /** Rows pending. */
  get size(): number {
    return this.hole ? this.rows - 1 : this.rows;
  }

  /** Bytes the columns take. */
  get bytes(): number {
    return this.time.length * 20;
  }

  /** Time of the first row, Infinity when there is none. */
  firstTime(): number {
    if (this.hole) this.close();
    return this.rows > 0 ? this.time[0] : Infinity;
  }

  /** Payload of the first row; there must be one. */
  firstWhat(): number {
    if (this.hole) this.close();
    return this.payload[0];
  }

  /** Whether a row of that time, which must not lie before the first row's, is pending. */
  hasAt(time: number): boolean {
    const { rows, time: times } = this;
    if (!this.hole) return rows > 0 && times[0] === time;
    const end = rows < 5 ? rows : 5;
    for (let child = 1; child < end; child++) if (times[child] === time) return true;
    return false;
  }

  put(time: number, sequence: number, what: number): void {
    if (this.hole) {
      this.hole = false;
      this.sink(time, sequence, what);
      return;
    }
    if (this.rows === this.time.length) this.grow();
    this.rise(this.rows++, time, sequence, what);
  }

  /** Takes the first row out: returns its time; its payload is in `taken`. There must be one. */
  take(): number {
    if (this.hole) this.close();
    this.hole = true;
    this.takenSequence = this.sequence[0];
    this.taken = this.payload[0];
    return this.time[0];
  }

  private close(): void {
    this.hole = false;
    const last = --this.rows;
    if (last > 0) this.sink(this.time[last], this.sequence[last], this.payload[last]);
  }

  private rise(row: number, time: number, sequence: number, what: number): void {
    const times = this.time;
    const sequences = this.sequence;
    const payloads = this.payload;
    let at = row;
    while (at > 0) {
      const up = (at - 1) >> 2;
      const t = times[up];
      if (t < time || (t === time && sequences[up] < sequence)) break;
      times[at] = t;
      sequences[at] = sequences[up];
      payloads[at] = payloads[up];
      at = up;
    }
    times[at] = time;
    sequences[at] = sequence;
    payloads[at] = what;
  }

  private sink(time: number, sequence: number, what: number): void {
    const times = this.time;
    const sequences = this.sequence;
    const payloads = this.payload;
    const rows = this.rows;
    let at = 0;
    for (let child = 1; child < rows; child = 4 * at + 1) {
      let best = child;
      let t = times[child];
      const end = child + 4 < rows ? child + 4 : rows;
      for (let other = child + 1; other < end; other++) {
        const u = times[other];
        if (u < t || (u === t && sequences[other] < sequences[best])) {
          best = other;
          t = u;
        }
      }
      if (t > time || (t === time && sequences[best] > sequence)) break;
      times[at] = t;
      sequences[at] = sequences[best];
      payloads[at] = payloads[best];
      at = best;
    }
    times[at] = time;
    sequences[at] = sequence;
    payloads[at] = what;
  }

  private grow(): void {
    const rows = Math.ceil(this.time.length * 1.5);
    this.time = grown(this.time, new Float64Array(rows));
    this.sequence = grown(this.sequence, new Float64Array(rows));
    this.payload = grown(this.payload, new Uint32Array(rows));
  }
}

/**
 * `to` with the values of `from` at its beginning. Columns grow one after another by half, and once
 * when they are made: the compiler takes a field that was never assigned again for a constant, and
 * would throw away all code that reads it when it first grows in a run.
 */
export function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
