import { grown } from '../kernel/event-queue.js';

const NONE = -1;

/** Where an attempt stands at its callee. */
export const FREE = 0;
/** On its way there. */
export const OUT = 1;
/** Stands at a full callee's door. */
export const BLOCKED = 2;
export const WAITING = 3;
/** Has a worker and works. */
export const WORKING = 4;
/** Has a worker and waits for a call. */
export const CALLING = 5;
/** The callee is done with it. */
export const DONE = 6;

/** The caller has let go of it. */
export const LEFT = 1;
/** First try all the way up to its producer. */
export const FIRST = 2;

/**
 * Attempts: one try of a call, and its handling at the callee. Rows of plain typed arrays, recycled
 * when caller, callee and every call made beneath have let go (`refs`).
 */
export class Attempts {
  hi = new Int32Array(64);
  lo = new Int32Array(64);
  /** The call it is a try of; -1 when its caller has let go. */
  call = new Int32Array(64);
  site = new Int32Array(64);
  replica = new Int32Array(64);
  /** Next in the callee's queue. */
  next = new Int32Array(64);
  pc = new Int32Array(64);
  sentNs = new Float64Array(64);
  /** When it came to the callee. */
  cameNs = new Float64Array(64);
  /** When it got its worker. */
  startedNs = new Float64Array(64);
  state = new Uint8Array(64);
  outcome = new Uint8Array(64);
  flags = new Uint8Array(64);
  epoch = new Uint8Array(64);
  refs = new Uint16Array(64);
  /** The producer its request came from. */
  origin = new Uint16Array(64);
  /** Its timeout's row at the kernel, -1 for none. Kept only where the plan has timeouts. */
  timer: Int32Array;
  /** Previous in a door's line. Kept only where something blocks. */
  previous: Int32Array;
  /** The parallel step it is in: a number of its own, answers needed, failures it can still bear. */
  join: Int32Array;
  need: Uint16Array;
  spare: Uint16Array;
  used = 0;
  private free = NONE;
  inUse = 0;

  constructor(
    private readonly keeps: { timers: boolean; doors: boolean; joins: boolean },
  ) {
    this.timer = new Int32Array(keeps.timers ? 64 : 0);
    this.previous = new Int32Array(keeps.doors ? 64 : 0);
    this.join = new Int32Array(keeps.joins ? 64 : 0);
    this.need = new Uint16Array(keeps.joins ? 64 : 0);
    this.spare = new Uint16Array(keeps.joins ? 64 : 0);
  }

  take(): number {
    this.inUse++;
    const row = this.free;
    if (row !== NONE) {
      this.free = this.next[row];
      return row;
    }
    if (this.used === this.hi.length) this.grow();
    return this.used++;
  }

  /** One that held the row lets go; the last one recycles it. */
  letGo(row: number): void {
    if (--this.refs[row] > 0) return;
    this.state[row] = FREE;
    this.next[row] = this.free;
    this.free = row;
    this.inUse--;
  }

  private grow(): void {
    const rows = Math.ceil(this.hi.length * 1.5);
    this.hi = grown(this.hi, new Int32Array(rows));
    this.lo = grown(this.lo, new Int32Array(rows));
    this.call = grown(this.call, new Int32Array(rows));
    this.site = grown(this.site, new Int32Array(rows));
    this.replica = grown(this.replica, new Int32Array(rows));
    this.next = grown(this.next, new Int32Array(rows));
    this.pc = grown(this.pc, new Int32Array(rows));
    this.sentNs = grown(this.sentNs, new Float64Array(rows));
    this.cameNs = grown(this.cameNs, new Float64Array(rows));
    this.startedNs = grown(this.startedNs, new Float64Array(rows));
    this.state = grown(this.state, new Uint8Array(rows));
    this.outcome = grown(this.outcome, new Uint8Array(rows));
    this.flags = grown(this.flags, new Uint8Array(rows));
    this.epoch = grown(this.epoch, new Uint8Array(rows));
    this.refs = grown(this.refs, new Uint16Array(rows));
    this.origin = grown(this.origin, new Uint16Array(rows));
    if (this.keeps.timers) this.timer = grown(this.timer, new Int32Array(rows));
    if (this.keeps.doors) this.previous = grown(this.previous, new Int32Array(rows));
    if (!this.keeps.joins) return;
    this.join = grown(this.join, new Int32Array(rows));
    this.need = grown(this.need, new Uint16Array(rows));
    this.spare = grown(this.spare, new Uint16Array(rows));
  }

  /** Bytes a row takes. */
  get rowBytes(): number {
    const { timers, doors, joins } = this.keeps;
    return 7 * 4 + 3 * 8 + 4 + 4 + (timers ? 4 : 0) + (doors ? 4 : 0) + (joins ? 8 : 0);
  }

  get bytes(): number {
    return this.hi.length * this.rowBytes;
  }
}
