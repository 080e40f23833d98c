import type { Pause } from './pause.js';

/**
 * Finagle's backoffs, as `com.twitter.finagle.Backoff` has them [twitter/finagle,
 * finagle-core/…/Backoff.scala]. The first wait is always `start`, without jitter. Of the further
 * ones, n from 1:
 *
 * - `const`: start; `linear`: offset more each time; `exponential`: `multiplier` times the last;
 * - `equal_jittered`: h + U(0, h), h = start · 2^(n−1);
 * - `exponential_jittered`: U(0, last · 2^n): the draw itself is what grows next, and the shift grows
 *   too, which is not what others call full jitter;
 * - `decorrelated_jittered`: U(last, min(3 · last, maximum)): it never falls.
 *
 * Whatever reaches `maximum` stays there for good, without jitter.
 */
export interface FinagleBackoff {
  kind: 'finagle';
  form: FinagleForm;
  /** 5 ms where nothing is said, with 200 ms for a maximum: those of `RetryPolicy.tries`. */
  startNs: number;
  /** Infinity for none. */
  maximumNs: number;
  /** What `linear` adds. */
  offsetNs: number;
  /** What `exponential` multiplies with; whole. */
  multiplier: number;
}

/** By Finagle's own names. */
export type FinagleForm =
  | 'const'
  | 'linear'
  | 'exponential'
  | 'equal_jittered'
  | 'exponential_jittered'
  | 'decorrelated_jittered';

/** More doublings would leave Java's long. */
const SHIFT_MAX = 62;

/** The wait before the n-th retry (n from 1), from what it remembers and a draw `u` in [0, 1). */
export function finaglePause(spec: FinagleBackoff, retry: number, u: number, pause: Pause): void {
  const ns = retry === 1 ? firstNs(spec) : nextNs(spec, retry - 1, pause.memory, u);
  pause.ns = ns;
  pause.memory = ns;
}

/** Whether a draw is needed. */
export function finagleDraws({ form }: FinagleBackoff): boolean {
  return form !== 'const' && form !== 'linear' && form !== 'exponential';
}

function firstNs({ form, startNs, maximumNs, offsetNs, multiplier }: FinagleBackoff): number {
  const grows = (form === 'linear' && offsetNs > 0) || (form === 'exponential' && multiplier !== 1);
  return grows ? Math.min(startNs, maximumNs) : startNs;
}

/** The further wait `n` (from 1) after one of `lastNs`. */
function nextNs(spec: FinagleBackoff, n: number, lastNs: number, u: number): number {
  const { form, startNs, maximumNs, offsetNs, multiplier } = spec;
  switch (form) {
    case 'const':
      return startNs;
    case 'linear':
      return offsetNs === 0 ? startNs : Math.min(maximumNs, lastNs + offsetNs);
    case 'exponential':
      if (multiplier === 1) return startNs;
      return Math.min(maximumNs, lastNs * multiplier);
    case 'equal_jittered': {
      if (startNs === maximumNs) return startNs;
      const half = doubled(startNs, n - 1, maximumNs);
      const more = Math.floor(u * half);
      return half + more >= maximumNs ? maximumNs : half + more;
    }
    case 'exponential_jittered': {
      if (startNs === maximumNs) return startNs;
      const most = doubled(lastNs, n, maximumNs);
      return most >= maximumNs ? maximumNs : Math.floor(u * most);
    }
    case 'decorrelated_jittered': {
      const most = lastNs >= maximumNs / 3 ? maximumNs : lastNs * 3;
      return lastNs + Math.floor(u * (most - lastNs));
    }
  }
}

/** `ns` · 2^times, at most `most`. */
function doubled(ns: number, times: number, most: number): number {
  let product = ns;
  for (let i = Math.min(SHIFT_MAX, times); i > 0 && product < most; i--) product *= 2;
  return Math.min(most, product);
}
