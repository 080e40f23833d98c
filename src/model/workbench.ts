import type { Kernel } from '../kernel/kernel.js';
import { type Attempts, CALLING, WORKING } from './attempts.js';
import { anyEverIs, everIs } from './changes.js';
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
  /** How many pieces run on a replica; kept where `linear` contention or an autoscaler asks. */
  private readonly running: Int32Array;
  /** By replica: time that its cores were at work, and until when that is counted; likewise. */
  private readonly usedNs: Float64Array;
  private readonly usedUntilNs: Float64Array;
  /** By component: what each piece already running adds to one that starts. */
  private readonly eachNs: Float64Array;
  /** Whether any component has `linear` contention, or is scaled by its use of cores. */
  private readonly counts: boolean;
  /** As they are now. */
  private readonly components: ComponentPlan[];
  private worked!: (attempt: number) => void;

  constructor(
    plan: Plan,
    private readonly kernel: Kernel,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
  ) {
    this.components = [...plan.components];
    const places = new Places();
    const paused = new Set(plan.faults.flatMap((f) => (f.kind === 'pause' ? [f.component] : [])));
    plan.components.forEach((component, c) => {
      const law = paceLaw(component);
      const changes = everIs(plan, c, (part) => changesPace(paceLaw(part)));
      const needs = changes || paused.has(c) || mayStop(plan, c);
      for (let k = 0; k < component.replicasMax; k++) {
        this.paced.push(needs ? new PacedReplica(law, places) : null);
      }
    });
    this.eachNs = Float64Array.from(plan.components, ({ contention }) =>
      contention?.kind === 'linear' ? contention.eachNs : 0,
    );
    this.counts = anyEverIs(plan, ({ autoscale, contention }) => {
      return (
        autoscale?.metric === 'cpu' || (contention?.kind === 'linear' && contention.eachNs > 0)
      );
    });
    const rows = this.counts ? replicas.count : 0;
    this.running = new Int32Array(rows);
    this.usedNs = new Float64Array(rows);
    this.usedUntilNs = new Float64Array(rows);
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
    if (this.counts) this.runs(replica, 1);
    if (paced === null) {
      this.kernel.at(this.kernel.now + ns, WORKED, attempt);
      return;
    }
    paced.add(this.kernel.now, attempt, ns);
    this.reschedule(replica, paced);
  }

  /** The moment came at which an attempt's piece of work ends, at its own pace. */
  cameToEnd(attempt: number): void {
    if (this.counts) this.runs(this.attempts.placeOf(attempt), -1);
    this.worked(attempt);
  }

  /** Takes an attempt's piece of work away; returns the nanoseconds of it that are left. */
  stop(attempt: number): number {
    const replica = this.attempts.placeOf(attempt);
    const paced = this.paced[replica] as PacedReplica;
    const left = paced.stop(this.kernel.now, attempt);
    if (this.counts) this.runs(replica, -1);
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
      if (this.counts) this.runs(replica, -1);
      this.worked(done);
    }
    this.kernel.resume();
    this.reschedule(replica, paced);
  }

  /** The work on a replica stands still from now on, or goes on. */
  setPaused(replica: number, paused: boolean): void {
    if (this.counts) this.coreNs(replica);
    const clock = this.paced[replica] as PacedReplica;
    clock.setPaused(this.kernel.now, paused);
    this.reschedule(replica, clock);
  }

  /** Time that cores of a replica were at work up to now; kept where an autoscaler asks. */
  coreNs(replica: number): number {
    const now = this.kernel.now;
    const since = now - this.usedUntilNs[replica];
    this.usedUntilNs[replica] = now;
    const { cores } = this.components[this.replicas.component[replica]];
    const stands = this.paced[replica]?.isPaused === true;
    if (!stands) this.usedNs[replica] += Math.min(this.running[replica], cores) * since;
    return this.usedNs[replica];
  }

  private runs(replica: number, more: 1 | -1): void {
    this.coreNs(replica);
    this.running[replica] += more;
  }

  /** A replica has so many workers from now on: under `ps` its work shares them. */
  setWorkers(replica: number, workers: number): void {
    const component = this.components[this.replicas.component[replica]];
    const paced = this.paced[replica];
    if (paced === null || component.queue.discipline !== 'ps') return;
    paced.setLaw(this.kernel.now, paceLaw({ ...component, workers }));
    this.reschedule(replica, paced);
  }

  /** From now on the work of a component goes by its cores and its contention, what runs too. */
  change(component: number, to: ComponentPlan): void {
    const { kernel, replicas } = this;
    this.components[component] = to;
    const { contention } = to;
    this.eachNs[component] = contention?.kind === 'linear' ? contention.eachNs : 0;
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) {
      const paced = this.paced[r];
      if (paced === null) continue;
      paced.setLaw(kernel.now, paceLaw({ ...to, workers: replicas.workers[r] }));
      this.reschedule(r, paced);
    }
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
