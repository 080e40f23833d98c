import type { LatencyMap } from './latency-map.js';

/**
 * What one run of the model yields, before anyone judges it. Times in nanoseconds where the name
 * says so; inside `metrics` and `series` the units of the language: seconds, per second, shares.
 */
export interface Measured {
  producers: string[];
  components: { name: string; kind: 'service' | 'dependency' }[];
  edges: string[];
  /** When the run ended: the duration, or earlier if it was stopped or deadlocked. */
  endNs: number;
  warmupNs: number;
  /** Facts of the model, the same that the fingerprint hashes. */
  events: number;
  fingerprint: string;
  /** Over the whole run, warm-up included. */
  ledger: Ledger;
  /** Figures over [warmup, end). */
  metrics: Metrics;
  /** Why a figure is null or only a bound, by metric name. */
  notes: Record<string, string>;
  /** The same figures over each window asked for, keyed `windowKey(fromNs, toNs)`. */
  windows: Record<string, Metrics>;
  series: Series;
  /** Of successes; null where there were none. */
  latencyMap: LatencyMap | null;
  seconds: Seconds;
  marks: Mark[];
  /** How often breakers opened that were closed, by second, of each edge that has any ("caller -> callee"). */
  breakerOpenings: Record<string, Float64Array>;
  faults: FaultSpan[];
  /** When other numbers of replicas were wanted. */
  scalings: Scaling[];
  deadlock: null | { atNs: number; cycle: string[] };
  /** The first replica that crashed again and again by itself. */
  crashLoop: null | CrashLoop;
  stopped: null | { why: 'interrupted' | 'memory' | 'endless'; atNs: number; text: string };
}

export type Metrics = Record<string, number | null>;

export interface Ledger {
  offered: number;
  good: number;
  late: number;
  degraded: number;
  /** By reason: timeout, rejected, error, and later ones. Reasons that did not occur are left out. */
  failed: Record<string, number>;
  unfinished: number;
}

/** `step` in seconds; every other key is a series' name with one value a step, null where there was no sample. */
export type Series = { step: number } & { [name: string]: (number | null)[] | number };

/** Counts by second of the run, the raw matter of the verdict. All arrays are as long as the run in whole seconds, rounded up. */
export interface Seconds {
  /** Requests that arrived in this second, and those of them that ended good (whenever they ended), by producer. */
  offered: Float64Array[];
  good: Float64Array[];
  /** Requests that ended good in this second, by producer. */
  goodEnded: Float64Array[];
  /** What waits (queues, blocked senders) at the end of this second, over all components. */
  waiting: Float64Array;
}

/** A time at which a fault of the plan (by its index) was on; one of its changes, if it is a `set`. */
export interface FaultSpan {
  fault: number;
  fromNs: number;
  /** The end of the run where it still was on. */
  toNs: number;
  /** Whether it was still on at the end of the run. */
  isOn: boolean;
  text: string;
}

/** From `atNs` on `to` replicas of a component are wanted, where `from` were. */
export interface Scaling {
  atNs: number;
  component: string;
  from: number;
  to: number;
  /** Whether its autoscaler decided it, and no operator. */
  byItself: boolean;
}

/** How many a second found a queue full, and what became of them, or of those thrown out for them. */
export interface NoRoom {
  became: 'wait' | 'refused' | 'lost' | 'buried';
  perSecond: number;
}

/** A component, or a lock by its name, found saturated. `atNs` is exact: when its queue was full, or when it began to grow. */
export interface Mark {
  atNs: number;
  component: string;
  what: 'saturated' | 'ejected' | 'few_left' | 'failing';
  /**
   * All workers busy and the queue full, or growing for a second and more, or a rule of its
   * admission refusing for want of room; or a pool of its connections used up; or a breaker of its
   * own open; or a replica of it over the limit of its memory. Of rotations: a replica was ejected or
   * killed by its health check; so few are left that all are used, or nobody is. Of a lock: held
   * without a break, its line growing, or as long as it can be. `failing`: calls to it fail that did
   * not before the first fault, while nothing is saturated yet. Of a queue by itself: its lag grows;
   * or it is full; or, of a stream, nobody asks for more.
   */
  how:
    | 'full'
    | 'growing'
    | 'pool'
    | 'breaker'
    | 'limit'
    | 'memory'
    | 'lock'
    | 'lag'
    | 'unasked'
    | 'no_room'
    | 'ejected'
    | 'killed'
    | 'panic'
    | 'nobody'
    | 'failing';
  /** The edge whose pool is used up, or whose breaker is open ("caller -> callee"); null of others. */
  edge: string | null;
  /** Of a lock: what its line does, and who had held it longest when that was found. */
  lock?: { line: LockLine; holder: LockHolder };
  /** Of a queue: how much came and was done with a second while its lag grew, and before. */
  lag?: LagMark;
  /** Of a stream: who forgot to ask, and how long after that the last was done. */
  unasked?: { by: string; lastNs: number };
  /** Of a queue: how many found no room there, and what became of them. */
  noRoom?: NoRoom;
  /** Which replica is out (from 0), and how many of how many are healthy; of rotations only. */
  rotation?: { replica: number; left: number; of: number; why?: FailedCheck };
  /** Which calls fail; of those that do only. */
  trouble?: Trouble;
  workers: number;
  /** What waited when it was found. */
  depth: number;
  capacity: number;
  /** Growth of what waits, per second (growing only). */
  growthPerSecond: number;
  /** What a replica held whose memory was gone (memory only). */
  memory?: MemoryMark;
  /** How much `gc` slowed work that started when it was found, and the share of memory taken. */
  gc?: { share: number; slowdown: number };
  /** When this episode ended; Infinity if it had not at the end of the run. */
  untilNs: number;
  /** A cache that found much less by then than before the first fault; told of once. */
  cold?: ColdCache;
  /** Replicas in rotation, where there are several: what is full is the queue of one. */
  queues?: number;
  /** What is different from the time before the first fault; where something is. */
  change?: Change;
}

/** How fast messages come to a queue, and are done with. */
export interface Pace {
  comePerSecond: number;
  donePerSecond: number;
}

/** While its lag grows; and before, where that is known. */
export interface LagMark extends Pace {
  before?: Pace;
}

/** How a component that just saturated differs from what it was before. Only what is worth telling. */
export interface Change {
  /** How many workers it had; it has fewer now. */
  workersBefore?: number;
  /** How many of its replicas are in rotation, and how many were. */
  replicas?: [number, number];
  /** More come, and how many times as many; where many are further tries, how many are first ones. */
  arrivals?: { times: number; perSecond: number; first?: { perSecond: number; before: number } };
  /** Time of its workers for each that is done, and how many times as long that is (Infinity: none before). */
  held?: { times: number; ns: number };
  /** None is done any more; this many were, per second. */
  nothing?: { perSecond: number };
  /**
   * How long a call to a callee takes (Infinity: none came back); `thereNs`: if little of it is spent
   * there; `arriving`: the share of calls to it that get there, if that is small.
   */
  call?: { to: string; ns: number; beforeNs: number; thereNs?: number; arriving?: number };
  /** A route that has many more of the workers than before, on average. */
  route?: { name: string; workers: number; before: number };
  /** Of a breaker that opened: how many calls failed lately, and the share that did before. */
  failing?: { to: string; failed: number; of: number; before: number };
  /** Producers that send more than before, per second. */
  senders?: { name: string; perSecond: number; before: number }[];
  /** Where nothing else is known: what comes and is done per second, and errors as a share of that. */
  flow?: { come: number; done: number; first?: number; errors?: number };
}

/** The check after which a replica went out of rotation, and how many wait there and elsewhere. */
export interface FailedCheck {
  how: 'late' | 'refused' | 'down';
  /** How long it was waited for, and how long checks that passed had taken on average. */
  ns: number;
  usualNs?: number;
  waiting: number;
  /** At each other replica in rotation, on average. */
  elsewhere?: number;
}

/** Calls that fail more than before the first fault; shares of those that ended. */
export interface Trouble {
  from: string;
  how: 'lost' | 'timeout' | 'error' | 'rejected';
  share: number;
  before: number;
  /** When it was found: at the end of the second that its mark begins. */
  foundNs: number;
}

/** What a component's caches find of what they are asked, now and before: shares. */
export interface ColdCache {
  component: string;
  found: number;
  before: number;
}

/** A replica that crashed three times, the last two each soon after it had come back. */
export interface CrashLoop {
  /** When it crashed for the third time. */
  atNs: number;
  component: string;
  /** Which of how many, from 0. */
  replica: number;
  replicas: number;
  crashes: number;
  /** How long it was up before the last crash, and how long it had been away before that. */
  upNs: number;
  awayNs: number;
}

/** What a replica held when its memory was gone; `replica` from 0. */
export interface MemoryMark {
  limitBytes: number;
  replica: number;
  replicas: number;
  waiting: number;
  working: number;
  /** Senders that stood at its door. */
  blocked: number;
  /** How long it is away. */
  awayNs: number;
}

/** A lock's line grows, has all workers of a replica, or loses those who give up. */
export type LockLine = 'grows' | 'has_all' | 'gives_up';

/** Who has held a lock longest since its line began to grow. */
export interface LockHolder {
  /** Whose request it is, and where it is worked on. */
  producer: string;
  component: string;
  ns: number;
  /** How long it was held on average before the first fault. */
  usualNs?: number;
  /** Works; stood aside for others; waits for a call, or for another lock; its replica stands still. */
  does: 'works' | 'aside' | 'calls' | 'locks' | 'paused';
}

export interface Window {
  fromNs: number;
  toNs: number;
}

/** The name of a window in `Measured.windows`. */
export function windowKey(window: Window): string {
  return `${window.fromNs}..${window.toNs}`;
}
