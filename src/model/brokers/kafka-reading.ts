import type { BrokerQueue } from './broker-queue.js';
import { IS_READY, M_NEXT } from './messages.js';

const NONE = -1;
/** Of a record that was given out: its handler has ended well, ever; and in this assignment. */
const HANDLED = 1;
const DONE = 2;
/** How often it was delivered, from this bit on. */
const COUNT_SHIFT = 2;
const COUNT_MOST = 0x3fff;
/** Added to the count of deliveries where the own one is not known any more. */
const STRANGE = 0x4000;

/**
 * How far one group has read each partition. By partition: offsets of the first that is not committed,
 * of the first that is not handled, of the next to give out. What was given out and waits in its
 * member's hands is the end of what was given out.
 */
export class KafkaReading {
  readonly committed: Float64Array;
  readonly fetched: Float64Array;
  /** Offset behind all that was ever given out. */
  readonly high: Float64Array;
  /** The last that was given out; as long as it is not committed. */
  readonly lastRow: Int32Array;
  /** The first of those that wait in their member's hands, and how many do. */
  readonly waitingRow: Int32Array;
  readonly waiting: Int32Array;
  /** How many are being handled for this assignment, or wait to be tried again. */
  readonly flying: Int32Array;
  /** Counts assignments: what was delivered under another one is not committed. */
  readonly epoch: Int32Array;
  /** Whose hands they are in: a member's index, -1 for nobody's. */
  readonly holder: Int32Array;
  private readonly done: Float64Array;
  private readonly committedRow: Int32Array;
  private readonly nextRow: Int32Array;
  /** What is known of those from `committed` to `high`, by offset; lengths are powers of two. */
  private readonly notes: Uint16Array[];

  constructor(
    /** Of its group among those of the queue. */
    readonly index: number,
    private readonly queue: BrokerQueue,
    partitions: number,
  ) {
    const rows = () => new Int32Array(partitions).fill(NONE);
    this.committed = new Float64Array(partitions);
    this.fetched = new Float64Array(partitions);
    this.high = new Float64Array(partitions);
    this.done = new Float64Array(partitions);
    this.lastRow = rows();
    this.waitingRow = rows();
    this.holder = rows();
    this.committedRow = rows();
    this.nextRow = rows();
    this.waiting = new Int32Array(partitions);
    this.flying = new Int32Array(partitions);
    this.epoch = new Int32Array(partitions);
    const none = new Uint16Array(0);
    this.notes = Array.from({ length: partitions }, () => none);
  }

  appended(p: number, message: number): void {
    if (this.nextRow[p] === NONE) this.nextRow[p] = message;
    if (this.committedRow[p] === NONE) this.committedRow[p] = message;
  }

  /** The next so many are given out: they wait in their member's hands. None may wait there yet. */
  give(p: number, count: number): void {
    const { messages } = this.queue;
    this.waitingRow[p] = this.nextRow[p];
    this.waiting[p] = count;
    for (let i = 0; i < count; i++) {
      const offset = this.fetched[p]++;
      if (offset === this.high[p]) {
        this.high[p]++;
        this.reach(p);
        this.note(p, offset, 0);
      }
      this.lastRow[p] = this.nextRow[p];
      this.nextRow[p] = messages.get(this.nextRow[p], M_NEXT);
    }
  }

  /** The next of those that wait in hand is to be handled: its offset, see `waitingRow`. */
  take(p: number): number {
    const offset = this.fetched[p] - this.waiting[p];
    this.waiting[p]--;
    this.flying[p]++;
    this.waitingRow[p] = this.queue.messages.get(this.waitingRow[p], M_NEXT);
    return offset;
  }

  /** One that was being handled waits in hand again, before the others. */
  takeBack(p: number, message: number): void {
    this.waitingRow[p] = message;
    this.waiting[p]++;
    this.flying[p]--;
  }

  /** What waits in hand is not given out any more. */
  giveBack(p: number): number {
    const { messages } = this.queue;
    const count = this.waiting[p];
    if (count === 0) return 0;
    this.fetched[p] -= count;
    this.nextRow[p] = this.waitingRow[p];
    this.waiting[p] = 0;
    let last = this.committedRow[p];
    for (let offset = this.committed[p] + 1; offset < this.fetched[p]; offset++) {
      last = messages.get(last, M_NEXT);
    }
    this.lastRow[p] = last;
    return count;
  }

  /** How often the one at an offset has been delivered, with this time. */
  countDelivery(p: number, offset: number, message: number): number {
    if (offset < this.committed[p]) return STRANGE + this.queue.messages.receives(message);
    const count = Math.min(COUNT_MOST, (this.noted(p, offset) >> COUNT_SHIFT) + 1);
    this.note(p, offset, (this.noted(p, offset) & (HANDLED | DONE)) | (count << COUNT_SHIFT));
    return count;
  }

  /** How often the one at an offset has been delivered. */
  deliveries(p: number, offset: number): number {
    return this.noted(p, offset) >> COUNT_SHIFT;
  }

  isHandled(p: number, offset: number): boolean {
    return offset < this.committed[p] || (this.noted(p, offset) & HANDLED) !== 0;
  }

  /** A handler has ended well, whoever's. */
  noteHandled(p: number, offset: number): void {
    if (offset >= this.committed[p]) this.note(p, offset, this.noted(p, offset) | HANDLED);
  }

  /** One is done with, as far as its member is concerned. */
  finish(p: number, offset: number): void {
    this.flying[p]--;
    if (offset < this.done[p]) return;
    this.note(p, offset, this.noted(p, offset) | DONE);
    while (this.done[p] < this.fetched[p] && (this.noted(p, this.done[p]) & DONE) !== 0) {
      this.done[p]++;
    }
  }

  /** Commits what is done, as far as that goes in order; true if it went on. */
  commit(p: number): boolean {
    const { messages } = this.queue;
    if (this.committed[p] === this.done[p]) return false;
    while (this.committed[p] < this.done[p]) {
      this.committed[p]++;
      this.committedRow[p] = messages.get(this.committedRow[p], M_NEXT);
    }
    return true;
  }

  /**
   * Nobody has it in hand any more: what is not committed is to be given out again. What is still
   * being handled belongs to no assignment.
   */
  rewind(p: number): void {
    const { messages } = this.queue;
    let message = this.committedRow[p];
    for (let offset = this.committed[p]; offset < this.fetched[p]; offset++) {
      if (!messages.is(message, IS_READY)) this.queue.becomesReady(message);
      this.note(p, offset, this.noted(p, offset) & ~DONE);
      message = messages.get(message, M_NEXT);
    }
    this.epoch[p]++;
    this.fetched[p] = this.committed[p];
    this.done[p] = this.committed[p];
    this.nextRow[p] = this.committedRow[p];
    this.waiting[p] = 0;
    this.flying[p] = 0;
    this.holder[p] = NONE;
  }

  /** The first record of a partition is thrown away, which nobody here has in hand. */
  headLost(p: number, offset: number, next: number): void {
    if (this.committed[p] > offset) return;
    this.committed[p] = offset + 1;
    this.fetched[p] = offset + 1;
    this.done[p] = offset + 1;
    this.high[p] = Math.max(this.high[p], offset + 1);
    this.committedRow[p] = next;
    this.nextRow[p] = next;
  }

  /** One that was never given out is thrown away. */
  rowLost(p: number, message: number, next: number): void {
    if (this.nextRow[p] === message) this.nextRow[p] = next;
    if (this.committedRow[p] === message) this.committedRow[p] = next;
  }

  /** The first that was not delivered, or is to be again; NONE for none. */
  oldest(p: number): number {
    return this.waiting[p] > 0 ? this.waitingRow[p] : this.nextRow[p];
  }

  private noted(p: number, offset: number): number {
    const notes = this.notes[p];
    return notes[offset % notes.length];
  }

  private note(p: number, offset: number, value: number): void {
    const notes = this.notes[p];
    notes[offset % notes.length] = value;
  }

  /** Makes room for notes from `committed` to `high`. */
  private reach(p: number): void {
    const had = this.notes[p];
    const span = this.high[p] - this.committed[p];
    if (span <= had.length) return;
    const notes = new Uint16Array(Math.max(8, had.length * 2));
    for (let offset = this.committed[p]; offset < this.high[p] - 1; offset++) {
      notes[offset % notes.length] = had[offset % had.length];
    }
    this.notes[p] = notes;
  }
}
