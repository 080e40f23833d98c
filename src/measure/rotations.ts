import { Areas } from './areas.js';

/** How many replicas of each component there are and are in rotation, and how often one crashed. */
export class Rotations {
  readonly inRotation: Areas;
  /** Those that are there, in rotation or not. */
  readonly present: Areas;
  private readonly replicas: readonly number[];
  /** Crashes and ejections by epoch of the clock. */
  private readonly crashes: Float64Array;
  private readonly ejections: Float64Array;
  /** Checks of replicas' health, and those of them that failed, by epoch of the clock. */
  private readonly checks: Float64Array;
  private readonly failures: Float64Array;
  private epoch = 0;
  /**
   * Where clients eject replicas: how many each has left, summed over those clients, and how many
   * such clients there are.
   */
  private readonly left: Areas;
  private readonly leftOf = new Map<number, number>();

  constructor(
    replicas: readonly number[],
    private readonly judges: readonly number[],
    private readonly epochs: number,
    clock: Float64Array,
  ) {
    this.inRotation = new Areas(replicas, epochs, clock);
    this.present = new Areas(replicas, epochs, clock);
    this.crashes = new Float64Array(replicas.length * epochs);
    this.ejections = new Float64Array(replicas.length * epochs);
    this.checks = new Float64Array(replicas.length * epochs);
    this.failures = new Float64Array(replicas.length * epochs);
    this.left = new Areas(
      replicas.map((size, component) => size * judges[component]),
      epochs,
      clock,
    );
    this.replicas = replicas;
  }

  /** A replica crashed. */
  crashed(component: number): void {
    this.crashes[component * this.epochs + this.epoch]++;
  }

  /** A check of a replica's health has ended. */
  checked(component: number, passed: boolean): void {
    this.checks[component * this.epochs + this.epoch]++;
    if (!passed) this.failures[component * this.epochs + this.epoch]++;
  }

  /** A client, or its health checks, ejected a replica. */
  ejected(component: number): void {
    this.ejections[component * this.epochs + this.epoch]++;
  }

  /** So many replicas of a component are in rotation for one of the clients that eject. */
  seen(component: number, client: number, left: number): void {
    const before = this.leftOf.get(client) ?? this.replicas[component];
    this.leftOf.set(client, left);
    this.left.set(component, this.left.level[component] + left - before);
  }

  beginEpoch(epoch: number): void {
    this.epoch = epoch;
    this.inRotation.beginEpoch(epoch);
    this.present.beginEpoch(epoch);
    this.left.beginEpoch(epoch);
  }

  /**
   * Replicas in rotation × time in the epochs [first, last); where clients eject some, the mean over
   * those clients.
   */
  rotationBetween(component: number, first: number, last: number): number {
    const judges = this.judges[component];
    if (judges === 0) return this.inRotation.between(component, first, last);
    return this.left.between(component, first, last) / judges;
  }

  /** The same so far. */
  rotationNow(component: number): number {
    const judges = this.judges[component];
    return judges === 0 ? this.inRotation.now(component) : this.left.now(component) / judges;
  }

  /** Ejections in the epochs [first, last). */
  ejectionsBetween(component: number, first: number, last: number): number {
    return this.sum(this.ejections, component, first, last);
  }

  /** Checks of health in the epochs [first, last), and those of them that failed. */
  checksBetween(component: number, first: number, last: number): number {
    return this.sum(this.checks, component, first, last);
  }

  failuresBetween(component: number, first: number, last: number): number {
    return this.sum(this.failures, component, first, last);
  }

  /** Crashes in the epochs [first, last). */
  crashesBetween(component: number, first: number, last: number): number {
    return this.sum(this.crashes, component, first, last);
  }

  private sum(of: Float64Array, component: number, first: number, last: number): number {
    let sum = 0;
    for (let e = first; e < last; e++) sum += of[component * this.epochs + e];
    return sum;
  }
}
