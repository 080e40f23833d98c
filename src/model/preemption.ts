import { grown } from '../kernel/event-queue.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Accounts } from './accounts.js';
import {
  ASIDE,
  type Attempts,
  BITS,
  CALLING,
  REPLICA,
  ROW,
  STARTED,
  STOOD_ASIDE,
  TIMES,
  WORKING,
} from './attempts.js';
import { FACT_QUEUED, FACT_STARTED } from './outcomes.js';
import type { Plan } from './plan.js';
import { Ranks } from './ranks.js';
import type { Replicas } from './replicas.js';
import type { Workbench } from './workbench.js';

const NONE = -1;

/**
 * Preemptive priority: one that arrives and finds no free worker takes that of the least important
 * one at work, the last of equals to get its worker, if that one is less important; who waits for a
 * call keeps its worker. The one that stands aside waits again, before all of its importance and
 * beyond the capacity of the queue; it neither expires nor is displaced, since its work has begun,
 * and goes on with what was left of it. Its times aside count in `queue.depth` and its sojourn, not
 * in `wait`, which is the time before it first had a worker.
 *
 * A worker stands for a processor here, so one that waits for a lock gives it up, as a thread does
 * that blocks, and stands in line for one, before all of its importance, when the lock is its. Who
 * has inherited importance with a lock has that in all of this.
 */
export class Preemption {
  private readonly applies: Uint8Array;
  /** Those who have a worker, in the order in which they got it; and those who stand aside. */
  private readonly serving: Ranks;
  private readonly aside: Ranks;
  /** How many stand aside, by replica. */
  private readonly count: Int32Array;
  /** By attempt that stood aside: work left, worker time so far, and since when it stands aside. */
  private leftNs = new Float64Array(16);
  private heldNs = new Float64Array(16);
  private sinceNs = new Float64Array(16);

  constructor(
    plan: Plan,
    private readonly kernel: Kernel,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
    private readonly workbench: Workbench,
    private readonly accounts: Accounts,
    /** Who inherits importance; null where nobody does. */
    heirs: { inheritedBy(attempt: number): number } | null,
  ) {
    this.applies = Uint8Array.from(plan.components, ({ queue }) =>
      queue.discipline === 'preemptive' ? 1 : 0,
    );
    this.serving = new Ranks(plan, attempts, replicas.count, heirs);
    this.aside = new Ranks(plan, attempts, replicas.count, heirs);
    this.count = new Int32Array(replicas.count);
  }

  has(component: number): boolean {
    return this.applies[component] === 1;
  }

  /** An attempt gets a worker, or has it no longer. */
  began(attempt: number, replica: number): void {
    this.serving.add(attempt, replica);
  }

  ended(attempt: number, replica: number): void {
    this.serving.remove(attempt, replica);
  }

  /** Whether somebody stands aside at a replica. */
  anyAside(replica: number): boolean {
    return this.count[replica] > 0;
  }

  /** Frees a worker for one that comes, if somebody less important is at work. */
  makesWay(attempt: number, replica: number): boolean {
    const { attempts, replicas, serving } = this;
    const rank = serving.of(attempt);
    for (let at = serving.last(replica); at !== NONE; at = serving.before(at, replica)) {
      if (serving.of(at) <= rank) return false;
      if (attempts.state(at) !== WORKING) continue;
      this.standAside(at, replica);
      replicas.freeWorkers[replica]++;
      return true;
    }
    return false;
  }

  /** Whether one that stands aside goes before the first in line, -1 for none. */
  goesBefore(first: number, replica: number): boolean {
    if (this.count[replica] === 0) return false;
    return first === NONE || this.aside.of(this.aside.first(replica)) <= this.aside.of(first);
  }

  /**
   * The first of those who stand aside gets a worker again; returns it where it has no work left to
   * go on with and its handler is to, −1 otherwise.
   */
  goOn(replica: number): number {
    const { accounts, attempts, replicas } = this;
    const attempt = this.aside.first(replica);
    this.takeOut(attempt);
    replicas.freeWorkers[replica]--;
    attempts.times[attempt * TIMES + STARTED] = this.kernel.clock[0];
    accounts.fact(FACT_STARTED, attempt);
    accounts.busyAgain(attempt, replicas.component[replica]);
    this.serving.add(attempt, replica);
    if (this.leftNs[attempt] < 0) {
      attempts.setState(attempt, WORKING);
      return attempt;
    }
    this.workbench.begin(attempt, this.leftNs[attempt]);
    return NONE;
  }

  /** The first who waits at a replica, in line (`first`, −1 for nobody) or aside; −1 for nobody. */
  firstOf(first: number, replica: number): number {
    return this.goesBefore(first, replica) ? this.aside.first(replica) : first;
  }

  /** One that waits for a lock gives its worker to others: its worker time so far is kept. */
  leaves(attempt: number, replica: number): void {
    if (attempt >= this.leftNs.length) this.grow(attempt);
    this.keepHeld(attempt);
    this.serving.remove(attempt, replica);
  }

  /** One that left its worker for a lock has that, and stands in line for a worker with the rest. */
  standsReady(attempt: number, replica: number): void {
    this.leftNs[attempt] = NONE;
    this.joinAside(attempt, replica);
  }

  /** An attempt is about to be of another importance: it stands among nobody until it is. */
  lifts(attempt: number): void {
    const ranks = this.ranksWith(attempt);
    if (ranks !== null) ranks.remove(attempt, this.attempts.words[attempt * ROW + REPLICA]);
  }

  /** It is of another importance; true where that may decide who works at its replica. */
  lifted(attempt: number): boolean {
    const ranks = this.ranksWith(attempt);
    if (ranks === null) return false;
    ranks.add(attempt, this.attempts.words[attempt * ROW + REPLICA], ranks === this.aside);
    return true;
  }

  /** Among whom an attempt stands by its importance. */
  private ranksWith(attempt: number): Ranks | null {
    const { attempts } = this;
    const replica = attempts.words[attempt * ROW + REPLICA];
    if (!this.has(this.replicas.component[replica]) || attempts.isAtCaller(attempt)) return null;
    const state = attempts.state(attempt);
    if (state === ASIDE) return this.aside;
    return state === WORKING || state === CALLING ? this.serving : null;
  }

  /** Takes one that stands aside out of the line. */
  takeOut(attempt: number): void {
    const replica = this.attempts.words[attempt * ROW + REPLICA];
    this.aside.remove(attempt, replica);
    this.count[replica]--;
    this.accounts.notAside(attempt, this.replicas.component[replica], this.sinceNs);
  }

  /** Worker time of an attempt before it last stood aside. */
  heldBefore(attempt: number): number {
    const stood = (this.attempts.words[attempt * ROW + BITS] & STOOD_ASIDE) !== 0;
    return stood ? this.heldNs[attempt] : 0;
  }

  /** Since when an attempt stands aside. */
  asideSince(attempt: number): number {
    return this.sinceNs[attempt];
  }

  private standAside(attempt: number, replica: number): void {
    const { accounts } = this;
    if (attempt >= this.leftNs.length) this.grow(attempt);
    this.leftNs[attempt] = this.workbench.stop(attempt);
    this.keepHeld(attempt);
    this.serving.remove(attempt, replica);
    this.joinAside(attempt, replica);
    accounts.fact(FACT_QUEUED, attempt);
    accounts.stoodAside(attempt, this.replicas.component[replica]);
  }

  private keepHeld(attempt: number): void {
    const { attempts } = this;
    const held = this.kernel.clock[0] - attempts.times[attempt * TIMES + STARTED];
    this.heldNs[attempt] = this.heldBefore(attempt) + held;
    attempts.words[attempt * ROW + BITS] |= STOOD_ASIDE;
  }

  private joinAside(attempt: number, replica: number): void {
    this.sinceNs[attempt] = this.kernel.clock[0];
    this.attempts.setState(attempt, ASIDE);
    this.aside.add(attempt, replica, true);
    this.count[replica]++;
  }

  private grow(attempt: number): void {
    const rows = Math.ceil((attempt + 1) * 1.5);
    this.leftNs = grown(this.leftNs, new Float64Array(rows));
    this.heldNs = grown(this.heldNs, new Float64Array(rows));
    this.sinceNs = grown(this.sinceNs, new Float64Array(rows));
  }
}
