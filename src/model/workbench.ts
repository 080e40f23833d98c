import type { Kernel } from '../kernel/kernel.js';
import { type Attempts, CALLING, REPLICA, ROW, WORKING } from './attempts.js';
import { PACED, WORKED } from './outcomes.js';
import { PacedReplica } from './paced.js';
import type { Plan } from './plan.js';
import type { Replicas } from './replicas.js';
import { mayWithdraw } from './withdrawals.js';

const NONE = -1;

/**
 * The work that runs on each replica: at its own pace, as one event each, or, where its pace changes
 * with what else runs there or with pauses, on the replica's virtual clock.
 */
export class Workbench {
  private readonly paced: (PacedReplica | null)[] = [];
  private worked!: (attempt: number) => void;

  constructor(
    plan: Plan,
    private readonly kernel: Kernel,
    private readonly attempts: Attempts,
    private readonly replicas: Replicas,
  ) {
    const paused = new Set(plan.faults.flatMap((f) => (f.kind === 'pause' ? [f.component] : [])));
    plan.components.forEach((component, c) => {
      const mayStop = mayWithdraw(plan, c);
      const needs = component.contention !== null || paused.has(c) || mayStop;
      for (let k = 0; k < component.replicas; k++) {
        this.paced.push(needs ? new PacedReplica(component.contention, mayStop) : null);
      }
    });
  }

  /** Tells whom to call when a piece of work is done. */
  connect(worked: (attempt: number) => void): void {
    this.worked = worked;
  }

  /** Begins a piece of work of `ns` (whole, above 0). */
  begin(attempt: number, ns: number): void {
    const replica = this.attempts.words[attempt * ROW + REPLICA];
    const paced = this.paced[replica];
    if (this.attempts.state(attempt) === CALLING) this.replicas.calling[replica]--;
    this.attempts.setState(attempt, WORKING);
    if (paced === null) {
      this.kernel.at(this.kernel.now + ns, WORKED, attempt);
      return;
    }
    paced.add(this.kernel.now, attempt, ns);
    this.reschedule(replica, paced);
  }

  /** Takes an attempt's piece of work away; returns the nanoseconds of it that are left. */
  stop(attempt: number): number {
    const replica = this.attempts.words[attempt * ROW + REPLICA];
    const paced = this.paced[replica] as PacedReplica;
    const left = paced.stop(this.kernel.now, attempt);
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
      this.worked(done);
    }
    this.kernel.resume();
    this.reschedule(replica, paced);
  }

  /** The work on a replica stands still from now on, or goes on. */
  setPaused(replica: number, paused: boolean): void {
    const paced = this.paced[replica] as PacedReplica;
    paced.setPaused(this.kernel.now, paused);
    this.reschedule(replica, paced);
  }

  private reschedule(replica: number, paced: PacedReplica): void {
    const due = paced.dueToSchedule(this.kernel.now);
    if (due < Infinity) this.kernel.at(due, PACED, replica);
  }
}
