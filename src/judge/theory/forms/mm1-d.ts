import { exp } from '../../../kernel/math.js';

/** One server whose customers wait at most `patience`, all the same. */
export interface SamePatience {
  /** Per second. */
  arrivals: number;
  service: number;
  /** Seconds. */
  patience: number;
}

/** What M/M/1+D comes to. */
export interface GivingUp {
  /** The chance that nobody is there. */
  idle: number;
  /** The share that leaves without being served. */
  abandons: number;
}

/**
 * M/M/1+D: who has waited `patience` leaves the line. p0 = (1−ρ)/(1−ρ²e^{−μ(1−ρ)τ}) and, at ρ = 1,
 * its limit 1/(2 + μτ); P(abandon) = 1 − (1−p0)/ρ, since as much work is done as servers are busy.
 * (D. Y. Barrer, "Queuing with impatient customers and ordered service", Operations Research 5,
 * 1957.)
 */
export function mm1D({ arrivals, service, patience }: SamePatience): GivingUp {
  const rho = arrivals / service;
  const x = service * (1 - rho) * patience;
  // Divided through by 1−ρ: (1 − ρ²e^{−x})/(1−ρ) = 1 + ρ + ρ²μτ(1−e^{−x})/x.
  const whole = 1 + rho + rho * rho * service * patience * unitMean(x);
  const idle = 1 / whole;
  return { idle, abandons: 1 - (1 - idle) / rho };
}

/** (1 − e^{−x})/x, 1 at 0. */
function unitMean(x: number): number {
  if (Math.abs(x) < 1e-3) return 1 - x / 2 + (x * x) / 6 - (x * x * x) / 24;
  return (1 - exp(-x)) / x;
}
