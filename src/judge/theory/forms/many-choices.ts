import { exp, log } from '../../../kernel/math.js';

/**
 * Many alike servers, the load `rho` each, exponential work of mean 1, everyone joining the shortest
 * of `choices` lines picked at random: mean time Σ_{i≥1} ρ^{(d^i−d)/(d−1)}, for d = 2 Σ ρ^{2^i−2}; for
 * d = 1 it is M/M/1's 1/(1−ρ). The limit of infinitely many servers. (M. Mitzenmacher, "The power of
 * two choices in randomized load balancing", IEEE Transactions on Parallel and Distributed Systems
 * 12, 2001; N. D. Vvedenskaya et al. 1996.)
 */
export function choiceTime(rho: number, choices: number): number {
  if (rho >= 1) return Infinity;
  if (choices === 1) return 1 / (1 - rho);
  if (rho === 0) return 1;
  let sum = 0;
  let power = 0;
  for (;;) {
    const term = exp(power * log(rho));
    sum += term;
    if (term < 1e-17 * sum) return sum;
    // (d^{i+1} − d)/(d − 1) = d·(d^i − d)/(d − 1) + d.
    power = choices * (power + 1);
  }
}
