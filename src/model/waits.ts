import { grown } from '../kernel/event-queue.js';
import { type Attempts, BITS, CALLING, DONE, HEDGE, REPLICA, ROW } from './attempts.js';
import type { Calls } from './calls.js';
import type { GuardedRows } from './guarded-rows.js';
import type { WaitNotes } from './wait-notes.js';

const NONE = -1;

/**
 * Who waits for whom, kept while the run goes where it can deadlock: the open calls of every handler,
 * the workers that wait at every replica, who holds anything of a caller's gates; and for whom there
 * may be no way out any more, to be looked at when the event at hand is over.
 */
export class Waits implements WaitNotes {
  /** Attempts whose handlers may have begun to wait for what can never come. */
  readonly suspects: number[] = [];
  /** Replicas whose workers, or line, somebody has left who may not be followed. */
  readonly shortReplicas: number[] = [];
  everybody = false;
  /** By attempt: the first open call of its handler, -1 for none; by call: its neighbours there. */
  private firstCall = new Int32Array(64).fill(NONE);
  private nextCall = new Int32Array(64);
  private previousCall = new Int32Array(64);
  /** By call on a plain edge: its last try. */
  private tryOf = new Int32Array(64);
  /** By replica: who waits for calls and keeps a worker; may hold some that no longer do. */
  private readonly callers: number[][];
  /** By client of an edge: who holds something of its gates; may hold some that no longer do. */
  private readonly holders: number[][];
  private readonly holdersMost: Float64Array;

  constructor(
    private readonly attempts: Attempts,
    private readonly calls: Calls,
    private readonly rows: GuardedRows,
    private readonly calling: Int32Array,
    clients: number,
  ) {
    this.callers = Array.from(calling, () => []);
    this.holders = Array.from({ length: clients }, () => []);
    this.holdersMost = new Float64Array(clients).fill(16);
  }

  suspect(attempt: number): void {
    if (attempt >= 0) this.suspects.push(attempt);
  }

  suspectReplica(replica: number): void {
    this.shortReplicas.push(replica);
  }

  suspectCallerOf(attempt: number): void {
    const { attempts, rows } = this;
    const left = attempts.hasLeft(attempt);
    // That a copy was to come may have been the last way out of those that were sent before.
    const isHedge = !left && (attempts.words[attempt * ROW + BITS] & HEDGE) !== 0;
    const first = isHedge ? rows.copies[attempts.callOf(attempt)] : NONE;
    for (let a = first; a !== NONE; a = rows.sibling[a]) if (a !== attempt) this.suspect(a);
    const caller = left ? NONE : this.callerOf(attempt);
    if (caller >= 0 && attempts.state(caller) !== DONE) this.suspect(caller);
    // Its caller is gone, and what it holds of a gate others wait for.
    else if ((left || caller >= 0) && (rows.holds[attempt] ?? 0) !== 0) {
      this.suspectReplica(attempts.words[attempt * ROW + REPLICA]);
    }
  }

  private callerOf(attempt: number): number {
    return this.calls.parent(this.attempts.callOf(attempt));
  }

  opened(parent: number, call: number): void {
    if (parent < 0) return;
    if (parent >= this.firstCall.length) this.growAttempts(parent);
    if (call >= this.nextCall.length) this.growCalls(call);
    const first = this.firstCall[parent];
    this.nextCall[call] = first;
    this.previousCall[call] = NONE;
    if (first !== NONE) this.previousCall[first] = call;
    this.firstCall[parent] = call;
  }

  closed(parent: number, call: number): void {
    if (parent < 0) return;
    const before = this.previousCall[call];
    const after = this.nextCall[call];
    if (before === NONE) this.firstCall[parent] = after;
    else this.nextCall[before] = after;
    if (after !== NONE) this.previousCall[after] = before;
  }

  tried(call: number, attempt: number): void {
    if (call < this.tryOf.length) this.tryOf[call] = attempt;
  }

  callsOut(attempt: number): void {
    const replica = this.attempts.words[attempt * ROW + REPLICA];
    const list = this.callers[replica];
    list.push(attempt);
    if (list.length <= 2 * this.calling[replica] + 16) return;
    tidy(list, (a) => this.isCallerAt(a, replica));
  }

  standsAtGate(attempt: number): void {
    this.mayHold(attempt);
    this.suspectCallerOf(attempt);
  }

  mayHold(attempt: number): void {
    const client = this.rows.client[attempt];
    const list = this.holders[client];
    list.push(attempt);
    if (list.length <= this.holdersMost[client]) return;
    this.holdersMost[client] = 2 * this.holdersOf(client).length + 16;
  }

  /** The first open call of an attempt's handler, and those after it; -1 for none. */
  firstCallOf(attempt: number): number {
    return attempt < this.firstCall.length ? this.firstCall[attempt] : NONE;
  }

  callAfter(call: number): number {
    return this.nextCall[call];
  }

  /** The try that a call on a plain edge waits for, -1 for none now. */
  tryOfCall(call: number): number {
    const attempt = this.tryOf[call];
    const { attempts } = this;
    const isIts = !attempts.isFree(attempt) && attempts.callOf(attempt) === call;
    return isIts && !attempts.hasLeft(attempt) ? attempt : NONE;
  }

  /** Who may wait for calls at a replica and keep a worker of it: see `isCallerAt`. */
  callersAt(replica: number): number[] {
    return this.callers[replica];
  }

  /** Whether one of `callersAt` does so now. */
  isCallerAt(attempt: number, replica: number): boolean {
    const { attempts } = this;
    if (attempts.isFree(attempt) || attempts.state(attempt) !== CALLING) return false;
    return !attempts.isAtCaller(attempt) && attempts.words[attempt * ROW + REPLICA] === replica;
  }

  /** Who has passed a gate of a client and not given up all it got there. */
  holdersOf(client: number): readonly number[] {
    const { attempts, rows } = this;
    return tidy(this.holders[client], (a) => {
      if (attempts.isFree(a) || rows.client[a] !== client) return false;
      return rows.holds[a] !== 0 || rows.passed[a] !== 0;
    });
  }

  private growAttempts(attempt: number): void {
    const from = this.firstCall.length;
    const rows = Math.max(attempt + 1, Math.ceil(from * 1.5));
    this.firstCall = grown(this.firstCall, new Int32Array(rows)).fill(NONE, from);
  }

  private growCalls(call: number): void {
    const rows = Math.max(call + 1, Math.ceil(this.nextCall.length * 1.5));
    this.nextCall = grown(this.nextCall, new Int32Array(rows));
    this.previousCall = grown(this.previousCall, new Int32Array(rows));
    this.tryOf = grown(this.tryOf, new Int32Array(rows));
  }
}

/** Drops, in place, what stands twice or is not so any more. */
function tidy(list: number[], isSo: (row: number) => boolean): number[] {
  const seen = new Set<number>();
  let kept = 0;
  for (const row of list) {
    if (seen.has(row) || !isSo(row)) continue;
    seen.add(row);
    list[kept++] = row;
  }
  list.length = kept;
  return list;
}
