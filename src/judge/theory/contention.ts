/** Coefficients of the Universal Scalability Law (N. Gunther): α contention, β coherency. */
export interface Usl {
  alpha: number;
  beta: number;
}

/** The factor by which work takes longer with `n` requests at work at once; 1 up to one. */
export function stretch({ alpha, beta }: Usl, n: number): number {
  const others = Math.max(0, n - 1);
  return 1 + alpha * others + beta * n * others;
}

/**
 * The most that requests with a second of work each can be finished a second, never more than
 * `workers` at work at once: the peak of X(N) = N / (1 + α(N−1) + βN(N−1)). Without β and without
 * a bound on workers it is what X comes up to, 1/α.
 */
export function peak(usl: Usl, workers: number): number {
  const at = peakAt(usl);
  const x = (n: number): number => n / stretch(usl, n);
  if (at >= workers) return workers === Infinity ? 1 / usl.alpha : x(workers);
  return Math.max(x(Math.max(1, Math.floor(at))), x(Math.min(workers, Math.ceil(at))));
}

/**
 * The same where a worker also waits for calls, `wait` of the time that its work takes undisturbed:
 * of `workers` so many are at work that N + X(N)·wait = workers, N being taken at its mean, and
 * more than `cores` at work only slow each other down.
 */
export function peakWithWaits(usl: Usl, workers: number, cores: number, wait: number): number {
  // Adding the same times in another order may leave a trace of a wait.
  if (wait < 1e-12 || workers === Infinity) return peak(usl, Math.min(workers, cores));
  const x = (n: number): number => n / stretch(usl, n);
  let high = Math.min(workers, cores, peakAt(usl));
  if (high + x(high) * wait <= workers) return x(high);
  let low = 0;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return x(low);
    if (middle + x(middle) * wait <= workers) low = middle;
    else high = middle;
  }
}

/**
 * With `linear` contention: the most pieces of `work` seconds that can be finished a second, never
 * more than `workers` at once, each taking `each` seconds more for every other at work.
 */
export function linearPeak(each: number, work: number, workers: number): number {
  const alone = work === 0 ? Infinity : 1 / work;
  const all = workers === Infinity ? 1 / each : workers / (work + each * (workers - 1));
  return Math.max(alone, all);
}

/** The N at which X(N) is greatest. */
function peakAt({ alpha, beta }: Usl): number {
  if (beta === 0) return Infinity;
  return Math.max(1, Math.sqrt(Math.max(0, 1 - alpha) / beta));
}
