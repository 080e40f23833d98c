import { compile, type Distribution } from '../kernel/distributions.js';
import type { Kernel } from '../kernel/kernel.js';
import { type Balance, balancer, ChangeableBalancer } from '../policies/balancer.js';
import type { RetryBudget } from '../policies/budget.js';
import { isShared, retryBudget, watchesAttempts } from '../policies/budgets.js';
import { type Balancer, Rotation } from '../policies/choice.js';
import { PercentBudget } from '../policies/percent-budget.js';
import { RecentQuantile } from '../policies/recent-quantile.js';
import { delivererOf } from './brokers/with-brokers.js';
import { anyEverIs, edgeEverIs, edgeVariants, everIs, retriesOf, sayTheSame } from './changes.js';
import { comesAndGoes } from './coming-and-going.js';
import { commitNames } from './commits.js';
import { type EdgeGuards, RATE_LIMIT, rulesOf } from './guards.js';
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
import { type EdgePlan, type Plan, type RetryPlan, type RetryReason, takesDown } from './plan.js';
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

/** The rules of an edge for a time: who let an attempt go hears of its end, whatever came after. */
export interface Law {
  guards: EdgeGuards;
  tenantRates: TenantRates | null;
}

/** What the caller does on one edge, compiled. */
export interface Edge {
  /** As it is now. */
  plan: EdgePlan;
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
  /** The queue that is published to, -1 for none; whether it is one that delivers. */
  readonly queue: number;
  readonly isDelivery: boolean;
  /** First replica of the callee, and how many it has. */
  readonly firstReplica: number;
  readonly replicas: number;
  /** Whether the request's key says which replica. */
  hashes: boolean;
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
  toldNs: number;
  /** Whether anything beyond timeout, network and retries is ever at work; else its calls are plain. */
  readonly guarded: boolean;
  cancel: boolean;
  /** Whether it ever cancels, or keeps places for the callee's work. */
  readonly mayCancel: boolean;
  readonly mayHoldWork: boolean;
  elsewhere: boolean;
  connections: EdgePlan['connections'];
  /** Rules before sending, by gate and client; the timer line of each gate's longest wait, or -1. */
  guards: EdgeGuards;
  guardLines: readonly number[];
  /** Where its limit of rate tells tenants apart. */
  tenantRates: TenantRates | null;
  /** Whether it ever has rules; all that it had, and the number of those that it has. */
  readonly isRuled: boolean;
  readonly laws: Law[];
  law: number;
  /** Timer lines of waits, -1 for none: a place, a connection, its opening. */
  placeLine: number;
  connectionLine: number;
  openLine: number;
  /** How many may pass each gate; Infinity where there is none. */
  places: number;
  poolSize: number;
  credits: number;
  /** What a client that publishes may hold unsent, and how long it waits then; null for no such. */
  readonly buffer: null | { bytes: number; maxBlockNs: number; line: number };
  /** Whether a place is kept until the callee is done. */
  holdsWork: boolean;
  /** The deadline: of the edge itself, whether it is handed on, of the producer's requests. */
  withinNs: number;
  withinLine: number;
  propagates: boolean;
  readonly clientLeavesNs: number;
  /** Whether the callee may know a deadline. */
  readonly tellsDeadline: boolean;
  hedgeLine: number;
  hedgeMax: number;
  /** One for each client; empty where the copies' time is fixed, or has no budget. */
  answers: RecentQuantile[];
  hedgeBudgets: PercentBudget[];
  fallbackLatency: Distribution | null;
  /** The last fallback it had: for whom it has begun to stand in. */
  standIn: EdgePlan['fallback'];
}

/** Compiles every edge of a plan. */
export function compileEdges(plan: Plan, kernel: Kernel, replicas: Replicas): Edge[] {
  const users = firstUsers(plan);
  const struck = edgesStruck(plan);
  const timed = edgesTimed(plan);
  const commits = commitNames(plan).length > 0;
  const degrades = mayDegrade(plan);
  const counters = plan.components.length - (delivererOf(plan) < 0 ? 0 : plan.queues.length);
  let firstClient = 0;
  return plan.edges.map((edge, index) => {
    const { from, retry } = edge;
    const producer = from.kind === 'producer' ? plan.producers[from.index] : null;
    const clients = producer?.clients ?? 1;
    const callers = from.kind === 'component' ? replicas.size(from.index) : clients;
    const isDelivery = from.kind === 'queue';
    const size = edge.replica === undefined && !isDelivery ? replicas.size(edge.to) : 1;
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
      hazards:
        struck.has(index) && edge.replica === undefined && !isDelivery ? new Hazards() : null,
      rotation: replicas.rotations[edge.to],
      views: viewsOf(edge.breaker?.kind === 'outlier', callers, size),
      isDelivery,
      ...topicOf(plan, edge.to < counters ? NONE : edge.to - counters, kernel),
      firstReplica: replicas.first[edge.to] + (edge.replica ?? 0),
      replicas: size,
      hashes: size > 1 && plan.components[edge.to].balance === 'hash',
      callerFirst: from.kind === 'component' ? replicas.first[from.index] : NONE,
      clients: callers,
      firstUser: from.kind === 'producer' ? users[from.index] : 0,
      firstClient,
      balancers: size > 1 ? each(() => balancerOf(plan, edge.to, size)) : [],
      guarded:
        isDelivery ||
        plan.queues[edge.to - counters]?.broker.kind === 'kafka' ||
        commits ||
        degrades ||
        edgeEverIs(plan, index, isGuarded) ||
        retriesOf(plan, index).some(asksMore) ||
        (producer?.deadlineNs ?? Infinity) < Infinity,
      clientLeavesNs: producer?.deadlineNs ?? Infinity,
      mayCancel: edgeEverIs(plan, index, (one) => one.cancel),
      mayHoldWork: edgeEverIs(plan, index, ({ bulkhead }) => bulkhead?.hold === 'work'),
      isRuled: edgeEverIs(plan, index, hasRules),
      ...lawOf(edge, callers, plan.seed, kernel),
      ...gatesOf(edge, kernel),
      ...guardsOf(edge, kernel),
      ...hedgesOf(edge, kernel, each),
      standIn: edge.fallback,
    };
    firstClient += callers;
    const propagates = edgeEverIs(plan, index, ({ deadline }) => deadline?.propagate === true);
    const compiled = { ...made, tellsDeadline: propagates || tellsLeave(plan, edge) };
    setRetry(compiled, retry);
    return compiled;
  });
}

/**
 * From now on an edge is as `plan` says. What stays the same keeps its state; a rule that is new
 * begins anew, and so does what hedges have learned.
 */
export function setEdge(edge: Edge, plan: EdgePlan, seed: string, kernel: Kernel): void {
  const was = edge.plan;
  const each = <T>(make: () => T): T[] => Array.from({ length: edge.clients }, make);
  edge.plan = plan;
  edge.timerLine = plan.timeoutNs < Infinity ? kernel.lineFor(plan.timeoutNs) : NONE;
  edge.network = plan.network === null ? null : compile(plan.network);
  setRetry(edge, plan.retry);
  Object.assign(edge, gatesOf(plan, kernel), guardsOf(plan, kernel));
  if (!sayTheSame(was.hedge, plan.hedge)) Object.assign(edge, hedgesOf(plan, kernel, each));
  if (plan.fallback !== null) edge.standIn = plan.fallback;
  const kept = [
    sayTheSame(was.throttle, plan.throttle),
    sayTheSame(was.breaker, plan.breaker),
    sayTheSame(was.rateLimit, plan.rateLimit),
    sayTheSame(was.concurrency, plan.concurrency),
  ];
  if (kept.every((same) => same)) return;
  const { guards, tenantRates } = edge;
  const made = rulesOf(plan, edge.clients, seed);
  edge.guards = made.map((byClient, gate) => (kept[gate] ? guards[gate] : byClient));
  edge.tenantRates = kept[RATE_LIMIT] ? tenantRates : tenantRatesOf(plan, edge.clients);
  edge.guardLines = waitLines(edge.guards, kernel);
  edge.law = edge.laws.push({ guards: edge.guards, tenantRates: edge.tenantRates }) - 1;
}

/** From now on the replicas of an edge's callee are chosen so. */
export function setBalance(edge: Edge, balance: Balance): void {
  edge.hashes = edge.replicas > 1 && balance === 'hash';
  for (const one of edge.balancers) if (one instanceof ChangeableBalancer) one.become(balance);
}

/** The balancer of one client for the replicas of a component. */
function balancerOf(plan: Plan, component: number, size: number): Balancer {
  const { balance } = plan.components[component];
  const changes = everIs(plan, component, (part) => part.balance !== balance);
  return changes ? new ChangeableBalancer(balance, size) : balancer(balance, size);
}

/** The queue that is published to; of a topic, what its producers hold. */
function topicOf({ queues }: Plan, queue: number, kernel: Kernel): Pick<Edge, 'queue' | 'buffer'> {
  const broker = queue === NONE ? undefined : queues[queue].broker;
  if (broker?.kind !== 'kafka' || broker.bufferBytes === Infinity) return { queue, buffer: null };
  const { bufferBytes: bytes, maxBlockNs } = broker;
  const waits = maxBlockNs > 0 && maxBlockNs < Infinity;
  return { queue, buffer: { bytes, maxBlockNs, line: waits ? kernel.lineFor(maxBlockNs) : NONE } };
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
      if (!takesDown(fault)) return [];
      return plan.edges.flatMap(({ to }, e) => (to === fault.component ? [e] : []));
    }),
    ...plan.edges.flatMap(({ to }, e) => (mayLeave(plan, to) ? [e] : [])),
  ]);
}

/** Whether replicas of a component may leave the rotation without a fault. */
function mayLeave(plan: Plan, component: number): boolean {
  const { health, memory } = plan.components[component];
  return comesAndGoes(plan, component) || memory !== null || health !== null;
}

/** Edges that have a timeout, or are given one. */
export function edgesTimed(plan: Plan): ReadonlySet<number> {
  return new Set(
    plan.edges.flatMap((_, e) => {
      return edgeEverIs(plan, e, ({ timeoutNs }) => timeoutNs < Infinity) ? [e] : [];
    }),
  );
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

/** Whether an answer may be second best. */
function mayDegrade(plan: Plan): boolean {
  const byFallback = edgeVariants(plan).some((all) => {
    return all.some(({ fallback }) => fallback?.degraded === true);
  });
  return byFallback || anyEverIs(plan, ({ degrade }) => degrade?.degraded === true);
}

/** Whether the callee may know when a client leaves: the first one, also behind a queue. */
function tellsLeave({ producers }: Plan, { from }: EdgePlan): boolean {
  if (from.kind === 'queue') return producers.some(({ deadlineNs }) => deadlineNs < Infinity);
  return from.kind === 'producer' && producers[from.index].deadlineNs < Infinity;
}

/** Retries that ask for more than a plain edge does. */
function asksMore({ budget, elsewhere }: RetryPlan): boolean {
  return elsewhere || (budget !== null && watchesAttempts(budget));
}

function isGuarded(edge: EdgePlan): boolean {
  const { bulkhead, cancel, connections, deadline, fallback, hedge, windowCredits } = edge;
  const parts = [bulkhead, connections, deadline, fallback, hedge];
  return cancel || windowCredits < Infinity || hasRules(edge) || parts.some((p) => p !== null);
}

function hasRules({ breaker, concurrency, rateLimit, throttle }: EdgePlan): boolean {
  const all = [throttle, breaker, rateLimit, concurrency];
  return all.some((rule) => rule !== null);
}

function lawOf(edge: EdgePlan, callers: number, seed: string, kernel: Kernel) {
  const guards = rulesOf(edge, callers, seed);
  const tenantRates = tenantRatesOf(edge, callers);
  const laws: Law[] = [{ guards, tenantRates }];
  return { guards, tenantRates, guardLines: waitLines(guards, kernel), laws, law: 0 };
}

/** By gate: the timer line of its longest wait, -1 for none. */
function waitLines(guards: EdgeGuards, kernel: Kernel): number[] {
  return guards.map(([guard]) => {
    const wait = guard?.waitMaxNs ?? Infinity;
    return wait > 0 && wait < Infinity ? kernel.lineFor(wait) : NONE;
  });
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

function guardsOf({ cancel, deadline, fallback }: EdgePlan, kernel: Kernel) {
  const within = deadline?.withinNs ?? Infinity;
  return {
    cancel,
    withinNs: within,
    withinLine: within > 0 && within < Infinity ? kernel.lineFor(within) : NONE,
    propagates: deadline?.propagate === true,
    fallbackLatency: fallback?.latency == null ? null : compile(fallback.latency),
  };
}

function hedgesOf({ hedge }: EdgePlan, kernel: Kernel, each: <T>(make: () => T) => T[]) {
  const after = hedge?.after;
  const limited = hedge !== null && hedge.budget < Infinity;
  const isTimed = after?.kind === 'fixed' && after.ns > 0 && after.ns < Infinity;
  return {
    hedgeLine: isTimed ? kernel.lineFor(after.ns) : NONE,
    hedgeMax: hedge?.max ?? 0,
    answers: after?.kind === 'quantile' ? each(() => new RecentQuantile(after.q)) : [],
    hedgeBudgets: limited ? each(() => new PercentBudget(hedge.budget)) : [],
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
