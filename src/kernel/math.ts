/**
 * The engine's own logarithm, exponential, power and sine. Platforms differ in the last bits of
 * theirs, and one differing bit makes another run; these are made of + - * / and bit access only,
 * so they give the same bits everywhere. Each is within 1 ulp of the true value, `log1p` within 2.
 *
 * Method and polynomial coefficients of `log` and `exp` (and of `sin`, `cos`) are those of fdlibm
 * 5.3, Sun Microsystems 1993, https://www.netlib.org/fdlibm/ ; `pow` sums its logarithm and its
 * exponential in pairs of doubles (T. J. Dekker, "A floating-point technique for extending the
 * available precision", Numerische Mathematik 18, 1971).
 */

export { cos, sin } from './math/trig.js';

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);
bits[0] = 1;
/** Which of the two words holds sign and exponent: 1 on little-endian machines. */
const HIGH = words[1] === 0 ? 0 : 1;

// biome-ignore lint/suspicious/noApproximativeNumericConstant: the standard leaves Math.LOG2E's last bits open
const INVERSE_LN2 = 1.4426950408889634;
/** ln 2 in two parts; times a binary exponent the first, of 32 bits, is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** The same with a first part of 42 bits: still exact times an exponent of 11 bits. */
const LN2_HIGH_42 = 0.6931471805598903;
const LN2_LOW_42 = 5.497923018708371e-14;

const EXPONENT_MIN = -1074;
const POWERS_OF_2 = powersOf2();

function powersOf2(): Float64Array {
  const powers = new Float64Array(1023 - EXPONENT_MIN + 1);
  let power = 5e-324;
  for (let i = 0; i < powers.length; i++) {
    powers[i] = power;
    power *= 2;
  }
  return powers;
}

/** y times 2 to the k, rounded once more only where the result is subnormal; |k| <= 1129. */
function scaled(y: number, k: number): number {
  if (k >= -1021) {
    if (k <= 1023) return y * POWERS_OF_2[k - EXPONENT_MIN]!;
    return y * POWERS_OF_2[1023 - EXPONENT_MIN]! * POWERS_OF_2[k - 1023 - EXPONENT_MIN]!;
  }
  return y * POWERS_OF_2[k + 54 - EXPONENT_MIN]! * POWERS_OF_2[-54 - EXPONENT_MIN]!;
}

/** The whole k for which x, above 0 and normal, is m times 2 to the k, m in [0.7072, 1.4143). */
function exponentOf(x: number): number {
  bits[0] = x;
  const high = words[HIGH]!;
  // One more where the mantissa's leading bits are above those of the square root of 2, without a
  // branch, since none could be foretold.
  return (high >>> 20) - 1023 + ((0x6a09e - (high & 0xfffff)) >>> 31);
}

/**
 * The natural logarithm of x. -Infinity for 0, NaN below it.
 */
export function log(x: number): number {
  if (x < 2.2250738585072014e-308 || !(x < Infinity)) return logOfRare(x);
  const k = exponentOf(x);
  return logOfParts(k, x * POWERS_OF_2[-k - EXPONENT_MIN]!);
}

/** log of what is no positive normal number. */
function logOfRare(x: number): number {
  if (x === 0) return -Infinity;
  if (!(x > 0)) return NaN;
  if (x === Infinity) return x;
  const lifted = x * 18014398509481984;
  const k = exponentOf(lifted);
  return logOfParts(k - 54, lifted * POWERS_OF_2[-k - EXPONENT_MIN]!);
}

/** log(m * 2^k) for m near 1: with s = f/(2+f), log(1+f) = 2s + 2s^3/3 + ..., f = m - 1. */
function logOfParts(k: number, m: number): number {
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const even =
    z *
    (0.6666666666666735 +
      w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + (odd + even)) + k * LN2_LOW) - f);
}

/**
 * log(1 + x), exact in its leading digits also where x is near 0. -Infinity for -1, NaN below.
 */
export function log1p(x: number): number {
  if (x > -1.1e-16 && x < 1.1e-16) return x;
  const u = 1 + x;
  if (!(u > 0) || u === Infinity) return log(u);
  // What the rounding of 1 + x lost, to first order.
  const lost = x > 1 ? 1 - (u - x) : x - (u - 1);
  return log(u) + lost / u;
}

/**
 * e to the x. Infinity above 709.78, 0 below -745.13.
 */
export function exp(x: number): number {
  if (!(x <= 709.782712893384)) return x > 0 ? Infinity : NaN;
  if (x < -745.1332191019412) return 0;
  const k = Math.floor(x * INVERSE_LN2 + 0.5) | 0;
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const z = r * r;
  const c =
    r -
    z *
      (0.16666666666666602 +
        z *
          (-0.0027777777777015593 +
            z * (6.613756321437934e-5 + z * (-1.6533902205465252e-6 + z * 4.1381367970572385e-8))));
  return scaled(1 + ((r * c) / (2 - c) - low + high), k);
}

/**
 * x to the y, with the special cases of ECMAScript's `Math.pow` (so 1 to the infinity is NaN).
 * A power that is itself a double, as 2^10 or 10^22, comes out exact.
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (y === 1) return x;
  if (!(x > 0 && x < Infinity) || !(y > -Infinity && y < Infinity)) return powOfRare(x, y);
  if (x === 1) return 1;
  const size = y < 0 ? -y : y;
  // Beyond these the result is 0, 1 or Infinity whatever the digits of x.
  if (size > 1.8e19) return x > 1 === y > 0 ? Infinity : 0;
  if (size < 2.7e-20) return 1;
  return powOfNormal(x, y);
}

/** pow of a base that is negative, 0, infinite or NaN, or of an exponent without an end. */
function powOfRare(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  const size = x < 0 ? -x : x;
  if (y === Infinity || y === -Infinity) {
    if (size === 1) return NaN;
    return size > 1 === y > 0 ? Infinity : 0;
  }
  const whole = Math.floor(y) === y;
  const odd = whole && Math.floor(y / 2) * 2 !== y;
  const negative = x < 0 || (x === 0 && 1 / x < 0);
  if (x === 0 || size === Infinity) {
    const value = size > 1 === y > 0 ? Infinity : 0;
    return negative && odd ? -value : value;
  }
  if (!whole) return NaN;
  return odd ? -pow(size, y) : pow(size, y);
}

/** 2^27 + 1 splits a double into two halves whose products are exact (Veltkamp, Dekker). */
const SPLIT = 134217729;

/** What the product p of a and b lost to rounding: a*b - p, exactly. */
function lostByProduct(a: number, b: number, p: number): number {
  const ca = SPLIT * a;
  const ah = ca - (ca - a);
  const al = a - ah;
  const cb = SPLIT * b;
  const bh = cb - (cb - b);
  const bl = b - bh;
  return al * bl - (p - ah * bh - al * bh - ah * bl);
}

/** 1/5 + z/7 + z^2/9 + ...: the tail of atanh's series, for z = s^2 <= 0.0295. */
function atanhTail(z: number): number {
  const w = z * z;
  const even = 1 / 5 + w * (1 / 9 + w * (1 / 13 + w * (1 / 17 + w * (1 / 21 + w * (1 / 25)))));
  const odd = 1 / 7 + w * (1 / 11 + w * (1 / 15 + w * (1 / 19 + w * (1 / 23))));
  return even + z * odd;
}

/** pow for 0 < x < Infinity other than 1, and a moderate y. */
function powOfNormal(x: number, y: number): number {
  const lift = x < 2.2250738585072014e-308 ? 54 : 0;
  const normal = lift === 0 ? x : x * 18014398509481984;
  const k = exponentOf(normal);
  const m = normal * POWERS_OF_2[-k - EXPONENT_MIN]!;
  const e = k - lift;

  // s = (m - 1) / (m + 1) as a pair.
  const f = m - 1;
  const d = m + 1;
  const s = f / d;
  const q = s * d;
  const sLow = (f - q - lostByProduct(s, d, q) - s * (m - (d - 1))) / d;
  // log m = 2 (s + s^3/3 + s^5/5 + ...): the first two terms as pairs.
  const z = s * s;
  const zLow = lostByProduct(s, s, z) + 2 * s * sLow;
  const cube = s * z;
  const cubeLow = lostByProduct(s, z, cube) + (s * zLow + sLow * z);
  const third = cube * (1 / 3);
  const thirdLow =
    lostByProduct(cube, 1 / 3, third) + (cube * 1.850371707708594e-17 + cubeLow * (1 / 3));

  const whole = e * LN2_HIGH_42;
  const sum = whole + 2 * s;
  const sumLow = 2 * s - (sum - whole);
  const more = sum + 2 * third;
  const moreLow = 2 * third - (more - sum);
  const fifth = cube * z + (cube * zLow + cubeLow * z);
  const tail = sumLow + moreLow + (2 * (sLow + thirdLow + fifth * atanhTail(z)) + e * LN2_LOW_42);
  const ln = more + tail;
  const lnLow = tail - (ln - more);

  const power = y * ln;
  return expOfPair(power, lostByProduct(y, ln, power) + y * lnLow);
}

/** 1/6 + r/24 + r^2/120 + ... for |r| <= 0.347. */
function expTail(r: number): number {
  const z = r * r;
  const even =
    1 / 6 +
    z * (1 / 120 + z * (1 / 5040 + z * (1 / 362880 + z * (1 / 39916800 + z * (1 / 6227020800)))));
  const odd =
    1 / 24 +
    z *
      (1 / 720 + z * (1 / 40320 + z * (1 / 3628800 + z * (1 / 479001600 + z * (1 / 87178291200)))));
  return even + r * odd;
}

/** e to the sum of a pair. */
function expOfPair(x: number, xLow: number): number {
  if (x > 710) return Infinity;
  if (x < -746) return 0;
  const k = Math.floor(x * INVERSE_LN2 + 0.5) | 0;
  const high = x - k * LN2_HIGH_42;
  const low = xLow - k * LN2_LOW_42;
  const r = high + low;
  const rLow = low - (r - high);

  const square = 0.5 * r * r;
  const squareLow = lostByProduct(0.5 * r, r, square);
  const one = 1 + r;
  const oneLow = r - (one - 1);
  const two = one + square;
  const twoLow = square - (two - one);
  const rest = oneLow + twoLow + (squareLow + rLow * two + r * r * r * expTail(r));
  return scaled(two + rest, k);
}
