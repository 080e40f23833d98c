import { type Attempts, CALLING, REPLICA, ROW } from './attempts.js';
import { BUFFER, BULKHEAD, type Gates, POOL, WINDOW } from './gates.js';
import { BREAKER, LIMIT, RATE_LIMIT, THROTTLE } from './guards.js';
import type { Locks } from './locks.js';
import type { Plan } from './plan.js';
import type { Replicas } from './replicas.js';
import {
  GATE,
  HANDLED,
  isInService,
  kindOf,
  LOCK,
  nodeOf,
  ROOM,
  rowOf,
  WORKER,
} from './ways-out.js';

const THINGS: readonly string[] = ((): string[] => {
  const by: string[] = [];
  by[THROTTLE] = 'leave of the throttle';
  by[BREAKER] = 'leave of the breaker';
  by[RATE_LIMIT] = 'leave of the rate limit';
  by[LIMIT] = 'leave of the concurrency limit';
  by[BULKHEAD] = 'a place in the bulkhead';
  by[BUFFER] = 'room in the buffer';
  by[POOL] = 'a connection';
  by[WINDOW] = 'a credit of the window';
  return by;
})();

/** Tells a ring of nodes of the wait-for graph in words, one sentence for each who waits. */
export class DeadlockWords {
  constructor(
    private readonly plan: Plan,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
    private readonly gates: Gates,
    /** Null where nobody takes a lock. */
    private readonly locks: Locks | null,
  ) {}

  /** The sentences of a ring; the first is of the component that stands first in the file. */
  tell(ring: readonly number[]): string[] {
    const start = this.firstIn(ring);
    const nodes = [...ring.slice(start), ...ring.slice(0, start), ring[start]];
    const said: string[] = [];
    let who = this.whoIs(nodes[0]);
    nodes.forEach((node, i) => {
      if (i === 0) return;
      const what = this.whatIs(node, nodes[i - 1]);
      if (what !== null) said.push(`${who} waits for ${what}`);
      if (kindOf(node) === GATE) who = `who has ${what}`;
      else if (this.isHandler(node)) who = this.whoIs(node);
    });
    return [...new Set(said)];
  }

  private firstIn(ring: readonly number[]): number {
    let first = -1;
    ring.forEach((node, i) => {
      if (!this.isHandler(node)) return;
      if (first < 0 || this.componentOf(node) < this.componentOf(ring[first])) first = i;
    });
    if (first < 0) throw new Error('a ring of waits in which nobody is served');
    return first;
  }

  private isHandler(node: number): boolean {
    return kindOf(node) === HANDLED && isInService(this.attempts.state(rowOf(node)));
  }

  private componentOf(node: number): number {
    return this.replicas.component[this.attempts.placeOf(rowOf(node))];
  }

  private whoIs(node: number): string {
    const isWorker = this.attempts.state(rowOf(node)) === CALLING;
    return `${isWorker ? 'worker' : 'request'} of ${this.plan.components[this.componentOf(node)].name}`;
  }

  /** "lock ledger, held by a worker of accounts" */
  private lockOf(row: number): string {
    const locks = this.locks as Locks;
    const holder = this.whoIs(nodeOf(HANDLED, locks.table.holder[row]));
    return `lock ${locks.nameAt(row)}, held by a ${holder}`;
  }

  /** What a node is to the one before it; null where the next one says it. */
  private whatIs(node: number, before: number): string | null {
    const { components, edges } = this.plan;
    const row = rowOf(node);
    switch (kindOf(node)) {
      case WORKER:
        if (kindOf(before) === ROOM) return null;
        return `a worker of ${components[this.replicas.component[row]].name}`;
      case ROOM:
        return `room in ${components[this.replicas.component[row]].name}`;
      case GATE: {
        const { name } = components[edges[this.gates.edgeOfLine(row)].to];
        return `${THINGS[this.gates.gateOf(row)]} to ${name}`;
      }
      case LOCK:
        return this.lockOf(row);
      case HANDLED: {
        if (kindOf(before) === WORKER || kindOf(before) === LOCK || !this.isHandler(node))
          return null;
        const callee = this.replicas.component[this.attempts.words[row * ROW + REPLICA]];
        return `an answer of ${components[callee].name}`;
      }
      default:
        return null;
    }
  }
}
