import type { Distribution } from './laws/distribution.js';
import { Empirical, Hyperexponential, Mixture } from './laws/mixed.js';
import { Gamma, Lognormal, TruncatedNormal } from './laws/normal.js';
import { Constant, Exponential, Pareto, Uniform, Weibull } from './laws/simple.js';

export type { Distribution } from './laws/distribution.js';

/** A law of durations as data; means and bounds in nanoseconds. */
export type DistributionSpec =
  | { kind: 'constant'; ns: number }
  | { kind: 'exponential'; meanNs: number }
  | { kind: 'uniform'; fromNs: number; toNs: number }
  | { kind: 'normal'; meanNs: number; sdNs: number }
  | { kind: 'lognormal'; meanNs: number; cv: number }
  | { kind: 'erlang'; meanNs: number; k: number }
  | { kind: 'gamma'; meanNs: number; cv: number }
  | { kind: 'weibull'; meanNs: number; shape: number }
  | { kind: 'pareto'; meanNs: number; shape: number }
  | { kind: 'hyperexponential'; phases: { p: number; meanNs: number }[] }
  | { kind: 'mixture'; parts: { p: number; of: DistributionSpec }[] }
  | { kind: 'empirical'; valuesNs: number[] };

/**
 * Makes a law ready to be drawn from. A law with only one value, as a normal without spread,
 * becomes a constant. Throws a RangeError where the numbers make no law: the language refuses
 * such files, so here it is a mistake of ours.
 */
export function compile(spec: DistributionSpec): Distribution {
  if (!isLaw(spec)) throw new RangeError(`no law of durations: ${JSON.stringify(spec)}`);
  const ns = onlyValueOf(spec);
  if (ns >= 0) return new Constant(ns);
  switch (spec.kind) {
    case 'constant':
      return new Constant(spec.ns);
    case 'exponential':
      return new Exponential(spec.meanNs);
    case 'uniform':
      return new Uniform(spec.fromNs, spec.toNs);
    case 'normal':
      return new TruncatedNormal(spec.meanNs, spec.sdNs);
    case 'lognormal':
      return new Lognormal(spec.meanNs, spec.cv);
    case 'erlang':
      return gamma(spec.meanNs, spec.k);
    case 'gamma':
      return gamma(spec.meanNs, 1 / (spec.cv * spec.cv));
    case 'weibull':
      return new Weibull(spec.meanNs, spec.shape);
    case 'pareto':
      return new Pareto(spec.meanNs, spec.shape);
    case 'hyperexponential':
      return new Hyperexponential(
        spec.phases.map((phase) => phase.p),
        spec.phases.map((phase) => phase.meanNs),
      );
    case 'mixture':
      return new Mixture(
        spec.parts.map((part) => part.p),
        spec.parts.map((part) => compile(part.of)),
      );
    case 'empirical':
      return new Empirical(spec.valuesNs);
  }
}

/** What the mean and the spread of a law are. */
export interface Moments {
  meanNs: number;
  /** Square nanoseconds; Infinity where the law has none, as a pareto of shape 2 or less. */
  variance: number;
}

/** Mean and variance of a law, of a normal one as it is cut off at 0. */
export function momentsOf(spec: DistributionSpec): Moments {
  const { meanNs, secondMoment, constantNs } = compile(spec);
  // A difference of squares would leave a trace of a spread, or less than none.
  if (constantNs >= 0) return { meanNs, variance: 0 };
  return { meanNs, variance: Math.max(0, secondMoment - meanNs * meanNs) };
}

/** Whether a law has one value only. */
export function isConstant(spec: DistributionSpec): boolean {
  return onlyValueOf(spec) >= 0;
}

function gamma(meanNs: number, shape: number): Distribution {
  return shape === 1 ? new Exponential(meanNs) : new Gamma(meanNs, shape);
}

/** The one value of a law that has no other, else -1. */
function onlyValueOf(spec: DistributionSpec): number {
  switch (spec.kind) {
    case 'constant':
      return spec.ns;
    case 'uniform':
      return spec.fromNs === spec.toNs ? spec.fromNs : -1;
    case 'normal':
      return spec.sdNs === 0 ? spec.meanNs : -1;
    case 'lognormal':
    case 'gamma':
      return spec.cv === 0 || spec.meanNs === 0 ? spec.meanNs : -1;
    case 'hyperexponential':
      return spec.phases.every((phase) => phase.p === 0 || phase.meanNs === 0) ? 0 : -1;
    case 'mixture':
      return common(spec.parts.filter((part) => part.p > 0).map((part) => onlyValueOf(part.of)));
    case 'empirical':
      return common(spec.valuesNs);
    default:
      return spec.meanNs === 0 ? 0 : -1;
  }
}

/** The value that all share, else -1. */
function common(values: readonly number[]): number {
  const first = values[0]!;
  return values.every((value) => value === first) ? first : -1;
}

function isLaw(spec: DistributionSpec): boolean {
  switch (spec.kind) {
    case 'constant':
      return isAmount(spec.ns);
    case 'uniform':
      return isAmount(spec.fromNs) && isAmount(spec.toNs) && spec.fromNs <= spec.toNs;
    case 'normal':
      return isAmount(spec.meanNs) && isAmount(spec.sdNs);
    case 'lognormal':
    case 'gamma':
      return isAmount(spec.meanNs) && isAmount(spec.cv);
    case 'exponential':
      return isAmount(spec.meanNs);
    case 'erlang':
      return isAmount(spec.meanNs) && Number.isInteger(spec.k) && spec.k >= 1;
    case 'weibull':
      return isAmount(spec.meanNs) && isAmount(spec.shape) && spec.shape > 0;
    case 'pareto':
      return isAmount(spec.meanNs) && isAmount(spec.shape) && spec.shape > 1;
    case 'hyperexponential':
      return (
        areChances(spec.phases.map((phase) => phase.p)) &&
        spec.phases.every((phase) => isAmount(phase.meanNs))
      );
    case 'mixture':
      return (
        areChances(spec.parts.map((part) => part.p)) && spec.parts.every((part) => isLaw(part.of))
      );
    case 'empirical':
      return spec.valuesNs.length > 0 && spec.valuesNs.every(isAmount);
  }
}

function isAmount(value: number): boolean {
  return value >= 0 && value < Infinity;
}

/** Chances by which one can choose: they need not sum to 1, but not all may be 0. */
function areChances(chances: readonly number[]): boolean {
  return chances.every(isAmount) && chances.some((chance) => chance > 0);
}
