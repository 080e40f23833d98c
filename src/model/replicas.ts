import { Rotation } from '../policies/balancer.js';
import type { ComponentPlan } from './plan.js';

const NONE = -1;
/** As good as unbounded, and can be taken from. */
const BOUNDLESS = 0x100000000;

/**
 * The replicas of every component, as rows of typed arrays: free workers, the waiting line, the line
 * at the door. Replica k of component c is row `first[c] + k`.
 */
export class Replicas {
  readonly first: Int32Array;
  readonly component: Int32Array;
  /**
   * Workers that are free; Infinity where they are unbounded. Below 0 where more work runs than may
   * now, and will not be followed.
   */
  readonly freeWorkers: Float64Array;
  /** Workers there are now. */
  readonly workers: Float64Array;
  /** Workers of a replica, by component, but for faults. */
  readonly given: Float64Array;
  /** Workers that wait for a call of theirs. */
  readonly calling: Int32Array;
  readonly depth: Float64Array;
  readonly head: Int32Array;
  readonly tail: Int32Array;
  readonly doorHead: Int32Array;
  readonly doorTail: Int32Array;
  /** Pauses that hold; nothing starts while it is above 0. */
  readonly pauses: Uint8Array;
  /** Crashes that hold; it is out of rotation while this is above 0. */
  readonly crashes: Uint8Array;
  /** By component. */
  readonly rotations: readonly Rotation[];
  /** Whether work is being taken from the line right now, further up the stack. */
  readonly taking: Uint8Array;

  /** Components in `bounded` have a number of workers even where it is unbounded: one no run needs. */
  constructor(components: readonly ComponentPlan[], bounded: ReadonlySet<number> = new Set()) {
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
      const { workers } = component;
      const count = workers === Infinity && bounded.has(c) ? BOUNDLESS : workers;
      this.freeWorkers.fill(count, this.first[c], this.first[c] + component.replicas);
    });
    this.workers = this.freeWorkers.slice();
    this.given = Float64Array.from(components, (component) => component.workers);
    this.calling = new Int32Array(rows);
    this.depth = new Float64Array(rows);
    this.head = new Int32Array(rows).fill(NONE);
    this.tail = new Int32Array(rows).fill(NONE);
    this.doorHead = new Int32Array(rows).fill(NONE);
    this.doorTail = new Int32Array(rows).fill(NONE);
    this.pauses = new Uint8Array(rows);
    this.crashes = new Uint8Array(rows);
    this.rotations = components.map((component) => new Rotation(component.replicas));
    this.taking = new Uint8Array(rows);
  }

  /** Workers of a component that are there: those it is given, and more while more still work. */
  workersThere(component: number): number {
    let sum = 0;
    for (let r = this.first[component]; r < this.first[component + 1]; r++) {
      sum += Math.max(this.given[component], this.workers[r] - this.freeWorkers[r]);
    }
    return sum;
  }

  get count(): number {
    return this.component.length;
  }

  /** How many replicas a component has. */
  size(component: number): number {
    return this.first[component + 1] - this.first[component];
  }
}
