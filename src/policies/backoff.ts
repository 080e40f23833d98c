/** 2^52 ns, some 52 days. */
const WAIT_MAX_NS = 4503599627370496;

/** How long to wait before a retry, before jitter. Times in nanoseconds. */
export type Backoff =
  | { kind: 'none' }
  | { kind: 'fixed'; waitNs: number }
  | { kind: 'exponential'; baseNs: number; capNs: number; factor: number };

export type Jitter = 'none' | 'full' | 'equal' | 'decorrelated';

/**
 * The wait before the n-th retry (n from 1), without jitter: `fixed` always the same, `exponential`
 * min(cap, base · factor^(n−1)). It never overflows: a cap of Infinity gives at most 2^52 ns.
 */
export function backoffNs(backoff: Backoff, retry: number): number {
  switch (backoff.kind) {
    case 'none':
      return 0;
    case 'fixed':
      return backoff.waitNs;
    case 'exponential': {
      const cap = Math.min(backoff.capNs, WAIT_MAX_NS);
      let wait = backoff.baseNs;
      for (let i = 1; i < retry && wait < cap; i++) wait *= backoff.factor;
      return Math.min(cap, wait);
    }
  }
}

/**
 * The wait before the n-th retry with jitter, from a draw `u` in [0, 1). `full`: U(0, wait); `equal`:
 * wait/2 + U(0, wait/2); `decorrelated`: min(cap, U(base, 3 · previous wait)), the previous wait
 * being the base at first. As in AWS's "Exponential Backoff And Jitter"
 * (aws-samples/aws-arch-backoff-simulator, src/backoff_simulator.py).
 */
export function jitteredNs(
  backoff: Backoff,
  jitter: Jitter,
  retry: number,
  previousNs: number,
  u: number,
): number {
  const wait = backoffNs(backoff, retry);
  switch (jitter) {
    case 'none':
      return wait;
    case 'full':
      return u * wait;
    case 'equal':
      return wait / 2 + (u * wait) / 2;
    case 'decorrelated': {
      if (backoff.kind === 'none') return 0;
      const base = backoff.kind === 'fixed' ? backoff.waitNs : backoff.baseNs;
      const cap = backoff.kind === 'fixed' ? Infinity : backoff.capNs;
      const before = previousNs > 0 ? previousNs : base;
      return Math.min(cap, WAIT_MAX_NS, base + u * (3 * before - base));
    }
  }
}
