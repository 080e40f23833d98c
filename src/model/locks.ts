import { grown } from '../kernel/event-queue.js';
import type { Kernel } from '../kernel/kernel.js';
import type { LockBook, LockSource } from '../measure/lock-book.js';
import type { LockHolder } from '../measure/measured.js';
import type { Recorder } from '../measure/recorder.js';
import { LockTable } from '../policies/lock-table.js';
import type { Accounts } from './accounts.js';
import { type Attempts, BITS, CALLING, PC, REPLICA, ROW, STOOD_ASIDE } from './attempts.js';
import { lockRanks, lockTakers } from './lock-places.js';
import {
  ERROR,
  FACT_LOCK_LEFT,
  FACT_LOCK_WAITS,
  FACT_LOCKED,
  FACT_UNLOCKED,
  LOCK_TIMED_OUT,
  LOCKED,
  RERANKED,
} from './outcomes.js';
import type { Plan } from './plan.js';
import type { Preemption } from './preemption.js';
import type { Program } from './program.js';
import { ranksOf } from './ranks.js';
import type { Replicas } from './replicas.js';

const NONE = -1;

/** What `enter` says. */
export const GOES_IN = 0;
export const WAITS = 1;
export const FAILS = 2;

/** What becomes of who holds a lock. */
const DOES: readonly LockHolder['does'][] = ['works', 'aside', 'calls', 'locks', 'paused'];

/** What has become of a wait that its attempt does not know of yet. */
const NOTHING = 0;
const GRANTED = 1;
const FAILED = 2;

/** What locks need of the rest of the model. */
export interface LockPeers {
  handlers: {
    /** What it waited for is there: it goes on, as soon as it has a worker. */
    goOn(attempt: number, pc: number): void;
  };
  services: {
    waitsForCall(attempt: number): void;
    readonly yielding: {
      /** It waits for a lock: where workers are left for that, its worker looks for other work. */
      leavesWorker(attempt: number): void;
      /** Where it gave its worker to others: it stands in line for one; else false. */
      standsReady(attempt: number): boolean;
    };
    finish(attempt: number, outcome: number): void;
    isPaused(attempt: number): boolean;
  };
}

/** The locks of a plan; null where nobody takes one. */
export function locksOf(
  plan: Plan,
  kernel: Kernel,
  { lockWaits }: Program,
  attempts: Attempts,
  replicas: Replicas,
  accounts: Accounts,
  recorder: Recorder,
): Locks | null {
  if (plan.locks.length === 0) return null;
  return new Locks(plan, kernel, lockWaits, attempts, replicas, accounts, recorder);
}

/**
 * The locks that handlers take. Who comes to a lock that another one holds stands in its line, and
 * is told by an event of its own that it has it; it holds it from the moment at which it was given
 * back. However a handler ends, what it held is given back at that moment. A replica that stands
 * still keeps its locks and its places in lines, and can be given a lock meanwhile.
 */
export class Locks implements LockSource {
  readonly table: LockTable;
  /** Whether anybody inherits importance. */
  readonly inherits: boolean;
  private readonly book: LockBook;
  /** By lock and replica: the one of its name that is taken there. By that one: its name. */
  private readonly ofReplica: Int32Array;
  private readonly nameOf: Int32Array;
  private readonly heldSinceNs: Float64Array;
  private readonly rankOf: Int32Array;
  /** By row of the program's waits: the kernel's timer line, −1 where there is no bound (or 0). */
  private readonly lines: Int32Array;
  /** By attempt: since when it waits, its timer, what it does not know yet. */
  private sinceNs = new Float64Array(0);
  private timers = new Int32Array(0);
  private status = new Uint8Array(0);
  /** Who stood still when their waits ended. */
  private paused: number[] = [];
  /** Locks that are free while replicas go down; above 0 while they do. */
  private crashing = 0;
  private freedMeanwhile: number[] = [];
  private preemption: Preemption | null = null;
  private handlers!: LockPeers['handlers'];
  private services!: LockPeers['services'];

  constructor(
    private readonly plan: Plan,
    private readonly kernel: Kernel,
    private readonly lockWaits: readonly number[],
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
    private readonly accounts: Accounts,
    recorder: Recorder,
  ) {
    const { locks } = plan;
    this.book = recorder.locks;
    this.ofReplica = new Int32Array(locks.length * replicas.count).fill(NONE);
    const names: number[] = [];
    lockTakers(plan).forEach((components, lock) => {
      const row = lock * replicas.count;
      for (const c of components) {
        for (let r = replicas.first[c]; r < replicas.first[c + 1]; r++) {
          const shared = locks[lock].scope === 'scenario' && names.at(-1) === lock;
          if (!shared) names.push(lock);
          this.ofReplica[row + r] = names.length - 1;
        }
      }
    });
    this.nameOf = Int32Array.from(names);
    this.heldSinceNs = new Float64Array(names.length);
    this.inherits = locks.some(({ inherit }) => inherit);
    const ranks = lockRanks(plan);
    this.rankOf = ranks > 1 ? ranksOf(plan).rankOf : new Int32Array(plan.producers.length);
    const rules = names.map((lock) => ({
      byImportance: locks[lock].order === 'priority',
      inherits: locks[lock].inherit,
    }));
    this.table = new LockTable(rules, ranks, this.inherits ? this : null);
    this.lines = Int32Array.from(lockWaits, (ns) =>
      ns > 0 && ns < Infinity ? kernel.lineFor(ns) : NONE,
    );
  }

  /** Tells the parts that this one calls. */
  connect(peers: LockPeers, preemption: Preemption | null): void {
    this.handlers = peers.handlers;
    this.services = peers.services;
    this.preemption = preemption;
  }

  /** A handler comes to a lock; where it waits, it goes on at `pc` when the lock is its. */
  enter(attempt: number, lock: number, wait: number, pc: number): number {
    const { attempts, book, kernel, table } = this;
    const at = this.at(attempt, lock);
    const rank = this.rankOf[attempts.origin(attempt)];
    const again = table.holder[at] === attempt;
    if (table.take(at, attempt, rank)) {
      if (again) return GOES_IN;
      this.accounts.fact(FACT_LOCKED, attempt);
      book.taken(lock, attempts.epoch(attempt), 0);
      this.heldSinceNs[at] = kernel.clock[0];
      return GOES_IN;
    }
    if (this.lockWaits[wait] === 0) {
      book.gaveUp(lock, attempts.epoch(attempt));
      return FAILS;
    }
    if (attempt >= this.sinceNs.length) this.grow(attempt + 1);
    this.accounts.fact(FACT_LOCK_WAITS, attempt);
    this.sinceNs[attempt] = kernel.clock[0];
    const line = this.lines[wait];
    this.timers[attempt] = line === NONE ? NONE : kernel.setTimer(line, LOCK_TIMED_OUT, attempt);
    attempts.words[attempt * ROW + PC] = pc;
    this.services.waitsForCall(attempt);
    book.comes(lock);
    table.wait(at, attempt, rank);
    attempts.waits?.suspect(attempt);
    this.services.yielding.leavesWorker(attempt);
    return WAITS;
  }

  /** A handler has come to the end of what it does with a lock. */
  exit(attempt: number, lock: number): void {
    const at = this.at(attempt, lock);
    if (this.table.giveBack(at)) this.freed(attempt, at);
  }

  /** An attempt's handler has ended, or is stopped, wherever it stood. */
  ended(attempt: number): void {
    const { table } = this;
    if (table.waitedFor(attempt) !== NONE) this.stopsWaiting(attempt);
    if (attempt < this.status.length) this.status[attempt] = NOTHING;
    for (let at = table.freeOne(attempt); at !== NONE; at = table.freeOne(attempt)) {
      this.freed(attempt, at);
    }
  }

  /** The wait of an attempt is over: it learns of it, unless it stands still. */
  came(attempt: number): void {
    const { attempts, status } = this;
    const what = status[attempt];
    if (what !== NOTHING && this.services.isPaused(attempt)) {
      this.paused.push(attempt);
      return;
    }
    status[attempt] = NOTHING;
    if (what === FAILED) this.services.finish(attempt, ERROR);
    else if (what === GRANTED && !this.services.yielding.standsReady(attempt)) {
      this.handlers.goOn(attempt, attempts.words[attempt * ROW + PC]);
    }
    attempts.letGo(attempt);
  }

  /** An attempt has waited as long as it would. */
  timedOut(attempt: number): void {
    const lock = this.nameOf[this.table.waitedFor(attempt)];
    this.timers[attempt] = NONE;
    this.stopsWaiting(attempt);
    this.book.gaveUp(lock, this.attempts.epoch(attempt));
    this.status[attempt] = FAILED;
    this.attempts.hold(attempt);
    this.came(attempt);
  }

  /** Replicas of a component came or went: there are as many as replicas that take it, of some locks. */
  counted(component: number): void {
    const { book, plan, replicas } = this;
    lockTakers(plan).forEach((components, lock) => {
      if (plan.locks[lock].scope === 'scenario' || !components.includes(component)) return;
      book.counted(
        lock,
        components.reduce((sum, c) => sum + replicas.present(c), 0),
      );
    });
  }

  /** Those who stood still when their waits ended learn of it, where they do no longer. */
  resumePaused(): void {
    const { kernel, paused } = this;
    if (paused.length === 0) return;
    this.paused = [];
    kernel.suspend();
    for (const attempt of paused) this.came(attempt);
    kernel.resume();
  }

  /** A replica goes down: what its requests held is handed on when all of them are gone. */
  crashBegins(): void {
    this.crashing++;
  }

  crashEnds(): void {
    if (--this.crashing > 0) return;
    const free = this.freedMeanwhile;
    this.freedMeanwhile = [];
    for (const at of free) {
      const next = this.table.handOn(at);
      if (next !== NONE) this.given(next, at);
    }
  }

  /** Counts what is held and waited for at the end of a run, at its age. */
  reckon(): void {
    const { attempts, book, nameOf, table } = this;
    const now = this.kernel.clock[0];
    for (let a = 0; a < attempts.used; a++) {
      const at = table.waitedFor(a);
      if (at !== NONE) book.waiting.times.add(nameOf[at], now - this.sinceNs[a]);
    }
    nameOf.forEach((lock, at) => {
      if (table.holder[at] !== NONE) book.held.times.add(lock, now - this.heldSinceNs[at]);
    });
  }

  /** Who has held a lock longest: one that holds it now, or one that did before. */
  holderOf(lock: number, beforeNs: number, before: number): LockHolder {
    const { nameOf, plan, table } = this;
    const now = this.kernel.clock[0];
    let who = before;
    let ns = beforeNs;
    nameOf.forEach((name, at) => {
      const holder = table.holder[at];
      if (name !== lock || holder === NONE || now - this.heldSinceNs[at] <= ns) return;
      ns = now - this.heldSinceNs[at];
      who = this.whoOf(holder);
    });
    const rest = Math.floor(who / DOES.length);
    const producer = plan.producers[rest % plan.producers.length].name;
    const component = plan.components[Math.floor(rest / plan.producers.length)].name;
    return { producer, component, ns, does: DOES[who % DOES.length] };
  }

  /** Whose request an attempt is, where it is worked on, and what becomes of it, in one number. */
  private whoOf(attempt: number): number {
    const { attempts, plan, replicas } = this;
    const bits = attempts.words[attempt * ROW + BITS];
    let does = 0;
    if (this.services.isPaused(attempt)) does = 4;
    else if ((bits & STOOD_ASIDE) !== 0) does = 1;
    else if (this.table.waitedFor(attempt) !== NONE) does = 3;
    else if (attempts.state(attempt) === CALLING) does = 2;
    const component = replicas.component[attempts.words[attempt * ROW + REPLICA]];
    return (component * plan.producers.length + attempts.origin(attempt)) * DOES.length + does;
  }

  /** Whether all workers of a replica wait for this lock, or hold it. */
  takesAll(lock: number): boolean {
    const { attempts, nameOf, replicas, table } = this;
    const there = new Float64Array(replicas.count);
    for (let a = 0; a < attempts.used; a++) {
      const at = table.waitedFor(a);
      if (at === NONE || nameOf[at] !== lock || attempts.state(a) !== CALLING) continue;
      there[attempts.placeOf(a)]++;
    }
    const waits = there.slice();
    nameOf.forEach((name, at) => {
      const holder = table.holder[at];
      if (name === lock && holder !== NONE) there[attempts.placeOf(holder)]++;
    });
    return there.some((count, r) => {
      return waits[r] > 0 && replicas.freeWorkers[r] <= 0 && count >= replicas.places[r];
    });
  }

  /** How many locks there are, those of one name at several replicas each counted. */
  get count(): number {
    return this.nameOf.length;
  }

  /** Which of the plan's locks one of them is. */
  lockOf(at: number): number {
    return this.nameOf[at];
  }

  /** The lock that an attempt waits for, as one of all that there are; −1 for none. */
  waitedFor(attempt: number): number {
    return this.table.waitedFor(attempt);
  }

  nameAt(at: number): string {
    return this.plan.locks[this.nameOf[at]].name;
  }

  /** Whether the wait of an attempt ends by itself. */
  isTimed(attempt: number): boolean {
    return this.timers[attempt] !== NONE;
  }

  /** Whether an attempt's wait is over, and it does not know yet. */
  isToldSoon(attempt: number): boolean {
    return attempt < this.status.length && this.status[attempt] !== NOTHING;
  }

  /** An attempt is about to be of another importance, and is now. */
  changes(attempt: number): void {
    this.preemption?.lifts(attempt);
  }

  changed(attempt: number): void {
    if (this.preemption?.lifted(attempt) !== true) return;
    this.kernel.post(RERANKED, this.attempts.words[attempt * ROW + REPLICA]);
  }

  private at(attempt: number, lock: number): number {
    const replica = this.attempts.words[attempt * ROW + REPLICA];
    return this.ofReplica[lock * this.replicas.count + replica];
  }

  private stopsWaiting(attempt: number): void {
    const lock = this.nameOf[this.table.waitedFor(attempt)];
    if (this.timers[attempt] !== NONE) this.kernel.cancelTimer(this.timers[attempt]);
    this.timers[attempt] = NONE;
    this.accounts.fact(FACT_LOCK_LEFT, attempt);
    this.book.leaves(lock, this.sinceNs, attempt);
    this.table.leave(attempt);
  }

  /** What an attempt held is free: the first in line has it. */
  private freed(attempt: number, at: number): void {
    const { attempts, book, table } = this;
    this.accounts.fact(FACT_UNLOCKED, attempt);
    const next = this.crashing > 0 ? NONE : table.handOn(at);
    const lock = this.nameOf[at];
    book.freed(lock, attempts.epoch(attempt), this.heldSinceNs, at, this.whoOf(attempt));
    if (next === NONE) book.idle(lock);
    if (this.crashing > 0) this.freedMeanwhile.push(at);
    if (next !== NONE) this.given(next, at);
  }

  private given(attempt: number, at: number): void {
    const { attempts, book, kernel, nameOf } = this;
    const lock = nameOf[at];
    const now = kernel.clock[0];
    if (this.timers[attempt] !== NONE) kernel.cancelTimer(this.timers[attempt]);
    this.timers[attempt] = NONE;
    this.accounts.fact(FACT_LOCKED, attempt);
    book.leaves(lock, this.sinceNs, attempt);
    book.taken(lock, attempts.epoch(attempt), now - this.sinceNs[attempt]);
    this.heldSinceNs[at] = now;
    this.status[attempt] = GRANTED;
    attempts.hold(attempt);
    kernel.post(LOCKED, attempt);
  }

  private grow(least: number): void {
    const rows = Math.max(64, Math.ceil(least * 1.5));
    this.sinceNs = grown(this.sinceNs, new Float64Array(rows));
    this.status = grown(this.status, new Uint8Array(rows));
    const timers = new Int32Array(rows).fill(NONE);
    timers.set(this.timers);
    this.timers = timers;
  }
}
