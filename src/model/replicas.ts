import { Rotation } from '../policies/choice.js';
import type { ComponentPlan, Plan } from './plan.js';

const NONE = -1;
/** As good as unbounded, and can be taken from. */
const BOUNDLESS = 0x100000000;

/** How many requests can be at work on a replica at once: under `ps` also those beyond its workers. */
function placesOf({ workers, queue }: Pick<ComponentPlan, 'workers' | 'queue'>): number {
  return queue.discipline === 'ps' ? workers + Math.min(queue.capacity, BOUNDLESS) : workers;
}

/**
 * The replicas of every component, as rows of typed arrays: free workers, the waiting line, the line
 * at the door. Replica k of component c is row `first[c] + k`.
 */
export class Replicas {
  readonly first: Int32Array;
  readonly component: Int32Array;
  /**
   * How many more may start: workers that are free, Infinity where unbounded; `ps`: `placesOf`.
   * Below 0 where more work runs than may now, and will not be followed.
   */
  readonly freeWorkers: Float64Array;
  /** Workers there are now. */
  readonly workers: Float64Array;
  /** How many may be at work at once, as `freeWorkers` counts them down. */
  readonly places: Float64Array;
  /** Workers of a replica, by component, but for faults. */
  readonly given: Float64Array;
  /** By component: whether all that are at work share the workers (`ps`). */
  private readonly isShared: Uint8Array;
  /** Workers that wait for a call of theirs; `ps`: requests that do. */
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
      rows += component.replicasMax;
    });
    this.first[components.length] = rows;
    this.component = new Int32Array(rows);
    this.freeWorkers = new Float64Array(rows);
    this.workers = new Float64Array(rows);
    this.isShared = Uint8Array.from(components, ({ queue }) => (queue.discipline === 'ps' ? 1 : 0));
    components.forEach((component, c) => {
      this.component.fill(c, this.first[c], this.first[c] + component.replicasMax);
      const { workers, queue } = component;
      const count = workers === Infinity && bounded.has(c) ? BOUNDLESS : workers;
      const [from, to] = [this.first[c], this.first[c] + component.replicasMax];
      this.workers.fill(count, from, to);
      this.freeWorkers.fill(placesOf({ workers: count, queue }), from, to);
    });
    this.places = this.freeWorkers.slice();
    this.given = Float64Array.from(components, (component) => component.workers);
    this.calling = new Int32Array(rows);
    this.depth = new Float64Array(rows);
    this.head = new Int32Array(rows).fill(NONE);
    this.tail = new Int32Array(rows).fill(NONE);
    this.doorHead = new Int32Array(rows).fill(NONE);
    this.doorTail = new Int32Array(rows).fill(NONE);
    this.pauses = new Uint8Array(rows);
    this.crashes = new Uint8Array(rows);
    this.rotations = components.map((component) => new Rotation(component.replicasMax));
    this.taking = new Uint8Array(rows);
  }

  /** Workers of a component that are there: those it is given, and more while more still work. */
  workersThere(component: number): number {
    if (this.isShared[component] === 1) return this.given[component] * this.size(component);
    let sum = 0;
    for (let r = this.first[component]; r < this.first[component + 1]; r++) {
      sum += Math.max(this.given[component], this.workers[r] - this.freeWorkers[r]);
    }
    return sum;
  }

  /** What waits at the replica of a component where most does. */
  longestQueue(component: number): number {
    let most = 0;
    for (let r = this.first[component]; r < this.first[component + 1]; r++) {
      const beyond = this.places[r] - this.freeWorkers[r] - this.workers[r];
      most = Math.max(most, this.isShared[component] === 1 ? beyond : this.depth[r]);
    }
    return most;
  }

  /** A replica has so many workers from now on. */
  setWorkers(replica: number, workers: number): void {
    this.addPlaces(replica, workers - this.workers[replica]);
    this.workers[replica] = workers;
  }

  /** Under `ps` so many may be at work on a replica beyond its workers from now on. */
  setCapacity(replica: number, capacity: number): void {
    if (this.isShared[this.component[replica]] === 0 || this.workers[replica] === Infinity) return;
    const places = this.workers[replica] + Math.min(capacity, BOUNDLESS);
    this.addPlaces(replica, places - this.places[replica]);
  }

  private addPlaces(replica: number, more: number): void {
    this.places[replica] += more;
    this.freeWorkers[replica] += more;
  }

  get count(): number {
    return this.component.length;
  }

  /** Whether a replica stands in its component's rotation. */
  isIn(replica: number): boolean {
    const component = this.component[replica];
    return this.rotations[component].has(replica - this.first[component]);
  }

  /** How many replicas a component can have. */
  size(component: number): number {
    return this.first[component + 1] - this.first[component];
  }
}

/** Components whose workers a fault counts, though they are unbounded. */
export function boundedBy(plan: Plan): Set<number> {
  return new Set(
    plan.faults.flatMap((fault) => (fault.kind === 'capacity' ? [fault.component] : [])),
  );
}
