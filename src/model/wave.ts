import { cos, sin } from '../kernel/math.js';
import type { DiurnalPlan } from './plan.js';

const TURN = 2 * Math.PI;
/** Bisection alone would be down to a nanosecond's part after so many steps. */
const STEPS_MAX = 100;
/** Nanoseconds; less is beneath what a double tells of a day. */
const CLOSE = 0.002;

/**
 * The rate mean + (peak − mean)·sin(2πt/period) from a moment on, and its integral
 * mean·t + (peak − mean)·period/(2π)·(1 − cos(2πt/period)). Whole periods are counted, so that
 * only the place within one meets a sine. Needs mean > 0 and mean <= peak <= 2·mean: the rate is
 * never below 0 and its integral never stands still.
 */
export class Wave {
  private readonly mean: number;
  private readonly swing: number;
  private readonly periodNs: number;
  /** Where in its period the wave begins, nanoseconds, and the cosine there. */
  private readonly phaseNs: number;
  private readonly cosine: number;
  /** The last answer of `inverse` within a period; the next one is near. */
  private lastNs = 0;
  private lastArea = 0;

  constructor(
    private readonly plan: DiurnalPlan,
    fromNs: number,
  ) {
    const { meanPerSecond, peakPerSecond, periodNs } = plan;
    this.mean = meanPerSecond;
    this.swing = peakPerSecond - meanPerSecond;
    this.periodNs = periodNs;
    this.phaseNs = fromNs % periodNs;
    this.cosine = cos((TURN * this.phaseNs) / periodNs);
  }

  /** The same wave from another moment on. */
  from(fromNs: number): Wave {
    return new Wave(this.plan, fromNs);
  }

  /** Arrivals expected in the first `ns` nanoseconds. */
  expected(ns: number): number {
    if (ns === Infinity) return Infinity;
    const periods = Math.floor(ns / this.periodNs);
    const rest = ns - periods * this.periodNs;
    return (periods * this.mean * this.periodNs + this.within(rest)) / 1e9;
  }

  /** Nanoseconds after which so many arrivals are expected; by Newton's method, kept in bounds. */
  inverse(expected: number): number {
    const whole = this.mean * this.periodNs;
    const area = expected * 1e9;
    const periods = Math.floor(area / whole);
    return periods * this.periodNs + this.inverseWithin(area - periods * whole);
  }

  private inverseWithin(area: number): number {
    let low = 0;
    let high = this.periodNs;
    let at = this.firstGuess(area);
    for (let step = 0; step < STEPS_MAX; step++) {
      const beyond = this.within(at) - area;
      if (beyond === 0) break;
      if (beyond > 0) high = at;
      else low = at;
      const next = at - beyond / this.rate(at);
      // Where the rate nearly stands still Newton's step leads astray.
      const to = next > low && next < high ? next : (low + high) / 2;
      const moved = to > at ? to - at : at - to;
      at = to;
      if (moved < CLOSE) break;
    }
    this.lastNs = at;
    this.lastArea = area;
    return at;
  }

  private firstGuess(area: number): number {
    const rate = this.rate(this.lastNs);
    const near = this.lastNs + (area - this.lastArea) / rate;
    if (area >= this.lastArea && near > 0 && near < this.periodNs) return near;
    return Math.min(area / this.mean, this.periodNs);
  }

  /** Rate × nanoseconds over the first `ns` of a period. */
  private within(ns: number): number {
    const angle = (TURN * (this.phaseNs + ns)) / this.periodNs;
    return this.mean * ns + ((this.swing * this.periodNs) / TURN) * (this.cosine - cos(angle));
  }

  private rate(ns: number): number {
    return this.mean + this.swing * sin((TURN * (this.phaseNs + ns)) / this.periodNs);
  }
}
