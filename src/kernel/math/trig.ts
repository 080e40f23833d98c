/**
 * Sine and cosine of any double, within 1 ulp, from + - * and whole-number arithmetic only.
 * Kernels and coefficients: fdlibm 5.3 (see `../math.ts`); the argument of a large angle is reduced
 * as by M. Payne and R. Hanek, "Radian reduction for trigonometric functions", SIGNUM 18, 1983.
 */

/** pi/2 in four parts; a whole number of up to 20 bits times each of the first three is exact. */
const QUARTER_1 = 1.5707963267341256;
const QUARTER_2 = 6.077100506303966e-11;
const QUARTER_3 = 2.0222662487111665e-21;
const QUARTER_4 = 8.4784276603689e-32;
const TWO_OVER_PI = 0.6366197723675814;

/** Up to here the parts above suffice. */
const MEDIUM = 1e6;

/** The leading 1216 binary digits of 2/pi. */
const TWO_OVER_PI_DIGITS = BigInt(
  '0x' +
    'a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424d' +
    'd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639' +
    '835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f46' +
    '3f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6bab',
);
/** pi/2 with 192 binary places. */
const PI_HALF_DIGITS = 0x1921fb54442d18469898cc51701b839a252049c1114cf98e8n;
/** 2 to the -384: what the last place of the product of such numbers is worth. */
const PLACES_384 = 2.5379418373156492e-116;

/** What `reduce` found: the angle is quarter * pi/2 + (rest + restLow), |rest| <= pi/4. */
const reduced = { quarter: 0, rest: 0, restLow: 0 };

/** The sine of an angle in radians. NaN for an infinite one. */
export function sin(x: number): number {
  if (x > -0.785 && x < 0.785) return sinNear0(x, 0);
  reduce(x);
  const { quarter, rest, restLow } = reduced;
  const value = (quarter & 1) === 0 ? sinNear0(rest, restLow) : cosNear0(rest, restLow);
  return (quarter & 2) === 0 ? value : -value;
}

/** The cosine of an angle in radians. NaN for an infinite one. */
export function cos(x: number): number {
  if (x > -0.785 && x < 0.785) return cosNear0(x, 0);
  reduce(x);
  const { quarter, rest, restLow } = reduced;
  const value = (quarter & 1) === 0 ? cosNear0(rest, restLow) : sinNear0(rest, restLow);
  return ((quarter + 1) & 2) === 0 ? value : -value;
}

/** sin(x + low) for |x| <= pi/4. */
function sinNear0(x: number, low: number): number {
  const z = x * x;
  const tail =
    0.00833333333332249 +
    z *
      (-0.0001984126982985795 +
        z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)));
  const cube = z * x;
  if (cube === 0) return x;
  return x - (z * (0.5 * low - cube * tail) - low - cube * -0.16666666666666632);
}

/** cos(x + low) for |x| <= pi/4. */
function cosNear0(x: number, low: number): number {
  const z = x * x;
  const tail =
    z *
    (0.0416666666666666 +
      z *
        (-0.001388888888887411 +
          z *
            (2.480158728947673e-5 +
              z *
                (-2.7557314351390663e-7 +
                  z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))));
  const half = 0.5 * z;
  const one = 1 - half;
  return one + (1 - one - half + (z * tail - x * low));
}

function reduce(x: number): void {
  if (!(x > -MEDIUM && x < MEDIUM)) {
    reduceLarge(x);
    return;
  }
  const n = Math.floor(x * TWO_OVER_PI + 0.5);
  // Each difference keeps what its rounding lost (Knuth's two-sum).
  const a = x - n * QUARTER_1;
  const b = n * QUARTER_2;
  const ab = a - b;
  const abTail = ab - a;
  const abLow = a - (ab - abTail) - (b + abTail);
  const c = n * QUARTER_3;
  const abc = ab - c;
  const abcTail = abc - ab;
  const abcLow = ab - (abc - abcTail) - (c + abcTail);
  const low = abLow + abcLow - n * QUARTER_4;
  const rest = abc + low;
  reduced.quarter = n & 3;
  reduced.rest = rest;
  reduced.restLow = low - (rest - abc);
}

/** The same for large angles, in whole numbers: only the digits of 2/pi that matter are kept. */
function reduceLarge(x: number): void {
  const size = x < 0 ? -x : x;
  if (!(size < Infinity)) {
    reduced.quarter = 0;
    reduced.rest = NaN;
    reduced.restLow = NaN;
    return;
  }
  let exponent = 0;
  let whole = size;
  while (whole >= 9007199254740992) {
    whole /= 2;
    exponent++;
  }
  while (whole < 4503599627370496) {
    whole *= 2;
    exponent--;
  }
  // Quarters of a turn, modulo four, with 192 binary places.
  const turned = BigInt.asUintN(
    194,
    (BigInt(whole) * TWO_OVER_PI_DIGITS) >> BigInt(1216 - 192 - exponent),
  );
  const nearest = (turned + (1n << 191n)) >> 192n;
  const rest = (turned - (nearest << 192n)) * PI_HALF_DIGITS;
  const high = Number(rest);
  const low = Number(rest - BigInt(high));
  const sign = x < 0 ? -1 : 1;
  reduced.quarter = sign * Number(nearest & 3n);
  reduced.rest = sign * high * PLACES_384;
  reduced.restLow = sign * low * PLACES_384;
}
