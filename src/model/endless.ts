import type { Kernel } from '../kernel/kernel.js';
import type { Plan } from './plan.js';

const ATTEMPTS_MAX = 1_000_000;
const PER_REQUEST = 10;

/**
 * Notices a world that spins in one nanosecond: a million attempts begun without the clock moving,
 * beyond ten for each request in the system, and each message in a queue.
 */
export class EndlessGuard {
  /** Why the run cannot go on; null as long as it can. */
  reason: string | null = null;
  /** When the clock last moved, as far as attempts tell. */
  private readonly sinceNs = new Float64Array(1).fill(-1);
  private begun = 0;

  constructor(
    private readonly plan: Plan,
    private readonly kernel: Kernel,
    /** How many requests are in the system, and messages in queues. */
    private readonly requests: () => number,
  ) {}

  /** An attempt is begun on an edge. */
  sending(edge: number): void {
    const now = this.kernel.clock[0];
    if (now !== this.sinceNs[0]) {
      this.sinceNs[0] = now;
      this.begun = 0;
    } else if (++this.begun > ATTEMPTS_MAX && this.reason === null) this.look(edge);
  }

  private look(edge: number): void {
    if (this.begun <= ATTEMPTS_MAX + PER_REQUEST * this.requests()) return;
    const { from, name } = this.plan.edges[edge];
    const cure =
      from.kind === 'queue'
        ? 'what fails there comes back to the queue and is delivered again at once: give the queue a ' +
          'delivery limit, or the edge network time'
        : 'give the callee work or network time, or the retries a backoff';
    this.reason =
      `endless: ${this.begun} attempts at ${this.kernel.now / 1e9} s without the clock moving, the ` +
      `last on "${name}"; ${cure}`;
    this.kernel.halt();
  }
}
