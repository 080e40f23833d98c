import { grown } from '../kernel/event-queue.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Accounts } from './accounts.js';
import {
  ASIDE,
  type Attempts,
  BITS,
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
  ) {
    this.applies = Uint8Array.from(plan.components, ({ queue }) =>
      queue.discipline === 'preemptive' ? 1 : 0,
    );
    this.serving = new Ranks(plan, attempts, replicas.count);
    this.aside = new Ranks(plan, attempts, replicas.count);
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

  /** The first of those who stand aside gets a worker again. */
  goOn(replica: number): void {
    const { accounts, attempts, replicas } = this;
    const attempt = this.aside.first(replica);
    this.takeOut(attempt);
    replicas.freeWorkers[replica]--;
    attempts.times[attempt * TIMES + STARTED] = this.kernel.clock[0];
    accounts.fact(FACT_STARTED, attempt);
    accounts.busyAgain(attempt, replicas.component[replica]);
    this.serving.add(attempt, replica);
    this.workbench.begin(attempt, this.leftNs[attempt]);
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
    const { accounts, attempts } = this;
    const now = this.kernel.clock[0];
    if (attempt >= this.leftNs.length) this.grow(attempt);
    this.leftNs[attempt] = this.workbench.stop(attempt);
    const held = now - attempts.times[attempt * TIMES + STARTED];
    this.heldNs[attempt] = this.heldBefore(attempt) + held;
    this.sinceNs[attempt] = now;
    attempts.words[attempt * ROW + BITS] |= STOOD_ASIDE;
    attempts.setState(attempt, ASIDE);
    this.serving.remove(attempt, replica);
    this.aside.add(attempt, replica, true);
    this.count[replica]++;
    accounts.fact(FACT_QUEUED, attempt);
    accounts.stoodAside(attempt, this.replicas.component[replica]);
  }

  private grow(attempt: number): void {
    const rows = Math.ceil((attempt + 1) * 1.5);
    this.leftNs = grown(this.leftNs, new Float64Array(rows));
    this.heldNs = grown(this.heldNs, new Float64Array(rows));
    this.sinceNs = grown(this.sinceNs, new Float64Array(rows));
  }
}
