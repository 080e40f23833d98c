import { type Source, unit53 } from '../draws.js';
import { normalHazardBelow } from '../math/special.js';
import { exp, log, log1p } from '../math.js';
import { unitExponential, unitNormal } from '../ziggurat.js';
import type { Distribution } from './distribution.js';

/** Normal, cut off at 0: a draw below 0 is drawn again. `meanNs` is the mean of what is left. */
export class TruncatedNormal implements Distribution {
  readonly meanNs: number;
  readonly secondMoment: number;
  readonly constantNs = -1;
  private readonly centre: number;
  private readonly sd: number;

  constructor(centreNs: number, sdNs: number) {
    const hazard = normalHazardBelow(centreNs / sdNs);
    this.meanNs = centreNs + sdNs * hazard;
    this.secondMoment = centreNs * centreNs + sdNs * sdNs + centreNs * sdNs * hazard;
    this.centre = centreNs;
    this.sd = sdNs;
  }

  sample(source: Source): number {
    for (;;) {
      const value = this.centre + this.sd * unitNormal(source);
      if (value >= 0) return value;
    }
  }
}

/** Lognormal: e^(mu + sigma N) with sigma^2 = log(1 + cv^2), and e^mu = mean / sqrt(1 + cv^2). */
export class Lognormal implements Distribution {
  readonly meanNs: number;
  readonly secondMoment: number;
  readonly constantNs = -1;
  private readonly median: number;
  private readonly sigma: number;

  constructor(meanNs: number, cv: number) {
    this.meanNs = meanNs;
    this.secondMoment = meanNs * meanNs * (1 + cv * cv);
    this.median = meanNs / Math.sqrt(1 + cv * cv);
    this.sigma = Math.sqrt(log1p(cv * cv));
  }

  sample(source: Source): number {
    return this.median * exp(this.sigma * unitNormal(source));
  }
}

/**
 * Gamma of a real shape (Erlang of k stages is that of shape k), by G. Marsaglia and W. W. Tsang,
 * "A Simple Method for Generating Gamma Variables", ACM TOMS 26, 2000; below shape 1 a variate of
 * shape + 1 times U^(1/shape), as they propose.
 */
export class Gamma implements Distribution {
  readonly meanNs: number;
  readonly secondMoment: number;
  readonly constantNs = -1;
  private readonly scale: number;
  private readonly d: number;
  private readonly c: number;
  /** 1/shape where the shape is below 1, else 0. */
  private readonly lessening: number;

  constructor(meanNs: number, shape: number) {
    this.meanNs = meanNs;
    this.secondMoment = meanNs * meanNs * (1 + 1 / shape);
    this.scale = meanNs / shape;
    this.lessening = shape < 1 ? 1 / shape : 0;
    this.d = (shape < 1 ? shape + 1 : shape) - 1 / 3;
    this.c = 1 / Math.sqrt(9 * this.d);
  }

  sample(source: Source): number {
    const value = this.scale * this.d * this.cubed(source);
    if (this.lessening === 0) return value;
    return value * exp(-this.lessening * unitExponential(source));
  }

  /** The variate over d: the cube of a nearly normal one. */
  private cubed(source: Source): number {
    for (;;) {
      const x = unitNormal(source);
      const root = 1 + this.c * x;
      if (root <= 0) continue;
      const cube = root * root * root;
      const u = unit53(source);
      const square = x * x;
      if (u < 1 - 0.0331 * square * square) return cube;
      if (log(u) < 0.5 * square + this.d * (1 - cube + log(cube))) return cube;
    }
  }
}
