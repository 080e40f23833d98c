import type { ServiceBook } from '../measure/service-book.js';
import type { Attempts } from './attempts.js';
import type { ComponentPlan } from './plan.js';
import type { Replicas } from './replicas.js';

/** Bits of `kind`. */
const ASYNC = 1;
const SHARED = 2;

/** Whether a component's workers are shared out: under `ps`, where they have a bound. */
export function sharesWorkers({ queue, workers }: ComponentPlan): boolean {
  return queue.discipline === 'ps' && workers < Infinity;
}

/** Whether a component's workers leave a request whose call is out. */
export function leavesCalls({ io, workers }: ComponentPlan): boolean {
  return io === 'async' && workers < Infinity;
}

/**
 * Who has a worker, where it is not simply one worker for one request from its start to its end:
 * with `io: async` it serves others while a call is out, under `ps` all that are admitted share the
 * workers of a replica, and those beyond them count as waiting (their number, not their names).
 *
 * An attempt's worker time is kept as a difference of clocks: that of its replica is taken off
 * `worked` when it gets a worker and added when it leaves it. Under `ps` that clock runs at the share
 * of a worker that each has, so that all worker times together are the time that workers were busy.
 */
export class Staff {
  /** By component; 0 for one worker from start to end. */
  readonly kind: Uint8Array;
  readonly hasAsync: boolean;
  /** Under `ps`, by replica: how many share its workers; the clock of their share, and since when. */
  private readonly present: Int32Array;
  private readonly workers: Float64Array;
  private readonly shareNs: Float64Array;
  private readonly sinceNs: Float64Array;

  constructor(
    components: readonly ComponentPlan[],
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
    private readonly book: ServiceBook,
    private readonly clock: Float64Array,
  ) {
    this.kind = Uint8Array.from(
      components,
      (c) => (leavesCalls(c) ? ASYNC : 0) | (sharesWorkers(c) ? SHARED : 0),
    );
    this.hasAsync = this.kind.some((kind) => (kind & ASYNC) !== 0);
    const rows = this.kind.some((kind) => (kind & SHARED) !== 0) ? replicas.count : 0;
    this.present = new Int32Array(rows);
    this.shareNs = new Float64Array(rows);
    this.sinceNs = new Float64Array(rows);
    this.workers = Float64Array.from(
      { length: rows },
      (_, r) => components[replicas.component[r]].workers,
    );
  }

  isAsync(component: number): boolean {
    return (this.kind[component] & ASYNC) !== 0;
  }

  isShared(component: number): boolean {
    return (this.kind[component] & SHARED) !== 0;
  }

  /** Whether a worker of the replica has nothing to do. */
  hasIdle(replica: number): boolean {
    if (this.isShared(this.replicas.component[replica])) {
      return this.present[replica] < this.workers[replica];
    }
    return this.replicas.freeWorkers[replica] > 0;
  }

  /** Under `ps` a replica has so many workers from now on. */
  setWorkers(replica: number, workers: number): void {
    const component = this.replicas.component[replica];
    this.settle(replica);
    for (; this.workers[replica] > workers; this.workers[replica]--) {
      if (this.present[replica] >= this.workers[replica]) this.book.crowded(component);
    }
    for (; this.workers[replica] < workers; this.workers[replica]++) {
      if (this.present[replica] > this.workers[replica]) this.book.thinned(component);
    }
  }

  /** An attempt starts: it gets its first worker, as the books have it already. */
  starts(attempt: number, replica: number, component: number): void {
    this.attempts.worked[attempt] = 0;
    this.takes(attempt, replica, component);
  }

  /** An attempt gets a worker, or its share; the books count it as busy. */
  takes(attempt: number, replica: number, component: number): void {
    if (this.isShared(component)) {
      this.settle(replica);
      if (++this.present[replica] > this.workers[replica]) this.book.crowded(component);
    }
    this.attempts.worked[attempt] -= this.clockOf(replica, component);
  }

  /** An attempt is about to leave its worker, or its share; the books still count it as busy. */
  leaves(attempt: number, replica: number, component: number): void {
    if (this.isShared(component)) {
      this.settle(replica);
      if (this.present[replica]-- > this.workers[replica]) this.book.thinned(component);
    }
    this.attempts.worked[attempt] += this.clockOf(replica, component);
  }

  /** Worker time of an attempt up to now; `has`: it has a worker. */
  workedNs(attempt: number, replica: number, has: boolean): number {
    const { worked } = this.attempts;
    if (!has) return worked[attempt];
    const component = this.replicas.component[replica];
    if (this.isShared(component)) this.settle(replica);
    return worked[attempt] + this.clockOf(replica, component);
  }

  private clockOf(replica: number, component: number): number {
    return this.isShared(component) ? this.shareNs[replica] : this.clock[0];
  }

  private settle(replica: number): void {
    const now = this.clock[0];
    const since = now - this.sinceNs[replica];
    this.sinceNs[replica] = now;
    const { present, workers } = this;
    if (present[replica] === 0) this.shareNs[replica] = 0;
    else if (present[replica] <= workers[replica]) this.shareNs[replica] += since;
    else this.shareNs[replica] += (since * workers[replica]) / present[replica];
  }
}
