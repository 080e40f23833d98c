/** What a client knows of the attempt that it is to send. */
export interface Choice {
  /** A draw in [0, 1) of that attempt: ties go by it. */
  u: number;
  nowNs: number;
  /** The two words of its request's key; read by `hash` alone. */
  keyHi: number;
  keyLo: number;
}

/** Which of a callee's replicas may be chosen. All of its clients share one. */
export class Rotation {
  /** Those in rotation, ascending: the first `count` entries. */
  readonly list: Int32Array;
  count: number;
  /** Who is told when it has changed. */
  readonly watchers: (() => void)[] = [];
  private readonly isIn: Uint8Array;

  constructor(size: number) {
    this.list = Int32Array.from({ length: size }, (_, replica) => replica);
    this.count = size;
    this.isIn = new Uint8Array(size).fill(1);
  }

  has(replica: number): boolean {
    return this.isIn[replica] === 1;
  }

  /** Puts a replica into rotation, or takes it out. */
  set(replica: number, isIn: boolean): void {
    this.isIn[replica] = isIn ? 1 : 0;
    this.count = 0;
    for (let i = 0; i < this.isIn.length; i++) if (this.isIn[i] === 1) this.list[this.count++] = i;
    for (const told of this.watchers) told();
  }
}

/**
 * One client's view of a callee's replicas: its own pointer, its own outstanding attempts (one
 * given up no longer counts), its own latencies. Ties go by the attempt's draw.
 */
export interface Balancer {
  /** The replica (0 … size−1) for the next attempt, one of those in rotation; there must be one. */
  pick(choice: Choice, rotation: Rotation): number;
  /** An attempt went to that replica; another one ended or was given up, so long after its sending. */
  sent(replica: number): void;
  ended(replica: number, latencyNs: number, nowNs: number): void;
  /** A replica is another one from now on; left out where only what is outstanding counts. */
  forget?(replica: number): void;
}
