import { cos, exp, sin } from '../../../kernel/math.js';
import type { OneServer } from './mm1.js';

/**
 * M/M/1: the share of busy periods that last longer than `t` seconds,
 * (2μ/π)∫₀^π e^{−γt} sin²θ/γ dθ with γ = λ + μ − 2√(λμ) cos θ. (J. Abate and W. Whitt, "Simple
 * spectral representations for the M/M/1 queue", Queueing Systems 3, 1988.) Over a whole period of an
 * analytic function equal steps converge faster than any power of their number.
 */
export function busyLonger({ arrivals, service }: OneServer, t: number): number {
  const root = 2 * Math.sqrt(arrivals * service);
  // The narrowest part of the integrand is about 1/√(√(λμ)·t) wide.
  const steps = 512 + 16 * Math.ceil(Math.sqrt(root * t));
  let sum = 0;
  for (let i = 1; i < steps; i++) {
    const angle = (Math.PI * i) / steps;
    const gamma = arrivals + service - root * cos(angle);
    const height = sin(angle);
    sum += (exp(-gamma * t) * height * height) / gamma;
  }
  return (2 * service * sum) / steps;
}

/**
 * M/M/1, last come first served without interrupting: P(Wq > t) = ρ·P(busy period > t), since who
 * finds the server busy waits until it has served all who came later, and work left is exponential
 * again. Below capacity.
 */
export function lifoWaitsLonger(server: OneServer, t: number): number {
  return (server.arrivals / server.service) * busyLonger(server, t);
}

/**
 * Last come first served: the wait that a share `p` does not exceed. Of a pool of c servers `service`
 * is what all together do, cμ, and `chance` that of finding all busy, Erlang's C; else ρ.
 */
export function lifoWaitQuantile(
  server: OneServer,
  p: number,
  chance = server.arrivals / server.service,
): number {
  if (server.arrivals >= server.service) return Infinity;
  if (chance <= 1 - p) return 0;
  const longer = (t: number): boolean => chance * busyLonger(server, t) > 1 - p;
  let high = 1 / server.service;
  while (longer(high)) high *= 2;
  let low = 0;
  for (;;) {
    const middle = (low + high) / 2;
    if (high - low <= 1e-12 * high) return middle;
    if (longer(middle)) low = middle;
    else high = middle;
  }
}
