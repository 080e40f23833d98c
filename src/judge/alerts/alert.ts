import type { AlertsPlan } from '../../model/plan.js';

export type RuleName = keyof AlertsPlan;

/** An alert as it was raised, before anyone names its subject. */
export interface Raised {
  rule: RuleName;
  /** The producer, component or edge, by what the rule is about. */
  subject: number;
  atNs: number;
  /** When it was over; Infinity where it was not at the end of the run. */
  untilNs: number;
  value: number;
}
