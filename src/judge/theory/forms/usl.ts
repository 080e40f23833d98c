import { stretch, type Usl } from '../contention.js';

/** The law with the throughput of one alone, γ, per second. */
export interface Scaling extends Usl {
  gamma: number;
}

/**
 * Requests a second with `n` at work at once, X(N) = γN/(1+α(N−1)+βN(N−1)): the Universal Scalability
 * Law. (N. J. Gunther, "Guerrilla Capacity Planning", Springer 2007.)
 */
export function uslThroughput(law: Scaling, n: number): number {
  return (law.gamma * n) / stretch(law, n);
}

/** Where X is greatest, N = √((1−α)/β), not rounded, and what it is there. */
export function uslPeak(law: Scaling): { at: number; throughput: number } {
  if (law.beta === 0) {
    return { at: Infinity, throughput: law.alpha === 0 ? Infinity : law.gamma / law.alpha };
  }
  const at = Math.max(1, Math.sqrt(Math.max(0, 1 - law.alpha) / law.beta));
  return { at, throughput: uslThroughput(law, at) };
}
