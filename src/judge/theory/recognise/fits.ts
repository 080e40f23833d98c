import type { Pool } from '../forms/mmc.js';
import type { Law } from './law.js';

/** Figures by the ends of their names: `wait.mean` of `services.shop.wait.mean`. */
export type Figures = Record<string, number>;

/** A component by itself in equilibrium. */
export interface Fit {
  form: string;
  figures: Figures;
  /** Its pool, where a visit's time is that of an M/M/c. */
  pool: Pool | null;
  /** Whether its line is served in order: then the times of visits have a known law. */
  inOrder: boolean;
  /** Mean wait of those served, seconds; a visit takes this and its own work. Null: not known. */
  wait: number | null;
  /** The same by importance, where that counts. */
  waits?: ReadonlyMap<number, number>;
  /** The share refused, or that leaves the line. */
  loss: number;
  /** Those of `loss` were let in, and left. */
  leaves?: 'expired';
  /** What leaves is a Poisson stream though there is no pool. */
  passesOn?: boolean;
}

/** The form of a component and its figures, or why there is none. */
export type Fitting = { fit: Fit } | { reason: string };

/** What comes to a component, all kinds of requests together. */
export interface Stream {
  /** Poisson arrivals a second. */
  arrivals: number;
  /** The law of the work of all together, and of each kind. */
  law: Law;
  kinds: readonly Law[];
  /** Each kind's importance. */
  ranked: readonly Ranked[];
  /** No request comes twice: then what comes later does not depend on who is here. */
  once: boolean;
}

/** Requests of one importance that come to a station. */
export interface Ranked {
  priority: number;
  arrivals: number;
  law: Law;
}
