import type { Recorder } from '../measure/recorder.js';
import type { Replicas } from './replicas.js';

/** Why a replica is out of rotation; several reasons may hold at once. */
export const DOWN = 1;
/** Its health check failed: out, but up. */
export const EJECTED = 2;
/** It is not there: not yet, or no more. */
export const ABSENT = 4;
/** It takes nothing new, ends what it has, and is gone then. */
export const LEAVING = 8;

/**
 * Says of every replica why it is out of rotation, and keeps the rotation that clients choose from
 * by it: a replica is in while no reason holds. Those beyond a component's `replicas` begin absent.
 */
export class Standing {
  /** By replica: the reasons that hold, as bits. */
  private readonly why: Uint8Array;

  constructor(
    private readonly replicas: Replicas,
    private readonly recorder: Recorder,
    /** By component: how many there are at first. */
    initial: readonly number[],
  ) {
    this.why = new Uint8Array(replicas.count);
    initial.forEach((count, component) => {
      const first = replicas.first[component];
      for (let r = first + count; r < replicas.first[component + 1]; r++) {
        this.why[r] = ABSENT;
        replicas.rotations[component].set(r - first, false);
      }
    });
  }

  /** Whether a reason holds for a replica. */
  is(replica: number, reason: number): boolean {
    return (this.why[replica] & reason) !== 0;
  }

  /** How many replicas of a component there are, in rotation or not. */
  present(component: number): number {
    const { first } = this.replicas;
    let count = 0;
    for (let r = first[component]; r < first[component + 1]; r++) if (!this.is(r, ABSENT)) count++;
    return count;
  }

  /** From now on a reason holds for a replica. */
  leaves(replica: number, reason: number): void {
    this.why[replica] |= reason;
    this.look(replica, reason);
  }

  /** A reason holds no more. */
  returns(replica: number, reason: number): void {
    this.why[replica] &= ~reason;
    this.look(replica, reason);
  }

  private look(replica: number, reason: number): void {
    const { recorder, replicas } = this;
    const component = replicas.component[replica];
    const rotation = replicas.rotations[component];
    const own = replica - replicas.first[component];
    const isIn = this.why[replica] === 0;
    if (rotation.has(own) !== isIn) {
      rotation.set(own, isIn);
      recorder.rotations.inRotation.set(component, rotation.count);
    }
    if (reason === ABSENT) recorder.rotations.present.set(component, this.present(component));
  }
}
