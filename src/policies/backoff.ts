import { type CockatielBackoff, cockatielPause } from './cockatiel-backoff.js';
import { type FinagleBackoff, finagleDraws, finaglePause } from './finagle-backoff.js';
import { type GrpcBackoff, grpcPause, grpcPushback } from './grpc-backoff.js';
import type { Pause } from './pause.js';

/** 2^52 ns, some 52 days. */
const WAIT_MAX_NS = 4503599627370496;

/** How long to wait before a retry. Times in nanoseconds. */
export type Backoff = PlainBackoff | FinagleBackoff | GrpcBackoff | CockatielBackoff;

/** Backoffs that a jitter can be added to; the others, named after a library, bring their own. */
export type PlainBackoff =
  | { kind: 'none' }
  | { kind: 'fixed'; waitNs: number }
  | { kind: 'exponential'; baseNs: number; capNs: number; factor: number };

export type Jitter = 'none' | 'full' | 'equal' | 'decorrelated';

/**
 * The wait before the n-th retry (n from 1), without jitter: `fixed` always the same, `exponential`
 * min(cap, base · factor^(n−1)). It never overflows: a cap of Infinity gives at most 2^52 ns.
 */
export function backoffNs(backoff: PlainBackoff, retry: number): number {
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
  backoff: PlainBackoff,
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

/** Whether a wait depends on a draw. */
export function drawsWait(backoff: Backoff, jitter: Jitter): boolean {
  switch (backoff.kind) {
    case 'none':
      return false;
    case 'finagle':
      return finagleDraws(backoff);
    case 'grpc':
      return true;
    case 'cockatiel':
      return backoff.generator !== 'none';
    default:
      return jitter !== 'none';
  }
}

/** Whether a wait depends on those before it. */
export function remembersWait(backoff: Backoff, jitter: Jitter): boolean {
  switch (backoff.kind) {
    case 'none':
      return false;
    case 'finagle':
    case 'grpc':
      return true;
    case 'cockatiel':
      return backoff.generator === 'decorrelated';
    default:
      return jitter === 'decorrelated';
  }
}

/**
 * The wait before the n-th retry of a call (n from 1), from what the rule remembers of the call and a
 * draw `u` in [0, 1); whole nanoseconds.
 *
 * `toldNs` is how long the callee asks to wait (Retry-After), 0 where it does not, or its caller
 * does not listen. Then the wait is never shorter: what chance spreads is added to it, a wait without
 * chance goes on as long as the longer of the two. gRPC's own rule for that is another one, see there.
 */
export function pauseBefore(
  backoff: Backoff,
  jitter: Jitter,
  retry: number,
  toldNs: number,
  u: number,
  pause: Pause,
): void {
  if (toldNs > 0 && backoff.kind === 'grpc') {
    grpcPushback(toldNs, pause);
    return;
  }
  switch (backoff.kind) {
    case 'finagle':
      finaglePause(backoff, retry, u, pause);
      break;
    case 'grpc':
      grpcPause(backoff, u, pause);
      break;
    case 'cockatiel':
      cockatielPause(backoff, retry, u, pause);
      break;
    default:
      pause.ns = jitteredNs(backoff, jitter, retry, pause.memory, u);
      pause.memory = Math.floor(pause.ns + 0.5);
  }
  pause.ns = Math.min(WAIT_MAX_NS, Math.floor(pause.ns + 0.5));
  if (toldNs === 0) return;
  const spread = drawsWait(backoff, jitter);
  pause.ns = spread ? Math.min(WAIT_MAX_NS, toldNs + pause.ns) : Math.max(toldNs, pause.ns);
}
