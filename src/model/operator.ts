import { compile } from '../kernel/distributions.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Recorder } from '../measure/recorder.js';
import type { QueueBound } from './admission.js';
import { type Edge, setRetry } from './edges.js';
import type { Change, EdgePlan, Plan } from './plan.js';
import type { Replicas } from './replicas.js';

/** What an operator changes in the rest of the model. */
export interface OperatorPeers {
  services: {
    setQueue(component: number, bound: QueueBound): void;
  };
  /** Null where no replicas come and go. */
  fleet: {
    /** So many replicas are wanted; null: as many as without an operator. */
    setReplicas(component: number, count: number | null): void;
  } | null;
  producers: {
    /** A producer's arrivals from now on; what its plan says where `change` is null. */
    setArrivals(producer: number, change: Change | null): void;
  };
}

type On<W extends Change['what']> = Extract<Change, { what: W }>;

/**
 * Carries out what an operator changes, and takes it back: each thing is as the last change that
 * holds says, or else as the plan does. What is under way goes on as it set out.
 */
export class Operator {
  /** Things that were changed before and may have to be taken back. */
  private touched: readonly Change[] = [];

  constructor(
    private readonly plan: Plan,
    private readonly kernel: Kernel,
    private readonly replicas: Replicas,
    private readonly edges: readonly Edge[],
    private readonly recorder: Recorder,
    private readonly peers: OperatorPeers,
  ) {}

  /** These changes hold from now on, later ones over earlier ones, and no others. */
  set(changes: readonly Change[]): void {
    const done = new Set<string>();
    for (const change of [...changes, ...this.touched].reverse()) {
      const subject = subjectOf(change);
      if (done.has(subject)) continue;
      done.add(subject);
      this.carryOut(change, changes);
    }
    this.touched = changes;
  }

  private carryOut(of: Change, changes: readonly Change[]): void {
    switch (of.what) {
      case 'rate':
      case 'users':
        this.peers.producers.setArrivals(
          of.producer,
          changes.findLast((one) => subjectOf(one) === subjectOf(of)) ?? null,
        );
        break;
      case 'workers':
        this.countWorkers(of, changes);
        break;
      case 'replicas': {
        const to = changes.findLast((one) => subjectOf(one) === subjectOf(of));
        this.peers.fleet?.setReplicas(of.component, to?.what === 'replicas' ? to.replicas : null);
        break;
      }
      case 'capacity':
      case 'whenFull':
        this.setQueue(of.component, changes);
        break;
      default:
        this.setEdge(of.edge, changes);
    }
  }

  /** More workers are counted than run; fewer only as those that run have finished. */
  private countWorkers({ component }: On<'workers'>, changes: readonly Change[]): void {
    const workers =
      changes.findLast((one) => one.what === 'workers' && one.component === component) ?? null;
    const each =
      workers?.what === 'workers' ? workers.workers : this.plan.components[component].workers;
    this.replicas.given[component] = each;
    this.recorder.workers.set(component, this.replicas.workersThere(component));
  }

  private setQueue(component: number, changes: readonly Change[]): void {
    let { capacity, deadLetter, whenFull } = this.plan.components[component].queue;
    for (const change of changes) {
      if (!('component' in change) || change.component !== component) continue;
      if (change.what === 'capacity') capacity = change.capacity;
      if (change.what === 'whenFull') ({ whenFull, deadLetter } = change);
    }
    this.peers.services.setQueue(component, { capacity, deadLetter, whenFull });
  }

  private setEdge(e: number, changes: readonly Change[]): void {
    const edge = this.edges[e];
    const is: Pick<EdgePlan, 'timeoutNs' | 'network' | 'retry'> = { ...this.plan.edges[e] };
    for (const change of changes) {
      if (!('edge' in change) || change.edge !== e) continue;
      if (change.what === 'timeout') is.timeoutNs = change.timeoutNs;
      if (change.what === 'network') is.network = change.network;
      if (change.what === 'retry') is.retry = change.retry;
    }
    edge.timerLine = is.timeoutNs < Infinity ? this.kernel.lineFor(is.timeoutNs) : -1;
    edge.network = is.network === null ? null : compile(is.network);
    setRetry(edge, is.retry);
  }
}

/** What is changed, as a key. */
function subjectOf(change: Change): string {
  if ('producer' in change) return `producer ${change.producer}`;
  if ('edge' in change) return `edge ${change.edge}`;
  const isOfQueue = change.what === 'capacity' || change.what === 'whenFull';
  return `${isOfQueue ? 'queue' : change.what} ${change.component}`;
}
