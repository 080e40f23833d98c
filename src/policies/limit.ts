/**
 * How many may be in flight at once, learned from what ends. A pure state machine, used at a callee's
 * front and at a caller's side; whoever holds it counts those in flight.
 */
export interface Limit {
  /** The limit now; at least 1, perhaps not whole (`floor` counts). */
  readonly limit: number;
  /**
   * One in flight has ended: how long it took, how many were in flight when it began (itself
   * included), and whether it failed for want of capacity (dropped, timed out).
   */
  sample(nowNs: number, tookNs: number, inFlight: number, dropped: boolean): void;
}
