import { below, type Source, unit53 } from '../draws.js';
import { unitExponential } from '../ziggurat.js';
import type { Distribution } from './distribution.js';

/** Chances as running sums that end at exactly 1. */
function runningSums(chances: readonly number[]): Float64Array {
  const sums = new Float64Array(chances.length);
  let total = 0;
  for (let i = 0; i < chances.length; i++) {
    total += chances[i]!;
    sums[i] = total;
  }
  for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! / total;
  return sums;
}

/** The first place whose running sum is above u. */
function chosen(sums: Float64Array, u: number): number {
  let i = 0;
  while (u >= sums[i]!) i++;
  return i;
}

/** The mean of a figure over parts, by their chances (which need not sum to 1). */
function weighted(chances: readonly number[], figures: readonly number[]): number {
  let total = 0;
  let sum = 0;
  for (let i = 0; i < chances.length; i++) {
    if (chances[i] === 0) continue;
    total += chances[i]!;
    sum += chances[i]! * figures[i]!;
  }
  return sum / total;
}

/** One of several exponentials, each with its chance. */
export class Hyperexponential implements Distribution {
  readonly meanNs: number;
  readonly secondMoment: number;
  readonly constantNs = -1;
  private readonly sums: Float64Array;
  private readonly means: Float64Array;

  constructor(chances: readonly number[], meansNs: readonly number[]) {
    this.sums = runningSums(chances);
    this.means = Float64Array.from(meansNs);
    this.meanNs = weighted(chances, meansNs);
    this.secondMoment = weighted(
      chances,
      meansNs.map((mean) => 2 * mean * mean),
    );
  }

  sample(source: Source): number {
    return this.means[chosen(this.sums, unit53(source))]! * unitExponential(source);
  }
}

/** One of several laws, each with its chance. */
export class Mixture implements Distribution {
  readonly meanNs: number;
  readonly secondMoment: number;
  readonly constantNs = -1;
  private readonly sums: Float64Array;
  private readonly parts: readonly Distribution[];

  constructor(chances: readonly number[], parts: readonly Distribution[]) {
    this.sums = runningSums(chances);
    this.parts = parts;
    this.meanNs = weighted(
      chances,
      parts.map((part) => part.meanNs),
    );
    this.secondMoment = weighted(
      chances,
      parts.map((part) => part.secondMoment),
    );
  }

  sample(source: Source): number {
    return this.parts[chosen(this.sums, unit53(source))]!.sample(source);
  }
}

/** One of the measured values, each with equal chance. */
export class Empirical implements Distribution {
  readonly meanNs: number;
  readonly secondMoment: number;
  readonly constantNs = -1;
  private readonly values: Float64Array;

  constructor(valuesNs: readonly number[]) {
    this.values = Float64Array.from(valuesNs);
    const chances = valuesNs.map(() => 1);
    this.meanNs = weighted(chances, valuesNs);
    this.secondMoment = weighted(
      chances,
      valuesNs.map((value) => value * value),
    );
  }

  sample(source: Source): number {
    return this.values[below(source, this.values.length)]!;
  }
}
