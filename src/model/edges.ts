import { compile, type Distribution } from '../kernel/distributions.js';
import type { Kernel } from '../kernel/kernel.js';
import { type Balancer, balancer } from '../policies/balancer.js';
import { PercentBudget } from '../policies/percent-budget.js';
import { COUNTS_AS, ERROR, REJECTED, TIMEOUT } from './outcomes.js';
import type { EdgePlan, Plan, RetryPlan } from './plan.js';
import type { Replicas } from './replicas.js';
import { firstUsers } from './users.js';

/** What the caller does on one edge, compiled. */
export interface Edge {
  readonly plan: EdgePlan;
  /** The kernel's timer line, -1 without timeout. */
  readonly timerLine: number;
  readonly network: Distribution | null;
  readonly retry: RetryPlan | null;
  /** By outcome: whether it is retried. */
  readonly retries: Uint8Array;
  readonly attemptsMax: number;
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
  readonly budgets: PercentBudget[];
}

/** Compiles every edge of a plan. */
export function compileEdges(plan: Plan, kernel: Kernel, replicas: Replicas): Edge[] {
  const users = firstUsers(plan);
  return plan.edges.map((edge) => {
    const { from, retry } = edge;
    const clients = from.kind === 'producer' ? plan.producers[from.index].clients : 1;
    const callers = from.kind === 'producer' ? clients : replicas.size(from.index);
    const size = replicas.size(edge.to);
    const each = <T>(make: () => T): T[] => Array.from({ length: callers }, make);
    const budget = retry?.budget ?? null;
    return {
      plan: edge,
      timerLine: edge.timeoutNs < Infinity ? kernel.lineFor(edge.timeoutNs) : -1,
      network: edge.network === null ? null : compile(edge.network),
      retry,
      retries: retried(retry),
      attemptsMax: retry?.attempts ?? 1,
      firstReplica: replicas.first[edge.to],
      replicas: size,
      hashes: size > 1 && plan.components[edge.to].balance === 'hash',
      callerFirst: from.kind === 'producer' ? -1 : replicas.first[from.index],
      clients,
      firstUser: from.kind === 'producer' ? users[from.index] : 0,
      balancers: size > 1 ? each(() => balancer(plan.components[edge.to].balance, size)) : [],
      budgets: budget === null ? [] : each(() => new PercentBudget(budget.share)),
    };
  });
}

function retried(retry: RetryPlan | null): Uint8Array {
  return Uint8Array.from(COUNTS_AS, (outcome) => {
    if (retry === null) return 0;
    if (outcome === TIMEOUT) return retry.on.timeout ? 1 : 0;
    if (outcome === REJECTED) return retry.on.rejected ? 1 : 0;
    return outcome === ERROR && retry.on.error ? 1 : 0;
  });
}
