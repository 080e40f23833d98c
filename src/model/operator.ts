import type { Kernel } from '../kernel/kernel.js';
import type { Recorder } from '../measure/recorder.js';
import { changedComponent, changedEdge, sayTheSame } from './changes.js';
import { type Edge, setBalance, setEdge } from './edges.js';
import type { AutoscalePlan, Change, ComponentPlan, EdgePlan, Plan } from './plan.js';
import type { Program } from './program.js';
import type { Replicas } from './replicas.js';

/** The parts of the model that an operator reaches. */
export interface OperatorParts {
  plan: Plan;
  kernel: Kernel;
  program: Program;
  replicas: Replicas;
  edges: readonly Edge[];
  recorder: Recorder;
  refitting: {
    component(component: number, was: ComponentPlan, is: ComponentPlan): void;
    edge(edge: Edge): void;
  };
  /** Null where no replicas come and go. */
  fleet: {
    /** So many replicas are wanted; null: as many as without an operator. */
    setReplicas(component: number, count: number | null): void;
    setAim(component: number, to: AutoscalePlan): void;
  } | null;
  producers: {
    /** A producer's arrivals from now on; what its plan says where `change` is null. */
    setArrivals(producer: number, change: Change | null): void;
  };
}

/**
 * Carries out what an operator changes, and takes it back: each thing is as the last change that
 * holds says, or else as the plan does. What is under way goes on as it set out.
 */
export class Operator {
  /** Things that were changed before and may have to be taken back. */
  private touched: readonly Change[] = [];
  /** What components and edges are now. */
  private readonly components: ComponentPlan[];
  private readonly edges: EdgePlan[];

  constructor(private readonly of: OperatorParts) {
    this.components = [...of.plan.components];
    this.edges = [...of.plan.edges];
  }

  /** Workers of a replica of a component, but for faults. */
  workersOf(component: number): number {
    return this.components[component].workers;
  }

  /** These changes hold from now on, later ones over earlier ones, and no others. */
  set(changes: readonly Change[]): void {
    const done = new Set<string>();
    this.of.kernel.suspend();
    for (const change of [...changes, ...this.touched]) {
      const subject = subjectOf(change);
      if (done.has(subject)) continue;
      done.add(subject);
      this.carryOut(
        change,
        changes.filter((one) => subjectOf(one) === subject),
      );
    }
    this.touched = changes;
    this.of.kernel.resume();
  }

  /** `all`: what holds of the same thing now. */
  private carryOut(change: Change, all: readonly Change[]): void {
    if (change.what === 'component') this.setComponent(change.component, all);
    else if (change.what === 'edge') this.setEdge(change.edge, all);
    else if (change.what === 'replicas') {
      const to = all.at(-1);
      const count = to?.what === 'replicas' ? to.replicas : null;
      this.of.fleet?.setReplicas(change.component, count);
    } else this.of.producers.setArrivals(change.producer, all.at(-1) ?? null);
  }

  private setComponent(c: number, all: readonly Change[]): void {
    const { edges, plan, recorder, refitting, replicas } = this.of;
    const was = this.components[c];
    let is = plan.components[c];
    for (const change of all) if (change.what === 'component') is = changedComponent(is, change.to);
    if (sayTheSame(was, is)) return;
    this.components[c] = is;
    if (was.workers !== is.workers) {
      // More workers are counted than run; fewer only as those that run have finished.
      replicas.given[c] = is.workers;
      recorder.workers.set(c, replicas.workersThere(c));
    }
    if (is.autoscale !== null && was.autoscale !== is.autoscale) {
      this.of.fleet?.setAim(c, is.autoscale);
    }
    refitting.component(c, was, is);
    for (const edge of edges) {
      if (edge.plan.to !== c) continue;
      edge.toldNs = is.reject?.retryAfterNs ?? 0;
      if (was.balance !== is.balance) setBalance(edge, is.balance);
    }
  }

  private setEdge(e: number, all: readonly Change[]): void {
    const { edges, kernel, plan, program, refitting } = this.of;
    let is = plan.edges[e];
    for (const change of all) if (change.what === 'edge') is = changedEdge(is, change.to);
    if (sayTheSame(this.edges[e], is)) return;
    this.edges[e] = is;
    setEdge(edges[e], is, plan.seed, kernel);
    if (is.fallback !== null) program.useFallback(e, is.fallback.steps);
    refitting.edge(edges[e]);
  }
}

/** What is changed, as a key. */
function subjectOf(change: Change): string {
  if ('producer' in change) return `producer ${change.producer}`;
  return 'edge' in change ? `edge ${change.edge}` : `${change.what} ${change.component}`;
}
