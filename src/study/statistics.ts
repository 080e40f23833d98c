/**
 * Means and intervals over replications. Made of + − × ÷ and square roots only, so that every
 * platform gives the same bits (see ARCHITECTURE, "Same bits everywhere").
 */

/** The arithmetic mean; null of nothing. */
export function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/**
 * The interval that holds the mean of a normal law in `level` of all samples like this one
 * (Student's t, n − 1 degrees of freedom). Null of fewer than two values.
 */
export function studentInterval(values: readonly number[], level = 0.95): [number, number] | null {
  const n = values.length;
  const middle = mean(values);
  if (middle === null || n < 2) return null;
  let squares = 0;
  for (const value of values) squares += (value - middle) * (value - middle);
  const half = studentQuantile((1 + level) / 2, n - 1) * Math.sqrt(squares / (n - 1) / n);
  return [middle - half, middle + half];
}

/**
 * Wilson's interval for a share of which `successes` of `n` trials were seen (E. B. Wilson, JASA
 * 22, 1927). Stays within [0, 1] and is of use at 0 and n too. Null without trials.
 */
export function wilson(successes: number, n: number, level = 0.95): [number, number] | null {
  if (n === 0) return null;
  const z = normalQuantile((1 + level) / 2);
  const share = successes / n;
  const scale = 1 + (z * z) / n;
  const centre = (share + (z * z) / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  // At the ends the bound is exactly 0 or 1; rounding would leave a trace.
  const low = successes === 0 ? 0 : Math.max(0, centre - half);
  const high = successes === n ? 1 : Math.min(1, centre + half);
  return [low, high];
}

/** The t below which Student's law with `degrees` (a whole number ≥ 1) has the share `p`, ½ ≤ p < 1. */
export function studentQuantile(p: number, degrees: number): number {
  if (!(degrees >= 1) || Math.floor(degrees) !== degrees) {
    throw new RangeError(`degrees of freedom must be a whole number from 1: ${degrees}`);
  }
  const key = `${p} ${degrees}`;
  let quantile = quantiles.get(key);
  if (quantile === undefined) {
    quantile = invert(p, (t) => studentBetween(t, degrees));
    quantiles.set(key, quantile);
  }
  return quantile;
}

/** A study asks for the same few thousands of times. */
const quantiles = new Map<string, number>();

/** The z below which the normal law has the share `p`, ½ ≤ p < 1. */
export function normalQuantile(p: number): number {
  return invert(p, normalBetween);
}

/** Bisects for the x ≥ 0 with between(x) = 2p − 1, `between` being P(−x < X < x). */
function invert(p: number, between: (x: number) => number): number {
  if (!(p >= 0.5 && p < 1)) throw new RangeError(`a quantile needs 0.5 <= p < 1: ${p}`);
  const share = 2 * p - 1;
  let high = 1;
  while (between(high) < share) high *= 2;
  let low = 0;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (between(middle) < share) low = middle;
    else high = middle;
  }
}

/** P(−t < T < t) for whole degrees of freedom: Abramowitz & Stegun 26.7.3 and 26.7.4. */
function studentBetween(t: number, degrees: number): number {
  const cos2 = degrees / (degrees + t * t);
  const sin = t / Math.sqrt(degrees + t * t);
  const odd = degrees % 2 === 1;
  let term = 1;
  let sum = degrees === 1 ? 0 : 1;
  for (let i = odd ? 3 : 2; i <= degrees - 2; i += 2) {
    term *= (cos2 * (i - 1)) / i;
    sum += term;
  }
  if (!odd) return sin * sum;
  return (2 / Math.PI) * (arctangent(t / Math.sqrt(degrees)) + sin * Math.sqrt(cos2) * sum);
}

/** P(−z < Z < z) = 2φ(z)(z + z³/3 + z⁵/15 + …): all terms positive, so nothing cancels. */
function normalBetween(z: number): number {
  // Beyond this the share is 1 to the last bit.
  if (z > 9) return 1;
  let exponential = 1;
  let factor = 1;
  let term = z;
  let sum = z;
  for (let k = 1; term > 1e-18 * sum || factor > 1e-18 * exponential; k++) {
    factor *= (z * z) / (2 * k);
    exponential += factor;
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return (Math.sqrt(2 / Math.PI) * sum) / exponential;
}

/** arctan for x ≥ 0: halve the angle until it is small, then its series. */
function arctangent(x: number): number {
  let small = x;
  let halvings = 0;
  for (; small > 0.1; halvings++) small = small / (1 + Math.sqrt(1 + small * small));
  let power = small;
  let sum = small;
  for (let k = 3; k < 30; k += 2) {
    power *= -small * small;
    sum += power / k;
  }
  for (; halvings > 0; halvings--) sum *= 2;
  return sum;
}
