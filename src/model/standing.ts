import type { Recorder } from '../measure/recorder.js';
import type { Rotation } from '../policies/choice.js';
import { panics } from '../policies/health-check.js';
import type { Plan } from './plan.js';
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
 * by it: a replica is in while no reason holds. While so few
 * are that clients panic, those that were only ejected are used as well. Those beyond a component's `replicas` begin absent.
 */
export class Standing {
  /** By replica: the reasons that hold, as bits. */
  private readonly why: Uint8Array;
  /** Who is to know when a replica is there, or up, again; null where nobody is. */
  watcher: { begins(replica: number, wasAbsent: boolean): void } | null = null;
  /** Who consumes from queues: told when a replica takes part, and when no longer. Null: nobody. */
  brokers: { joins(replica: number): void; leaves(replica: number): void } | null = null;

  constructor(
    private readonly replicas: Replicas,
    private readonly recorder: Recorder,
    /** By component: how many there are at first. */
    initial: readonly number[],
    /** By component: the share of healthy ones below which clients panic; 0: never. */
    private readonly panic: readonly number[],
  ) {
    this.why = new Uint8Array(replicas.count);
    initial.forEach((count, component) => {
      const first = replicas.first[component];
      for (let r = first + count; r < replicas.first[component + 1]; r++) {
        this.why[r] = ABSENT;
        replicas.isThere[r] = 0;
        replicas.rotations[component].set(r - first, false);
      }
    });
  }

  /** Of the replicas of a plan. */
  static of({ components }: Plan, replicas: Replicas, recorder: Recorder): Standing {
    const initial = components.map((component) => component.replicas);
    const panic = components.map(({ health }) => (health?.then === 'eject' ? health.panic : 0));
    return new Standing(replicas, recorder, initial, panic);
  }

  /** Whether a reason holds for a replica. */
  is(replica: number, reason: number): boolean {
    return (this.why[replica] & reason) !== 0;
  }

  /** How many replicas of a component there are, in rotation or not. */
  present(component: number): number {
    return this.replicas.present(component);
  }

  /** How many replicas of a component no reason keeps out. */
  healthy(component: number): number {
    const { first } = this.replicas;
    let count = 0;
    for (let r = first[component]; r < first[component + 1]; r++) if (this.why[r] === 0) count++;
    return count;
  }

  /** From now on a reason holds for a replica. */
  leaves(replica: number, reason: number): void {
    const tookPart = this.takesPart(replica);
    this.why[replica] |= reason;
    this.look(replica, reason);
    if (tookPart && !this.takesPart(replica)) this.brokers?.leaves(replica);
  }

  /** A reason holds no more. Whoever is there for the first time, or again, was never ejected. */
  returns(replica: number, reason: number): void {
    const tookPart = this.takesPart(replica);
    this.why[replica] &= reason === ABSENT ? ~(ABSENT | EJECTED) : ~reason;
    if (reason === ABSENT || reason === DOWN) this.watcher?.begins(replica, reason === ABSENT);
    this.look(replica, reason);
    if (!tookPart && this.takesPart(replica)) this.brokers?.joins(replica);
  }

  /** Whether a replica takes work from queues: whoever asks for work is not kept out by a check. */
  private takesPart(replica: number): boolean {
    return (this.why[replica] & (DOWN | ABSENT | LEAVING)) === 0;
  }

  private look(replica: number, reason: number): void {
    const { recorder, replicas } = this;
    const component = replicas.component[replica];
    const rotation = replicas.rotations[component];
    const own = replica - replicas.first[component];
    if (reason === ABSENT) {
      replicas.isThere[replica] = this.is(replica, ABSENT) ? 0 : 1;
      recorder.rotations.present.set(component, replicas.present(component));
    }
    if (this.panic[component] > 0) this.lookAtAll(component, rotation);
    else if (rotation.has(own) !== (this.why[replica] === 0)) {
      rotation.set(own, !rotation.has(own));
      recorder.rotations.inRotation.set(component, rotation.count);
    }
  }

  /** What is used where clients may panic: figures count the healthy ones. */
  private lookAtAll(component: number, rotation: Rotation): void {
    const { recorder, replicas, why } = this;
    const [first, end] = [replicas.first[component], replicas.first[component + 1]];
    let healthy = 0;
    let there = 0;
    for (let r = first; r < end; r++) {
      if (why[r] === 0) healthy++;
      if ((why[r] & (ABSENT | LEAVING)) === 0) there++;
    }
    const all = panics(healthy, there, this.panic[component]);
    for (let r = first; r < end; r++) {
      const isIn = why[r] === 0 || (all && why[r] === EJECTED);
      if (rotation.has(r - first) !== isIn) rotation.set(r - first, isIn);
    }
    if (recorder.rotations.inRotation.level[component] !== healthy) {
      recorder.rotations.inRotation.set(component, healthy);
    }
  }
}
