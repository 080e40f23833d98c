import { pow } from '../kernel/math.js';
import type { Pause } from './pause.js';

/**
 * gRPC's backoff [grpc/proposal, A6-client-retries.md]: before the n-th retry
 * min(initial · multiplier^(n−1), max) · U(0.8, 1.2); ±20% also at the maximum. (Older texts of A6
 * have U(0, x).) Told to wait by the server (pushback), it waits exactly as long and begins the
 * sequence again. gRPC has no defaults; those here are the values of A6's example.
 */
export interface GrpcBackoff {
  kind: 'grpc';
  /** 100 ms. */
  initialNs: number;
  /** 1 s. */
  maxNs: number;
  /** 2. */
  multiplier: number;
}

/** Its memory: how many waits there were since the sequence began. */
export function grpcPause(spec: GrpcBackoff, u: number, pause: Pause): void {
  const { initialNs, maxNs, multiplier } = spec;
  const before = pause.memory;
  pause.memory = before + 1;
  const grown = initialNs === 0 ? 0 : initialNs * pow(multiplier, before);
  pause.ns = Math.min(grown, maxNs) * (0.8 + 0.4 * u);
}

/** The server has said how long to wait. */
export function grpcPushback(ns: number, pause: Pause): void {
  pause.memory = 0;
  pause.ns = ns;
}
