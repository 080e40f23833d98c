import { type Attempts, CAME, NEXT, ROW, TIMES } from './attempts.js';
import type { Plan } from './plan.js';
import type { Replicas } from './replicas.js';

const NONE = -1;

/** The waiting lines, one at each replica: who comes, who is next, who has waited longest. */
export class Lines {
  private readonly lifo: Uint8Array;

  constructor(
    plan: Plan,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
  ) {
    this.lifo = Uint8Array.from(plan.components, (c) => (c.queue.discipline === 'lifo' ? 1 : 0));
  }

  /** An attempt joins the line; returns how many wait now. */
  join(attempt: number, replica: number): number {
    const { attempts, replicas } = this;
    const depth = ++replicas.depth[replica];
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
    replicas.depth[replica]--;
    return attempt;
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
}
