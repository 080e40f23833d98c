import { exp, log } from '../math.js';

const HALF_LOG_2_PI = 0.9189385332046728;
const INVERSE_SQRT_2_PI = 0.3989422804014327;

/** The logarithm of the Gamma function for x > 0, by Stirling's series at x + n >= 13. */
export function logGamma(x: number): number {
  let product = 1;
  let y = x;
  while (y < 13) {
    product *= y;
    y += 1;
  }
  const w = 1 / (y * y);
  const series =
    (1 / 12 -
      w *
        (1 / 360 -
          w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - w * (691 / 360360 - w / 156)))))) /
    y;
  return (y - 0.5) * log(y) - y + HALF_LOG_2_PI + series - log(product);
}

/**
 * The density of the standard normal at z over its probability below z, for z >= 0. The latter is
 * 1/2 + density * (z + z^3/3 + z^5/15 + ...), all of one sign (Marsaglia, "Evaluating the Normal
 * Distribution", Journal of Statistical Software 11, 2004).
 */
export function normalHazardBelow(z: number): number {
  const density = INVERSE_SQRT_2_PI * exp(-0.5 * z * z);
  if (z > 9) return density;
  let term = z;
  let sum = 0;
  for (let i = 3; term > sum * 1e-17; i += 2) {
    sum += term;
    term *= (z * z) / i;
  }
  return density / (0.5 + density * sum);
}
