import type { Trigger } from '../shapes/trigger.js';
import type { Prober } from './prober.js';
import type { LoadUnit } from './result.js';

/** What all questions about one policy share. */
export interface Setting {
  policy: string;
  prober: Prober;
  seeds: readonly string[];
  per: LoadUnit;
  /** Ascending. */
  loads: readonly number[];
  /** The load of the file. */
  load: number;
  warmupNs: number;
  holdNs: number;
  /** How long a system is given to come back. */
  patienceNs: number;
}

/** A trigger of one kind, of any duration and size. */
export interface TriggerKind {
  kind: Trigger['kind'];
  text: string;
  sizeOf: null | 'factor' | 'times as written';
  natural: { forNs: number; size: number };
  greatest: { forNs: number; size: number };
  least: { forNs: number; size: number };
  of(forNs: number, size: number): Trigger;
}

/** Seeds that are enough while a place is not near. */
export const SEEDS_FIRST = 3;
export const BASELINE_NS = 15e9;
