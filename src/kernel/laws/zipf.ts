import { type Source, unit53 } from '../draws.js';
import { exp, log, log1p } from '../math.js';

/**
 * Zipf's law: a rank from 1 to n, k with a chance in proportion to k^-s. By rejection-inversion
 * (W. Hörmann and G. Derflinger, "Rejection-inversion to generate variates from monotone discrete
 * distributions", ACM Transactions on Modeling and Computer Simulation 6, 1996): exact, without a
 * table, in little more than one draw for any n. `s` 0 is uniform.
 */
export class Zipf {
  private readonly fromArea: number;
  private readonly areaWidth: number;
  private readonly sure: number;

  /** `n` a whole number of at least 1; `s` at least 0. */
  constructor(
    private readonly n: number,
    private readonly s: number,
  ) {
    if (!(Number.isInteger(n) && n >= 1 && s >= 0 && s < Infinity)) {
      throw new RangeError(`no Zipf's law: n ${n}, s ${s}`);
    }
    this.fromArea = this.area(n + 0.5);
    this.areaWidth = this.area(1.5) - 1 - this.fromArea;
    this.sure = 2 - this.inverse(this.area(2.5) - this.height(2));
  }

  /** Draws a rank. */
  rank(source: Source): number {
    for (;;) {
      const u = this.fromArea + unit53(source) * this.areaWidth;
      const x = this.inverse(u);
      const k = Math.min(this.n, Math.max(1, Math.floor(x + 0.5)));
      if (k - x <= this.sure || u >= this.area(k + 0.5) - this.height(k)) return k;
    }
  }

  private height(x: number): number {
    return exp(-this.s * log(x));
  }

  /** The integral of x^-s from 1: (x^(1-s) - 1) / (1 - s), or log x at s = 1. */
  private area(x: number): number {
    const logX = log(x);
    return growth((1 - this.s) * logX) * logX;
  }

  private inverse(area: number): number {
    // Rounding may bring it just below -1, where no area lies.
    const t = Math.max(-1, area * (1 - this.s));
    return exp(logRatio(t) * area);
  }
}

/** (e^x - 1) / x, also near 0 (W. Kahan's way: the error of e^x cancels in its logarithm). */
function growth(x: number): number {
  const e = exp(x);
  if (e === 1) return 1 + x / 2;
  if (e === 0 || e === Infinity) return (e - 1) / x;
  return e - 1 === -1 ? -1 / x : (e - 1) / log(e);
}

/** log(1 + x) / x, also near 0. */
function logRatio(x: number): number {
  return x === 0 ? 1 : log1p(x) / x;
}
