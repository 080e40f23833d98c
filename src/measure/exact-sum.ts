/** 2^52. */
const LIMB = 4503599627370496;

/**
 * Sums of whole numbers that stay exact beyond 2^53: one row a subject, two limbs of base 2^52.
 * An hour of two million requests waiting is 7.2e18 ns; Little's law is checked to the nanosecond.
 */
export class ExactSums {
  private readonly low: Float64Array;
  private readonly high: Float64Array;

  constructor(rows: number) {
    this.low = new Float64Array(rows);
    this.high = new Float64Array(rows);
  }

  /** Adds a whole number from 0 to 2^52 − 1. */
  add(row: number, value: number): void {
    const low = this.low[row] + value;
    if (low < LIMB) this.low[row] = low;
    else this.carry(row, low);
  }

  /** Adds `count` times `value`; each a whole number below 2^52. */
  addTimes(row: number, count: number, value: number): void {
    const product = count * value;
    if (product < LIMB) this.add(row, product);
    else this.addWide(row, count, value);
  }

  /** The sum as the nearest double. */
  valueOf(row: number): number {
    return this.high[row] * LIMB + this.low[row];
  }

  /** Whether two sums are equal, exactly. */
  same(row: number, other: ExactSums, otherRow: number): boolean {
    return this.low[row] === other.low[otherRow] && this.high[row] === other.high[otherRow];
  }

  private carry(row: number, low: number): void {
    this.low[row] = low - LIMB;
    this.high[row]++;
  }

  /** Splits the count into 26-bit halves and the value likewise, so that every product is exact. */
  private addWide(row: number, count: number, value: number): void {
    const half = 67108864;
    const countHigh = Math.floor(count / half);
    const countLow = count - countHigh * half;
    const valueHigh = Math.floor(value / half);
    const valueLow = value - valueHigh * half;
    this.high[row] += countHigh * valueHigh;
    this.addShifted(row, countHigh * valueLow);
    this.addShifted(row, countLow * valueHigh);
    this.add(row, countLow * valueLow);
  }

  /** Adds a whole number below 2^52 times 2^26. */
  private addShifted(row: number, value: number): void {
    const half = 67108864;
    const high = Math.floor(value / half);
    this.high[row] += high;
    this.add(row, (value - high * half) * half);
  }
}
