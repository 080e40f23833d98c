/**
 * The true values of elementary functions, in whole numbers with hundreds of binary places: slow,
 * and independent of what is under test.
 */

/** A value: `units` times 2 to the minus `places`. */
export interface Exact {
  readonly units: bigint;
  readonly places: number;
}

const PLACES = 320;
const ONE = 1n << 320n;
const LN2 = (ONE * 2n * atanhInverse(3n)) / ONE;

/** The arc tangent of 1/n, hyperbolic or not, with so many places. */
function series(n: bigint, one: bigint, sign: bigint): bigint {
  let power = one / n;
  let sum = 0n;
  for (let i = 1n; power !== 0n; i += 2n) {
    sum += power / i;
    power = (sign * power) / (n * n);
  }
  return sum;
}

function atanhInverse(n: bigint): bigint {
  return series(n, ONE, 1n);
}

/** Places enough to take whole turns off the greatest double. */
const TURN_PLACES = 1400n;
const TURN_ONE = 1n << TURN_PLACES;
/** pi/2, by Machin's formula. */
const QUARTER = 2n * (4n * series(5n, TURN_ONE, -1n) - series(239n, TURN_ONE, -1n));

/** A double as a whole number times a power of two. */
function partsOf(x: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const raw = Number((bits >> 52n) & 2047n);
  const fraction = bits & ((1n << 52n) - 1n);
  const mantissa = raw === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: x < 0 ? -mantissa : mantissa, exponent: (raw === 0 ? 1 : raw) - 1075 };
}

function shifted(value: bigint, left: number): bigint {
  return left >= 0 ? value << BigInt(left) : value >> BigInt(-left);
}

function fixed(x: number): bigint {
  const { mantissa, exponent } = partsOf(x);
  return shifted(mantissa, exponent + PLACES);
}

/** The logarithm of value * 2^shift, with PLACES places. */
function logOf(value: bigint, shift: number): bigint {
  const length = value.toString(2).length;
  // m in [1/2, 1), as a fraction of ONE.
  const m = shifted(value, PLACES - length);
  const s = ((m - ONE) * ONE) / (m + ONE);
  const square = (s * s) / ONE;
  let power = s;
  let sum = 0n;
  for (let i = 1n; power !== 0n && power !== -1n; i += 2n) {
    sum += power / i;
    power = (power * square) >> BigInt(PLACES);
  }
  return 2n * sum + BigInt(shift + length) * LN2;
}

/** e to the x/2^PLACES. */
function expOf(x: bigint): Exact {
  const k = (x + LN2 / 2n) / LN2 - (x + LN2 / 2n < 0n ? 1n : 0n);
  const r = x - k * LN2;
  let term = ONE;
  let sum = 0n;
  for (let i = 1n; term !== 0n && term !== -1n; i++) {
    sum += term;
    term = ((term * r) >> BigInt(PLACES)) / i;
  }
  return { units: sum, places: PLACES - Number(k) };
}

export function exactLog(x: number): Exact {
  const { mantissa, exponent } = partsOf(x);
  return { units: logOf(mantissa, exponent), places: PLACES };
}

/** For |x| of at least 2^-100. */
export function exactLog1p(x: number): Exact {
  return { units: logOf(ONE + fixed(x), -PLACES), places: PLACES };
}

export function exactExp(x: number): Exact {
  return expOf(fixed(x));
}

export function exactPow(x: number, y: number): Exact {
  const { mantissa, exponent } = partsOf(y);
  return expOf(shifted(exactLog(x).units * mantissa, exponent));
}

/** The sine of x plus so many quarters of a turn. */
function exactWave(x: number, quarters: bigint): Exact {
  const { mantissa, exponent } = partsOf(x);
  const angle = shifted(mantissa, exponent + Number(TURN_PLACES)) + quarters * QUARTER;
  const rest = ((angle % (4n * QUARTER)) + 4n * QUARTER) % (4n * QUARTER);
  const quarter = rest / QUARTER;
  // From the nearest zero, where the series keeps its digits.
  const half = (rest + QUARTER) / (2n * QUARTER);
  const near = (rest - half * 2n * QUARTER) >> (TURN_PLACES - BigInt(PLACES));
  let term = near;
  let sum = 0n;
  for (let i = 2n; term !== 0n && term !== -1n; i += 2n) {
    sum += term;
    term = -((((term * near) >> BigInt(PLACES)) * near) >> BigInt(PLACES)) / (i * (i + 1n));
  }
  return { units: quarter === 0n || half !== 1n ? sum : -sum, places: PLACES };
}

export function exactSin(x: number): Exact {
  return exactWave(x, 0n);
}

export function exactCos(x: number): Exact {
  return exactWave(x, 1n);
}

/** How far a double lies from the true value, in units of the double's last place. */
export function ulpsOff(value: number, exact: Exact): number {
  const { mantissa, exponent } = partsOf(value);
  const places = Math.max(exact.places, -exponent) + 20;
  const error = shifted(mantissa, exponent + places) - shifted(exact.units, places - exact.places);
  const thousandths = shifted(1000n * error, -(exponent + places));
  return Math.abs(Number(thousandths)) / 1000;
}
