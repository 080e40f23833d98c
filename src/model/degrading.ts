import { type Attempts, BITS, DEGRADED_BIT, REPLICA, ROW } from './attempts.js';
import { checkerOf } from './checked-plan.js';
import type { Plan } from './plan.js';
import type { Program } from './program.js';
import type { Replicas } from './replicas.js';

const NONE = -1;

/**
 * Requests that run another handler because so much of their queue's room is taken when they start
 * (`degrade`). The line counts with the one that starts in it, if that stood there; under `ps` all
 * that are admitted beyond the workers, the one that starts among them.
 */
export class Degrading {
  /** By component: the share of the room, Infinity where nothing degrades. */
  private readonly when: Float64Array;
  private readonly capacity: Float64Array;
  private readonly marks: Uint8Array;
  private readonly isShared: Uint8Array;
  /** Who checks health: that is answered as it always is. */
  private readonly checker: number;
  /** How many waited at a replica when one was last taken out of its line; -1 when it has started. */
  private readonly seen: Float64Array;

  constructor(
    plan: Plan,
    private readonly program: Program,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
  ) {
    const { components } = plan;
    this.when = Float64Array.from(components, ({ degrade }) => degrade?.when ?? Infinity);
    this.capacity = Float64Array.from(components, ({ queue }) => queue.capacity);
    this.marks = Uint8Array.from(components, ({ degrade }) => (degrade?.degraded ? 1 : 0));
    this.checker = checkerOf(plan);
    this.isShared = Uint8Array.from(components, ({ queue }) => (queue.discipline === 'ps' ? 1 : 0));
    this.seen = new Float64Array(replicas.count).fill(NONE);
  }

  /** A component's queue has room for so many from now on. */
  setCapacity(component: number, capacity: number): void {
    this.capacity[component] = capacity;
  }

  /** One is about to be taken out of its line to start. */
  look(replica: number): void {
    this.seen[replica] = this.replicas.depth[replica];
  }

  /** Whoever was taken out of the line has started, or was refused. */
  forget(replica: number): void {
    this.seen[replica] = NONE;
  }

  /** Where the handler of one that starts begins, if it is not its route's; -1 otherwise. */
  entryOf(attempt: number): number {
    const { words } = this.attempts;
    if (this.attempts.origin(attempt) === this.checker) return NONE;
    const replica = words[attempt * ROW + REPLICA];
    const component = this.replicas.component[replica];
    const waiting = this.waitingAt(replica, component);
    if (!(waiting / this.capacity[component] >= this.when[component])) return NONE;
    if (this.marks[component] === 1) words[attempt * ROW + BITS] |= DEGRADED_BIT;
    return this.program.degradedPc[component];
  }

  private waitingAt(replica: number, component: number): number {
    const { depth, freeWorkers, places, workers } = this.replicas;
    if (this.isShared[component] === 0) return Math.max(this.seen[replica], depth[replica]);
    return places[replica] - freeWorkers[replica] - workers[replica];
  }
}
