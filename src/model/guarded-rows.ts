import { grown } from '../kernel/event-queue.js';
import { GUARDS } from './guards.js';

const NONE = -1;

/**
 * What is kept of calls and attempts on guarded edges beside their common rows: columns of their
 * own under the same row numbers, so that plain edges pay nothing for them.
 */
export class GuardedRows {
  /** Of a call: its first copy that is out or stands at a gate, -1 for none. */
  copies = new Int32Array(64);
  /** Of a call: what is to come for it, -1 for none: its deadline, its next copy, its next try. */
  deadlineAlarm = new Int32Array(64);
  hedgeAlarm = new Int32Array(64);
  waitAlarm = new Int32Array(64);
  /** Of a call: when it must have ended; Infinity for never. */
  callDeadlineNs = new Float64Array(64);
  /** Of a call: copies beside the first, of all its tries and of the one at hand. */
  hedges = new Int32Array(64);
  hedgesOfTry = new Int32Array(64);
  /** Of a call: the replica its last attempt went to, or that failed last; -1 for none. */
  lastReplica = new Int32Array(64);
  /** Of a call: after what it was last tried again; see `purses.ts`. */
  retried = new Uint8Array(64);
  /** Of a call: its neighbours among the calls of its caller that may be cancelled. */
  next = new Int32Array(64);
  previous = new Int32Array(64);
  /** Of an attempt: the next copy of the same call. */
  sibling = new Int32Array(64);
  /** Of an attempt: the first call of its handler that may be cancelled, -1 for none. */
  firstCall = new Int32Array(64).fill(NONE);
  /** Of an attempt: the deadline its callee knows; Infinity for none. */
  deadlineNs = new Float64Array(64);
  /** Of an attempt: what it holds of its edge's gates, and which one it stands at; see `gates.ts`. */
  holds = new Uint8Array(64);
  stands = new Uint8Array(64);
  /** Of an attempt: which rules let it pass, a bit a gate, and what each is to hear again. */
  passed = new Uint8Array(64);
  tokens = new Int32Array(64 * GUARDS);
  /** By attempt and gate: which of its edge's laws let it go. */
  laws = new Int32Array(64 * GUARDS);
  /** Of an attempt: whose gates, its neighbours in the line, the alarm that ends its wait. */
  client = new Int32Array(64);
  ahead = new Int32Array(64);
  behind = new Int32Array(64);
  gateAlarm = new Int32Array(64);

  constructor() {
    this.growCalls(0);
    this.growAttempts(0);
  }

  /** Begins the columns of a call. */
  beginCall(call: number): void {
    if (call >= this.copies.length) this.growCalls(call);
    this.copies[call] = NONE;
    this.deadlineAlarm[call] = NONE;
    this.hedgeAlarm[call] = NONE;
    this.waitAlarm[call] = NONE;
    this.callDeadlineNs[call] = Infinity;
    this.hedges[call] = 0;
    this.hedgesOfTry[call] = 0;
    this.lastReplica[call] = NONE;
    this.retried[call] = 0;
    this.next[call] = NONE;
    this.previous[call] = NONE;
  }

  /** Begins the columns of an attempt. */
  beginAttempt(attempt: number): void {
    if (attempt >= this.sibling.length) this.growAttempts(attempt);
    this.sibling[attempt] = NONE;
    this.firstCall[attempt] = NONE;
    this.deadlineNs[attempt] = Infinity;
    this.holds[attempt] = 0;
    this.stands[attempt] = 0;
    this.passed[attempt] = 0;
    this.gateAlarm[attempt] = NONE;
  }

  /** Makes room for an attempt that is on no guarded edge itself, but calls on one. */
  reach(attempt: number): void {
    if (attempt >= this.sibling.length) this.growAttempts(attempt);
  }

  /** A call joins those of its caller that may be cancelled. */
  link(parent: number, call: number): void {
    this.reach(parent);
    const first = this.firstCall[parent];
    this.next[call] = first;
    this.previous[call] = NONE;
    if (first !== NONE) this.previous[first] = call;
    this.firstCall[parent] = call;
  }

  /** A call that has ended leaves them. */
  unlink(parent: number, call: number): void {
    const before = this.previous[call];
    const after = this.next[call];
    if (before === NONE) this.firstCall[parent] = after;
    else this.next[before] = after;
    if (after !== NONE) this.previous[after] = before;
  }

  /** A copy joins those of its call. */
  addCopy(call: number, attempt: number): void {
    this.sibling[attempt] = this.copies[call];
    this.copies[call] = attempt;
  }

  /** A copy has ended; throws where it is none of the call's. */
  removeCopy(call: number, attempt: number): void {
    if (this.copies[call] === attempt) {
      this.copies[call] = this.sibling[attempt];
      return;
    }
    let at = this.copies[call];
    while (at !== NONE && this.sibling[at] !== attempt) at = this.sibling[at];
    if (at === NONE) throw new Error(`attempt ${attempt} is no copy of call ${call}`);
    this.sibling[at] = this.sibling[attempt];
  }

  private growCalls(call: number): void {
    const rows = Math.max(call + 1, Math.ceil(this.copies.length * 1.5));
    this.copies = grown(this.copies, new Int32Array(rows));
    this.deadlineAlarm = grown(this.deadlineAlarm, new Int32Array(rows));
    this.hedgeAlarm = grown(this.hedgeAlarm, new Int32Array(rows));
    this.waitAlarm = grown(this.waitAlarm, new Int32Array(rows));
    this.callDeadlineNs = grown(this.callDeadlineNs, new Float64Array(rows));
    this.hedges = grown(this.hedges, new Int32Array(rows));
    this.hedgesOfTry = grown(this.hedgesOfTry, new Int32Array(rows));
    this.lastReplica = grown(this.lastReplica, new Int32Array(rows));
    this.retried = grown(this.retried, new Uint8Array(rows));
    this.next = grown(this.next, new Int32Array(rows));
    this.previous = grown(this.previous, new Int32Array(rows));
  }

  private growAttempts(attempt: number): void {
    const before = this.sibling.length;
    const rows = Math.max(attempt + 1, Math.ceil(before * 1.5));
    this.sibling = grown(this.sibling, new Int32Array(rows));
    this.firstCall = grown(this.firstCall, new Int32Array(rows)).fill(NONE, before);
    this.deadlineNs = grown(this.deadlineNs, new Float64Array(rows));
    this.holds = grown(this.holds, new Uint8Array(rows));
    this.stands = grown(this.stands, new Uint8Array(rows));
    this.passed = grown(this.passed, new Uint8Array(rows));
    this.tokens = grown(this.tokens, new Int32Array(rows * GUARDS));
    this.laws = grown(this.laws, new Int32Array(rows * GUARDS));
    this.client = grown(this.client, new Int32Array(rows));
    this.ahead = grown(this.ahead, new Int32Array(rows));
    this.behind = grown(this.behind, new Int32Array(rows));
    this.gateAlarm = grown(this.gateAlarm, new Int32Array(rows));
  }

  get bytes(): number {
    return this.copies.length * 45 + this.sibling.length * 51;
  }
}
