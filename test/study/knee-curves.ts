import type { Sample } from '../../src/study/knee.js';

/**
 * Systems whose curves over load are known in closed form. Work takes one second in the mean;
 * `full` is the utilization (or, for the storm, the place of its cliff) at the file's load.
 */
export interface Curve {
  name: string;
  /** What a run without chance would show at a load (1 is the file's). */
  at(load: number): Omit<Sample, 'percent'>;
}

export type Family = (full: number) => Curve;

/** The t with tail(t) = 1%, for a falling tail. */
function p99Of(tail: (t: number) => number): number {
  let high = 1;
  while (tail(high) > 0.01) high *= 2;
  let low = 0;
  for (let turn = 0; turn < 60; turn++) {
    const middle = (low + high) / 2;
    if (tail(middle) > 0.01) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Erlang's C: the share that waits for one of `c` servers at `a` erlangs. */
function erlangC(c: number, a: number): number {
  let b = 1;
  for (let k = 1; k <= c; k++) b = (a * b) / (k + a * b);
  return (c * b) / (c - a * (1 - b));
}

/** P(T > t), one part waiting an exponential time of rate θ before work of rate 1. */
function sojournTail(c: number, a: number): (t: number) => number {
  const waits = erlangC(c, a);
  const rate = c - a;
  return (t) => {
    const near = Math.abs(rate - 1) < 1e-9;
    const both = near
      ? (1 + t) * Math.exp(-t)
      : (rate * Math.exp(-t) - Math.exp(-rate * t)) / (rate - 1);
    return (1 - waits) * Math.exp(-t) + waits * both;
  };
}

/** M/M/c without bounds: past capacity there is no p99, and what is done is what can be. */
export const mmc =
  (c: number): Family =>
  (full) => ({
    name: `M/M/${c}`,
    at(load) {
      const rho = full * load;
      if (rho >= 1) return { goodput: c, goodRatio: 1 / rho, p99: null };
      return { goodput: c * rho, goodRatio: 1, p99: p99Of(sojournTail(c, c * rho)) };
    },
  });

/** M/M/c/K: who finds K there is refused. */
export const mmck =
  (c: number, k: number): Family =>
  (full) => ({
    name: `M/M/${c}/${k}`,
    at(load) {
      const a = full * load * c;
      const weights = [1];
      for (let n = 1; n <= k; n++) weights.push((weights[n - 1]! * a) / Math.min(n, c));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const lost = weights[k]! / sum;
      return { goodput: a * (1 - lost), goodRatio: 1 - lost, p99: p99Of(tailOf(weights, c)) };
    },
  });

/** P(T > t) of who is let in: who finds n ≥ c there waits for n − c + 1 departures of rate c. */
function tailOf(weights: readonly number[], c: number): (t: number) => number {
  const found = weights.slice(0, -1);
  const sum = found.reduce((total, weight) => total + weight, 0);
  // Waits only: with one server, its own work is one more of the same rate.
  const own = c === 1 ? 1 : 0;
  return (t) => {
    let tail = 0;
    found.forEach((weight, n) => {
      const stages = Math.max(0, n - c + 1) + own;
      let term = Math.exp(-c * t);
      let share = 0;
      for (let stage = 0; stage < stages; stage++) {
        share += term;
        term *= (c * t) / (stage + 1);
      }
      tail += (weight / sum) * share;
    });
    return tail;
  };
}

/** M/M/1 where only an answer within `objective` is good: goodput turns down before capacity. */
export const within =
  (objective: number): Family =>
  (full) => ({
    name: `M/M/1 within ${objective}`,
    at(load) {
      const rho = full * load;
      if (rho >= 1) return { goodput: 0, goodRatio: 0, p99: null };
      const share = 1 - Math.exp(-(1 - rho) * objective);
      return { goodput: rho * share, goodRatio: share, p99: Math.log(100) / (1 - rho) };
    },
  });

/** A retry storm: at a load well below capacity it tips, and nothing good comes out any more. */
export const storm =
  (cliff: number): Family =>
  (full) => ({
    name: `retry storm past ${cliff}`,
    at(load) {
      const rho = full * load;
      if (rho >= cliff) return { goodput: 0.02 * rho, goodRatio: 0.02, p99: null };
      return { goodput: rho, goodRatio: 1, p99: Math.log(100) / (1 - rho) };
    },
  });

/** The samples of a curve at these loads. */
export function samplesOf(curve: Curve, percents: readonly number[]): Sample[] {
  return percents.map((percent) => ({ percent, ...curve.at(percent / 100) }));
}
