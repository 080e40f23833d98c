import type { Kernel } from '../kernel/kernel.js';
import type { Calls } from './calls.js';
import type { Plan } from './plan.js';

const ATTEMPTS_MAX = 1_000_000;
const PER_REQUEST = 10;

/**
 * Notices a world that spins in one nanosecond: a million attempts begun without the clock moving,
 * beyond ten for each request in the system when it last moved.
 */
export class EndlessGuard {
  /** Why the run cannot go on; null as long as it can. */
  reason: string | null = null;
  private lookedNs = -1;
  private begun = 0;
  private allowed = ATTEMPTS_MAX;

  constructor(
    private readonly plan: Plan,
    private readonly kernel: Kernel,
    private readonly calls: Calls,
  ) {}

  /** An attempt is begun on an edge. The clock is looked at once in a million. */
  sending(edge: number): void {
    if (++this.begun > this.allowed) this.look(edge);
  }

  private look(edge: number): void {
    const { now } = this.kernel;
    if (now !== this.lookedNs) {
      this.lookedNs = now;
      this.begun = 0;
      this.allowed = ATTEMPTS_MAX + PER_REQUEST * this.calls.inUse;
      return;
    }
    this.reason =
      `endless: ${this.begun} attempts at ${now / 1e9} s without the clock moving, the last on ` +
      `"${this.plan.edges[edge].name}"; give the callee work or network time, or the retries a backoff`;
    this.kernel.halt();
  }
}
