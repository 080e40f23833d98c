import { grown } from './event-queue.js';

const NONE = -1;

/**
 * Timers of constant delay. Those of one delay expire in the order in which they were set, so they
 * stand in a line (a doubly linked list through pooled rows) of which only the head is known to the
 * event queue; setting and cancelling cost a few writes and nothing dead is kept.
 *
 * The line's row in the event queue may be earlier than the head, where the head was cancelled
 * meanwhile; when it comes up it is put back under the head's own time and sequence number, the
 * one it got when it was set, so the total order holds.
 */
export class TimerLines {
  private due = new Float64Array(64);
  private sequence = new Float64Array(64);
  private payload = new Uint32Array(64);
  private next = new Int32Array(64);
  private previous = new Int32Array(64);
  private line = new Int32Array(64);
  private used = 0;
  private free = NONE;

  private readonly delays: number[] = [];
  private readonly lineOf = new Map<number, number>();
  private readonly heads: number[] = [];
  private readonly tails: number[] = [];
  /** Whether the line has a row in the event queue. */
  private readonly queued: boolean[] = [];

  constructor() {
    this.grow();
  }

  /** The line for a delay (whole nanoseconds, above 0), made if there is none yet. */
  lineFor(delayNs: number): number {
    const known = this.lineOf.get(delayNs);
    if (known !== undefined) return known;
    this.lineOf.set(delayNs, this.delays.length);
    this.delays.push(delayNs);
    this.heads.push(NONE);
    this.tails.push(NONE);
    this.queued.push(false);
    return this.delays.length - 1;
  }

  /** Sets a timer; returns its row. `mustQueue` tells whether the line needs its row in the queue. */
  set(line: number, now: number, sequence: number, what: number): number {
    const row = this.take();
    const tail = this.tails[line];
    this.due[row] = now + this.delays[line];
    this.sequence[row] = sequence;
    this.payload[row] = what;
    this.line[row] = line;
    this.previous[row] = tail;
    this.next[row] = NONE;
    if (tail === NONE) this.heads[line] = row;
    else this.next[tail] = row;
    this.tails[line] = row;
    return row;
  }

  /** True, once, when the line has a head and no row in the event queue. */
  mustQueue(line: number): boolean {
    if (this.queued[line] || this.heads[line] === NONE) return false;
    this.queued[line] = true;
    return true;
  }

  /** The line's row in the event queue was taken. */
  unqueued(line: number): void {
    this.queued[line] = false;
  }

  /** The row at the head of a line, -1 when it is empty. */
  head(line: number): number {
    return this.heads[line];
  }

  dueOf(row: number): number {
    return this.due[row];
  }

  sequenceOf(row: number): number {
    return this.sequence[row];
  }

  whatOf(row: number): number {
    return this.payload[row];
  }

  /** Takes a timer out of its line and recycles its row. */
  remove(row: number): void {
    const line = this.line[row];
    const before = this.previous[row];
    const after = this.next[row];
    if (before === NONE) this.heads[line] = after;
    else this.next[before] = after;
    if (after === NONE) this.tails[line] = before;
    else this.previous[after] = before;
    this.next[row] = this.free;
    this.free = row;
  }

  /** Bytes the columns take. */
  get bytes(): number {
    return this.due.length * 32;
  }

  private take(): number {
    const row = this.free;
    if (row !== NONE) {
      this.free = this.next[row];
      return row;
    }
    if (this.used === this.due.length) this.grow();
    return this.used++;
  }

  private grow(): void {
    const rows = Math.ceil(this.due.length * 1.5);
    this.due = grown(this.due, new Float64Array(rows));
    this.sequence = grown(this.sequence, new Float64Array(rows));
    this.payload = grown(this.payload, new Uint32Array(rows));
    this.next = grown(this.next, new Int32Array(rows));
    this.previous = grown(this.previous, new Int32Array(rows));
    this.line = grown(this.line, new Int32Array(rows));
  }
}
