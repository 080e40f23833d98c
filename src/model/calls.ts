import { grown } from '../kernel/event-queue.js';

const NONE = -1;

/** The producer's sender waits until this call's try is let in (backlog). */
export const HOLDS_SENDER = 1;

/**
 * Calls: what a caller wants from a callee, over all its tries. A producer's request is the call
 * that nobody's handler made (`parent` below 0).
 */
export class Calls {
  /** The key of who calls: the request's, or the calling attempt's. */
  hi = new Int32Array(64);
  lo = new Int32Array(64);
  /** The attempt whose handler calls; -1 − producer for a request. */
  parent = new Int32Array(64);
  site = new Int32Array(64);
  /** Which user or sender of its producer (closed, backlog). */
  user: Int32Array;
  /** When it began; for a request, its arrival. */
  begunNs = new Float64Array(64);
  tries = new Uint16Array(64);
  flags = new Uint8Array(64);
  epoch = new Uint8Array(64);
  /** The producer its request came from. */
  origin = new Uint16Array(64);
  /** The parallel step of its parent that it belongs to, 0 for none. Kept where there are any. */
  join: Int32Array;
  /** The wait before the last retry (decorrelated jitter). Kept where it is used. */
  waitNs: Float64Array;
  used = 0;
  inUse = 0;
  private free = NONE;

  constructor(
    private readonly keeps: { users: boolean; joins: boolean; waits: boolean },
  ) {
    this.user = new Int32Array(keeps.users ? 64 : 0);
    this.join = new Int32Array(keeps.joins ? 64 : 0);
    this.waitNs = new Float64Array(keeps.waits ? 64 : 0);
  }

  take(): number {
    this.inUse++;
    const row = this.free;
    if (row !== NONE) {
      this.free = this.site[row];
      return row;
    }
    if (this.used === this.hi.length) this.grow();
    return this.used++;
  }

  /** Recycles the row; `begunNs` of a free row is NaN. */
  release(row: number): void {
    this.begunNs[row] = NaN;
    this.site[row] = this.free;
    this.free = row;
    this.inUse--;
  }

  private grow(): void {
    const rows = Math.ceil(this.hi.length * 1.5);
    this.hi = grown(this.hi, new Int32Array(rows));
    this.lo = grown(this.lo, new Int32Array(rows));
    this.parent = grown(this.parent, new Int32Array(rows));
    this.site = grown(this.site, new Int32Array(rows));
    this.begunNs = grown(this.begunNs, new Float64Array(rows));
    this.tries = grown(this.tries, new Uint16Array(rows));
    this.flags = grown(this.flags, new Uint8Array(rows));
    this.epoch = grown(this.epoch, new Uint8Array(rows));
    this.origin = grown(this.origin, new Uint16Array(rows));
    if (this.keeps.users) this.user = grown(this.user, new Int32Array(rows));
    if (this.keeps.joins) this.join = grown(this.join, new Int32Array(rows));
    if (this.keeps.waits) this.waitNs = grown(this.waitNs, new Float64Array(rows));
  }

  /** Bytes a row takes. */
  get rowBytes(): number {
    const { users, joins, waits } = this.keeps;
    return 4 * 4 + 8 + 2 + 1 + 1 + 2 + (users ? 4 : 0) + (joins ? 4 : 0) + (waits ? 8 : 0);
  }

  get bytes(): number {
    return this.hi.length * this.rowBytes;
  }
}
