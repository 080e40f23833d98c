import { describe, expect, it } from 'vitest';
import {
  compile,
  type DistributionSpec,
  isConstant,
  momentsOf,
} from '../../src/kernel/distributions.js';
import { deriveHi, deriveLo, IdentitySource, openStream, unit53 } from '../../src/kernel/draws.js';
import { unitExponential, unitNormal } from '../../src/kernel/ziggurat.js';
import { cases, exponentialBelow } from './law-cases.js';
import { kolmogorov, normalBelow, smirnov } from './laws.js';

const DRAWS = 200_000;
/** Kolmogorov's statistic exceeds this once in ten thousand samples. */
const KS_MAX = 2.23;

const identity = new IdentitySource();

/** One draw for each of so many requests, in ascending order. */
function drawn(spec: DistributionSpec): Float64Array {
  const law = compile(spec);
  const values = new Float64Array(DRAWS);
  for (let i = 0; i < DRAWS; i++) {
    identity.seek(deriveHi(7, 11, i), deriveLo(7, 11, i), 13);
    values[i] = law.sample(identity);
  }
  return values.sort();
}

function meanOf(values: Float64Array, figure: (x: number) => number): number {
  let sum = 0;
  for (const value of values) sum += figure(value);
  return sum / values.length;
}

describe.each(cases)('$name', ({ spec, below, tame }) => {
  const law = compile(spec);
  const values = drawn(spec);

  it('is drawn as its distribution function says', () => {
    expect(values[0]).toBeGreaterThanOrEqual(0);
    expect(kolmogorov(values, below)).toBeLessThan(KS_MAX);
  });

  it('has the mean and the second moment it says it has', () => {
    const variance = law.secondMoment - law.meanNs ** 2;
    const meanError = meanOf(values, (x) => x) - law.meanNs;
    expect(Math.abs(meanError)).toBeLessThan(4 * Math.sqrt(variance / DRAWS));
    if (tame === false) return;
    const squareError = meanOf(values, (x) => x * x) - law.secondMoment;
    const spread = Math.sqrt(meanOf(values, (x) => (x * x - law.secondMoment) ** 2) / DRAWS);
    expect(Math.abs(squareError)).toBeLessThan(4 * spread);
  });

  it('is drawn alike from a stream', () => {
    const stream = openStream('7', 'web', 'work');
    const streamed = Float64Array.from({ length: 50_000 }, () => law.sample(stream)).sort();
    expect(kolmogorov(streamed, below)).toBeLessThan(KS_MAX);
  });
});

describe('as d3-random draws it', () => {
  const known = cases.filter(({ oracle }) => oracle !== undefined);

  it.each(known)('is drawn $name', ({ spec, oracle }) => {
    const stream = openStream('7', 'oracle', spec.kind);
    const draw = oracle!(() => unit53(stream));
    const theirs = Float64Array.from({ length: DRAWS }, draw).sort();
    expect(smirnov(drawn(spec), theirs)).toBeLessThan(KS_MAX);
  });
});

describe('the ziggurats', () => {
  const stream = openStream('7', 'ziggurat', 'work');
  const many = 1_000_000;

  it('give their laws in a million draws, with their tails', () => {
    const exponential = Float64Array.from({ length: many }, () => unitExponential(stream)).sort();
    expect(kolmogorov(exponential, exponentialBelow(1))).toBeLessThan(KS_MAX);
    const normal = Float64Array.from({ length: many }, () => unitNormal(stream)).sort();
    expect(kolmogorov(normal, tabledNormal())).toBeLessThan(KS_MAX);
    const beyond = (values: Float64Array, edge: number) =>
      values.reduce((n, x) => n + (Math.abs(x) > edge ? 1 : 0), 0);
    // Poisson counts, within four of their standard deviations.
    const near = (count: number, mean: number) =>
      expect(Math.abs(count - mean)).toBeLessThan(4 * Math.sqrt(mean));
    near(beyond(exponential, 7.7), many * Math.exp(-7.7));
    near(beyond(exponential, 10), many * Math.exp(-10));
    near(beyond(normal, 3.66), many * 2 * (1 - normalBelow(3.66)));
    near(beyond(normal, 4.2), many * 2 * (1 - normalBelow(4.2)));
  });
});

/** The normal's distribution function from a table of steps of 1/1000, for speed. */
function tabledNormal(): (z: number) => number {
  const table = Float64Array.from({ length: 16_001 }, (_, i) => normalBelow(i / 1000 - 8));
  return (z) => {
    const place = (z + 8) * 1000;
    const i = Math.floor(place);
    return table[i]! + (place - i) * (table[i + 1]! - table[i]!);
  };
}

describe('laws with one value', () => {
  it('are constants, whatever family they are written in', () => {
    const specs: DistributionSpec[] = [
      { kind: 'constant', ns: 5 },
      { kind: 'uniform', fromNs: 5, toNs: 5 },
      { kind: 'normal', meanNs: 5, sdNs: 0 },
      { kind: 'lognormal', meanNs: 5, cv: 0 },
      { kind: 'gamma', meanNs: 5, cv: 0 },
      { kind: 'empirical', valuesNs: [5, 5] },
      {
        kind: 'mixture',
        parts: [
          { p: 1, of: { kind: 'constant', ns: 5 } },
          { p: 0, of: { kind: 'exponential', meanNs: 1 } },
        ],
      },
    ];
    for (const spec of specs) {
      const law = compile(spec);
      expect(isConstant(spec)).toBe(true);
      expect([law.constantNs, law.meanNs, law.secondMoment]).toEqual([5, 5, 25]);
      expect(law.sample(identity)).toBe(5);
    }
    for (const kind of ['exponential', 'weibull', 'pareto', 'erlang', 'lognormal'] as const) {
      const zero = { kind, meanNs: 0, shape: 2, k: 2, cv: 1 } as DistributionSpec;
      expect(compile(zero).constantNs).toBe(0);
    }
  });

  it('are told from laws with several', () => {
    for (const { spec } of cases) {
      expect(isConstant(spec)).toBe(false);
      expect(compile(spec).constantNs).toBe(-1);
    }
  });
});

describe('an empirical law', () => {
  it('gives each value with equal chance, and nothing else', () => {
    const values = drawn({ kind: 'empirical', valuesNs: [3, 1, 2, 1] });
    const share = (value: number) => values.filter((x) => x === value).length / DRAWS;
    expect(new Set(values)).toEqual(new Set([1, 2, 3]));
    expect(share(1)).toBeCloseTo(0.5, 2);
    expect(share(2)).toBeCloseTo(0.25, 2);
    const law = compile({ kind: 'empirical', valuesNs: [3, 1, 2, 1] });
    expect([law.meanNs, law.secondMoment]).toEqual([7 / 4, 15 / 4]);
  });
});

describe('moments', () => {
  it('are those of the textbooks', () => {
    const moments = (spec: DistributionSpec) => [compile(spec).meanNs, compile(spec).secondMoment];
    const [mean, second] = moments({ kind: 'weibull', meanNs: 10, shape: 0.5 });
    expect([mean, second! / 100]).toEqual([10, expect.closeTo(6, 10)]);
    expect(moments({ kind: 'pareto', meanNs: 10, shape: 2 })).toEqual([10, Infinity]);
    expect(moments({ kind: 'pareto', meanNs: 3, shape: 3 })).toEqual([3, 12]);
    expect(moments({ kind: 'erlang', meanNs: 10, k: 4 })).toEqual([10, 125]);
    expect(moments({ kind: 'lognormal', meanNs: 10, cv: 2 })).toEqual([10, 500]);
    // Half-normal: mean sqrt(2/pi), second moment that of the whole.
    const half = compile({ kind: 'normal', meanNs: 0, sdNs: 1 });
    expect(half.meanNs).toBeCloseTo(Math.sqrt(2 / Math.PI), 14);
    expect(half.secondMoment).toBeCloseTo(1, 14);
    expect(compile({ kind: 'normal', meanNs: 1e9, sdNs: 1 }).meanNs).toBe(1e9);
  });
});

describe('numbers that make no law', () => {
  it('are refused with the law they stand in', () => {
    const refused: DistributionSpec[] = [
      { kind: 'constant', ns: -1 },
      { kind: 'exponential', meanNs: NaN },
      { kind: 'uniform', fromNs: 2, toNs: 1 },
      { kind: 'normal', meanNs: 1, sdNs: Infinity },
      { kind: 'erlang', meanNs: 1, k: 1.5 },
      { kind: 'weibull', meanNs: 1, shape: 0 },
      { kind: 'pareto', meanNs: 1, shape: 1 },
      { kind: 'hyperexponential', phases: [] },
      { kind: 'mixture', parts: [{ p: 0, of: { kind: 'constant', ns: 1 } }] },
      { kind: 'mixture', parts: [{ p: 1, of: { kind: 'constant', ns: -1 } }] },
      { kind: 'empirical', valuesNs: [] },
    ];
    for (const spec of refused) expect(() => compile(spec)).toThrow(`"kind":"${spec.kind}"`);
  });
});

describe('the moments of a law', () => {
  const cases: [DistributionSpec, number, number][] = [
    [{ kind: 'constant', ns: 7 }, 7, 0],
    [{ kind: 'exponential', meanNs: 10 }, 10, 100],
    [{ kind: 'uniform', fromNs: 5, toNs: 15 }, 10, 100 / 12],
    [{ kind: 'lognormal', meanNs: 10, cv: 1.5 }, 10, 225],
    [{ kind: 'erlang', meanNs: 10, k: 4 }, 10, 25],
    [{ kind: 'gamma', meanNs: 10, cv: 0.7 }, 10, 49],
    // Γ(1.8)/Γ(1.4)² − 1 times 100
    [{ kind: 'weibull', meanNs: 10, shape: 2.5 }, 10, 18.309],
    [{ kind: 'pareto', meanNs: 10, shape: 3 }, 10, 100 / 3],
    [
      {
        kind: 'hyperexponential',
        phases: [
          { p: 0.9, meanNs: 5 },
          { p: 0.1, meanNs: 55 },
        ],
      },
      10,
      0.9 * 2 * 25 + 0.1 * 2 * 3025 - 100,
    ],
    [
      {
        kind: 'mixture',
        parts: [
          { p: 3, of: { kind: 'constant', ns: 0 } },
          { p: 1, of: { kind: 'constant', ns: 40 } },
        ],
      },
      10,
      300,
    ],
    [{ kind: 'empirical', valuesNs: [5, 15] }, 10, 25],
    // Half a normal law: mean σ√(2/π), variance σ²(1 − 2/π).
    [{ kind: 'normal', meanNs: 0, sdNs: 10 }, 10 * Math.sqrt(2 / Math.PI), 100 * (1 - 2 / Math.PI)],
  ];

  for (const [spec, mean, variance] of cases) {
    it(`${spec.kind}: its mean and its variance`, () => {
      const { meanNs, variance: found } = momentsOf(spec);
      expect(meanNs).toBeCloseTo(mean, 9);
      expect(found).toBeCloseTo(variance, spec.kind === 'weibull' ? 2 : 6);
    });
  }

  it('a pareto of shape 2 or less has a mean and no variance', () => {
    expect(momentsOf({ kind: 'pareto', meanNs: 10, shape: 2 })).toEqual({
      meanNs: expect.closeTo(10, 9),
      variance: Infinity,
    });
  });
});
