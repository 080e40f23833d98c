import { grown } from '../kernel/event-queue.js';
import type { WaitNotes } from './wait-notes.js';

const NONE = -1;

/** Words of a row in `words`. */
export const ROW = 8;
export const HI = 0;
export const LO = 1;
/** The call it is a try of; -1 when its caller has let go. */
export const CALL = 2;
/** The place in the text from which it was sent. */
export const SITE = 3;
export const REPLICA = 4;
/** Next in the callee's queue; in a free row, the next free one. */
export const NEXT = 5;
/** Where its handler goes on; the same word, since who waits in a queue has not begun. */
export const PC = 5;
/** Small things in one word, see the masks below. */
export const BITS = 6;
/** The producer its request came from (upper half) and who still holds the row (lower half). */
export const HELD = 7;

/** Times of a row in `times`, nanoseconds. */
export const TIMES = 3;
export const SENT = 0;
/** When it came to the callee, or will; of one that is not sent, when it asked for a connection. */
export const CAME = 1;
/** When it got its worker, or came to stand at the door, or at a gate of its caller. */
export const STARTED = 2;

/** BITS: where an attempt stands at its callee. */
export const STATE = 15;
/** On its way there. */
export const OUT = 0;
/** Stands at a full callee's door. */
export const BLOCKED = 1;
export const WAITING = 2;
/** Has a worker and works. */
export const WORKING = 3;
/** Has a worker and waits for a call. */
export const CALLING = 4;
/** The callee is done with it. */
export const DONE = 5;
/** Has left its worker while its calls are out (`io: async`). */
export const AWAY = 6;
/** Waits for a worker to go on. */
export const RETURNING = 7;
/** Stands at a gate of its caller: not sent yet. */
export const UNSENT = 8;
/** Had a worker, gave it to one more important, and waits for another one. */
export const ASIDE = 9;
/** A rule of its callee's admission has it wait before it goes on to the next rule. */
export const HELD_BACK = 12;
/** Waits to be told that it is refused, where that costs work. */
export const TURNED_AWAY = 13;
/** Has joined another one with its key, whose work answers both. */
export const JOINED = 11;

/** BITS: the caller has let go of it. */
export const LEFT = 16;
/** BITS: first try all the way up to its producer. */
export const FIRST = 32;
/** BITS: its caller's own worker runs it (`caller_runs`), not one of the callee's. */
export const AT_CALLER = 64;
/** BITS: a copy of its try, sent because the first was slow. */
export const HEDGE = 1 << 24;
/** BITS: part of what it answers is second best. */
export const DEGRADED_BIT = 1 << 25;
/** BITS: it is refused, and what its worker does for it is to say so. */
export const REFUSAL = 1 << 28;
/** BITS: its size is counted in the memory of the replica that it is in. */
export const HOLDS_MEMORY = 1 << 29;
/** BITS: it has stood aside for one more important. */
export const STOOD_ASIDE = 128;
/** BITS: how the callee answered, 5 bits, and the epoch of its request's arrival, 8 bits. */
const OUTCOME_SHIFT = 8;
const OUTCOME_MASK = 31 << OUTCOME_SHIFT;
const EPOCH_SHIFT = 16;

/** Which optional columns a plan needs. */
export interface Keeps {
  timers: boolean;
  links: boolean;
  joins: boolean;
  peers: boolean;
  slots: boolean;
  patience: boolean;
  places: boolean;
  roots: boolean;
  staff: boolean;
}

/**
 * Attempts: one try of a call, and its handling at the callee. What one event touches of an attempt
 * lies side by side in two arrays (a column each cost three times the time, measured); rows are
 * recycled when caller, callee and every call made beneath have let go.
 */
export class Attempts {
  words = new Int32Array(64 * ROW);
  times = new Float64Array(64 * TIMES);
  /** Its timeout's row at the kernel. Kept only where the plan has timeouts. */
  timer: Int32Array;
  /** Previous in a line. Kept only where somebody may leave one from the middle. */
  previous: Int32Array;
  /** The parallel step it is in: a number of its own, answers needed, failures it can still bear. */
  join: Int32Array;
  need: Uint16Array;
  spare: Uint16Array;
  /** Next and previous among those of its importance in its line. Kept where importance counts. */
  peerNext: Int32Array;
  peerPrevious: Int32Array;
  /** Its place in the bag from which chance serves. Kept where a discipline is random. */
  slot: Int32Array;
  /** The row of what ends its wait, -1 for none. Kept where a queue has a maximum age. */
  patience: Int32Array;
  /** The replica where its work runs. Kept where callers run what they called. */
  place: Int32Array;
  /** The key of the request it is made for. Kept only where something asks for labels. */
  rootHi: Int32Array;
  rootLo: Int32Array;
  /**
   * Where workers do not stay with one request: worker time so far, where its handler goes on when
   * it is RETURNING, and how many of its calls are still to be let in.
   */
  worked: Float64Array;
  onward: Int32Array;
  notIn: Uint16Array;
  used = 0;
  inUse = 0;
  /** Who is to know when a row is free again; null where nobody is. */
  watcher: { left(row: number): void } | null = null;
  /** Who waits for whom, kept where a deadlock is possible; else null. */
  waits: WaitNotes | null = null;
  private rows = 64;
  private free = NONE;

  constructor(private readonly keeps: Keeps) {
    this.timer = new Int32Array(keeps.timers ? 64 : 0);
    this.previous = new Int32Array(keeps.links ? 64 : 0);
    this.join = new Int32Array(keeps.joins ? 64 : 0);
    this.need = new Uint16Array(keeps.joins ? 64 : 0);
    this.spare = new Uint16Array(keeps.joins ? 64 : 0);
    this.peerNext = new Int32Array(keeps.peers ? 64 : 0);
    this.peerPrevious = new Int32Array(keeps.peers ? 64 : 0);
    this.slot = new Int32Array(keeps.slots ? 64 : 0);
    this.patience = new Int32Array(keeps.patience ? 64 : 0);
    this.place = new Int32Array(keeps.places ? 64 : 0);
    this.rootHi = new Int32Array(keeps.roots ? 64 : 0);
    this.rootLo = new Int32Array(keeps.roots ? 64 : 0);
    this.worked = new Float64Array(keeps.staff ? 64 : 0);
    this.onward = new Int32Array(keeps.staff ? 64 : 0);
    this.notIn = new Uint16Array(keeps.staff ? 64 : 0);
    this.grow();
  }

  /** A row of one's own. May move the arrays. */
  take(): number {
    this.inUse++;
    const row = this.free;
    if (row !== NONE) {
      this.free = this.words[row * ROW + NEXT];
      return row;
    }
    if (this.used === this.rows) this.grow();
    return this.used++;
  }

  /** One more holds the row. */
  hold(row: number): void {
    this.words[row * ROW + HELD]++;
  }

  /** One that held the row lets go; the last one recycles it. */
  letGo(row: number): void {
    const { words } = this;
    const held = --words[row * ROW + HELD];
    if ((held & 0xffff) !== 0) return;
    words[row * ROW + NEXT] = this.free;
    this.free = row;
    this.inUse--;
    if (this.watcher !== null) this.watcher.left(row);
  }

  /** Keeps its request's key: its parent's, or, where it has none, the key given. */
  keepRoot(row: number, parent: number, hi: number, lo: number): void {
    const { rootHi, rootLo } = this;
    rootHi[row] = parent < 0 ? hi : rootHi[parent];
    rootLo[row] = parent < 0 ? lo : rootLo[parent];
  }

  isFree(row: number): boolean {
    return (this.words[row * ROW + HELD] & 0xffff) === 0;
  }

  state(row: number): number {
    return this.words[row * ROW + BITS] & STATE;
  }

  setState(row: number, state: number): void {
    const at = row * ROW + BITS;
    this.words[at] = (this.words[at] & ~STATE) | state;
  }

  hasLeft(row: number): boolean {
    return (this.words[row * ROW + BITS] & LEFT) !== 0;
  }

  outcome(row: number): number {
    return (this.words[row * ROW + BITS] & OUTCOME_MASK) >> OUTCOME_SHIFT;
  }

  /** The call it is a try of, -1 when its caller has let go. */
  callOf(row: number): number {
    return this.words[row * ROW + CALL];
  }

  isRefusal(row: number): boolean {
    return (this.words[row * ROW + BITS] & REFUSAL) !== 0;
  }

  isAtCaller(row: number): boolean {
    return (this.words[row * ROW + BITS] & AT_CALLER) !== 0;
  }

  /** The replica where its work runs. */
  placeOf(row: number): number {
    return this.isAtCaller(row) ? this.place[row] : this.words[row * ROW + REPLICA];
  }

  setOutcome(row: number, outcome: number): void {
    const at = row * ROW + BITS;
    this.words[at] = (this.words[at] & ~OUTCOME_MASK) | (outcome << OUTCOME_SHIFT);
  }

  epoch(row: number): number {
    return (this.words[row * ROW + BITS] >> EPOCH_SHIFT) & 0xff;
  }

  origin(row: number): number {
    return this.words[row * ROW + HELD] >>> 16;
  }

  private grow(): void {
    const rows = Math.ceil(this.rows * 1.5);
    this.rows = rows;
    this.words = grown(this.words, new Int32Array(rows * ROW));
    this.times = grown(this.times, new Float64Array(rows * TIMES));
    if (this.keeps.timers) this.timer = grown(this.timer, new Int32Array(rows));
    if (this.keeps.links) this.previous = grown(this.previous, new Int32Array(rows));
    if (this.keeps.peers) {
      this.peerNext = grown(this.peerNext, new Int32Array(rows));
      this.peerPrevious = grown(this.peerPrevious, new Int32Array(rows));
    }
    if (this.keeps.slots) this.slot = grown(this.slot, new Int32Array(rows));
    if (this.keeps.patience) this.patience = grown(this.patience, new Int32Array(rows));
    if (this.keeps.places) this.place = grown(this.place, new Int32Array(rows));
    if (this.keeps.roots) {
      this.rootHi = grown(this.rootHi, new Int32Array(rows));
      this.rootLo = grown(this.rootLo, new Int32Array(rows));
    }
    if (this.keeps.staff) {
      this.worked = grown(this.worked, new Float64Array(rows));
      this.onward = grown(this.onward, new Int32Array(rows));
      this.notIn = grown(this.notIn, new Uint16Array(rows));
    }
    if (!this.keeps.joins) return;
    this.join = grown(this.join, new Int32Array(rows));
    this.need = grown(this.need, new Uint16Array(rows));
    this.spare = grown(this.spare, new Uint16Array(rows));
  }

  /** Bytes a row takes. */
  get rowBytes(): number {
    const { timers, links, joins, peers, slots, patience, places, roots, staff } = this.keeps;
    const words = [timers, links, slots, patience, places].filter(Boolean).length;
    const pairs = [joins, peers, roots].filter(Boolean).length;
    return ROW * 4 + TIMES * 8 + 4 * words + 8 * pairs + (staff ? 14 : 0);
  }

  get bytes(): number {
    return this.rows * this.rowBytes;
  }
}

/** BITS of an attempt that sets out: on its way, of a request that arrived in `epoch`. */
export function bitsOut(first: boolean, epoch: number): number {
  return (epoch << EPOCH_SHIFT) | (first ? FIRST : 0) | OUT;
}
