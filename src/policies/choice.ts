/** What a client knows of the attempt that it is to send. */
export interface Choice {
  /** A draw in [0, 1) of that attempt: ties go by it. */
  u: number;
  nowNs: number;
  /** The two words of its request's key; read by `hash` alone. */
  keyHi: number;
  keyLo: number;
  /** Another replica than this; below 0: any. There must be another. */
  avoid: number;
}

/**
 * One client's view of a callee's replicas: its own pointer, its own outstanding attempts (one
 * given up no longer counts), its own latencies. Ties go by the attempt's draw.
 */
export interface Balancer {
  /** The replica (0 … size−1) for the next attempt. */
  pick(choice: Choice): number;
  /** An attempt went to that replica; another one ended or was given up, so long after its sending. */
  sent(replica: number): void;
  ended(replica: number, latencyNs: number, nowNs: number): void;
}
