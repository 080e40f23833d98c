import { type Source, unit53 } from '../draws.js';
import { logGamma } from '../math/special.js';
import { exp, log } from '../math.js';
import { unitExponential } from '../ziggurat.js';
import type { Distribution } from './distribution.js';

/** Always the same duration; takes nothing from the source. */
export class Constant implements Distribution {
  readonly meanNs: number;
  readonly secondMoment: number;
  readonly constantNs: number;

  constructor(ns: number) {
    this.meanNs = ns;
    this.secondMoment = ns * ns;
    this.constantNs = ns;
  }

  sample(_source: Source): number {
    return this.constantNs;
  }
}

/** Exponential: without memory. */
export class Exponential implements Distribution {
  readonly meanNs: number;
  readonly secondMoment: number;
  readonly constantNs = -1;

  constructor(meanNs: number) {
    this.meanNs = meanNs;
    this.secondMoment = 2 * meanNs * meanNs;
  }

  sample(source: Source): number {
    return this.meanNs * unitExponential(source);
  }
}

/** Uniform in [from, to). */
export class Uniform implements Distribution {
  readonly meanNs: number;
  readonly secondMoment: number;
  readonly constantNs = -1;
  private readonly fromNs: number;
  private readonly widthNs: number;

  constructor(fromNs: number, toNs: number) {
    this.meanNs = (fromNs + toNs) / 2;
    this.secondMoment = (fromNs * fromNs + fromNs * toNs + toNs * toNs) / 3;
    this.fromNs = fromNs;
    this.widthNs = toNs - fromNs;
  }

  sample(source: Source): number {
    return this.fromNs + this.widthNs * unit53(source);
  }
}

/** Weibull: scale * E^(1/shape), E exponential; scale = mean / Gamma(1 + 1/shape). */
export class Weibull implements Distribution {
  readonly meanNs: number;
  readonly secondMoment: number;
  readonly constantNs = -1;
  private readonly scale: number;
  private readonly power: number;

  constructor(meanNs: number, shape: number) {
    const power = 1 / shape;
    this.meanNs = meanNs;
    this.power = power;
    this.scale = exp(log(meanNs) - logGamma(1 + power));
    this.secondMoment = exp(2 * log(this.scale) + logGamma(1 + 2 * power));
  }

  sample(source: Source): number {
    return this.scale * exp(this.power * log(unitExponential(source)));
  }
}

/** Pareto: scale * e^(E/shape), E exponential; scale = mean (shape - 1) / shape is its least. */
export class Pareto implements Distribution {
  readonly meanNs: number;
  readonly secondMoment: number;
  readonly constantNs = -1;
  private readonly scale: number;
  private readonly power: number;

  constructor(meanNs: number, shape: number) {
    const scale = (meanNs * (shape - 1)) / shape;
    this.meanNs = meanNs;
    this.scale = scale;
    this.power = 1 / shape;
    this.secondMoment = shape > 2 ? (scale * scale * shape) / (shape - 2) : Infinity;
  }

  sample(source: Source): number {
    return this.scale * exp(this.power * unitExponential(source));
  }
}
