/**
 * Shedding by priority, in steps: the fuller a service is, the more important a request must be. As
 * Stripe's fleet usage and worker utilization shedders, and Netflix's (policies of 2016 to 2024, each
 * a table of thresholds by criticality), have it.
 */
export interface ShedLevel {
  /** This priority and all less important ones (greater numbers)… */
  priority: number;
  /** … are refused while the load is above this share. */
  above: number;
}

/** The load above which a request of this priority is refused; Infinity: it never is. */
export function shedAbove(levels: readonly ShedLevel[], priority: number): number {
  let least = Infinity;
  for (const level of levels) {
    if (priority >= level.priority) least = Math.min(least, level.above);
  }
  return least;
}
