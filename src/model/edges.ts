import { compile, type Distribution } from '../kernel/distributions.js';
import type { Kernel } from '../kernel/kernel.js';
import { type Balancer, balancer, type Rotation } from '../policies/balancer.js';
import { PercentBudget } from '../policies/percent-budget.js';
import { changesOf } from './changes.js';
import { Hazards } from './hazards.js';
import { COUNTS_AS, ERROR, REJECTED, TIMEOUT } from './outcomes.js';
import type { EdgePlan, Plan, RetryPlan } from './plan.js';
import type { Replicas } from './replicas.js';
import { firstUsers } from './users.js';

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
  /** Whether the request's key says which replica. */
  readonly hashes: boolean;
  /** First replica of the caller; -1 for a producer. */
  readonly callerFirst: number;
  /** Clients of a calling producer, and the row of its first user or sender; 1 and 0 for others. */
  readonly clients: number;
  readonly firstUser: number;
  /** One for each replica, or client, of the caller; empty where the callee has one replica. */
  readonly balancers: Balancer[];
  /** One for each replica, or client, of the caller; empty without a budget. */
  budgets: PercentBudget[];
}

/** Compiles every edge of a plan. */
export function compileEdges(plan: Plan, kernel: Kernel, replicas: Replicas): Edge[] {
  const users = firstUsers(plan);
  const struck = edgesStruck(plan);
  const timed = edgesTimed(plan);
  return plan.edges.map((edge, e) => {
    const { from, retry } = edge;
    const clients = from.kind === 'producer' ? plan.producers[from.index].clients : 1;
    const callers = from.kind === 'producer' ? clients : replicas.size(from.index);
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
      hashes: size > 1 && plan.components[edge.to].balance === 'hash',
      callerFirst: from.kind === 'producer' ? -1 : replicas.first[from.index],
      clients,
      firstUser: from.kind === 'producer' ? users[from.index] : 0,
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
  return Uint8Array.from(COUNTS_AS, (outcome) => {
    if (retry === null) return 0;
    if (outcome === TIMEOUT) return retry.on.timeout ? 1 : 0;
    if (outcome === REJECTED) return retry.on.rejected ? 1 : 0;
    return outcome === ERROR && retry.on.error ? 1 : 0;
  });
}
