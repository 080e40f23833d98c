import { grown } from '../kernel/event-queue.js';
import type { WaitNotes } from './wait-notes.js';

const NONE = -1;

/** Words of a row in `words`. */
export const CALL_ROW = 6;
/** The key of who calls: the request's, or the calling attempt's. */
export const CALLER_HI = 0;
export const CALLER_LO = 1;
/** The attempt whose handler calls; -1 − producer for a request. */
export const PARENT = 2;
/** The place in the text; in a free row, the next free one. */
export const CALL_SITE = 3;
/** Tries so far (23 bits), a flag, the epoch of the request's arrival (8). */
export const CALL_BITS = 4;
/** Of a request, which user or sender it is of; of another call, its parallel step, 0 for none. */
export const USER_OR_JOIN = 5;

/** CALL_BITS: a backlog's sender, or the caller's worker (async), waits until a try is let in. */
export const HOLDS_SENDER = 0x800000;
/** Tries a call can count: 2^23 − 1. */
export const TRIES_MAX = 0x7fffff;
const EPOCH_SHIFT = 24;

/**
 * Calls: what a caller wants from a callee, over all its tries. A producer's request is the call
 * that nobody's handler made (PARENT below 0).
 */
export class Calls {
  words = new Int32Array(64 * CALL_ROW);
  /** When it began; for a request, its arrival. NaN in a free row. */
  begunNs = new Float64Array(64);
  /** What the rule of its waits remembers, mostly the last one. Kept where it is used. */
  pauseMemory: Float64Array;
  used = 0;
  inUse = 0;
  /** As attempts have it. */
  waits: WaitNotes | null = null;
  private free = NONE;

  constructor(private readonly keepsWaits: boolean) {
    this.pauseMemory = new Float64Array(keepsWaits ? 64 : 0);
    this.grow();
  }

  /** A row of one's own, without tries or flags. May move the arrays. */
  take(
    hi: number,
    lo: number,
    parent: number,
    site: number,
    epoch: number,
    userOrJoin: number,
  ): number {
    this.inUse++;
    let row = this.free;
    if (row !== NONE) this.free = this.words[row * CALL_ROW + CALL_SITE];
    else {
      if (this.used === this.begunNs.length) this.grow();
      row = this.used++;
    }
    const { words } = this;
    const at = row * CALL_ROW;
    words[at + CALLER_HI] = hi;
    words[at + CALLER_LO] = lo;
    words[at + PARENT] = parent;
    words[at + CALL_SITE] = site;
    words[at + CALL_BITS] = epoch << EPOCH_SHIFT;
    words[at + USER_OR_JOIN] = userOrJoin;
    if (this.keepsWaits) this.pauseMemory[row] = 0;
    if (this.waits !== null) this.waits.opened(parent, row);
    return row;
  }

  release(row: number): void {
    if (this.waits !== null) this.waits.closed(this.parent(row), row);
    this.begunNs[row] = NaN;
    this.words[row * CALL_ROW + CALL_SITE] = this.free;
    this.free = row;
    this.inUse--;
  }

  isFree(row: number): boolean {
    return this.begunNs[row] !== this.begunNs[row];
  }

  parent(row: number): number {
    return this.words[row * CALL_ROW + PARENT];
  }

  site(row: number): number {
    return this.words[row * CALL_ROW + CALL_SITE];
  }

  tries(row: number): number {
    return this.words[row * CALL_ROW + CALL_BITS] & TRIES_MAX;
  }

  /** Whether who sends waits until a try is let in. */
  holdsSender(row: number): boolean {
    return (this.words[row * CALL_ROW + CALL_BITS] & HOLDS_SENDER) !== 0;
  }

  epoch(row: number): number {
    return this.words[row * CALL_ROW + CALL_BITS] >>> EPOCH_SHIFT;
  }

  user(row: number): number {
    return this.words[row * CALL_ROW + USER_OR_JOIN];
  }

  /** The parallel step of its parent that it belongs to, 0 for none. Not of requests. */
  join(row: number): number {
    return this.words[row * CALL_ROW + USER_OR_JOIN];
  }

  private grow(): void {
    const rows = Math.ceil(this.begunNs.length * 1.5);
    this.words = grown(this.words, new Int32Array(rows * CALL_ROW));
    this.begunNs = grown(this.begunNs, new Float64Array(rows));
    if (this.keepsWaits) this.pauseMemory = grown(this.pauseMemory, new Float64Array(rows));
  }

  /** Bytes a row takes. */
  get rowBytes(): number {
    return CALL_ROW * 4 + 8 + (this.keepsWaits ? 8 : 0);
  }

  get bytes(): number {
    return this.begunNs.length * this.rowBytes;
  }
}
