import type { Attempts } from '../attempts.js';
import type { Labels } from '../labels.js';
import type { Discipline, Plan } from '../plan.js';
import type { Ranks } from '../ranks.js';
import type { Replicas } from '../replicas.js';

/** What rules see of the model. */
export interface House {
  plan: Plan;
  clock: Float64Array;
  attempts: Attempts;
  labels: Labels;
  replicas: Replicas;
  ranks: Ranks;
  /** How many a replica has let in that have not ended, by replica. */
  inside: Int32Array;
  /** Who is served next at a component. */
  disciplineOf(component: number): Discipline;
  /** How many may wait at one replica of a component. */
  capacityOf(component: number): number;
  /** When its client leaves, as far as the callee knows; Infinity for never. */
  deadlineNs(attempt: number): number;
  /** Worker time of one that has started. */
  workedNs(attempt: number): number;
  /** A rule of a component is in another state now: a fact of the run. */
  changed(component: number, state: number): void;
}
