import { FinishEstimate } from '../../policies/finish-estimate.js';
import { shedAbove } from '../../policies/priority-shed.js';
import type { AdmissionPlan } from '../plan.js';
import type { ConcurrencyRule } from './concurrency.js';
import type { House } from './house.js';
import { LET_IN, REFUSED, Rule, WENT_OK, WENT_WRONG } from './rule.js';

type PriorityShedPlan = Extract<AdmissionPlan, { kind: 'priority_shed' }>;

/** How busy a replica's workers are, who waits included: what shedding goes by. */
class Load {
  private readonly isShared: boolean;

  constructor(
    private readonly house: House,
    private readonly component: number,
  ) {
    this.isShared = house.plan.components[component].queue.discipline === 'ps';
  }

  /** How many have a worker; under `ps`, share them. */
  atWork(replica: number): number {
    const { freeWorkers, places, workers } = this.house.replicas;
    const all = this.isShared ? places[replica] : workers[replica];
    return all - freeWorkers[replica];
  }

  /** How many wait for a worker; under `ps`, are there beyond them. */
  waiting(replica: number): number {
    const { depth, workers } = this.house.replicas;
    if (!this.isShared) return depth[replica];
    return depth[replica] + Math.max(0, this.atWork(replica) - workers[replica]);
  }

  /** How full the queue is; one without a bound, or without room, never is. */
  ofQueue(replica: number): number {
    const capacity = this.house.capacityOf(this.component);
    return capacity > 0 ? this.waiting(replica) / capacity : 0;
  }

  /** The share of workers that are busy; of no workers all are. */
  ofWorkers(replica: number): number {
    const workers = this.house.replicas.workers[replica];
    return workers > 0 ? Math.min(1, this.atWork(replica) / workers) : 1;
  }

  /** How much of what a replica can hold, at work and waiting, it holds. */
  ofRoom(replica: number): number {
    const room = this.house.replicas.workers[replica] + this.house.capacityOf(this.component);
    return room > 0 ? this.house.inside[replica] / room : 1;
  }
}

/** Refuses the less important while the load is high. */
export class PriorityShedRule extends Rule {
  private readonly load: Load;
  /** By producer. */
  private readonly above: Float64Array;

  constructor(
    private readonly house: House,
    private readonly shed: PriorityShedPlan,
    component: number,
    private readonly concurrency: ConcurrencyRule | null,
  ) {
    super();
    this.load = new Load(house, component);
    this.above = Float64Array.from(house.plan.producers, ({ priority }) =>
      shedAbove(shed.levels, priority),
    );
  }

  ask(attempt: number, replica: number): number {
    const above = this.above[this.house.attempts.origin(attempt)];
    if (above === Infinity) return LET_IN;
    return this.loadOf(replica) > above ? REFUSED : LET_IN;
  }

  private loadOf(replica: number): number {
    switch (this.shed.of) {
      case 'queue':
        return this.load.ofQueue(replica);
      case 'utilization':
        return this.load.ofWorkers(replica);
      case 'in_flight':
        return this.load.ofRoom(replica);
      case 'limit':
        return this.concurrency?.usedOf(replica) ?? 0;
    }
  }
}

/**
 * Refuses what would miss its deadline, as far as the estimate can tell: all that wait before it, by
 * the discipline, at the pace of all workers, and its own work. Who finds the replica empty is always
 * let in: else an estimate that is too long would never be mended.
 */
export class CanFinishRule extends Rule {
  private readonly load: Load;
  private readonly estimates: FinishEstimate[];

  constructor(
    private readonly house: House,
    private readonly component: number,
    private readonly first: number,
    replicas: number,
  ) {
    super();
    this.load = new Load(house, component);
    this.estimates = Array.from({ length: replicas }, () => new FinishEstimate());
  }

  ask(attempt: number, replica: number): number {
    const { clock, inside } = this.house;
    const left = this.house.deadlineNs(attempt) - clock[0];
    if (left === Infinity || inside[replica] === 0) return LET_IN;
    return this.expectNs(attempt, replica) > left ? REFUSED : LET_IN;
  }

  override ended(attempt: number, replica: number, how: number): void {
    if (how !== WENT_OK && how !== WENT_WRONG) return;
    // Who ran it is not one of ours.
    if (this.house.attempts.isAtCaller(attempt)) return;
    this.estimates[replica - this.first].ended(this.house.workedNs(attempt));
  }

  override crashed(replica: number): void {
    this.estimates[replica - this.first] = new FinishEstimate();
  }

  private expectNs(attempt: number, replica: number): number {
    const { replicas } = this.house;
    const discipline = this.house.disciplineOf(this.component);
    const workers = Math.max(1, replicas.workers[replica]);
    const estimate = this.estimates[replica - this.first];
    if (discipline === 'ps') return estimate.sharedNs(this.load.atWork(replica), workers);
    const isFree = replicas.freeWorkers[replica] > 0 && replicas.depth[replica] === 0;
    if (isFree) return estimate.atOnceNs();
    return estimate.behindNs(this.aheadOf(attempt, replica), workers);
  }

  /** Who goes before one that comes, as things stand. */
  private aheadOf(attempt: number, replica: number): number {
    const { ranks, replicas } = this.house;
    const discipline = this.house.disciplineOf(this.component);
    if (discipline === 'lifo') return 0;
    const byRank = discipline === 'priority' || discipline === 'preemptive';
    return byRank ? ranks.upTo(ranks.of(attempt), replica) : replicas.depth[replica];
  }
}
