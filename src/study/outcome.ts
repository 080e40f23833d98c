import type { Account } from '../judge/index.js';
import type { Measured } from '../measure/measured.js';
import type { FaultSpan, Scaling } from './result.js';

/** What is kept of a run's measurements once it is judged. */
export type Kept = Pick<
  Measured,
  | 'endNs'
  | 'warmupNs'
  | 'events'
  | 'fingerprint'
  | 'ledger'
  | 'metrics'
  | 'notes'
  | 'windows'
  | 'series'
  | 'latencyMap'
  | 'stopped'
>;

/**
 * One run, judged: what a study is made of, and what expectations look at. Plain JSON to the last
 * value (times are whole, figures finite or null), so that it is the same whether it was run here,
 * on a thread, on another machine, or read from a store. `metrics` holds the judge's own too.
 */
export interface Outcome extends Account {
  measured: Kept;
  faults: FaultSpan[];
  scalings: Scaling[];
}
