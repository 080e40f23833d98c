import {
  randomExponential,
  randomGamma,
  randomLogNormal,
  randomNormal,
  randomPareto,
  randomUniform,
  randomWeibull,
} from 'd3-random';
import type { DistributionSpec } from '../../src/kernel/distributions.js';
import { gammaBelow, normalBelow } from './laws.js';

/** A law, and what others say of it. */
export interface Case {
  readonly name: string;
  readonly spec: DistributionSpec;
  readonly below: (ns: number) => number;
  /** d3-random's draws of the same law, where it has it. */
  readonly oracle?: (uniform: () => number) => () => number;
  /** False where the fourth moment is infinite, so a sample's variance tells nothing. */
  readonly tame?: boolean;
}

const weibullScale = 10 / 1.1330030963193471; // Gamma(1 + 1/0.8)
const sigma = Math.sqrt(Math.log(1 + 1.5 * 1.5));
const mu = Math.log(10) - (sigma * sigma) / 2;
export const exponentialBelow = (mean: number) => (x: number) => -Math.expm1(-x / mean);
const truncatedBelow = (mean: number, sd: number) => (x: number) =>
  1 - normalBelow((mean - x) / sd) / normalBelow(mean / sd);

/** One of each family, and their corners. */
export const cases: Case[] = [
  {
    name: 'exponential',
    spec: { kind: 'exponential', meanNs: 10 },
    below: exponentialBelow(10),
    oracle: (uniform) => randomExponential.source(uniform)(1 / 10),
  },
  {
    name: 'uniform',
    spec: { kind: 'uniform', fromNs: 5, toNs: 15 },
    below: (x) => (x - 5) / 10,
    oracle: (uniform) => randomUniform.source(uniform)(5, 15),
  },
  {
    name: 'normal far from 0',
    spec: { kind: 'normal', meanNs: 10, sdNs: 2 },
    below: truncatedBelow(10, 2),
    oracle: (uniform) => randomNormal.source(uniform)(10, 2),
  },
  {
    name: 'normal cut off at 0',
    spec: { kind: 'normal', meanNs: 1, sdNs: 2 },
    below: truncatedBelow(1, 2),
    oracle: (uniform) => {
      const draw = randomNormal.source(uniform)(1, 2);
      return () => {
        for (;;) {
          const value = draw();
          if (value >= 0) return value;
        }
      };
    },
  },
  {
    name: 'lognormal',
    spec: { kind: 'lognormal', meanNs: 10, cv: 1.5 },
    below: (x) => normalBelow((Math.log(x) - mu) / sigma),
    oracle: (uniform) => randomLogNormal.source(uniform)(mu, sigma),
    tame: false,
  },
  {
    name: 'erlang',
    spec: { kind: 'erlang', meanNs: 10, k: 4 },
    below: (x) => gammaBelow(4, x / 2.5),
    oracle: (uniform) => randomGamma.source(uniform)(4, 2.5),
  },
  {
    name: 'erlang of one stage',
    spec: { kind: 'erlang', meanNs: 10, k: 1 },
    below: exponentialBelow(10),
  },
  {
    name: 'gamma of a shape above 1',
    spec: { kind: 'gamma', meanNs: 10, cv: 0.7 },
    below: (x) => gammaBelow(1 / 0.49, x / 4.9),
    oracle: (uniform) => randomGamma.source(uniform)(1 / 0.49, 4.9),
  },
  {
    name: 'gamma of a shape below 1',
    spec: { kind: 'gamma', meanNs: 10, cv: 2 },
    below: (x) => gammaBelow(0.25, x / 40),
    oracle: (uniform) => randomGamma.source(uniform)(0.25, 40),
  },
  {
    name: 'weibull',
    spec: { kind: 'weibull', meanNs: 10, shape: 0.8 },
    below: (x) => -Math.expm1(-((x / weibullScale) ** 0.8)),
    oracle: (uniform) => randomWeibull.source(uniform)(0.8, 0, weibullScale),
  },
  {
    name: 'pareto',
    spec: { kind: 'pareto', meanNs: 11, shape: 2.2 },
    below: (x) => 1 - (6 / x) ** 2.2,
    oracle: (uniform) => {
      const draw = randomPareto.source(uniform)(2.2);
      return () => 6 * draw();
    },
    tame: false,
  },
  {
    name: 'hyperexponential',
    spec: {
      kind: 'hyperexponential',
      phases: [
        { p: 0.9, meanNs: 5 },
        { p: 0.1, meanNs: 200 },
      ],
    },
    below: (x) => 0.9 * exponentialBelow(5)(x) + 0.1 * exponentialBelow(200)(x),
  },
  {
    name: 'mixture',
    spec: {
      kind: 'mixture',
      parts: [
        { p: 3, of: { kind: 'exponential', meanNs: 10 } },
        { p: 1, of: { kind: 'uniform', fromNs: 0, toNs: 8 } },
      ],
    },
    below: (x) => 0.75 * exponentialBelow(10)(x) + 0.25 * Math.min(1, x / 8),
  },
];
