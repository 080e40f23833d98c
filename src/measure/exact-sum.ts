/** 2^52. */
const LIMB = 4503599627370496;
/** 2^26. */
const HALF = 67108864;

/**
 * Sums of whole numbers that stay exact beyond 2^53, as two neighbouring cells of an array: the low
 * limb at `at`, the high one (in units of 2^52) behind it. An hour of two million requests waiting
 * is 7.2e18 ns, and Little's law is checked to the nanosecond.
 */
export function addExact(cells: Float64Array, at: number, value: number): void {
  const low = cells[at] + value;
  if (low < LIMB) cells[at] = low;
  else {
    cells[at] = low - LIMB;
    cells[at + 1]++;
  }
}

/** Adds `count` times `value`; each a whole number below 2^52. */
export function addProduct(cells: Float64Array, at: number, count: number, value: number): void {
  const product = count * value;
  if (product < LIMB) addExact(cells, at, product);
  else addWide(cells, at, count, value);
}

/** The sum as the nearest double. */
export function exactValue(cells: Float64Array, at: number): number {
  return cells[at + 1] * LIMB + cells[at];
}

/** Splits both factors into 26-bit halves, so that every product is exact. */
function addWide(cells: Float64Array, at: number, count: number, value: number): void {
  const countHigh = Math.floor(count / HALF);
  const countLow = count - countHigh * HALF;
  const valueHigh = Math.floor(value / HALF);
  const valueLow = value - valueHigh * HALF;
  cells[at + 1] += countHigh * valueHigh;
  addShifted(cells, at, countHigh * valueLow);
  addShifted(cells, at, countLow * valueHigh);
  addExact(cells, at, countLow * valueLow);
}

/** Adds a whole number below 2^52 times 2^26. */
function addShifted(cells: Float64Array, at: number, value: number): void {
  const high = Math.floor(value / HALF);
  cells[at + 1] += high;
  addExact(cells, at, (value - high * HALF) * HALF);
}

/** A row of exact sums. */
export class ExactSums {
  private readonly cells: Float64Array;

  constructor(rows: number) {
    this.cells = new Float64Array(rows * 2);
  }

  /** Adds a whole number from 0 to 2^52 − 1. */
  add(row: number, value: number): void {
    addExact(this.cells, row * 2, value);
  }

  /** Adds `count` times `value`; each a whole number below 2^52. */
  addTimes(row: number, count: number, value: number): void {
    addProduct(this.cells, row * 2, count, value);
  }

  /** The sum as the nearest double. */
  valueOf(row: number): number {
    return exactValue(this.cells, row * 2);
  }

  /** Whether two sums are equal, exactly. */
  same(row: number, other: ExactSums, otherRow: number): boolean {
    const a = row * 2;
    const b = otherRow * 2;
    return this.cells[a] === other.cells[b] && this.cells[a + 1] === other.cells[b + 1];
  }
}
