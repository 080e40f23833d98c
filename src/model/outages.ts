import type { Kernel } from '../kernel/kernel.js';
import type { Recorder } from '../measure/recorder.js';
import type { Saturation } from '../measure/saturation.js';
import { CRASHED as LOST_IN_A_CRASH } from '../measure/service-book.js';
import { type Attempts, CAME, DONE, HI, LO, OUT, ROW, TIMES, UNSENT } from './attempts.js';
import { CRASHED, FACT_CRASHED, FACT_RESTARTED } from './outcomes.js';
import type { Replicas } from './replicas.js';

/** What outages need of the rest of the model. */
export interface OutagePeers {
  services: {
    readonly workbench: { setPaused(replica: number, paused: boolean): void };
    readonly rules: { crashed(replica: number): void } | null;
    readonly locks: { resumePaused(): void; crashBegins(): void; crashEnds(): void } | null;
    /** Somebody at a replica may be more important than one at work there. */
    readonly yielding: { rerank(replica: number): void };
    /** A replica has so many workers from now on. */
    setWorkers(replica: number, workers: number): void;
    /** Whether a worker of a replica has nothing to do. */
    hasIdle(replica: number): boolean;
    withdraw(attempt: number, column: number): void;
    takeWork(replica: number): void;
    /** A replica holds nothing any more, and forgets what its queue had learned. */
    wentDown(replica: number): void;
  };
  sending: {
    answer(attempt: number, outcome: number): boolean;
    resumePaused(): void;
  };
}

/**
 * Replicas that stand still, are down, or have fewer workers than they should. A component's first
 * `count` replicas are struck; several outages may hold at once.
 */
export class Outages {
  private services!: OutagePeers['services'];
  private sending!: OutagePeers['sending'];

  constructor(
    private readonly kernel: Kernel,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
    private readonly recorder: Recorder,
    private readonly saturation: Saturation,
  ) {
    saturation.watchWorkers((component) => this.hasFreeWorker(component));
  }

  /** Tells the parts that this one calls. */
  connect(peers: OutagePeers): void {
    this.services = peers.services;
    this.sending = peers.sending;
  }

  /** Nothing starts and running work stands still, from now on; or it goes on. */
  pause(component: number, count: number, on: boolean): void {
    const { replicas } = this;
    const first = replicas.first[component];
    this.kernel.suspend();
    for (let r = first; r < first + count; r++) {
      replicas.pauses[r] += on ? 1 : -1;
      this.services.workbench.setPaused(r, replicas.pauses[r] > 0);
    }
    this.sending.resumePaused();
    this.services.locks?.resumePaused();
    for (let r = first; r < first + count; r++) {
      if (replicas.pauses[r] > 0) continue;
      this.services.takeWork(r);
      if (this.services.locks !== null) this.services.yielding.rerank(r);
    }
    this.saturation.workersChanged(component);
    this.kernel.resume();
  }

  /** Replicas go down, out of rotation, and answer an error to all they held; or they come back. */
  crash(component: number, count: number, on: boolean): void {
    const { replicas } = this;
    const first = replicas.first[component];
    this.kernel.suspend();
    for (let r = first; r < first + count; r++) {
      replicas.crashes[r] += on ? 1 : -1;
      if (on && replicas.crashes[r] === 1) this.goDown(component, r);
      if (!on && replicas.crashes[r] === 0) this.comeBack(component, r);
    }
    this.saturation.workersChanged(component);
    this.kernel.resume();
  }

  /**
   * Running work finishes; more starts only while fewer than `workers` are busy. Under `ps` those
   * workers are shared from now on.
   */
  limit(component: number, replica: number, workers: number): void {
    const { replicas } = this;
    const change = workers - replicas.workers[replica];
    if (change === 0) return;
    this.kernel.suspend();
    this.services.setWorkers(replica, workers);
    if (change > 0) this.services.takeWork(replica);
    this.saturation.workersChanged(component);
    this.kernel.resume();
  }

  private goDown(component: number, replica: number): void {
    const { attempts, recorder, replicas } = this;
    const own = replica - replicas.first[component];
    replicas.rotations[component].set(own, false);
    recorder.fingerprint.fact(FACT_CRASHED, component, own);
    recorder.rotations.crashed(component, replicas.rotations[component].count);
    this.services.locks?.crashBegins();
    for (const attempt of this.heldAt(replica)) {
      this.services.withdraw(attempt, LOST_IN_A_CRASH);
      attempts.setOutcome(attempt, CRASHED);
      this.sending.answer(attempt, CRASHED);
    }
    this.services.locks?.crashEnds();
    this.services.rules?.crashed(replica);
    this.services.wentDown(replica);
  }

  private comeBack(component: number, replica: number): void {
    const { recorder, replicas } = this;
    const own = replica - replicas.first[component];
    replicas.rotations[component].set(own, true);
    recorder.fingerprint.fact(FACT_RESTARTED, component, own);
    recorder.rotations.inRotation.set(component, replicas.rotations[component].count);
  }

  /**
   * All that a replica holds: at its door, in line, at work, away, or waiting for calls; and what its
   * workers run of what they called, wherever that belongs (`caller_runs`). Oldest first.
   */
  private heldAt(replica: number): number[] {
    const { attempts } = this;
    const held: number[] = [];
    for (let a = 0; a < attempts.used; a++) {
      if (attempts.isFree(a) || attempts.placeOf(a) !== replica) continue;
      const state = attempts.state(a);
      if (state !== OUT && state !== UNSENT && state !== DONE) held.push(a);
    }
    // By their keys where they came at once: which row each got is no fact of the model.
    const { times, words } = attempts;
    return held.sort(
      (a, b) =>
        times[a * TIMES + CAME] - times[b * TIMES + CAME] ||
        words[a * ROW + HI] - words[b * ROW + HI] ||
        words[a * ROW + LO] - words[b * ROW + LO],
    );
  }

  /** Whether a replica has a worker that could start something. */
  private hasFreeWorker(component: number): boolean {
    const { replicas } = this;
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) {
      const stands = replicas.pauses[r] > 0 || replicas.crashes[r] > 0;
      if (!stands && this.services.hasIdle(r)) return true;
    }
    return false;
  }
}
