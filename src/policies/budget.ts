/** After what a call is tried again, as far as a budget cares. */
export type Failure = 'timeout' | 'rejected' | 'error';

/**
 * A limit of retries on one edge, one for each client unless it is shared. A pure state machine: the
 * time is passed in, it never runs backwards.
 */
export interface RetryBudget {
  /** A first try goes out. */
  first(nowNs: number): void;
  /**
   * Whether a retry may go out now; if so it is counted. `out`: attempts that are under way, the one
   * that failed not among them; `retries`: calls that wait for a retry or have one under way.
   */
  tryRetry(nowNs: number, after: Failure, out: number, retries: number): boolean;
  /**
   * How many retries it would let out now, one after another, if each ended in an error and nothing
   * else happened; of a bound of what is in flight, how many more may be. Asking changes nothing.
   */
  left(nowNs: number, out: number, retries: number): number;
  /** An attempt has succeeded; `after`: what its call was last tried again after, null for never. */
  succeeded?(after: Failure | null): void;
  /** An attempt, first or not, has failed in a way that is tried again. */
  failed?(): void;
}
