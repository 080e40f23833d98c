/** Closed forms of queueing theory, each from its formula; μ = 1 unless a mean is asked for. */

/** M/M/1: mean time in the system. */
export const mm1Time = (rho: number): number => 1 / (1 - rho);

/** M/M/1: the time within which a share `p` is out of the system. */
export const mm1Quantile = (rho: number, p: number): number => -Math.log(1 - p) / (1 - rho);

/** M/M/1: the share that is out of the system within `t`. */
export const mm1Within = (rho: number, t: number): number => 1 - Math.exp(-(1 - rho) * t);

/** The chance that all of `c` servers without a line are busy, offered `a`: Erlang's B. */
export function erlangB(c: number, a: number): number {
  let blocked = 1;
  for (let k = 1; k <= c; k++) blocked = (a * blocked) / (k + a * blocked);
  return blocked;
}

/** M/M/c: the chance of having to wait, by Erlang's C. */
export function erlangC(c: number, a: number): number {
  const blocked = erlangB(c, a);
  return (c * blocked) / (c - a * (1 - blocked));
}

/** M/M/c: the mean wait. */
export const mmcWait = (c: number, a: number): number => erlangC(c, a) / (c - a);

/** M/M/c: the wait that a share `p` does not exceed, from P(Wq > t) = C e^(-(c-a)t). */
export const mmcWaitQuantile = (c: number, a: number, p: number): number =>
  Math.max(0, Math.log(erlangC(c, a) / (1 - p)) / (c - a));

/** M/M/1/K: the chance of each number present, from 0 to K (the one in service counts). */
function mm1kStates(rho: number, k: number): number[] {
  const weights = Array.from({ length: k + 1 }, (_, n) => rho ** n);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

export const mm1kRefused = (rho: number, k: number): number => mm1kStates(rho, k)[k]!;

export const mm1kPresent = (rho: number, k: number): number =>
  mm1kStates(rho, k).reduce((sum, share, n) => sum + n * share, 0);

/** M/M/1/K: mean time of those who are let in. */
export const mm1kTime = (rho: number, k: number): number =>
  mm1kPresent(rho, k) / (rho * (1 - mm1kRefused(rho, k)));

/** M/G/1: the mean wait, by Pollaczek and Khinchine, work having mean 1 and this cv². */
export const mg1Wait = (rho: number, cv2: number): number => (rho * (1 + cv2)) / (2 * (1 - rho));

/** A closed network of single servers, by mean value analysis; seconds. */
export function meanValues(
  demands: readonly number[],
  think: number,
  users: number,
): { throughput: number; response: number } {
  let present = demands.map(() => 0);
  let throughput = 0;
  let response = 0;
  for (let n = 1; n <= users; n++) {
    const times = demands.map((demand, i) => demand * (1 + present[i]!));
    response = times.reduce((sum, time) => sum + time, 0);
    throughput = n / (think + response);
    present = times.map((time) => throughput * time);
  }
  return { throughput, response };
}

/** M/M/c+M, Erlang's A: who waits loses patience at rate `theta`; the share that leaves. */
export function erlangAbandons(c: number, lambda: number, theta: number): number {
  const weights = [1];
  for (let n = 1; n < c + 1000; n++) {
    weights.push((weights[n - 1]! * lambda) / (Math.min(n, c) + Math.max(0, n - c) * theta));
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const waiting =
    weights.reduce((total, weight, n) => total + weight * Math.max(0, n - c), 0) / sum;
  return (theta * waiting) / lambda;
}

/** M/M/1+D: everybody leaves the line after `patience`; the share that leaves. */
export function constantPatienceAbandons(rho: number, patience: number): number {
  if (rho === 1) return 1 / (2 + patience);
  const idle = (1 - rho) / (1 - rho * rho * Math.exp(-(1 - rho) * patience));
  return 1 - (1 - idle) / rho;
}

/** M/M/1 with priorities, not preemptive (Cobham): mean waits, the most important first. */
export function cobhamWaits(lambdas: readonly number[]): number[] {
  const load = lambdas.reduce((sum, lambda) => sum + lambda, 0);
  let above = 0;
  return lambdas.map((lambda) => {
    const wait = load / ((1 - above) * (1 - above - lambda));
    above += lambda;
    return wait;
  });
}

/** M/G/1 under processor sharing: the mean time, whatever the law of the work. */
export const psTime = (rho: number): number => 1 / (1 - rho);

/** Hedging after `d`, work exponential with mean 1: the share of requests that get a copy. */
export const hedgedExtra = (d: number): number => Math.exp(-d);

/** The same: the mean time, the integral of P(T > t) = F(t) F(t - d), F being the tail of the law. */
export const hedgedMean = (d: number): number => 1 - Math.exp(-d) / 2;

/** M/M/c/K: the share refused, and the mean wait of the others. */
export function mmck(c: number, a: number, room: number): { refused: number; wait: number } {
  const weights = [1];
  for (let n = 1; n <= room; n++) weights.push((weights[n - 1]! * a) / Math.min(n, c));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const waiting =
    weights.reduce((total, weight, n) => total + weight * Math.max(0, n - c), 0) / sum;
  const refused = weights[room]! / sum;
  return { refused, wait: waiting / (a * (1 - refused)) };
}

/** M/M/1: the density of the busy period, e^{-(λ+1)t} I₁(2t√λ)/(t√λ), for μ = 1. */
function busyDensity(rho: number, t: number): number {
  const half = t * Math.sqrt(rho);
  if (half === 0) return 1;
  // The terms of I₁ by their logarithms: they are large before they are small.
  let logTerm = Math.log(half) - (1 + rho) * t;
  let sum = 0;
  for (let k = 0; k < 40 + 4 * half; k++) {
    sum += Math.exp(logTerm);
    logTerm += 2 * Math.log(half) - Math.log((k + 1) * (k + 2));
  }
  return sum / (t * Math.sqrt(rho));
}

/** M/M/1, last come first served: the wait that a share `p` does not exceed; it is 0 or a busy period. */
export function lifoWaitQuantile(rho: number, p: number): number {
  const share = 1 - (1 - p) / rho;
  const step = 0.01;
  let below = 0;
  let t = 0;
  // Simpson's rule, a step at a time, until the share is reached.
  for (;;) {
    const heights = [t, t + step / 2, t + step].map((at) => busyDensity(rho, at));
    const next = below + (step / 6) * (heights[0]! + 4 * heights[1]! + heights[2]!);
    if (next >= share) return t + (step * (share - below)) / (next - below);
    below = next;
    t += step;
  }
}

/** Retries after pauses that forget who was refused with whom: r = a(1 + p + … + p^k), p = B(c, r). */
export function retried(
  c: number,
  a: number,
  retries: number,
): { offered: number; refused: number } {
  let offered = a;
  for (let round = 0; round < 10_000; round++) {
    const p = erlangB(c, offered);
    offered = retries === Infinity ? a / (1 - p) : (a * (1 - p ** (retries + 1))) / (1 - p);
  }
  return { offered, refused: erlangB(c, offered) };
}

/** The Universal Scalability Law. */
export const usl = (
  n: number,
  { alpha, beta, gamma }: { alpha: number; beta: number; gamma: number },
): number => (gamma * n) / (1 + alpha * (n - 1) + beta * n * (n - 1));
