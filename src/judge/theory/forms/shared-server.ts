/**
 * Mean time in seconds in M/G/1 with the server shared evenly (processor sharing), or where the last
 * to come interrupts and is served first (preemptive resume): E[S]/(1−ρ), whatever the law of the
 * work. (L. Kleinrock, "Queueing Systems II", Wiley 1976, 4.4; F. P. Kelly, "Reversibility and
 * Stochastic Networks", Wiley 1979, 3.3.)
 */
export function sharedTime(arrivals: number, meanWork: number): number {
  const rho = arrivals * meanWork;
  return rho < 1 ? meanWork / (1 - rho) : Infinity;
}
