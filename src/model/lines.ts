import { type Attempts, CAME, NEXT, REPLICA, ROW, TIMES } from './attempts.js';
import type { Plan } from './plan.js';
import type { Replicas } from './replicas.js';
import { mayWithdraw } from './withdrawals.js';

const NONE = -1;

/** The waiting lines, one at each replica: who comes, who is next, who has waited longest. */
export class Lines {
  private readonly lifo: Uint8Array;
  /** Whether lines are linked both ways. */
  private readonly linked: boolean;

  constructor(
    plan: Plan,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
  ) {
    this.lifo = Uint8Array.from(plan.components, (c) => (c.queue.discipline === 'lifo' ? 1 : 0));
    this.linked = plan.components.some((_, c) => mayWithdraw(plan, c));
  }

  /** An attempt joins the line; returns how many wait now. */
  join(attempt: number, replica: number): number {
    const { attempts, replicas } = this;
    const depth = ++replicas.depth[replica];
    if (this.linked) this.linkBack(attempt, replica, depth);
    if (depth === 1) {
      attempts.words[attempt * ROW + NEXT] = NONE;
      replicas.head[replica] = attempt;
      replicas.tail[replica] = attempt;
    } else if (this.lifo[replicas.component[replica]] === 1) {
      attempts.words[attempt * ROW + NEXT] = replicas.head[replica];
      replicas.head[replica] = attempt;
    } else {
      attempts.words[attempt * ROW + NEXT] = NONE;
      attempts.words[replicas.tail[replica] * ROW + NEXT] = attempt;
      replicas.tail[replica] = attempt;
    }
    return depth;
  }

  /** Takes out who is served next; there must be one. */
  takeNext(replica: number): number {
    const { attempts, replicas } = this;
    const attempt = replicas.head[replica];
    replicas.head[replica] = attempts.words[attempt * ROW + NEXT];
    if (replicas.head[replica] === NONE) replicas.tail[replica] = NONE;
    else if (this.linked) attempts.previous[replicas.head[replica]] = NONE;
    replicas.depth[replica]--;
    return attempt;
  }

  /** Takes one out, wherever it stands. Only where it `mayWithdraw`. */
  takeOut(attempt: number): void {
    const { attempts, replicas } = this;
    const replica = attempts.words[attempt * ROW + REPLICA];
    const before = attempts.previous[attempt];
    const after = attempts.words[attempt * ROW + NEXT];
    if (before === NONE) replicas.head[replica] = after;
    else attempts.words[before * ROW + NEXT] = after;
    if (after === NONE) replicas.tail[replica] = before;
    else attempts.previous[after] = before;
    replicas.depth[replica]--;
  }

  /** How long the oldest that waits at a component has waited, nanoseconds; 0 if nobody does. */
  oldestNs(component: number, now: number): number {
    const { attempts, replicas } = this;
    let oldest = 0;
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) {
      if (replicas.depth[r] === 0) continue;
      const first = this.lifo[component] === 1 ? replicas.tail[r] : replicas.head[r];
      oldest = Math.max(oldest, now - attempts.times[first * TIMES + CAME]);
    }
    return oldest;
  }

  /** The way back from the one that joins, or to it where it stands before the others. */
  private linkBack(attempt: number, replica: number, depth: number): void {
    const { attempts, replicas } = this;
    const first = depth === 1 || this.lifo[replicas.component[replica]] === 1;
    attempts.previous[attempt] = first ? NONE : replicas.tail[replica];
    if (first && depth > 1) attempts.previous[replicas.head[replica]] = attempt;
  }
}
