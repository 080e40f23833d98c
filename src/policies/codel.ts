import type { Shedder } from './shedder.js';

/** Settings of CoDel. Defaults: target 5 ms, interval 100 ms (linux `codel_impl.h` codel_params_init). */
export interface CodelSpec {
  /** What a wait should come down to, now and then. */
  targetNs: number;
  /** How long every wait must have been over the target before the first is dropped. */
  intervalNs: number;
}

/** What the machine did last for the turn at hand. */
const NOTHING = 0;
/** Dropped the first of an episode: the next is served whatever it waited. */
const BEGAN = 1;
/** Dropped another one: the next may be dropped at the same moment. */
const WENT_ON = 2;

/** Beyond so many intervals an old rate of dropping says nothing. */
const MEMORY_INTERVALS = 16;

/**
 * CoDel as Linux has it (`include/net/codel_impl.h`): waits are looked at when a turn comes. Once all
 * have been at the target or over it for an interval, the one at hand is dropped and the next served;
 * while that lasts the k-th drop follows the one before after interval ÷ √k. It ends with the first
 * wait under the target. An episode that begins within 16 intervals of the last one goes on near the
 * rate it had.
 *
 * A packet queue that holds one MTU or less is never dropped from; here that is one request that is
 * left behind. "An interval has passed" is `now ≥ since + interval` as in RFC 8289 5.5 (Linux asks
 * for one tick more, of 1,024 ns).
 */
export class Codel implements Shedder {
  /** Dropping: since the first drop, until a wait is under the target. */
  dropping = false;
  /** How many were dropped in this episode, as far as its rate goes. */
  count = 0;
  private lastCount = 0;
  /** When the next is dropped, while dropping. */
  dropNextNs = 0;
  /** When every wait will have been over the target for an interval; -1: the last was under it. */
  private firstAboveNs = -1;
  private last = NOTHING;

  constructor(private readonly spec: CodelSpec) {}

  refuses(): boolean {
    return false;
  }

  patienceNs(): number {
    return Infinity;
  }

  sheds(nowNs: number, waitedNs: number, behind: number): boolean {
    const last = this.last;
    this.last = NOTHING;
    const isAbove = this.hasBeenAbove(nowNs, waitedNs, behind);
    if (last === BEGAN) return false;
    if (this.dropping) {
      if (!isAbove) {
        this.dropping = false;
        return false;
      }
      if (last === WENT_ON) this.dropNextNs = this.after(this.dropNextNs);
      if (nowNs < this.dropNextNs) return false;
      this.count++;
      this.last = WENT_ON;
      return true;
    }
    if (!isAbove) return false;
    this.begins(nowNs);
    this.last = BEGAN;
    return true;
  }

  passed(nowNs: number): void {
    this.emptied(nowNs);
  }

  overflowed(): void {}

  resized(): void {}

  emptied(_nowNs: number): void {
    this.firstAboveNs = -1;
    this.dropping = false;
    this.last = NOTHING;
  }

  /** An episode begins with this drop. */
  private begins(nowNs: number): void {
    this.dropping = true;
    const delta = this.count - this.lastCount;
    const isRecent = nowNs - this.dropNextNs < MEMORY_INTERVALS * this.spec.intervalNs;
    this.count = delta > 1 && isRecent ? delta : 1;
    this.lastCount = this.count;
    this.dropNextNs = this.after(nowNs);
  }

  /** The control law. */
  private after(ns: number): number {
    return ns + Math.floor(this.spec.intervalNs / Math.sqrt(this.count) + 0.5);
  }

  /** Whether every wait has been at the target or over it for an interval. */
  private hasBeenAbove(nowNs: number, waitedNs: number, behind: number): boolean {
    if (waitedNs < this.spec.targetNs || behind <= 1) {
      this.firstAboveNs = -1;
      return false;
    }
    if (this.firstAboveNs < 0) {
      this.firstAboveNs = nowNs + this.spec.intervalNs;
      return false;
    }
    return nowNs >= this.firstAboveNs;
  }
}
