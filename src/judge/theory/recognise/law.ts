import { type DistributionSpec, momentsOf } from '../../../kernel/distributions.js';

/** How long a visit keeps a server, as far as the forms look at it; seconds. */
export interface Law {
  mean: number;
  /** Mean of the square; Infinity where there is none. */
  square: number;
  shape: 'exponential' | 'constant' | 'other';
  /** How the law is called in a sentence. */
  name: string;
}

/** What takes no time. */
export const NO_TIME: Law = { mean: 0, square: 0, shape: 'constant', name: 'constant' };

/** The law of one piece of work. */
export function lawOf(spec: DistributionSpec): Law {
  const { meanNs, variance } = momentsOf(spec);
  const mean = meanNs / 1e9;
  const square = variance / 1e18 + mean * mean;
  if (variance === 0) return { mean, square, shape: 'constant', name: 'constant' };
  return { mean, square, shape: isExponential(spec) ? 'exponential' : 'other', name: spec.kind };
}

function isExponential(spec: DistributionSpec): boolean {
  switch (spec.kind) {
    case 'exponential':
      return true;
    case 'erlang':
      return spec.k === 1;
    case 'gamma':
      return spec.cv === 1;
    case 'weibull':
      return spec.shape === 1;
    case 'hyperexponential': {
      const means = spec.phases.filter(({ p }) => p > 0).map(({ meanNs }) => meanNs);
      return means.every((mean) => mean === means[0]);
    }
    case 'mixture': {
      const parts = spec.parts.filter(({ p }) => p > 0).map(({ of }) => of);
      const first = momentsOf(parts[0]).meanNs;
      return parts.every((part) => isExponential(part) && momentsOf(part).meanNs === first);
    }
    default:
      return false;
  }
}

/** One after the other, independent. */
export function after(a: Law, b: Law): Law {
  if (a.mean === 0 && a.square === 0) return b;
  if (b.mean === 0 && b.square === 0) return a;
  return {
    mean: a.mean + b.mean,
    square: a.square + b.square + 2 * a.mean * b.mean,
    shape: a.shape === 'constant' && b.shape === 'constant' ? 'constant' : 'other',
    name: a.shape === 'constant' && b.shape === 'constant' ? 'constant' : 'a sum of several',
  };
}

/** One or the other, with the share `share` of `a`. */
export function either(share: number, a: Law, b: Law): Law {
  if (share >= 1 || same(a, b)) return a;
  if (share <= 0) return b;
  return {
    mean: share * a.mean + (1 - share) * b.mean,
    square: share * a.square + (1 - share) * b.square,
    shape: 'other',
    name: 'a mixture',
  };
}

/** Whether two laws are one and the same, as far as can be told here. */
export function same(a: Law, b: Law): boolean {
  return a.shape !== 'other' && a.shape === b.shape && a.mean === b.mean;
}
