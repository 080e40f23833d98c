import { Areas } from './areas.js';

/** How many replicas of each component are in rotation, over time, and how often one crashed. */
export class Rotations {
  readonly inRotation: Areas;
  /** Crashes by epoch of the clock. */
  private readonly crashes: Float64Array;
  private epoch = 0;

  constructor(
    replicas: readonly number[],
    private readonly epochs: number,
    clock: Float64Array,
  ) {
    this.inRotation = new Areas(replicas, epochs, clock);
    this.crashes = new Float64Array(replicas.length * epochs);
  }

  /** A replica crashed; so many are left in rotation. */
  crashed(component: number, left: number): void {
    this.crashes[component * this.epochs + this.epoch]++;
    this.inRotation.set(component, left);
  }

  beginEpoch(epoch: number): void {
    this.epoch = epoch;
    this.inRotation.beginEpoch(epoch);
  }

  /** Crashes in the epochs [first, last). */
  crashesBetween(component: number, first: number, last: number): number {
    let sum = 0;
    for (let e = first; e < last; e++) sum += this.crashes[component * this.epochs + e];
    return sum;
  }
}
