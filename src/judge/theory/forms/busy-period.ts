import type { AnyWork } from './mg1.js';

/**
 * M/G/1: how long the server, once busy, stays so. Mean E[S]/(1−ρ), variance
 * (Var S + ρE[S]²)/(1−ρ)³; of M/M/1 1/(μ−λ) and (1+ρ)/(μ²(1−ρ)³). (L. Takács, "Introduction to the
 * Theory of Queues", 1962.) Seconds, square seconds.
 */
export function busyPeriod({ arrivals, meanWork, secondMoment }: AnyWork): {
  mean: number;
  variance: number;
} {
  const rho = arrivals * meanWork;
  if (rho >= 1) return { mean: Infinity, variance: Infinity };
  const rest = 1 - rho;
  const square = meanWork * meanWork;
  const variance = (secondMoment - square + rho * square) / (rest * rest * rest);
  return { mean: meanWork / rest, variance };
}
