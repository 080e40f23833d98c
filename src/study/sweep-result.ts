/** What the figures of a study are measured in. */
export type FigureUnit = 'seconds' | 'per_second' | 'share' | 'bytes' | 'number';

/** What makes a sweep the sweep it is: parts of one study agree in all of it. */
export interface SweepHead {
  spillway: 1;
  study: 'sweep';
  version: string;
  title: string;
  seed: string;
  scenario_sha256: string;
  /** Of each cell and policy; one where nothing is left to chance. */
  replications: number;
  /** The last one runs fastest. */
  axes: { path: string; values: (number | string)[] }[];
  policies: string[];
  /** What each metric is measured in: seconds, per second, a share, bytes, or a bare number. */
  units: Record<string, FigureUnit>;
}

/** One run of a sweep. */
export interface SweepRow {
  /** Its place in the whole study: (cell × replications + replication − 1) × policies + policy. */
  index: number;
  where: Record<string, number | string>;
  policy: string;
  /** From 1. */
  replication: number;
  /** How many there are of this cell and policy; 1 where nothing is left to chance. */
  replications: number;
  seed: string;
  fingerprint: string;
  events: number;
  verdict: SweepVerdict;
  /** Why the run broke off (its size, a loop); left out where it did not. */
  stopped?: string;
  /** Metrics that are only lower bounds, since what was unfinished counts at its age. */
  lower_bounds?: string[];
  ledger: SweepLedger;
  metrics: Record<string, number | null>;
}

export interface SweepVerdict {
  is: string | null;
  recovered: boolean | null;
  /** Seconds. */
  recovery_time: number | null;
  contained: boolean | null;
  first_saturated: string | null;
  deadlock: string | null;
}

export interface SweepLedger {
  offered: number;
  good: number;
  late: number;
  degraded: number;
  failed: Record<string, number>;
  unfinished: number;
}

/** A cell under one policy, over its replications. Those that broke off count nowhere but in `stopped`. */
export interface SweepSummary {
  replications: number;
  /** How many broke off; left out where none did. */
  stopped?: number;
  /** How often each verdict was given; "none" where there was nothing to judge. */
  verdicts: Record<string, number>;
  lower_bounds?: string[];
  /** Means; null where a replication has no value. `recovered` is the share of replications. */
  metrics: Record<string, number | null>;
  /** At 95%: Student's t, and Wilson's of `recovered`; none of a single replication. */
  intervals: Record<string, [number, number] | null>;
}

export interface SweepCell {
  where: Record<string, number | string>;
  /** Those that were run. */
  policies: Record<string, SweepSummary>;
}

/** What a sweep says: as JSON an object whose `cells` are an array, in the order of the axes. */
export interface SweepResult extends SweepHead {
  /** True where it was interrupted, or a run broke off. */
  partial: boolean;
  stopped?: string;
  /** How many runs it stands on. */
  runs: number;
  cells: Iterable<SweepCell>;
}

/** The names that rows give figures to, in the order in which they first appear. */
export interface SweepNames {
  metrics: string[];
  /** Reasons of failures in the ledger, in the order of the alphabet. */
  reasons: string[];
}
