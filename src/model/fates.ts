import { grown } from '../kernel/event-queue.js';
import { DEGRADED, FAILED, GOOD, LATE } from '../measure/recorder.js';
import { OUTCOMES } from './outcomes.js';
import type { ArrivalsPlan, Plan } from './plan.js';

const NONE = -1;

/** Hears of every producer's request, where somebody asks what became of each. */
export interface RequestObserver {
  /**
   * A request arrives. Of open arrivals `user` is -1 and `ordinal` counts them; of users and senders
   * `user` is who and `ordinal` which of theirs. All from 0. `hi`, `lo`: its key.
   */
  begun(
    producer: number,
    user: number,
    ordinal: number,
    hi: number,
    lo: number,
    nowNs: number,
  ): void;
  /** It has ended with a fate, see `fateText`. */
  ended(producer: number, hi: number, lo: number, fate: number, nowNs: number): void;
}

/** What became of a request that has not ended. The others are columns of the recorder's requests. */
export const UNFINISHED = 0;

/** "good", "late", "degraded", "unfinished", or why it failed: "failed: timeout". */
export function fateText(fate: number): string {
  if (fate === UNFINISHED) return 'unfinished';
  if (fate === GOOD) return 'good';
  if (fate === LATE) return 'late';
  if (fate === DEGRADED) return 'degraded';
  return `failed: ${OUTCOMES[fate - FAILED]}`;
}

/** Why a request failed, null where it did not. */
export function reasonOf(fate: number): string | null {
  return fate < FAILED ? null : (OUTCOMES[fate - FAILED] as string);
}

/**
 * What became of each request of one producer: when it arrived and ended (nanoseconds; NaN: it has
 * not), and how. A row for each, in the order of arrival; 17 bytes a row, 33 more where users or
 * senders wait for answers.
 */
export class ProducerFates {
  count = 0;
  arrivedNs = new Float64Array(64);
  endedNs = new Float64Array(64);
  fate = new Uint8Array(64);
  /** Whose it is, and which of theirs; empty for open arrivals, whose ordinal is the row. */
  user = new Int32Array(0);
  ordinal = new Float64Array(0);
  private hi = new Int32Array(0);
  private lo = new Int32Array(0);
  /** Rows by key, hashed; a power of two, half full at most. */
  private slots = new Int32Array(0);
  private firstHi = 0;
  private firstLo = 0;

  constructor(
    readonly name: string,
    readonly kind: ArrivalsPlan['kind'],
  ) {
    if (!this.byUser) return;
    this.user = new Int32Array(64);
    this.ordinal = new Float64Array(64);
    this.hi = new Int32Array(64);
    this.lo = new Int32Array(64);
    this.slots = new Int32Array(128).fill(NONE);
  }

  /** Whether its requests belong to users or senders: the request of a user is known by both numbers. */
  get byUser(): boolean {
    return this.kind === 'closed' || this.kind === 'backlog';
  }

  add(user: number, ordinal: number, hi: number, lo: number, nowNs: number): void {
    if (this.count === this.fate.length) this.grow();
    const row = this.count++;
    this.arrivedNs[row] = nowNs;
    this.endedNs[row] = NaN;
    this.fate[row] = UNFINISHED;
    if (row === 0) {
      this.firstHi = hi;
      this.firstLo = lo;
    }
    if (!this.byUser) return;
    this.user[row] = user;
    this.ordinal[row] = ordinal;
    this.hi[row] = hi;
    this.lo[row] = lo;
    this.put(row);
  }

  /** The row of a request by its key, -1 for none. */
  rowOf(hi: number, lo: number): number {
    if (!this.byUser) {
      const row = (lo - this.firstLo) >>> 0;
      return hi === this.firstHi && row < this.count ? row : NONE;
    }
    const mask = this.slots.length - 1;
    for (let slot = mixed(hi, lo) & mask; ; slot = (slot + 1) & mask) {
      const row = this.slots[slot];
      if (row === NONE || (this.hi[row] === hi && this.lo[row] === lo)) return row;
    }
  }

  /** The key of the request in a row, as [hi, lo]. */
  keyOf(row: number): [number, number] {
    if (!this.byUser) return [this.firstHi, (this.firstLo + row) | 0];
    return [this.hi[row] as number, this.lo[row] as number];
  }

  /**
   * What a request is called, counted from 1 as people do: "812", the 812th that arrives; "17.3",
   * the third of user 17.
   */
  nameOf(row: number): string {
    if (!this.byUser) return String(row + 1);
    return `${this.user[row] + 1}.${this.ordinal[row] + 1}`;
  }

  private put(row: number): void {
    const mask = this.slots.length - 1;
    let slot = mixed(this.hi[row] as number, this.lo[row]) & mask;
    while (this.slots[slot] !== NONE) slot = (slot + 1) & mask;
    this.slots[slot] = row;
  }

  private grow(): void {
    const rows = Math.ceil(this.fate.length * 1.5);
    this.arrivedNs = grown(this.arrivedNs, new Float64Array(rows));
    this.endedNs = grown(this.endedNs, new Float64Array(rows));
    this.fate = grown(this.fate, new Uint8Array(rows));
    if (!this.byUser) return;
    this.user = grown(this.user, new Int32Array(rows));
    this.ordinal = grown(this.ordinal, new Float64Array(rows));
    this.hi = grown(this.hi, new Int32Array(rows));
    this.lo = grown(this.lo, new Int32Array(rows));
    if (this.slots.length >= rows * 2) return;
    this.slots = new Int32Array(this.slots.length * 2).fill(NONE);
    for (let row = 0; row < this.count; row++) this.put(row);
  }
}

/** What became of every request of a run. */
export class FateBook implements RequestObserver {
  readonly producers: readonly ProducerFates[];

  constructor(plan: Plan) {
    this.producers = plan.producers.map(
      ({ name, arrivals }) => new ProducerFates(name, arrivals.kind),
    );
  }

  begun(
    producer: number,
    user: number,
    ordinal: number,
    hi: number,
    lo: number,
    nowNs: number,
  ): void {
    this.producers[producer].add(user, ordinal, hi, lo, nowNs);
  }

  ended(producer: number, hi: number, lo: number, fate: number, nowNs: number): void {
    const of = this.producers[producer];
    const row = of.rowOf(hi, lo);
    if (row === NONE || of.fate[row] !== UNFINISHED) {
      throw new Error(
        `request ${of.nameOf(Math.max(row, 0))} of ${of.name} ended unknown, or twice`,
      );
    }
    of.fate[row] = fate;
    of.endedNs[row] = nowNs;
  }
}

/** Keys are mixed well already; two words to one. */
function mixed(hi: number, lo: number): number {
  return (hi ^ Math.imul(lo, 0x9e3779b1)) >>> 0;
}
