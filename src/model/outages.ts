import type { Kernel } from '../kernel/kernel.js';
import type { Recorder } from '../measure/recorder.js';
import type { Saturation } from '../measure/saturation.js';
import { CRASHED as LOST_IN_A_CRASH } from '../measure/service-book.js';
import { type Attempts, CAME, DONE, HI, LO, OUT, ROW, TIMES, UNSENT } from './attempts.js';
import { CRASHED, FACT_CRASHED, FACT_RESTARTED } from './outcomes.js';
import type { Replicas } from './replicas.js';
import { ABSENT, DOWN, type Standing } from './standing.js';

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
  /** Null where nothing is checked. */
  health: { goesOn(replica: number): void } | null;
  /** Null where there are no queues. */
  brokers: { pauses(replica: number, on: boolean): void } | null;
  /** Null where there are none. */
  caches: { wentDown(replica: number): void } | null;
  sending: {
    answer(attempt: number, outcome: number): boolean;
    resumePaused(): void;
  };
  /** Null where no replica goes down by itself. */
  restarts: { wentDown(replica: number): void; cameBack(replica: number): void } | null;
}

/**
 * Replicas that stand still, are down, or have fewer workers than they should. A component's first
 * `count` replicas are struck; several outages may hold at once.
 */
export class Outages {
  private services!: OutagePeers['services'];
  private sending!: OutagePeers['sending'];
  private health!: OutagePeers['health'];
  private brokers!: OutagePeers['brokers'];
  private caches!: OutagePeers['caches'];
  private restarts!: OutagePeers['restarts'];

  constructor(
    private readonly kernel: Kernel,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
    private readonly standing: Standing,
    private readonly recorder: Recorder,
    private readonly saturation: Saturation,
  ) {
    saturation.watchWorkers(
      (component) => this.hasFreeWorker(component),
      (component) => this.workersThere(component),
    );
  }

  /** Tells the parts that this one calls. */
  connect(peers: OutagePeers): void {
    this.services = peers.services;
    this.sending = peers.sending;
    this.health = peers.health;
    this.brokers = peers.brokers;
    this.caches = peers.caches;
    this.restarts = peers.restarts;
  }

  /** Nothing starts and running work stands still, from now on; or it goes on. */
  pause(component: number, count: number, on: boolean): void {
    const { replicas } = this;
    const first = replicas.first[component];
    this.kernel.suspend();
    for (let r = first; r < first + count; r++) {
      replicas.pauses[r] += on ? 1 : -1;
      this.services.workbench.setPaused(r, replicas.pauses[r] > 0);
      if (replicas.pauses[r] === (on ? 1 : 0)) this.brokers?.pauses(r, on);
    }
    this.sending.resumePaused();
    this.services.locks?.resumePaused();
    for (let r = first; r < first + count; r++) {
      if (replicas.pauses[r] > 0) continue;
      this.services.takeWork(r);
      this.health?.goesOn(r);
      if (this.services.locks !== null) this.services.yielding.rerank(r);
    }
    this.saturation.workersChanged(component);
    this.kernel.resume();
  }

  /** Replicas go down, out of rotation, and answer an error to all they held; or they come back. */
  crash(component: number, count: number, on: boolean): void {
    const first = this.replicas.first[component];
    this.kernel.suspend();
    for (let r = first; r < first + count; r++)
      if (on) this.goDown(r);
      else this.comeBack(r);
    this.kernel.resume();
  }

  /** A replica goes down, for one more reason; each has to end before it comes back. */
  goDown(replica: number): void {
    const { replicas } = this;
    if (++replicas.crashes[replica] > 1) return;
    const component = replicas.component[replica];
    this.kernel.suspend();
    this.losesAll(component, replica);
    this.saturation.workersChanged(component);
    this.kernel.resume();
  }

  /** One of the reasons for which a replica is down has ended. */
  comeBack(replica: number): void {
    const { recorder, replicas } = this;
    if (--replicas.crashes[replica] > 0) return;
    const component = replicas.component[replica];
    recorder.fingerprint.fact(FACT_RESTARTED, component, replica - replicas.first[component]);
    this.standing.returns(replica, DOWN);
    this.restarts?.cameBack(replica);
    this.saturation.workersChanged(component);
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

  private losesAll(component: number, replica: number): void {
    const { attempts, recorder, replicas, standing } = this;
    recorder.fingerprint.fact(FACT_CRASHED, component, replica - replicas.first[component]);
    if (!standing.is(replica, ABSENT)) recorder.rotations.crashed(component);
    standing.leaves(replica, DOWN);
    this.services.locks?.crashBegins();
    for (const attempt of this.heldAt(replica)) {
      this.services.withdraw(attempt, LOST_IN_A_CRASH);
      attempts.setOutcome(attempt, CRASHED);
      this.sending.answer(attempt, CRASHED);
    }
    this.services.locks?.crashEnds();
    this.services.rules?.crashed(replica);
    this.services.wentDown(replica);
    this.caches?.wentDown(replica);
    this.restarts?.wentDown(replica);
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
      if (this.takes(r) && this.services.hasIdle(r)) return true;
    }
    return false;
  }

  /** The workers of those replicas that take anything. */
  private workersThere(component: number): number {
    const { replicas } = this;
    let sum = 0;
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) {
      if (this.takes(r)) sum += replicas.workers[r];
    }
    return sum;
  }

  private takes(replica: number): boolean {
    const { crashes, pauses } = this.replicas;
    return pauses[replica] === 0 && crashes[replica] === 0 && this.replicas.isIn(replica);
  }
}
