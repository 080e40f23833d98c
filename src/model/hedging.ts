import type { Alarms } from './alarms.js';
import { type Attempts, SENT, TIMES } from './attempts.js';
import type { Edge } from './edges.js';
import type { GuardedRows } from './guarded-rows.js';

/**
 * When copies of a slow try go out (semantics 15): after a fixed time, or after a quantile of this
 * client's last answers on the edge; within a budget.
 */
export class Hedging {
  constructor(
    private readonly clock: Float64Array,
    private readonly attempts: Attempts,
    private readonly rows: GuardedRows,
    private readonly alarms: Alarms,
  ) {}

  /** A try is made. */
  tried(edge: Edge, client: number): void {
    if (edge.hedgeBudgets.length > 0) edge.hedgeBudgets[client].first(this.clock[0]);
  }

  /** An answer came to an attempt. */
  answered(attempt: number, edge: Edge, client: number): void {
    if (edge.answers.length === 0) return;
    edge.answers[client].note(this.clock[0] - this.attempts.times[attempt * TIMES + SENT]);
  }

  /** The next copy goes out after its time, as alarm `kind`, unless an answer comes before. */
  await(call: number, edge: Edge, client: number, kind: number): void {
    const { alarms, rows } = this;
    if (edge.hedgeLine >= 0) {
      rows.hedgeAlarm[call] = alarms.after(edge.hedgeLine, kind, call);
      return;
    }
    const wait = edge.answers.length > 0 ? edge.answers[client].value() : 0;
    if (wait >= 0) rows.hedgeAlarm[call] = alarms.at(this.clock[0] + wait, kind, call);
  }

  /** Whether a copy may go out now; if so it is counted. */
  mayCopy(call: number, edge: Edge, client: number): boolean {
    const { hedgeBudgets } = edge;
    // Fewer than when its time was set: an operator has changed that.
    if (this.rows.hedgesOfTry[call] >= edge.hedgeMax) return false;
    if (hedgeBudgets.length > 0 && !hedgeBudgets[client].tryRetry(this.clock[0])) return false;
    this.rows.hedgesOfTry[call]++;
    this.rows.hedges[call]++;
    return true;
  }
}
