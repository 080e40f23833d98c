import type { Failure } from '../policies/budget.js';
import type { Calls } from './calls.js';
import type { Edge, Purse } from './edges.js';
import type { GuardedRows } from './guarded-rows.js';
import { OK } from './outcomes.js';
import { failureOf } from './retrying.js';
import type { Routing } from './routing.js';

/** `retried` of a call: after what it was last tried again (from 1), and whether that is under way. */
const FAILURES: readonly Failure[] = ['timeout', 'rejected', 'error'];
const UNDER_WAY = 8;

/** Tells retry budgets of guarded edges what becomes of attempts, and counts those under way. */
export class Purses {
  constructor(
    private readonly calls: Calls,
    private readonly rows: GuardedRows,
    private readonly routing: Routing,
  ) {}

  /** A call makes its first try. */
  first(edge: Edge, client: number, nowNs: number): void {
    if (edge.purses.length > 0) edge.purses[client].budget?.first(nowNs);
  }

  /** An attempt is made; it may stand at gates for a while. */
  made(attempt: number, edge: Edge): void {
    if (edge.isWatched) this.purseOf(attempt, edge).out++;
  }

  /** An attempt of a call has ended without having been sent. */
  unsent(attempt: number, edge: Edge): void {
    if (edge.isWatched) less(this.purseOf(attempt, edge), 'out');
  }

  /** An attempt of a call, that was sent, has ended. */
  ended(attempt: number, edge: Edge, call: number, outcome: number): void {
    if (!edge.isWatched) return;
    const purse = this.purseOf(attempt, edge);
    less(purse, 'out');
    if (outcome === OK) purse.budget?.succeeded?.(this.lastOf(call));
    else if (edge.retries[outcome] === 1) purse.budget?.failed?.();
  }

  /** A retry of a call is to go out. */
  goes(call: number, edge: Edge, outcome: number): void {
    if (!edge.isWatched) return;
    this.rows.retried[call] = (FAILURES.indexOf(failureOf(outcome)) + 1) | UNDER_WAY;
    this.ofCall(call, edge).retries++;
  }

  /** A try of a call is over; if it was a retry, that is under way no longer. */
  over(call: number, edge: Edge): void {
    if (!edge.isWatched || (this.rows.retried[call] & UNDER_WAY) === 0) return;
    this.rows.retried[call] &= ~UNDER_WAY;
    less(this.ofCall(call, edge), 'retries');
  }

  private lastOf(call: number): Failure | null {
    return FAILURES[(this.rows.retried[call] & ~UNDER_WAY) - 1] ?? null;
  }

  private purseOf(attempt: number, edge: Edge): Purse {
    return edge.purses[this.rows.client[attempt] - edge.firstClient];
  }

  private ofCall(call: number, edge: Edge): Purse {
    return edge.purses[this.routing.client(edge, this.calls.parent(call), call)];
  }
}

/** How many retries an edge's budgets would let out now, of all clients; NaN where it has none. */
export function retriesLeft({ purses, sharesBudget }: Edge, nowNs: number): number {
  let [left, out, retries] = [0, 0, 0];
  for (const purse of purses) {
    if (purse.budget === null) return NaN;
    if (!sharesBudget) left += purse.budget.left(nowNs, purse.out, purse.retries);
    out += purse.out;
    retries += purse.retries;
  }
  return sharesBudget ? (purses[0].budget?.left(nowNs, out, retries) ?? NaN) : left;
}

/** One less is under way; below none is a mistake of ours. */
function less(purse: Purse, what: 'out' | 'retries'): void {
  if (--purse[what] < 0) throw new Error(`fewer than no ${what} under way`);
}
