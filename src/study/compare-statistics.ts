/**
 * Intervals of differences. Like `statistics.ts` made of + − × ÷ and square roots only, so that
 * every platform gives the same bits.
 */
import { mean, studentInterval, studentQuantile, wilson } from './statistics.js';

export type Interval = [low: number, high: number];

/** Below this share of the values themselves a spread is rounding, not chance. */
const ROUNDING = 1e-12;

/** The variance of a sample (n − 1 below the line), without traces of rounding; 0 of one value. */
export function variance(values: readonly number[]): number {
  const middle = mean(values);
  if (middle === null || values.length < 2) return 0;
  let squares = 0;
  let size = 0;
  for (const value of values) {
    squares += (value - middle) * (value - middle);
    size = Math.max(size, Math.abs(value));
  }
  const found = squares / (values.length - 1);
  return found <= size * ROUNDING * (size * ROUNDING) ? 0 : found;
}

/**
 * The interval of the mean of paired differences: Student's t with n − 1 degrees of freedom over
 * aᵢ − bᵢ. Null of fewer than two pairs. `a` and `b` are of one length.
 */
export function pairedInterval(a: readonly number[], b: readonly number[], level = 0.95) {
  return studentInterval(
    a.map((value, index) => value - b[index]!),
    level,
  );
}

/**
 * The interval of mean(a) − mean(b) where nothing pairs them: B. L. Welch, Biometrika 34, 1947, the
 * degrees of freedom rounded down, which makes it a little wider. Null where a side has fewer than
 * two values.
 */
export function welchInterval(
  a: readonly number[],
  b: readonly number[],
  level = 0.95,
): Interval | null {
  if (a.length < 2 || b.length < 2) return null;
  const difference = mean(a)! - mean(b)!;
  const ofA = variance(a) / a.length;
  const ofB = variance(b) / b.length;
  const both = ofA + ofB;
  if (both === 0) return [difference, difference];
  const below = (ofA * ofA) / (a.length - 1) + (ofB * ofB) / (b.length - 1);
  const degrees = Math.max(1, Math.floor((both * both) / below));
  const half = studentQuantile((1 + level) / 2, degrees) * Math.sqrt(both);
  return [difference - half, difference + half];
}

/**
 * The interval of the difference of two shares, each trial a success (1) or not (0): R. G. Newcombe,
 * Statistics in Medicine 17, 1998, 873–890 (unpaired) and 2635–2650 (paired, with its continuity
 * correction), method 10 of either: Wilson's intervals of the two shares, squared and added. Of use
 * where all or none succeeded too. Null without trials. Paired lists are of one length.
 */
export function shareInterval(
  a: readonly number[],
  b: readonly number[],
  options: { paired: boolean; level?: number },
): Interval | null {
  const { paired, level = 0.95 } = options;
  const [p, low, high] = shareOf(a, level) ?? [];
  const [q, least, most] = shareOf(b, level) ?? [];
  if (p === undefined || q === undefined) return null;
  const phi = paired ? correlation(a, b) : 0;
  const down = added(p - low!, most! - q, phi);
  const up = added(high! - p, q - least!, phi);
  // The two limits of a share can meet at a corner, where rounding must not leave the possible.
  return [Math.max(-1, p - q - down), Math.min(1, p - q + up)];
}

/** How many times the independent runs this pairing was worth; null where no difference varies. */
export function pairingGain(a: readonly number[], b: readonly number[]): number | null {
  const differences = a.map((value, index) => value - b[index]!);
  const ofPairs = variance(differences);
  const size = Math.max(...a.map(Math.abs), ...b.map(Math.abs)) * ROUNDING;
  // A spread that is rounding of the values would make the gain as large as one likes.
  if (a.length < 2 || ofPairs <= size * size) return null;
  return (variance(a) + variance(b)) / ofPairs;
}

function shareOf(trials: readonly number[], level: number): [number, number, number] | null {
  const successes = trials.filter((trial) => trial === 1).length;
  const interval = wilson(successes, trials.length, level);
  return interval === null ? null : [successes / trials.length, ...interval];
}

function added(x: number, y: number, phi: number): number {
  return Math.sqrt(Math.max(0, x * x - 2 * phi * x * y + y * y));
}

/** Newcombe's φ of the table of pairs: 0 where a margin is empty. */
function correlation(a: readonly number[], b: readonly number[]): number {
  let both = 0;
  let first = 0;
  let second = 0;
  for (const [index, value] of a.entries()) {
    if (value === 1 && b[index] === 1) both++;
    else if (value === 1) first++;
    else if (b[index] === 1) second++;
  }
  const n = a.length;
  const neither = n - both - first - second;
  const margins = (both + first) * (second + neither) * (both + second) * (first + neither);
  if (margins === 0) return 0;
  const product = both * neither - first * second;
  const corrected = product > 0 ? Math.max(0, product - n / 2) : product;
  return corrected / Math.sqrt(margins);
}
