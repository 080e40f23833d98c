import { compile, type Distribution } from '../kernel/distributions.js';
import type { Kernel } from '../kernel/kernel.js';
import { balancer } from '../policies/balancer.js';
import type { RetryBudget } from '../policies/budget.js';
import { isShared, retryBudget, watchesAttempts } from '../policies/budgets.js';
import { type Balancer, Rotation } from '../policies/choice.js';
import { PercentBudget } from '../policies/percent-budget.js';
import { RecentQuantile } from '../policies/recent-quantile.js';
import { changesOf } from './changes.js';
import { commitNames } from './commits.js';
import { type EdgeGuards, rulesOf } from './guards.js';
import { Hazards } from './hazards.js';
import {
  BREAKER_OPEN,
  BULKHEAD_FULL,
  CRASHED,
  DROPPED,
  ERROR,
  EXPIRED,
  NO_CONNECTION,
  OUTCOMES,
  RATE_LIMITED,
  REJECTED,
  THROTTLED,
  TIMEOUT,
} from './outcomes.js';
import type { ComponentPlan, EdgePlan, Plan, RetryPlan, RetryReason } from './plan.js';
import type { Replicas } from './replicas.js';
import { type TenantRates, tenantRatesOf } from './sending-limits.js';
import { firstUsers } from './users.js';

const NONE = -1;

/** What a retry budget is to know of one client. */
export interface Purse {
  /** Null where there is none now. */
  budget: RetryBudget | null;
  /** Attempts under way, and calls that wait for a retry or have one under way; where it asks. */
  out: number;
  retries: number;
}

/** What the caller does on one edge, compiled. */
export interface Edge {
  readonly plan: EdgePlan;
  readonly index: number;
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
  /** The callee's; and by client what is left of it, where clients eject replicas, else null. */
  readonly rotation: Rotation;
  readonly views: readonly Rotation[] | null;
  /** First replica of the callee, and how many it has. */
  readonly firstReplica: number;
  readonly replicas: number;
  /** Whether the request's key says which replica. */
  readonly hashes: boolean;
  /** First replica of the caller; -1 for a producer. */
  readonly callerFirst: number;
  /** Clients of a calling producer, or replicas; and the row of a producer's first user or sender. */
  readonly clients: number;
  readonly firstUser: number;
  /** The number of its first client among all edges'. */
  readonly firstClient: number;
  /** One for each replica, or client, of the caller; empty where the callee has one replica. */
  readonly balancers: Balancer[];
  /** One for each replica, or client, of the caller; empty where there is never a budget. */
  readonly purses: readonly Purse[];
  /** Whether a budget is one for all of them. */
  sharesBudget: boolean;
  /** Whether a budget, now or later, watches the attempts under way. */
  readonly isWatched: boolean;
  /** How long a refusal of the callee asks to wait; 0 where it does not. */
  readonly toldNs: number;
  /** Whether anything beyond timeout, network and retries is at work; else its calls are plain. */
  readonly guarded: boolean;
  readonly cancel: boolean;
  elsewhere: boolean;
  readonly connections: EdgePlan['connections'];
  /** Rules before sending, by gate and client; the timer line of each gate's longest wait, or -1. */
  readonly guards: EdgeGuards;
  readonly isRuled: boolean;
  readonly guardLines: readonly number[];
  /** Where its limit of rate tells tenants apart. */
  readonly tenantRates: TenantRates | null;
  /** Timer lines of waits, -1 for none: a place, a connection, its opening. */
  readonly placeLine: number;
  readonly connectionLine: number;
  readonly openLine: number;
  /** How many may pass each gate; Infinity where there is none. */
  readonly places: number;
  readonly poolSize: number;
  readonly credits: number;
  /** Whether a place is kept until the callee is done. */
  readonly holdsWork: boolean;
  /** The deadline: of the edge itself, whether it is handed on, of the producer's requests. */
  readonly withinNs: number;
  readonly withinLine: number;
  readonly propagates: boolean;
  readonly clientLeavesNs: number;
  /** Whether the callee may know a deadline. */
  readonly tellsDeadline: boolean;
  readonly hedgeLine: number;
  readonly hedgeMax: number;
  /** One for each client; empty where the copies' time is fixed, or has no budget. */
  readonly answers: RecentQuantile[];
  readonly hedgeBudgets: PercentBudget[];
  readonly fallbackLatency: Distribution | null;
}

/** Compiles every edge of a plan. */
export function compileEdges(plan: Plan, kernel: Kernel, replicas: Replicas): Edge[] {
  const users = firstUsers(plan);
  const struck = edgesStruck(plan);
  const timed = edgesTimed(plan);
  const commits = commitNames(plan).length > 0;
  const degrades =
    plan.edges.some(({ fallback }) => fallback?.degraded === true) ||
    plan.components.some(({ degrade }) => degrade?.degraded === true);
  let firstClient = 0;
  return plan.edges.map((edge, index) => {
    const { from, retry } = edge;
    const producer = from.kind === 'producer' ? plan.producers[from.index] : null;
    const clients = producer?.clients ?? 1;
    const callers = producer === null ? replicas.size(from.index) : clients;
    const size = edge.replica === undefined ? replicas.size(edge.to) : 1;
    const each = <T>(make: () => T): T[] => Array.from({ length: callers }, make);
    const made = {
      plan: edge,
      index,
      timerLine: edge.timeoutNs < Infinity ? kernel.lineFor(edge.timeoutNs) : NONE,
      isTimed: timed.has(index),
      network: edge.network === null ? null : compile(edge.network),
      ...pursesOf(plan, index, callers),
      toldNs: plan.components[edge.to].reject?.retryAfterNs ?? 0,
      retry: null,
      retries: new Uint8Array(OUTCOMES.length),
      attemptsMax: 1,
      sharesBudget: false,
      elsewhere: false,
      hazards: struck.has(index) && edge.replica === undefined ? new Hazards() : null,
      rotation: replicas.rotations[edge.to],
      views: viewsOf(edge.breaker?.kind === 'outlier', callers, size),
      firstReplica: replicas.first[edge.to] + (edge.replica ?? 0),
      replicas: size,
      hashes: size > 1 && plan.components[edge.to].balance === 'hash',
      callerFirst: producer === null ? replicas.first[from.index] : NONE,
      clients: callers,
      firstUser: from.kind === 'producer' ? users[from.index] : 0,
      firstClient,
      balancers: size > 1 ? each(() => balancer(plan.components[edge.to].balance, size)) : [],
      guarded:
        commits ||
        degrades ||
        isGuarded(edge) ||
        retriesOf(plan, index).some(asksMore) ||
        (producer?.deadlineNs ?? Infinity) < Infinity,
      clientLeavesNs: producer?.deadlineNs ?? Infinity,
      ...ruledBy(rulesOf(edge, callers, plan.seed), kernel),
      tenantRates: tenantRatesOf(edge, callers),
      ...gatesOf(edge, kernel),
      ...guardsOf(edge, kernel, each),
    };
    firstClient += callers;
    const compiled = { ...made, tellsDeadline: made.propagates || made.clientLeavesNs < Infinity };
    setRetry(compiled, retry);
    return compiled;
  });
}

/** The rotations that the clients of an edge choose from; null where all see the callee's own. */
function viewsOf(isEjecting: boolean, clients: number, size: number): Rotation[] | null {
  return isEjecting ? Array.from({ length: clients }, () => new Rotation(size)) : null;
}

/** Edges on which faults lie, or whose callee may have no replica left for a client. */
function edgesStruck(plan: Plan): ReadonlySet<number> {
  const ejecting = plan.edges.flatMap(({ breaker }, e) => (breaker?.kind === 'outlier' ? [e] : []));
  return new Set([
    ...ejecting,
    ...plan.faults.flatMap((fault) => {
      if (fault.kind === 'latency' || fault.kind === 'drop') return fault.edges;
      if (fault.kind !== 'crash') return [];
      return plan.edges.flatMap(({ to }, e) => (to === fault.component ? [e] : []));
    }),
    ...plan.edges.flatMap(({ to }, e) => (mayLeave(plan.components[to]) ? [e] : [])),
  ]);
}

/** Whether replicas of a component may leave the rotation without a fault. */
function mayLeave({ health, memory, replicas, replicasMax }: ComponentPlan): boolean {
  return replicasMax > replicas || memory !== null || health !== null;
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

/** What an edge is told of its retries: by its plan, and by an operator later. */
function retriesOf(plan: Plan, edge: number): RetryPlan[] {
  const changed = changesOf(plan).map((change) =>
    change.what === 'retry' && change.edge === edge ? change.retry : null,
  );
  return [plan.edges[edge].retry, ...changed].filter((retry) => retry !== null);
}

function pursesOf(plan: Plan, edge: number, callers: number): Pick<Edge, 'purses' | 'isWatched'> {
  const budgets = retriesOf(plan, edge).flatMap(({ budget }) => budget ?? []);
  const purse = (): Purse => ({ budget: null, out: 0, retries: 0 });
  return {
    purses: budgets.length === 0 ? [] : Array.from({ length: callers }, purse),
    isWatched: budgets.some(watchesAttempts),
  };
}

/** From now on an edge retries so. A budget that is the same as before goes on with what it has. */
export function setRetry(edge: Edge, retry: RetryPlan | null): void {
  const budget = retry?.budget ?? null;
  const same = JSON.stringify(edge.retry?.budget ?? null) === JSON.stringify(budget);
  edge.retry = retry;
  edge.retries = retried(retry);
  edge.attemptsMax = retry?.attempts ?? 1;
  edge.elsewhere = retry?.elsewhere === true;
  if (same) return;
  edge.sharesBudget = budget !== null && isShared(budget);
  const common = budget !== null && edge.sharesBudget ? retryBudget(budget) : null;
  for (const purse of edge.purses) {
    purse.budget = budget === null ? null : (common ?? retryBudget(budget));
  }
}

/** Retries that ask for more than a plain edge does. */
function asksMore({ budget, elsewhere }: RetryPlan): boolean {
  return elsewhere || (budget !== null && watchesAttempts(budget));
}

function isGuarded(edge: EdgePlan): boolean {
  const { bulkhead, cancel, connections, deadline, fallback, hedge, windowCredits } = edge;
  const rules = [edge.throttle, edge.breaker, edge.rateLimit, edge.concurrency];
  const parts = [bulkhead, connections, deadline, fallback, hedge, ...rules];
  return cancel || windowCredits < Infinity || parts.some((part) => part !== null);
}

function ruledBy(
  guards: EdgeGuards,
  kernel: Kernel,
): Pick<Edge, 'guards' | 'guardLines' | 'isRuled'> {
  const lines = guards.map(([guard]) => {
    const wait = guard?.waitMaxNs ?? Infinity;
    return wait > 0 && wait < Infinity ? kernel.lineFor(wait) : NONE;
  });
  const isRuled = guards.some((byClient) => byClient.length > 0);
  return { guards, guardLines: lines, isRuled };
}

function gatesOf({ bulkhead, connections, windowCredits }: EdgePlan, kernel: Kernel) {
  const line = (ns: number): number => (ns > 0 && ns < Infinity ? kernel.lineFor(ns) : NONE);
  return {
    connections,
    placeLine: line(bulkhead?.waitNs ?? 0),
    connectionLine: line(connections?.waitNs ?? 0),
    openLine: line(connections?.openNs ?? 0),
    places: bulkhead?.concurrent ?? Infinity,
    poolSize: connections?.max ?? Infinity,
    credits: windowCredits,
    holdsWork: bulkhead?.hold === 'work',
  };
}

function guardsOf(edge: EdgePlan, kernel: Kernel, each: <T>(make: () => T) => T[]) {
  const { cancel, deadline, fallback, hedge } = edge;
  const line = (ns: number): number => (ns > 0 && ns < Infinity ? kernel.lineFor(ns) : NONE);
  const after = hedge?.after;
  const limited = hedge !== null && hedge.budget < Infinity;
  return {
    cancel,
    withinNs: deadline?.withinNs ?? Infinity,
    withinLine: line(deadline?.withinNs ?? 0),
    propagates: deadline?.propagate === true,
    hedgeLine: after?.kind === 'fixed' ? line(after.ns) : NONE,
    hedgeMax: hedge?.max ?? 0,
    answers: after?.kind === 'quantile' ? each(() => new RecentQuantile(after.q)) : [],
    hedgeBudgets: limited ? each(() => new PercentBudget(hedge.budget)) : [],
    fallbackLatency: fallback?.latency == null ? null : compile(fallback.latency),
  };
}

const OUTCOMES_OF: Record<RetryReason, readonly number[]> = {
  timeout: [TIMEOUT],
  rejected: [REJECTED, EXPIRED, DROPPED],
  error: [ERROR, CRASHED],
  expired: [EXPIRED],
  dropped: [DROPPED],
  crashed: [CRASHED],
  breaker_open: [BREAKER_OPEN],
  throttled: [THROTTLED],
  rate_limited: [RATE_LIMITED],
  bulkhead_full: [BULKHEAD_FULL],
  no_connection: [NO_CONNECTION],
  // Nothing is sent after a deadline, so it is never tried again.
  deadline: [],
};

function retried(retry: RetryPlan | null): Uint8Array {
  const outcomes = new Uint8Array(OUTCOMES.length);
  for (const reason of retry?.on ?? []) for (const o of OUTCOMES_OF[reason]) outcomes[o] = 1;
  return outcomes;
}
