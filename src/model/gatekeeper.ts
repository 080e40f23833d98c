import type { Kernel } from '../kernel/kernel.js';
import type { Alarms } from './alarms.js';
import type { Attempts } from './attempts.js';
import type { Edge } from './edges.js';
import { BULKHEAD, FIRST_GATE, type Gates, PASSED, WAITS, WINDOW } from './gates.js';
import type { GuardedRows } from './guarded-rows.js';

const NONE = -1;

/** Kind of alarm: an attempt that was refused at a gate is told so. */
export const REFUSED = 6;

/**
 * Leads attempts through the gates of their edge, one after another, and lets in those that wait
 * when room is made, or a rule has learned something.
 */
export class Gatekeeper {
  constructor(
    private readonly kernel: Kernel,
    private readonly gates: Gates,
    private readonly attempts: Attempts,
    private readonly rows: GuardedRows,
    private readonly alarms: Alarms,
    private readonly calls: {
      /** An attempt is past every gate. */
      sent(attempt: number, edge: Edge): void;
    },
  ) {}

  /** An attempt comes to a gate and goes on as far as it can. */
  proceed(attempt: number, edge: Edge, from: number): void {
    const { gates } = this;
    const { waits } = this.attempts;
    for (let gate = from; gate <= WINDOW; gate++) {
      const result = gates.enter(edge, gate, attempt);
      if (result === PASSED) continue;
      if (result !== WAITS) this.refuseSoon(attempt, result);
      else if (waits !== null) waits.standsAtGate(attempt);
      return;
    }
    if (waits !== null) waits.mayHold(attempt);
    this.calls.sent(attempt, edge);
  }

  /** An attempt gives up what it holds of its edge's gates; others come through. */
  free(attempt: number, edge: Edge, place: boolean): void {
    const { gates, rows } = this;
    const holdsNone = rows.holds[attempt] === 0 && rows.stands[attempt] === 0;
    if (holdsNone && !edge.isRuled) return;
    const client = rows.client[attempt];
    gates.leave(edge, attempt, place);
    this.letIn(edge, client);
  }

  /** An operator has changed the gates of an edge: who stands there is looked at anew. */
  changed(edge: Edge): void {
    for (let c = edge.firstClient; c < edge.firstClient + edge.clients; c++) {
      this.gates.changed(edge, c);
      this.letIn(edge, c);
    }
  }

  /** Whoever may come through the gates of a client does. */
  private letIn(edge: Edge, client: number): void {
    const { gates, kernel } = this;
    kernel.suspend();
    for (let gate = WINDOW; gate >= BULKHEAD; gate--) {
      while (gates.couldLetIn(edge, client, gate)) {
        const next = gates.next(edge, client, gate);
        if (next !== NONE) this.proceed(next, edge, gate + 1);
      }
    }
    if (edge.isRuled) this.letInRuled(edge, client);
    kernel.resume();
  }

  /** Those that stand at rules ask again, since a rule has learned something. */
  letInRuled(edge: Edge, client: number): void {
    const { gates, kernel } = this;
    kernel.suspend();
    for (let gate = BULKHEAD - 1; gate >= FIRST_GATE; gate--) {
      for (let a = gates.firstAt(client, gate); a !== NONE; a = gates.firstAt(client, gate)) {
        const result = gates.askAgain(edge, gate, a);
        if (result === WAITS) {
          this.attempts.waits?.suspectCallerOf(a);
          break;
        }
        if (result === PASSED) this.proceed(a, edge, gate + 1);
        else this.refuseSoon(a, result);
      }
    }
    kernel.resume();
  }

  /** It is told in an event of its own, so that no call ends while its caller still makes it. */
  private refuseSoon(attempt: number, outcome: number): void {
    const { alarms, attempts, kernel, rows } = this;
    attempts.setOutcome(attempt, outcome);
    rows.gateAlarm[attempt] = alarms.at(kernel.now, REFUSED, attempt);
  }
}
