/**
 * What a load of 1 stands for: the file's own (its users, where they wait for answers), or one
 * request a second over all producers, in the mix of the file.
 */
export type LoadUnit = 'file' | 'rate';

/** What `spillway stability` found. Loads are requests/s over all producers, or times the file's. */
export interface StabilityResult {
  spillway: 1;
  kind: 'stability';
  version: string;
  title: string;
  seed: string;
  scenario_sha256: string;
  /** Whether it was stopped; what is there is whole as far as it goes. */
  partial: boolean;
  /** Seeds of each question. */
  seeds: number;
  /** Seconds for which each step of the loop is held, at least. */
  hold: number;
  /** Seconds that a system is given to come back. */
  patience: number;
  /** Runs that were made, and seconds of simulated time. */
  cost: { runs: number; simulated: number };
  policies: Record<string, PolicyStability>;
}

export interface PolicyStability {
  /** What loads are counted in: requests/s, or times the load of the file (its users). */
  unit: LoadUnit;
  /** The load of the file, in that unit. */
  load: number;
  loads: number[];
  theory: StabilityTheory;
  /** What is done to the system; null where only the loop could be asked for. */
  trigger: TriggerSaid | null;
  /** What is left out while it is partial. */
  loop?: Loop;
  bands?: Bands;
  frontier?: Frontier;
  shed?: Shed;
  /** What a reader has to know of these figures. */
  notes: string[];
}

/** Bands by theory, in the unit of the loads; null where there is no closed form, with the reason. */
export interface StabilityTheory {
  stable_below: number | null;
  capacity: number | null;
  bottleneck: string | null;
  reason: string | null;
  /** What the capacity is a bound of, where it is only one. */
  note: string | null;
}

export interface TriggerSaid {
  kind: 'outage' | 'surge' | 'file';
  /** "pause server", "every producer × 3" */
  text: string;
  /** What its size is counted in; null where it has none. */
  size: null | 'factor' | 'times as written';
  /** As it is used where the other is sought: seconds, and its size. */
  natural: { duration: number; size: number };
  /** The longest that is tried, seconds; the largest size. */
  greatest: { duration: number; size: number };
}

/** A place between the last seen below it and the first at or above it; null: beyond what was tried. */
export interface Span {
  low: number | null;
  high: number | null;
}

/** Loads up and down in one run. Means over the seeds. */
export interface Loop {
  steps: LoopStep[];
  /** On the way up: stands at `low`, falls at `high`. */
  falls: Span;
  /** On the way down: back at `low`, still down at `high`. */
  rises: Span;
  /** Loads that stand on the way up and are down on the way back; null where there are none. */
  hidden: null | { from: number; to: number };
}

export interface LoopStep {
  load: number;
  leg: 'up' | 'down';
  /** How long it was held; figures are of the last half. */
  seconds: number;
  goodput: number | null;
  goodput_ratio: number | null;
  p99: number | null;
  in_system: number;
  /** Whether at least half of the seeds answered 95% of what they answered at the first load. */
  stands: boolean;
}

/** Bands found by simulation. */
export interface Bands {
  /** The greatest trigger tips nothing at `low` and half at `high`. */
  stable: Span;
  /** Without a trigger more than half stand at `low`, and half fall at `high`. */
  unstable: Span;
}

/** How many of the seeds tip, with Wilson's interval of the share. */
export interface Share {
  at: number;
  tipped: number;
  of: number;
  share: [number, number];
}

/** The trigger that tips half of the seeds at a load. */
export interface Threshold {
  /** Span the two neighbours by a straight line; null where none was found. */
  at: number | null;
  /** The greatest seen at which fewer than half tip, and the least at which half do. */
  low: Share | null;
  high: Share | null;
}

export interface FrontierPoint {
  load: number;
  /** Seconds, at the trigger's natural size. */
  duration: Threshold | null;
  /** At its natural duration; null where it has no size. */
  size: Threshold | null;
  /** Why nothing was sought: it is stable, or falls by itself. */
  band: 'stable' | 'vulnerable' | 'unstable';
}

export interface Frontier {
  points: FrontierPoint[];
  /** The durations at which half tip, watched twice as long: how many seeds came out otherwise. */
  checked: { runs: number; changed: number };
}

/** The load to which one has to cut. */
export interface Shed {
  /** The load at which it tipped, and by what. */
  load: number;
  trigger: { duration: number; size: number };
  /** Seconds after the trigger when the load was cut, and for how long; null: for good. */
  after: number;
  for: number | null;
  /** Comes back at `low`, does not at `high`. */
  to: Span;
  counts: { low: Share | null; high: Share | null };
}
