import { describe, expect, it } from 'vitest';
import { hashText, IdentitySource, unit53 } from '../../src/kernel/draws.js';
import { logGamma, normalHazardBelow } from '../../src/kernel/math/special.js';
import { cos, exp, log, log1p, pow, sin } from '../../src/kernel/math.js';
import {
  type Exact,
  exactCos,
  exactExp,
  exactLog,
  exactLog1p,
  exactPow,
  exactSin,
  ulpsOff,
} from './exact.js';
import { mathFingerprints } from './math-fingerprint.js';

const source = new IdentitySource();
const key = hashText('math');
source.seek(key.hi, key.lo, 0);

const uniform = (from: number, to: number): number => from + (to - from) * unit53(source);
/** Of any size between two powers of two, and any sign if asked. */
const sized = (from: number, to: number): number => 2 ** uniform(from, to);
const signed = (size: number): number => (source.next() < 0 ? -size : size);

function worstOff<A extends number[]>(
  f: (...args: A) => number,
  exact: (...args: A) => Exact,
  cases: readonly A[],
): { off: number; at: A | undefined } {
  let worst: { off: number; at: A | undefined } = { off: 0, at: undefined };
  for (const args of cases) {
    const off = ulpsOff(f(...args), exact(...args));
    if (!(off <= worst.off)) worst = { off, at: args };
  }
  return worst;
}

function many<A extends number[]>(n: number, ...make: (() => A)[]): A[] {
  return make.flatMap((one) => Array.from({ length: n }, one));
}

describe('against true values of 300 binary places', () => {
  it('log errs by less than 1 ulp, from the subnormals to the greatest and near 1', () => {
    const cases = many<[number]>(
      3000,
      () => [sized(-1074, 1024)],
      () => [uniform(0.5, 2)],
      () => [1 + signed(sized(-52, -1))],
    );
    cases.push([5e-324], [2.2250738585072014e-308], [Number.MAX_VALUE], [Math.SQRT2], [2], [10]);
    expect(worstOff(log, exactLog, cases).off).toBeLessThan(1);
  });

  it('log1p errs by less than 2 ulp', () => {
    const cases = many<[number]>(
      3000,
      () => [signed(sized(-60, -0.01))],
      () => [sized(-1, 90)],
    );
    expect(worstOff(log1p, exactLog1p, cases).off).toBeLessThan(2);
  });

  it('exp errs by less than 1 ulp, from the subnormals to the greatest', () => {
    const cases = many<[number]>(
      3000,
      () => [uniform(-745, 709.78)],
      () => [uniform(-30, 30)],
      () => [signed(sized(-60, 0))],
    );
    cases.push([709.782712893384], [-708.4], [-745.1332191019411], [0.34657359027997264]);
    expect(worstOff(exp, exactExp, cases).off).toBeLessThan(1);
  });

  it('pow errs by less than 1 ulp, also where the exponent magnifies what the logarithm lost', () => {
    const cases = many<[number, number]>(
      2000,
      () => {
        const x = sized(-1000, 1000);
        return [x, uniform(-740, 709) / Math.log(x)];
      },
      () => {
        const x = 1 + signed(sized(-50, -2));
        return [x, uniform(-740, 709) / Math.log(x)];
      },
      () => [uniform(0, 10), uniform(-10, 10)],
      () => [uniform(0.5, 1.5), uniform(-700, 700)],
      () => [Math.floor(uniform(2, 40)), Math.floor(uniform(-20, 60))],
    );
    cases.push([5e-324, 0.5], [5e-324, -0.9], [Number.MAX_VALUE, 0.999], [2, -1074], [0.7, 2000]);
    expect(worstOff(pow, exactPow, cases).off).toBeLessThan(1);
  });

  it('sin and cos err by less than 1 ulp, at any angle, near their zeros too', () => {
    const cases = many<[number]>(
      2000,
      () => [signed(sized(-30, 3))],
      () => [uniform(-1e6, 1e6)],
      () => [(Math.floor(uniform(0, 6e5)) * Math.PI) / 2],
    ).concat(many<[number]>(300, () => [signed(sized(20, 1024))]));
    // 6381956970095103 * 2^797 lies nearest of all doubles to a multiple of pi/2 (Muller et al.).
    cases.push([6381956970095103 * 2 ** 797], [1e22], [Number.MAX_VALUE], [999999.9], [1000001]);
    expect(worstOff(sin, exactSin, cases).off).toBeLessThan(1);
    expect(worstOff(cos, exactCos, cases).off).toBeLessThan(1);
  });
});

/** A value to the bit where it is 0, without an end or none; else to fourteen digits. */
function special(value: number): number {
  return value === 0 || !Number.isFinite(value) ? value : Number(value.toPrecision(14));
}

describe("against the platform's own", () => {
  it('all agree within a few units of the last place', () => {
    const relative = (a: number, b: number): number => Math.abs(a - b) / (Math.abs(b) * 2 ** -52);
    for (let i = 0; i < 100_000; i++) {
      const x = uniform(0, 50);
      const y = uniform(-20, 20);
      const worst = Math.max(
        relative(log(x), Math.log(x)),
        relative(exp(y), Math.exp(y)),
        relative(log1p(x), Math.log1p(x)),
        relative(pow(x, y), x ** y),
        relative(sin(y), Math.sin(y)),
        relative(cos(y), Math.cos(y)),
      );
      if (!(worst < 4)) expect({ x, y, worst }).toBeNull();
    }
  });

  it('pow has the same special cases', () => {
    const numbers = [0, -0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, 1e300, -1e300, 5e-324, -5e-324];
    const all = [...numbers, Infinity, -Infinity, NaN, 2 ** 53, 2 ** 53 - 1, -(2 ** 53 - 1)];
    for (const x of all) {
      for (const y of all) expect([x, y, special(pow(x, y))]).toEqual([x, y, special(x ** y)]);
    }
  });

  it('log, log1p, exp, sin and cos have the same special cases', () => {
    for (const x of [0, -0, 1, -1, -2, Infinity, -Infinity, NaN, 5e-324, -5e-324, 1e-300, 800]) {
      const ours = [log(x), log1p(x), exp(x)].map(special);
      expect([x, ...ours]).toEqual([x, ...[Math.log(x), Math.log1p(x), Math.exp(x)].map(special)]);
    }
    expect([exp(-746), exp(710), exp(-745.1332191019411)]).toEqual([0, Infinity, 5e-324]);
    for (const x of [0, -0, Infinity, -Infinity, NaN, 5e-324, -5e-324, 1e-300]) {
      expect([x, sin(x), cos(x)]).toEqual([x, Math.sin(x), Math.cos(x)]);
    }
  });
});

describe('what is exact', () => {
  it('comes out exact: powers that are doubles, the logarithm of 1, e to the 0', () => {
    for (let k = -1074; k < 1024; k++) {
      const power = k >= -1022 ? pow(2, k) : pow(2, k + 500) * pow(2, -500);
      expect(power).toBe(2 ** k);
    }
    for (let base = 2; base < 100; base++) {
      for (let k = 0, power = 1; power < 2 ** 53; k++, power *= base) {
        expect(pow(base, k)).toBe(power);
        expect(pow(power, -1)).toBe(1 / power);
        expect(pow(power, 0.5)).toBe(Math.sqrt(power));
      }
    }
    expect([log(1), exp(0), pow(10, 22), pow(0.25, -0.5), pow(-3, 3)]).toEqual([
      0, 1, 1e22, 2, -27,
    ]);
  });
});

describe('functions that laws are made of', () => {
  it('logGamma gives factorials, and the square root of pi at a half', () => {
    let factorial = 1;
    for (let n = 1; n < 150; n++) {
      expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 11);
      factorial *= n;
    }
    expect(exp(logGamma(0.5))).toBeCloseTo(Math.sqrt(Math.PI), 13);
    expect(exp(logGamma(1.5))).toBeCloseTo(Math.sqrt(Math.PI) / 2, 13);
    expect(exp(logGamma(1 / 3))).toBeCloseTo(2.678938534707747, 13);
  });

  it("the normal's hazard below z agrees with tables", () => {
    expect(normalHazardBelow(0)).toBeCloseTo(0.7978845608028654, 14);
    expect(normalHazardBelow(1)).toBeCloseTo(0.24197072451914337 / 0.8413447460685429, 14);
    expect(normalHazardBelow(3)).toBeCloseTo(0.0044318484119380075 / 0.9986501019683699, 14);
    expect(normalHazardBelow(12)).toBeLessThan(1e-30);
  });
});

describe('a million values of each', () => {
  it('have the same bits on every platform', () => {
    expect(mathFingerprints()).toMatchInlineSnapshot(`
      {
        "cos": "15f3bd78",
        "exp": "c9af13ea",
        "log": "9f3a0068",
        "log1p": "83cfce9d",
        "pow": "79d62341",
        "sin": "dc825640",
      }
    `);
  });
});
