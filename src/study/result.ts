export type * from './fates/shape.js';
export type * from './stability/result.js';
export type * from './sweep-result.js';

import type { RequestStory, SampledRequest } from './fates/shape.js';

/** The JSON a run says (scenario-language, "What a run says"); `report` draws from nothing else. */
export interface RunResult {
  spillway: 1;
  version: string;
  title: string;
  seed: string;
  scenario_sha256: string;
  /** True where the run was interrupted or stopped before its end; `stopped` says why. */
  partial: boolean;
  stopped?: string;
  policies: Record<string, PolicyResult>;
  expect: ExpectResult[];
  /** What a reader is asked and told before the report; left out of a scenario without a lesson. */
  lesson?: LessonStep[];
  /** Present when a sweep was run: one entry a cell, in order. */
  sweep?: RunCell[];
  /** Present where replications were added until intervals were tight. */
  until?: UntilResult;
  /** The command that makes the same again. */
  command?: string;
  /** What was run, as a reader of the result wants to see it. */
  scenario?: ScenarioTold;
  /** Present where it was drawn. */
  hockey_stick?: HockeyStick;
  /** One request's story under each policy, by policy; present where one was asked for. */
  request?: Record<string, RequestStory>;
  /** Requests spread over the run, by policy; present where a trace was asked for. */
  samples?: Record<string, SampledRequest[]>;
}

/** A step of a lesson: a question with its choices and answer, or something said. */
export interface LessonStep {
  /** Figures in words with their units, as in all of it. */
  ask?: string;
  choices?: LessonChoice[];
  /** What was measured: "goodput(retry-budget): 298/s". */
  answer?: string;
  say?: string;
}

/** A choice of a question. */
export interface LessonChoice {
  text: string;
  /** The one that is so, of values the nearest; several where they are as near. */
  right?: true;
}

/** The scenario in its own words. */
export interface ScenarioTold {
  /** As it was called on the command line. */
  file: string;
  /** The whole file. */
  text: string;
  description?: string;
  /** Every parameter as it was resolved, in words, as `spillway validate` prints it. */
  resolved: string;
}

export interface RunCell {
  where: Record<string, string | number>;
  policies: Record<string, PolicyResult>;
  until?: UntilResult;
}

/** How far replications were added until the intervals asked for were tight. */
export interface UntilResult {
  /** Half of each interval was to be at most this share of its figure. */
  share: number;
  metrics: string[];
  replicationsMax: number;
  /** Whether all of them that have a value came to it. */
  reached: boolean;
  /** How many replications there were after each round. */
  rounds: number[];
  /** How far each came. */
  extents: Extent[];
}

/** How tight an interval is. */
export interface Extent {
  /** "goodput of retry-storm" */
  of: string;
  /** Half its width as a share of its figure; null where there is nothing to judge. */
  share: number | null;
  why?: string;
}

/** What a comparison says: the run, and A − B for every pair, under "A vs B". */
export interface CompareResult extends RunResult {
  differences: Record<string, Record<string, Difference>>;
  pairs: Record<string, PairResult>;
  /** Where two files or results were compared: what stands behind the names "A: …" and "B: …". */
  sides?: { A: ComparedSide; B: ComparedSide };
}

/** What a report is drawn from: a run or a comparison, with every difference between two policies. */
export type ReportedRun = RunResult &
  Pick<CompareResult, 'differences' | 'pairs'> &
  Partial<Pick<CompareResult, 'sides'>>;

/** One of two files, or of two results. */
export interface ComparedSide {
  file: string;
  title: string;
  seed: string;
  version: string;
  scenario_sha256: string;
}

/** One metric of A against B, in its own unit. */
export interface Difference {
  /** A − B, over the seeds compared. Null where a side has no value in some replication. */
  estimate: number | null;
  /** 95%. A point where the difference is exact; null where there is too little to tell. */
  interval: [number, number] | null;
  /** Whether the interval leaves zero out. */
  shown: boolean;
  /** The figures of the two sides, over the same runs as the estimate. */
  a: number | null;
  b: number | null;
  /**
   * How many times the independent runs the same seeds were worth: (var A + var B) ÷ var(A − B).
   * The interval is narrower by its square root. Null where no seeds are shared, and where the
   * difference is the same for every one.
   */
  gain: number | null;
  /** Why a figure is null or only a bound, on either side. */
  note?: string;
}

/**
 * `paired`: over seeds that both sides ran. `unpaired`: they share none, so that every run of one
 * stands against every run of the other. `exact`: nothing is left to chance on either side, one run
 * says it all. `single`: one run each, and chance in it: a difference without an interval.
 */
export type PairKind = 'paired' | 'unpaired' | 'exact' | 'single';

/** How two policies were compared. */
export interface PairResult {
  a: string;
  b: string;
  kind: PairKind;
  /** How many seeds both ran; the replications of either side where they are unpaired. */
  replications: [a: number, b: number];
  /** What limits the comparison, in words. */
  notes: string[];
}

export interface PolicyResult {
  title?: string;
  description?: string;
  fingerprint: string;
  events: number;
  ledger: {
    offered: number;
    good: number;
    late: number;
    degraded: number;
    failed: Record<string, number>;
    unfinished: number;
  };
  metrics: Record<string, number | null>;
  /** Why a figure is null or only a lower bound. */
  notes: Record<string, string>;
  intervals: Record<string, [number, number] | null>;
  series: { step: number } & Record<string, (number | null)[] | number>;
  /** Left out where nobody was answered. */
  latency_map?: LatencyMap;
  verdict: Verdict;
  /** When its faults were on, of the first replication. */
  faults: FaultSpan[];
  /** When its replicas were scaled, of the first replication; left out where they never were. */
  scalings?: Scaling[];
  /** Of the replication whose cascade is told, in the order of time. */
  alerts: Alert[];
  /** What calls what; left out of cells. */
  topology?: Topology;
  /** Theory computed for this policy; null with the reason where no closed form applies. */
  theory: Theory;
  replications: Replication[];
}

/**
 * Latencies of successes over time: how many fell into each row of latency (a quarter of an octave)
 * in each column of time, summed over the replications. At most 150 columns.
 */
export interface LatencyMap {
  /** Seconds a column. */
  step: number;
  /** Seconds: where each row begins, and where the last one ends. The first holds all below, too. */
  bounds: number[];
  /** By column: its lowest row that holds any, then the counts from there on; empty without any. */
  counts: number[][];
}

/** What calls what under one policy: the parts of the scenario and the ways between them. */
export interface Topology {
  /** Producers first, then services, dependencies and queues, each in the order of the file. */
  nodes: TopologyNode[];
  edges: TopologyEdge[];
}

export interface TopologyNode {
  name: string;
  kind: 'producer' | 'service' | 'dependency' | 'queue';
  /** Of a component, at the start. */
  replicas?: number;
  /** Of one replica of a component; null for no bound. */
  workers?: number | null;
  /** Requests that may wait at one replica, or messages in a queue; null for no bound. */
  capacity?: number | null;
  /** Of a queue: "kafka", "memory"… */
  broker?: string;
  /** The limit of one replica of a component, in bytes; left out where memory is not counted. */
  memory?: number;
}

/**
 * A way from one part to another, under the name that metrics give it. What is given up goes to a
 * queue of dead letters; metrics count that at where it comes from.
 */
export interface TopologyEdge {
  /** "web -> checkout" */
  name: string;
  from: string;
  to: string;
  kind: 'call' | 'publish' | 'consume' | 'dead_letter';
}

export interface Replication {
  seed: string;
  fingerprint: string;
  metrics: Record<string, number | null>;
  verdict: Verdict;
}

export interface Verdict {
  is:
    | 'unharmed'
    | 'recovered'
    | 'recovering'
    | 'metastable'
    | 'down'
    | 'overloaded'
    | 'crash_loop'
    | 'deadlocked'
    | null;
  recovered: boolean | null;
  recovery_time: number | null;
  contained: boolean | null;
  first_saturated: string | null;
  deadlock: string | null;
  /** Which replica crashed again and again by itself, in words; left out where none did. */
  crash_loop?: string;
  /** Left out where no alert was raised, and of what is judged without alerts. */
  first_alert?: FirstAlert;
  cascade: CascadeEntry[];
}

export interface CascadeEntry {
  at: number;
  component: string;
  what: string;
  text: string;
}

/** From `at` (seconds) on `to` replicas of a component are wanted, where `from` were. */
export interface Scaling {
  at: number;
  component: string;
  from: number;
  to: number;
  /** "checkout: from 4 to 6 replicas" */
  text: string;
}

/** The alert that came first, and how long before the collapse; seconds. */
export interface FirstAlert {
  at: number;
  rule: string;
  component: string;
  text: string;
  /** When goodput fell to half of its baseline; null where it never did. */
  half_at: number | null;
  /** From the alert to that moment; below 0 where the alert came after. */
  lead: number | null;
}

/** What a monitoring system would have said, and when; seconds. */
export interface Alert {
  at: number;
  rule: string;
  /** What it is about: a component, an edge ("a -> b"), a producer; `producers` for all of them. */
  component: string;
  /** What was found: a share, a number of times, or seconds. */
  value: number;
  /** What it says, in words: "checkout: a queue is 83% full". */
  text: string;
  /** When it was over; null where it was not at the end of the run. */
  until: number | null;
}

/** Capacity in requests/s offered by the producers together; bands per semantics 36. */
export interface Theory {
  capacity: number | null;
  /** The component that bounds it. */
  bottleneck: string | null;
  /** Stable below this offered load. */
  stable_below: number | null;
  /** "no closed form: …" where capacity is null. */
  reason: string | null;
  /** What the figure is a bound of, where it is only one. */
  note?: string | null;
  /** Closed forms that the plan follows, and why it follows no others. */
  forms?: TheoryForm[];
  refused?: TheoryRefusal[];
}

/** A closed form with its figures, under the names of metrics. */
export interface TheoryForm {
  /** Null for what the producers see as a whole. */
  component: string | null;
  form: string;
  figures: Record<string, number>;
}

/** Why something follows no closed form; `component` null for the whole scenario. */
export interface TheoryRefusal {
  component: string | null;
  reason: string;
}

export interface ExpectResult {
  that: string;
  policy: string | null;
  /** The cell of the sweep that it is about; left out where it is about the file as written. */
  where?: Record<string, string | number>;
  passed: boolean;
  /** The left side's value: the mean over replications; a word, boolean or null as it is. */
  actual: number | string | boolean | null;
  /** What it was compared with: the right side, as `actual` the mean where it was measured too. */
  limit?: number | string | boolean | null;
  /** Of both sides, where they are numbers: seconds, per second, shares of one, bytes. */
  unit?: 'seconds' | 'per_second' | 'share' | 'bytes' | 'number';
  /** 95%, of the mean `actual`; left out of what is no mean, and of one replication alone. */
  interval?: [number, number];
  held: string;
  /** Why it could not be judged, or what the other side was. */
  detail?: string;
  /** Of the replications in which it failed, the first five. */
  failed_seeds?: string[];
  file?: string;
  /** Where the text of `that` begins, from 1. */
  line?: number;
  column?: number;
}

/** Points behind the hockey stick: each a run of its own without the faults. */
export interface HockeyStick {
  points: HockeyPoint[];
  /** Of each policy; left out where the runs were stopped, and where there are no points. */
  knees?: Record<string, Knees>;
  /** Why there are no points, where the load cannot be turned. */
  reason?: string;
}

/** Where a policy's curves bend; null where they do not, at no load up to 200%. */
export interface Knees {
  /** The least load at which less than 99% of what was offered ended good. */
  goodput99: Knee | null;
  /** The least load at which p99 is five times its value at 10% load, or too few are answered. */
  p99x5: Knee | null;
  /** The load of the greatest goodput, where at more load it falls by 5% or more. */
  peak: Knee | null;
}

/** Loads are times the load of the file. */
export interface Knee {
  load: number;
  /** The loads tried on both sides; the first is 0 where the lowest of all was past the knee. */
  between: [number, number];
}

export interface HockeyPoint {
  policy: string;
  /** 0.1 … 2: times the load of the file. Policies share the coarse loads; the others are each one's own. */
  load: number;
  /** Requests/s. */
  offered: number;
  goodput: number;
  latencyP50: number | null;
  latencyP99: number | null;
  /** Past capacity an unbounded queue has no steady state: the figure stands for this many seconds only. */
  steady: boolean;
  durationSeconds: number;
}

/** A time at which a fault was on; seconds. */
export interface FaultSpan {
  from: number;
  /** The end of the run where it still was. */
  to: number;
  text: string;
  /** What it strikes: components, producers, or edges by the name that metrics give them. */
  on?: string[];
  /** An operator's change, and no fault. */
  set?: true;
}
