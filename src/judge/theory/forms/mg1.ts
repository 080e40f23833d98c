/** One server before a line without a bound; any law of work. */
export interface AnyWork {
  /** Arrivals a second. */
  arrivals: number;
  /** Mean of the work and of its square; seconds, square seconds. */
  meanWork: number;
  secondMoment: number;
}

/**
 * M/G/1: mean wait in seconds by F. Pollaczek (1930) and A. Khinchine (1932),
 * Wq = λE[S²]/(2(1−ρ)), in any order of service that does not look at the work and interrupts none.
 * M/D/1, M/E_k/1 and M/M/1 are cases of it. Infinity where E[S²] is, or without an equilibrium.
 */
export function mg1Wait({ arrivals, meanWork, secondMoment }: AnyWork): number {
  const rho = arrivals * meanWork;
  return rho < 1 ? (arrivals * secondMoment) / (2 * (1 - rho)) : Infinity;
}

/** The mean of the square of a law with this mean and this squared coefficient of variation. */
export function squareOf(mean: number, cv2: number): number {
  return mean * mean * (1 + cv2);
}
