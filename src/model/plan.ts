import type { DistributionSpec } from '../kernel/distributions.js';
import type { Backoff, Jitter } from '../policies/backoff.js';
import type { Balance } from '../policies/balancer.js';
import type { BreakerSpec } from '../policies/breakers.js';
import type { BudgetSpec } from '../policies/budgets.js';
import type { DagorSpec } from '../policies/dagor.js';
import type { EventSourceSpec } from '../policies/event-source.js';
import type { FairQueuesSpec } from '../policies/fair-queues.js';
import type { HpaSpec } from '../policies/hpa.js';
import type { LimitSpec } from '../policies/limits.js';
import type { OutlierSpec } from '../policies/outlier.js';
import type { ShedLevel } from '../policies/priority-shed.js';
import type { RateLimitSpec } from '../policies/rates.js';
import type { ShedSpec } from '../policies/shed.js';
import type { ThrottleSpec } from '../policies/throttles.js';
import type { CallTarget, FaultCondition } from './plan-parts.js';
import type { ConsumesPlan, QueuePlan } from './plan-queues.js';

export type { CallTarget, FaultCondition } from './plan-parts.js';

export type {
  BrokerPlan,
  ConsumePlan,
  ConsumesPlan,
  PollPlan,
  QueuePlan,
  QueueWhenFull,
} from './plan-queues.js';

/**
 * What the scenario language hands to the model: one scenario laid out under one policy, every
 * name resolved to an index, every figure in base units. Durations are integer nanoseconds, rates
 * are per second, shares lie between 0 and 1, "no limit" is Infinity. Plain data: it can be sent
 * to a worker thread as it is.
 */
export interface Plan {
  /** The seed as text; every random stream and every request's key derive from it. */
  seed: string;
  durationNs: number;
  warmupNs: number;
  producers: ProducerPlan[];
  /** Services first, then dependencies, in the order of the file. */
  components: ComponentPlan[];
  edges: EdgePlan[];
  queues: QueuePlan[];
  /** Named by the steps that take them, in the order of the text. */
  locks: LockPlan[];
  faults: FaultPlan[];
  /** What the run is watched by; left out: nothing. The model does not look at it. */
  alerts?: AlertsPlan;
}

/** The rules of alerts by name, null where one is switched off. */
export interface AlertsPlan {
  /** The fullest queue of a component holds this share of what may wait, for so long. */
  queue_depth: null | AlertLevelPlan;
  /** A queue was full in so many of the last seconds. */
  queue_ceiling: null | AlertTimesPlan;
  /** The p99 of latency grew to `factor` times what it was, the p50 to less than `stable` times. */
  p99_climbing: null | { factor: number; stable: number; overNs: number };
  /** The median wait grew to `factor` times what it was, and by `byNs`. */
  /** The lag of a queue rises from third to third of a span, by more than chance would let it. */
  lag_growing: null | { overNs: number };
  wait_growing: null | { factor: number; byNs: number; overNs: number };
  /** The share of what came to a component that was refused, expired or displaced. */
  rejections: null | AlertLevelPlan;
  /** The share of a producer's requests that failed. */
  failures: null | AlertLevelPlan;
  /** Workers busy, while the queue grows or is full. */
  workers_busy: null | AlertLevelPlan;
  pool_exhausted: null | { forNs: number };
  /** Each breaker of an edge opened so often, in the mean. */
  breaker_flapping: null | AlertTimesPlan;
  /** The share of attempts on an edge that were retries. */
  retry_storm: null | AlertLevelPlan;
  /** What has waited longest is older than this. */
  oldest_age: null | { aboveNs: number };
  /** The fullest replica of a component takes this share of its memory's limit, for so long. */
  memory: null | AlertLevelPlan;
}

/** Above a share for so long. */
export interface AlertLevelPlan {
  above: number;
  forNs: number;
}

/** So often within so long. */
export interface AlertTimesPlan {
  times: number;
  withinNs: number;
}

export interface ProducerPlan {
  name: string;
  arrivals: ArrivalsPlan;
  /** The calls its requests make, each one of them; by weight, drawn by the request's key. */
  to: WeightedTarget[];
  /** A success later than this is late; Infinity: every success is good. */
  objectiveNs: number;
  /** Independent clients that share this load, in turn; client-side state is one each. */
  clients: number;
  /** 0 is the most important. */
  priority: number;
  /** The client leaves so long after the arrival; Infinity for never. */
  deadlineNs: number;
  tenant: LabelPlan;
  key: LabelPlan;
  /** Requests in all; Infinity for no limit. */
  limit: number;
  /** It sends within [fromNs, untilNs); Infinity: to the end. */
  fromNs: number;
  untilNs: number;
  /** What each of its requests holds in memory, at every replica it is in. */
  sizeBytes: number;
}

export interface WeightedTarget extends CallTarget {
  weight: number;
}

/** What a request is labelled with: nothing, one name, or a rank drawn by its key, from 1 to n. */
export type LabelPlan =
  | null
  | { kind: 'name'; name: string }
  | { kind: 'zipf'; n: number; s: number };

export type ArrivalsPlan =
  | { kind: 'poisson'; rate: RatePlan }
  | { kind: 'constant'; rate: RatePlan }
  /** Independent distances of one law; a surge (or load) divides them. */
  | { kind: 'renewal'; between: DistributionSpec; load: number }
  /** Poisson arrivals at the rate of the state; states in turn, each for an exponential time. */
  | { kind: 'mmpp'; states: { perSecond: number; meanNs: number }[] }
  /** `size` requests at once, at Poisson moments. */
  | { kind: 'batch'; rate: RatePlan; size: number }
  /** Arrivals at given moments, ascending, whole nanoseconds. */
  | { kind: 'trace'; atNs: Float64Array }
  | { kind: 'closed'; users: number; think: DistributionSpec }
  | { kind: 'backlog'; senders: number };

/** Points of a schedule, or mean + (peak − mean)·sin(2πt/period). */
export type RatePlan = RatePoint[] | DiurnalPlan;

export interface DiurnalPlan {
  kind: 'diurnal';
  meanPerSecond: number;
  peakPerSecond: number;
  periodNs: number;
}

/** The rate becomes `perSecond`, at `atNs`, linearly over `rampNs` (0: at once). Sorted; the first at 0. */
export interface RatePoint {
  atNs: number;
  perSecond: number;
  rampNs: number;
}

export interface ComponentPlan {
  name: string;
  kind: 'service' | 'dependency';
  /** How many there are at first. */
  replicas: number;
  /** How many there can ever be: `replicas`, where none come and go. */
  replicasMax: number;
  balance: Balance;
  /** Workers of one replica; Infinity for a pure delay. */
  workers: number;
  /** Running work on a replica shares these evenly; Infinity: as many as workers. */
  cores: number;
  /** Whether a worker stays with a request whose call is out. */
  io: 'blocking' | 'async';
  queue: {
    /** How many may wait at one replica; Infinity for no bound. */
    capacity: number;
    discipline: Discipline;
    whenFull: WhenFull;
    /** Index of the queue that `dead_letter` puts a copy into; -1 for none. */
    deadLetter: number;
    /** `adaptive_lifo`: last first while more than this share of the capacity waits; else null. */
    lifoAbove: number | null;
    /** What becomes of one whose key waits already: nothing, it joins that one, or takes its place. */
    coalesce: null | 'join' | 'replace';
    shed: ShedSpec | null;
    /** A wait ends at this age; null for never. */
    maxAge: DistributionSpec | null;
  };
  /** Asked in this order before anybody may start or wait; each mechanism at most once. */
  admission: AdmissionPlan[];
  contention: null | ContentionPlan;
  /** What a refusal takes of a worker, and how long it tells the sender to wait (0: it does not). */
  reject: null | { costNs: number; retryAfterNs: number };
  /** Work past its deadline is not started, nor gone on with at the next step. */
  deadlineCheck: boolean;
  degrade: null | DegradePlan;
  /** Null where replicas come and go at an operator's word at most. */
  autoscale: null | AutoscalePlan;
  health: null | HealthPlan;
  /** Of each replica; null where it is not counted. */
  memory: null | MemoryPlan;
  /** Null where it takes its work from callers alone. */
  consumes: null | ConsumesPlan;
  /** A component with a plain `handler` has one route named null. */
  routes: RoutePlan[];
}

/**
 * Who is served next; `preemptive`: by priority, the less important stands aside; `fair`: tenants in
 * turn; `edf`: the earliest deadline first.
 */
export type Discipline =
  | 'fifo'
  | 'lifo'
  | 'adaptive_lifo'
  | 'random'
  | 'priority'
  | 'preemptive'
  | 'fair'
  | 'edf'
  | 'ps';

/** The memory of one replica. */
export interface MemoryPlan {
  /** Over this it crashes, and loses all that it held; the base is part of it. */
  limitBytes: number;
  /** What it takes with nothing to do; below the limit. */
  baseBytes: number;
  /**
   * How long it is away: `fromNs` after the first crash, twice as long after each further one in a
   * row, `capNs` at most. The row ends where it has run for more than twice the cap.
   */
  restart: { fromNs: number; capNs: number };
  /** From this share of the limit on work that starts is slowed, `slowdown` times at the limit. */
  gc: null | { from: number; slowdown: number };
}

/** What requests run instead of their handler that start while so much of the queue's room is taken. */
export interface DegradePlan {
  /** Share of the capacity, over 0. */
  when: number;
  steps: StepPlan[];
  /** Whether what they answer is second best. */
  degraded: boolean;
}

/** Replicas come and go as they are needed. */
export interface AutoscalePlan {
  /**
   * Busy workers ÷ workers, or running work ÷ cores, over the last period; how many wait, or are
   * held, at the moment; messages that lie in the queue it consumes (`lag`). The mean over the
   * replicas that are ready.
   */
  metric: 'utilization' | 'cpu' | 'queue' | 'lag' | 'in_flight';
  periodNs: number;
  /** From the decision until a new replica serves. */
  delayNs: number;
  hpa: HpaSpec;
  /**
   * Of who consumes a queue of sqs: it is scaled by this instead, and of `hpa` only the bounds hold,
   * the same as here.
   */
  eventSource: null | EventSourceSpec;
  /** Work that starts on a new replica takes `slowdown` times as long for `forNs`. */
  cold: null | { slowdown: number; forNs: number };
}

/**
 * Checks of each replica, every `periodNs`. Through the queue a check is a request that needs `work`
 * of a worker; around it (`bypass`) it says whether the replica is up and not paused.
 */
export interface HealthPlan {
  periodNs: number;
  timeoutNs: number;
  /** Failures in a row after which `then` is done; successes in a row that take it back. */
  unhealthyAfter: number;
  healthyAfter: number;
  via: 'queue' | 'bypass';
  then: 'eject' | 'restart';
  /** While a smaller share of the replicas is healthy, all that are up are used; 0: never. */
  panic: number;
  work: DistributionSpec | null;
  /** How long a restart takes. */
  restartNs: number;
}

/** A lock that one request at a time can hold. */
export interface LockPlan {
  name: string;
  /** One for the whole scenario, or one for each replica of the components that take it. */
  scope: 'scenario' | 'replica';
  /** Who is first in line. */
  order: 'fifo' | 'priority';
  /** Whether its holder is as important as the most important one that waits for it. */
  inherit: boolean;
}

export type WhenFull =
  | 'reject'
  | 'block'
  | 'drop_oldest'
  | 'drop_newest'
  | 'drop_lowest_priority'
  | 'caller_runs'
  | 'dead_letter';

export type AdmissionPlan =
  | { kind: 'rate_limit'; limit: RateLimitSpec }
  | { kind: 'concurrency'; limit: LimitSpec; shared: boolean }
  | { kind: 'priority_shed'; of: ShedMeasure; levels: ShedLevel[] }
  | { kind: 'dagor'; spec: DagorSpec }
  | { kind: 'fair_queues'; spec: FairQueuesSpec }
  | { kind: 'can_finish' }
  /** While one of the conditions holds `share` of arrivals are refused, or wait `delayNs` first. */
  | { kind: 'signal'; when: FaultCondition[]; share: number; delayNs: number };

/**
 * What shedding goes by: who waits ÷ the queue's capacity, busy ÷ all workers, who was let in ÷
 * workers and capacity together, who was let in ÷ the limit of concurrency.
 */
export type ShedMeasure = 'queue' | 'utilization' | 'in_flight' | 'limit';

export type ContentionPlan =
  | { kind: 'usl'; alpha: number; beta: number }
  /** `eachNs` more work for every piece already running when it starts. */
  | { kind: 'linear'; eachNs: number };

export interface RoutePlan {
  name: string | null;
  /** Empty: answers at once. */
  steps: StepPlan[];
}

export type StepPlan =
  /** `perRequest`: every attempt of a request needs the same work. */
  | { op: 'work'; time: DistributionSpec; perRequest: boolean }
  | CallStepPlan
  /** Waits for `need` of the branches to succeed. A branch is a list of calls, one after another. */
  | { op: 'parallel'; need: number; branches: CallStepPlan[][] }
  | { op: 'chance'; share: number; then: StepPlan[]; else: StepPlan[] }
  /**
   * Fails for a share of the attempts; or `per` request or key, whose every attempt then fails here
   * (of requests without a key none does).
   */
  | { op: 'fail'; share: number; per: 'attempt' | 'request' | 'key' }
  /** Holds one of the plan's locks for these steps; waits for it so long at most, Infinity: no bound. */
  | { op: 'lock'; lock: number; waitNs: number; then: StepPlan[] }
  /** Those that miss run `then`. */
  | { op: 'cache'; cache: CachePlan; then: StepPlan[] }
  /** An effect that lasts; `once`: only the first of a request counts as one. */
  | { op: 'commit'; name: string; once: boolean };

/**
 * What is found without being fetched: a share of the requests, each drawn by itself; or what keys
 * a replica (`shared`: all replicas together) has used last. Durations may be Infinity.
 */
export type CachePlan =
  | { kind: 'share'; hit: number }
  | {
      kind: 'lru';
      capacity: number;
      /** How long a key is good from when it was put. */
      ttlNs: number;
      /** Whether what a miss fetched is put: while somebody waits for it, in any case, not at all. */
      fill: 'in_time' | 'always' | 'never';
      shared: boolean;
      /** Holds the most popular keys at the beginning. */
      warm: boolean;
    };

export interface CallStepPlan {
  op: 'call';
  to: CallTarget;
  /** How often, one after another; 1 or more. */
  times: number;
}

export interface EdgePlan {
  /** As figures call it: "caller -> callee", "caller -> as-name" or "caller/route -> callee". */
  name: string;
  from: EdgeFrom;
  /** Index of the component called; from their number on of a queue that is published to. */
  to: number;
  /** The one of its replicas that is called, where it is always the same; else left out. */
  replica?: number;
  /** One-way delay; null for none. */
  network: DistributionSpec | null;
  /** Bounds one attempt, from its sending; Infinity for none. */
  timeoutNs: number;
  retry: RetryPlan | null;
  /** Whether giving up also ends the work at the callee. */
  cancel: boolean;
  /** Bounds the whole call; `withinNs` Infinity and `propagate`: only hands on what it was given. */
  deadline: null | { withinNs: number; propagate: boolean };
  /** Each client's own: an attempt needs one; `waitNs` Infinity: it waits as long as it takes. */
  connections: null | { max: number; waitNs: number; openNs: number };
  bulkhead: null | BulkheadPlan;
  hedge: null | HedgePlan;
  /** Rules before sending, from outside in. */
  throttle: null | ThrottleSpec;
  breaker: null | BreakerPlan;
  rateLimit: null | RateLimitSpec;
  concurrency: null | { limit: LimitSpec; shared: boolean };
  /** At most this many unanswered; more block the sender. Infinity for no bound. */
  windowCredits: number;
  fallback: null | FallbackPlan;
}

/** Who sends on an edge; a queue delivers what lies in it to a component that consumes it. */
export interface EdgeFrom {
  kind: 'producer' | 'component' | 'queue';
  index: number;
}

/** A breaker that stands before sending, or ejects replicas of the callee from the caller's view. */
export type BreakerPlan = BreakerSpec | OutlierSpec;

/** `waiting` may stand in line for a place, each for `waitNs` at most; Infinity for no bound. */
export interface BulkheadPlan {
  concurrent: number;
  waiting: number;
  waitNs: number;
  /** Until when a place is kept: as long as the caller waits, or until the callee is done. */
  hold: 'attempt' | 'work';
}

/** A copy of a try goes out after a time, or after a quantile of the client's last 1,000 answers. */
export interface HedgePlan {
  after: { kind: 'fixed'; ns: number } | { kind: 'quantile'; q: number };
  /** Copies beside the first. */
  max: number;
  /** Copies are at most this share of tries; Infinity for no bound. */
  budget: number;
}

/** What stands in for an answer; steps are run by the caller. */
export interface FallbackPlan {
  latency: DistributionSpec | null;
  steps: StepPlan[];
  degraded: boolean;
}

export interface RetryPlan {
  /** Counts the first. */
  attempts: number;
  on: RetryReason[];
  backoff: Backoff;
  jitter: Jitter;
  /** Whether it waits at least as long as a refusal asks it to (Retry-After). */
  retryAfter: boolean;
  /** A retry goes out only if this allows it. */
  budget: null | BudgetSpec;
  /** To another replica than the one that failed, where there is one. */
  elsewhere: boolean;
}

/** How an attempt can end that is tried again, local reasons (never sent) among them. */
export type RetryReason =
  | 'timeout'
  | 'rejected'
  | 'error'
  /** Parts of `rejected` and of `error`. */
  | 'expired'
  | 'dropped'
  | 'crashed'
  | 'breaker_open'
  | 'throttled'
  | 'rate_limited'
  | 'bulkhead_full'
  | 'no_connection'
  | 'deadline';

/**
 * `forNs` is Infinity where the fault lasts for good; `everyNs` repeats it, Infinity for once. It
 * begins at `atNs`, or, where `when` stands, the first time its condition holds (`atNs` is 0 then);
 * with both `when` and `everyNs` it may begin again so long after it began. It ends at once. `route` null means every
 * route; `replicas` is how many it strikes, the first ones.
 */
export type FaultPlan = {
  atNs: number;
  when: FaultCondition | null;
  everyNs: number;
  forNs: number;
  /** How long it takes to come on, linearly; left out or 0: it is whole from its beginning. */
  rampNs?: number;
  /** Says the same as the fault before it, of another component: the two were written as one. */
  isPart?: true;
  text: string;
} & (
  | ({ kind: 'slow'; factor: number; toNs: null } & SlowPlan)
  | ({ kind: 'slow'; factor: null; toNs: number } & SlowPlan)
  | { kind: 'errors'; component: number; route: number | null; ratio: number; replicas: number }
  | { kind: 'pause'; component: number; replicas: number }
  /** They are down for `forNs`. */
  | { kind: 'crash'; component: number; replicas: number }
  /** Workers of a replica while it lasts: so many, or this share of them (rounded). */
  | { kind: 'capacity'; component: number; replicas: number; workers: number; share: null }
  | { kind: 'capacity'; component: number; replicas: number; workers: null; share: number }
  | { kind: 'latency'; edges: number[]; addNs: number }
  | { kind: 'drop'; edges: number[]; ratio: number }
  | { kind: 'surge'; producer: number; factor: number }
  /** An operator's doing, and no fault: as a crash for what they hold. */
  | { kind: 'restart'; component: number; replicas: number }
  /** Caches are emptied; with `forNs` above 0 nothing is found or put while it lasts. */
  | { kind: 'flush'; component: number; replicas: number }
  /** An operator's change, and no fault. */
  | { kind: 'set'; changes: Change[] }
);

/** Strikes `share` of the attempts, each by its own draw. */
interface SlowPlan {
  component: number;
  route: number | null;
  replicas: number;
  share: number;
}

/** Which queue an edge leads into; -1 for an edge to a component. */
export function queueOf(plan: Pick<Plan, 'components'>, { to }: EdgePlan): number {
  return to < plan.components.length ? -1 : to - plan.components.length;
}

/** Whether it is an operator who does it, so that it is no fault. */
export function isByOperator({ kind }: FaultPlan): boolean {
  return kind === 'set' || kind === 'restart';
}

/** Whether replicas go down in it. */
export function takesDown(fault: FaultPlan): fault is FaultPlan & { kind: 'crash' | 'restart' } {
  return fault.kind === 'crash' || fault.kind === 'restart';
}

/** What an operator may change while the run goes; of components and edges only what differs. */
export type Change =
  | { what: 'rate'; producer: number; rate: RatePlan }
  | { what: 'users'; producer: number; users: number }
  | { what: 'component'; component: number; to: ComponentChange }
  | { what: 'replicas'; component: number; replicas: number }
  | { what: 'edge'; edge: number; to: EdgeChange };

/** Neither whether workers are bounded, shared (`ps`) or taken away (`preemptive`), nor `fair_queues`. */
export type ComponentChange = Partial<
  Omit<ComponentPlan, 'name' | 'kind' | 'io' | 'replicas' | 'replicasMax' | 'queue'>
> & { queue?: Partial<ComponentPlan['queue']> };

/** Not whether the breaker ejects replicas. */
export type EdgeChange = Partial<Omit<EdgePlan, 'name' | 'from' | 'to'>>;
