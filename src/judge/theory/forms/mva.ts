/** Users who go round: think, then ask each station in turn; all times in seconds. */
export interface ClosedNetwork {
  users: number;
  /** Mean time between an answer and the next request. */
  think: number;
  /** Work of a round at each station with one server; exponential, or the server shared evenly. */
  demands: readonly number[];
  /** Work of a round at stations where nobody waits (as many servers as users), any law. */
  delays?: readonly number[];
}

/** What a closed network comes to. */
export interface Rounds {
  /** Rounds a second. */
  throughput: number;
  /** Seconds from asking to the last answer. */
  response: number;
  /** Time a round spends at each station of `demands`, waiting and being served. */
  times: number[];
  /** Mean number present at each. */
  present: number[];
}

/**
 * Exact mean value analysis: who comes to a station meets what a network with one user less would
 * hold, R_i(n) = D_i(1 + Q_i(n−1)); X(n) = n/(Z + ΣR); Q_i(n) = X·R_i. (M. Reiser and S. S.
 * Lavenberg, "Mean-value analysis of closed multichain queuing networks", Journal of the ACM 27,
 * 1980.)
 */
export function meanValues({ users, think, demands, delays = [] }: ClosedNetwork): Rounds {
  const still = delays.reduce((sum, delay) => sum + delay, 0);
  let present = demands.map(() => 0);
  let times = [...demands];
  let throughput = 0;
  for (let n = 1; n <= users; n++) {
    times = demands.map((demand, i) => demand * (1 + present[i]));
    throughput = n / (think + still + sumOf(times));
    present = times.map((time) => throughput * time);
  }
  return { throughput, response: still + sumOf(times), times, present };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
