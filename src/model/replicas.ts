import type { ComponentPlan } from './plan.js';

const NONE = -1;

/** How many requests can be at work on a replica at once: under `ps` also those beyond its workers. */
export function placesOf({ workers, queue }: ComponentPlan): number {
  return queue.discipline === 'ps' ? workers + queue.capacity : workers;
}

/**
 * The replicas of every component, as rows of typed arrays: free workers, the waiting line, the line
 * at the door. Replica k of component c is row `first[c] + k`.
 */
export class Replicas {
  readonly first: Int32Array;
  readonly component: Int32Array;
  /** How many more may start: workers that are free, Infinity where unbounded; `ps`: `placesOf`. */
  readonly freeWorkers: Float64Array;
  /** Workers that wait for a call of theirs; `ps`: requests that do. */
  readonly calling: Int32Array;
  readonly depth: Float64Array;
  readonly head: Int32Array;
  readonly tail: Int32Array;
  readonly doorHead: Int32Array;
  readonly doorTail: Int32Array;
  /** Pauses that hold; nothing starts while it is above 0. */
  readonly pauses: Uint8Array;
  /** Whether work is being taken from the line right now, further up the stack. */
  readonly taking: Uint8Array;

  constructor(components: readonly ComponentPlan[]) {
    let rows = 0;
    this.first = new Int32Array(components.length + 1);
    components.forEach((component, c) => {
      this.first[c] = rows;
      rows += component.replicas;
    });
    this.first[components.length] = rows;
    this.component = new Int32Array(rows);
    this.freeWorkers = new Float64Array(rows);
    components.forEach((component, c) => {
      this.component.fill(c, this.first[c], this.first[c] + component.replicas);
      this.freeWorkers.fill(placesOf(component), this.first[c], this.first[c] + component.replicas);
    });
    this.calling = new Int32Array(rows);
    this.depth = new Float64Array(rows);
    this.head = new Int32Array(rows).fill(NONE);
    this.tail = new Int32Array(rows).fill(NONE);
    this.doorHead = new Int32Array(rows).fill(NONE);
    this.doorTail = new Int32Array(rows).fill(NONE);
    this.pauses = new Uint8Array(rows);
    this.taking = new Uint8Array(rows);
  }

  get count(): number {
    return this.component.length;
  }

  /** How many replicas a component has. */
  size(component: number): number {
    return this.first[component + 1] - this.first[component];
  }
}
