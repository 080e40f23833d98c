import { compile, type Distribution } from '../kernel/distributions.js';
import type { Kernel } from '../kernel/kernel.js';
import { type Balancer, balancer, type Rotation } from '../policies/balancer.js';
import { PercentBudget } from '../policies/percent-budget.js';
import { Hazards } from './hazards.js';
import { CRASHED, ERROR, REJECTED, TIMEOUT } from './outcomes.js';
import type { Change, EdgePlan, Plan, RetryPlan } from './plan.js';
import type { Replicas } from './replicas.js';

/** What the caller does on one edge, compiled. */
export interface Edge {
  readonly plan: EdgePlan;
  /** The kernel's timer line, -1 without timeout. */
  timerLine: number;
  /** Whether it ever has a timeout. */
  readonly isTimed: boolean;
  network: Distribution | null;
  retry: RetryPlan | null;
  /** By outcome: whether it is retried. */
  retries: Uint8Array;
  attemptsMax: number;
  /** What faults may do to what sets out; null where none ever does. */
  readonly hazards: Hazards | null;
  /** The callee's. */
  readonly rotation: Rotation;
  /** First replica of the callee, and how many it has. */
  readonly firstReplica: number;
  readonly replicas: number;
  /** First replica of the caller; -1 for a producer. */
  readonly callerFirst: number;
  /** One for each replica of the caller; empty where the callee has one replica. */
  readonly balancers: Balancer[];
  /** One for each replica of the caller; empty without a budget. */
  budgets: PercentBudget[];
}

/** Compiles every edge of a plan. */
export function compileEdges(plan: Plan, kernel: Kernel, replicas: Replicas): Edge[] {
  const struck = edgesStruck(plan);
  const timed = edgesTimed(plan);
  return plan.edges.map((edge, e) => {
    const { retry } = edge;
    const callers = edge.from.kind === 'producer' ? 1 : replicas.size(edge.from.index);
    const size = replicas.size(edge.to);
    const each = <T>(make: () => T): T[] => Array.from({ length: callers }, make);
    return {
      plan: edge,
      timerLine: edge.timeoutNs < Infinity ? kernel.lineFor(edge.timeoutNs) : -1,
      isTimed: timed.has(e),
      network: edge.network === null ? null : compile(edge.network),
      ...retryingOf(retry, callers),
      hazards: struck.has(e) ? new Hazards() : null,
      rotation: replicas.rotations[edge.to],
      firstReplica: replicas.first[edge.to],
      replicas: size,
      callerFirst: edge.from.kind === 'producer' ? -1 : replicas.first[edge.from.index],
      balancers: size > 1 ? each(() => balancer(plan.components[edge.to].balance, size)) : [],
    };
  });
}

/** Edges on which faults lie, or whose callee may have no replica left. */
function edgesStruck(plan: Plan): ReadonlySet<number> {
  return new Set(
    plan.faults.flatMap((fault) => {
      if (fault.kind === 'latency' || fault.kind === 'drop') return fault.edges;
      if (fault.kind !== 'crash') return [];
      return plan.edges.flatMap(({ to }, e) => (to === fault.component ? [e] : []));
    }),
  );
}

/** Edges that have a timeout, or are given one. */
export function edgesTimed(plan: Plan): ReadonlySet<number> {
  const timed = new Set<number>();
  plan.edges.forEach(({ timeoutNs }, e) => {
    if (timeoutNs < Infinity) timed.add(e);
  });
  for (const change of changesOf(plan)) {
    if (change.what === 'timeout' && change.timeoutNs < Infinity) timed.add(change.edge);
  }
  return timed;
}

/** Everything that an operator changes in the course of a run. */
export function changesOf(plan: Plan): Change[] {
  return plan.faults.flatMap((fault) => (fault.kind === 'set' ? fault.changes : []));
}

/** What an edge keeps of its retries, for so many callers. */
export function retryingOf(
  retry: RetryPlan | null,
  callers: number,
): Pick<Edge, 'retry' | 'retries' | 'attemptsMax' | 'budgets'> {
  const budget = retry?.budget ?? null;
  return {
    retry,
    retries: retried(retry),
    attemptsMax: retry?.attempts ?? 1,
    budgets:
      budget === null ? [] : Array.from({ length: callers }, () => new PercentBudget(budget.share)),
  };
}

function retried(retry: RetryPlan | null): Uint8Array {
  const outcomes = new Uint8Array(CRASHED + 1);
  if (retry === null) return outcomes;
  outcomes[TIMEOUT] = retry.on.timeout ? 1 : 0;
  outcomes[REJECTED] = retry.on.rejected ? 1 : 0;
  outcomes[ERROR] = retry.on.error ? 1 : 0;
  outcomes[CRASHED] = outcomes[ERROR];
  return outcomes;
}
