import type { Alarms } from './alarms.js';
import { type Attempts, ROW, SITE } from './attempts.js';
import type { Calls } from './calls.js';
import type { Edge } from './edges.js';
import type { GuardedRows } from './guarded-rows.js';
import type { Program } from './program.js';

/**
 * When calls must have ended (semantics 9): by their edge's own deadline, or by one that was handed
 * to them, whichever is the lesser. A producer's deadline is told to the first callee; further down
 * it travels only over edges that hand it on.
 */
export class Deadlines {
  constructor(
    private readonly clock: Float64Array,
    private readonly program: Program,
    private readonly attempts: Attempts,
    private readonly calls: Calls,
    private readonly rows: GuardedRows,
    private readonly edges: readonly Edge[],
    private readonly alarms: Alarms,
  ) {}

  /** A call begins; `kind` is the alarm at its deadline. False where that has come already. */
  begin(call: number, edge: Edge, parent: number, kind: number): boolean {
    const { alarms, rows } = this;
    const now = this.clock[0];
    const own = now + edge.withinNs;
    const given = this.givenNs(edge, call, parent);
    const deadline = Math.min(own, given);
    if (deadline === Infinity) return true;
    rows.callDeadlineNs[call] = deadline;
    const byLine = own < given && edge.withinLine >= 0;
    rows.deadlineAlarm[call] = byLine
      ? alarms.after(edge.withinLine, kind, call)
      : alarms.at(Math.max(now, deadline), kind, call);
    return deadline > now;
  }

  /** The deadline that the callee is told; Infinity for none. */
  toldNs(edge: Edge, call: number, parent: number): number {
    if (edge.propagates) return this.rows.callDeadlineNs[call];
    return parent < 0 ? this.leavesNs(edge, call) : Infinity;
  }

  /** When the client of a producer's request leaves; Infinity for never. */
  leavesNs(edge: Edge, call: number): number {
    return this.calls.begunNs[call] + edge.clientLeavesNs;
  }

  /** Whether an attempt's deadline, as its callee knows it, has come. */
  isLate(attempt: number): boolean {
    return this.clock[0] >= this.knownNs(attempt);
  }

  /** An attempt's deadline, as its callee knows it; Infinity for none. */
  knownNs(attempt: number): number {
    const edge = this.edges[this.program.siteEdge[this.attempts.words[attempt * ROW + SITE]]];
    return edge.tellsDeadline ? this.rows.deadlineNs[attempt] : Infinity;
  }

  private givenNs(edge: Edge, call: number, parent: number): number {
    if (parent < 0) return this.leavesNs(edge, call);
    if (!edge.propagates) return Infinity;
    const { words } = this.attempts;
    const above = this.edges[this.program.siteEdge[words[parent * ROW + SITE]]];
    return above.tellsDeadline ? this.rows.deadlineNs[parent] : Infinity;
  }
}
