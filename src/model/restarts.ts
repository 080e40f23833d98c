import type { Kernel } from '../kernel/kernel.js';
import type { CrashLoop } from '../measure/measured.js';
import type { Saturation } from '../measure/saturation.js';
import { type Attempts, BLOCKED, CALLING, DONE, OUT, UNSENT, WORKING } from './attempts.js';
import type { Memory } from './memory.js';
import { RESTART } from './outcomes.js';
import type { MemoryPlan, Plan } from './plan.js';
import type { Replicas } from './replicas.js';

/** A crash within so many times the restart of coming back is one too soon (semantics 31). */
const SOON = 5;
/** So many of them one after another, after a first crash, make a loop. */
const TOO_SOON = 2;
/** A row of crashes ends where a replica ran for more than so many times the longest restart. */
const GOOD_TIMES = 2;

/** What restarts need of the rest of the model. */
interface RestartPeers {
  outages: {
    goDown(replica: number): void;
    comeBack(replica: number): void;
  };
}

/**
 * Replicas that hold more than they may, or are killed for failing their checks, go down, and are back after their `restart`, empty. One that
 * does so three times, the second and the third each within five restarts of coming back, is in a
 * crash loop. What counts as its restart is the time that it was away, so that one that grew counts
 * as it was; a crash by a fault may begin a loop, and is none of the crashes that make one.
 */
export class Restarts {
  /** The first loop of the run. */
  loop: CrashLoop | null = null;
  private readonly plans: readonly (MemoryPlan | null)[];
  /** By replica: how many crashes in a row its next restart comes after. */
  private readonly inRow: Int32Array;
  /** When it went down last, when it came back last (-Infinity: never); how often it crashed too soon. */
  private readonly downNs: Float64Array;
  private readonly backNs: Float64Array;
  private readonly tooSoon: Int32Array;
  private peers!: RestartPeers;

  constructor(
    private readonly plan: Plan,
    private readonly kernel: Kernel,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
    /** Null where none is counted. */
    private readonly memory: Memory | null,
    private readonly saturation: Saturation,
  ) {
    this.plans = plan.components.map((component) => component.memory);
    this.inRow = new Int32Array(replicas.count);
    this.downNs = new Float64Array(replicas.count);
    this.backNs = new Float64Array(replicas.count).fill(-Infinity);
    this.tooSoon = new Int32Array(replicas.count);
  }

  /** Tells the parts that this one calls. */
  connect(peers: RestartPeers): void {
    this.peers = peers;
  }

  /** A replica held more than it may, and goes down if it has not meanwhile. */
  outOfMemory(replica: number): void {
    if (this.memory?.isOver(replica) !== true) return;
    const component = this.replicas.component[replica];
    const settings = this.plans[component] as MemoryPlan;
    this.crashes(replica);
    const waitNs = this.waitNs(replica, settings);
    if (!this.saturation.isOutOfMemory(component)) this.mark(replica, component, waitNs);
    this.peers.outages.goDown(replica);
    this.kernel.at(this.kernel.now + waitNs, RESTART, replica);
  }

  /** The time of a restart is over. */
  restart(replica: number): void {
    this.peers.outages.comeBack(replica);
  }

  /** A replica has gone down, for whatever reason; or it is there again. */
  wentDown(replica: number): void {
    this.downNs[replica] = this.kernel.now;
    this.memory?.wentDown(replica);
  }

  cameBack(replica: number): void {
    this.backNs[replica] = this.kernel.now;
  }

  /** A replica crashes by itself, or is killed for failing its checks: too soon again? */
  crashes(replica: number): void {
    const { now } = this.kernel;
    const component = this.replicas.component[replica];
    const awayNs = this.backNs[replica] - this.downNs[replica];
    const upNs = now - this.backNs[replica];
    const isSoon = this.backNs[replica] >= 0 && upNs <= SOON * awayNs;
    this.tooSoon[replica] = isSoon ? this.tooSoon[replica] + 1 : 0;
    if (this.tooSoon[replica] < TOO_SOON || this.loop !== null) return;
    this.loop = {
      atNs: now,
      component: this.plan.components[component].name,
      replica: replica - this.replicas.first[component],
      replicas: this.plan.components[component].replicas,
      crashes: this.tooSoon[replica] + 1,
      upNs,
      awayNs,
    };
  }

  private waitNs(replica: number, { restart }: MemoryPlan): number {
    const { fromNs, capNs } = restart;
    if (this.kernel.now - this.backNs[replica] > GOOD_TIMES * capNs) this.inRow[replica] = 0;
    let waitNs = fromNs;
    for (let n = 0; n < this.inRow[replica] && waitNs < capNs; n++) waitNs *= 2;
    this.inRow[replica]++;
    return Math.min(waitNs, capNs);
  }

  /** Marks the first time: with what the replica holds. */
  private mark(replica: number, component: number, awayNs: number): void {
    const { attempts, plans, replicas } = this;
    let working = 0;
    let waiting = 0;
    let blocked = 0;
    for (let a = 0; a < attempts.used; a++) {
      if (attempts.isFree(a) || attempts.placeOf(a) !== replica) continue;
      const state = attempts.state(a);
      if (state === OUT || state === UNSENT || state === DONE) continue;
      if (state === BLOCKED) blocked++;
      else if (state === WORKING || state === CALLING) working++;
      else waiting++;
    }
    this.saturation.outOfMemory(component, {
      limitBytes: (plans[component] as MemoryPlan).limitBytes,
      replica: replica - replicas.first[component],
      replicas: this.plan.components[component].replicas,
      waiting,
      working,
      blocked,
      awayNs,
    });
  }
}
