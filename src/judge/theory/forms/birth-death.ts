/** Weights above this are scaled down, so that no chain overflows. */
const LARGE = 1e250;

/**
 * The chance of each state 0 … n of a birth and death process in equilibrium, from the balance of
 * the flows up and down: p_k · up(k) = p_{k+1} · down(k+1) (L. Kleinrock, "Queueing Systems I",
 * Wiley 1975, section 3.1). Weights are taken relative to the largest so far; states too rare for a
 * double are 0.
 */
export function equilibrium(
  states: number,
  up: (state: number) => number,
  down: (state: number) => number,
): Float64Array {
  const weights = new Float64Array(states + 1);
  weights[0] = 1;
  let sum = 1;
  for (let k = 0; k < states; k++) {
    weights[k + 1] = (weights[k] * up(k)) / down(k + 1);
    sum += weights[k + 1];
    if (weights[k + 1] <= LARGE) continue;
    for (let i = 0; i <= k + 1; i++) weights[i] /= LARGE;
    sum /= LARGE;
  }
  for (let k = 0; k <= states; k++) weights[k] /= sum;
  return weights;
}
