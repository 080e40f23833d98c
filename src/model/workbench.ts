import type { Kernel } from '../kernel/kernel.js';
import { type Attempts, CALLING, WORKING } from './attempts.js';
import { PACED, WORKED } from './outcomes.js';
import { PacedReplica, type PaceLaw } from './paced.js';
import { Places } from './pieces.js';
import type { ComponentPlan, Plan } from './plan.js';
import type { Replicas } from './replicas.js';
import { mayStop } from './withdrawals.js';

const NONE = -1;

/**
 * The work that runs on each replica: at its own pace, as one event each, or, where its pace changes
 * with what else runs there or with pauses, or where it may be stopped, on the replica's virtual
 * clock.
 */
export class Workbench {
  private readonly paced: (PacedReplica | null)[] = [];
  /** How many pieces run on a replica; kept where `linear` contention asks. */
  private readonly running: Int32Array;
  /** By component: what each piece already running adds to one that starts. */
  private readonly eachNs: Float64Array;
  /** Whether any component has `linear` contention. */
  private readonly counts: boolean;
  private readonly components: readonly ComponentPlan[];
  private worked!: (attempt: number) => void;

  constructor(
    plan: Plan,
    private readonly kernel: Kernel,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
  ) {
    this.components = plan.components;
    const places = new Places();
    const paused = new Set(plan.faults.flatMap((f) => (f.kind === 'pause' ? [f.component] : [])));
    plan.components.forEach((component, c) => {
      const law = paceLaw(component);
      const needs = changesPace(law) || paused.has(c) || mayStop(plan, c);
      for (let k = 0; k < component.replicasMax; k++) {
        this.paced.push(needs ? new PacedReplica(law, places) : null);
      }
    });
    this.eachNs = Float64Array.from(plan.components, ({ contention }) =>
      contention?.kind === 'linear' ? contention.eachNs : 0,
    );
    this.counts = this.eachNs.some((ns) => ns > 0);
    this.running = new Int32Array(this.counts ? replicas.count : 0);
  }

  /** Tells whom to call when a piece of work is done. */
  connect(worked: (attempt: number) => void): void {
    this.worked = worked;
  }

  /** What the work that runs already adds to a piece that an attempt starts now, nanoseconds. */
  addedNs(attempt: number): number {
    if (!this.counts) return 0;
    const replica = this.attempts.placeOf(attempt);
    return this.eachNs[this.replicas.component[replica]] * this.running[replica];
  }

  /** Begins a piece of work of `ns` (whole, above 0). */
  begin(attempt: number, ns: number): void {
    const replica = this.attempts.placeOf(attempt);
    const paced = this.paced[replica];
    if (this.attempts.state(attempt) === CALLING && !this.attempts.isAtCaller(attempt)) {
      this.replicas.calling[replica]--;
    }
    this.attempts.setState(attempt, WORKING);
    if (this.counts) this.running[replica]++;
    if (paced === null) {
      this.kernel.at(this.kernel.now + ns, WORKED, attempt);
      return;
    }
    paced.add(this.kernel.now, attempt, ns);
    this.reschedule(replica, paced);
  }

  /** The moment came at which an attempt's piece of work ends, at its own pace. */
  cameToEnd(attempt: number): void {
    if (this.counts) this.running[this.attempts.placeOf(attempt)]--;
    this.worked(attempt);
  }

  /** Takes an attempt's piece of work away; returns the nanoseconds of it that are left. */
  stop(attempt: number): number {
    const replica = this.attempts.placeOf(attempt);
    const paced = this.paced[replica] as PacedReplica;
    const left = paced.stop(this.kernel.now, attempt);
    if (this.counts) this.running[replica]--;
    this.reschedule(replica, paced);
    return left;
  }

  /** The moment came at which a paced replica expected its next piece of work to end. */
  pacedCame(replica: number): void {
    const paced = this.paced[replica] as PacedReplica;
    const now = this.kernel.now;
    paced.came(now);
    this.kernel.suspend();
    for (let done = paced.takeDone(now); done !== NONE; done = paced.takeDone(now)) {
      if (this.counts) this.running[replica]--;
      this.worked(done);
    }
    this.kernel.resume();
    this.reschedule(replica, paced);
  }

  /** The work on a replica stands still from now on, or goes on. */
  setPaused(replica: number, paused: boolean): void {
    const clock = this.paced[replica] as PacedReplica;
    clock.setPaused(this.kernel.now, paused);
    this.reschedule(replica, clock);
  }

  /** A replica has so many workers from now on: under `ps` its work shares them. */
  setWorkers(replica: number, workers: number): void {
    const { cores, queue } = this.components[this.replicas.component[replica]];
    const paced = this.paced[replica];
    if (paced === null || queue.discipline !== 'ps') return;
    paced.setCores(this.kernel.now, Math.min(cores, workers));
    this.reschedule(replica, paced);
  }

  private reschedule(replica: number, paced: PacedReplica): void {
    const due = paced.dueToSchedule(this.kernel.now);
    if (due < Infinity) this.kernel.at(due, PACED, replica);
  }
}

/** What the running work of a component shares. */
function paceLaw({ cores, workers, queue, contention }: ComponentPlan): PaceLaw {
  const shared = queue.discipline === 'ps' ? Math.min(cores, workers) : cores;
  const { alpha, beta } = contention?.kind === 'usl' ? contention : { alpha: 0, beta: 0 };
  return { cores: shared, alpha, beta };
}

function changesPace({ cores, alpha, beta }: PaceLaw): boolean {
  return cores < Infinity || alpha > 0 || beta > 0;
}
