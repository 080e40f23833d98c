/** Which of a callee's replicas may be chosen. All of its clients share one. */
export class Rotation {
  /** Those in rotation, ascending: the first `count` entries. */
  readonly list: Int32Array;
  count: number;
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
  }
}

/**
 * One client's view of a callee's replicas: its own pointer and its own outstanding attempts (one
 * given up no longer counts). Ties go by the draw.
 */
export interface Balancer {
  /**
   * The replica (0 … size−1) for the next attempt; `u` is a draw in [0, 1) of that attempt. At least
   * one replica must be in rotation.
   */
  pick(u: number, rotation: Rotation): number;
  /** An attempt went to that replica; another one ended or was given up. */
  sent(replica: number): void;
  ended(replica: number): void;
}

/** One after another, beginning with the first. */
export class RoundRobin implements Balancer {
  private next = 0;

  constructor(private readonly size: number) {}

  pick(_u: number, rotation: Rotation): number {
    let replica = this.next;
    while (!rotation.has(replica)) replica = replica + 1 === this.size ? 0 : replica + 1;
    this.next = replica + 1 === this.size ? 0 : replica + 1;
    return replica;
  }

  sent(_replica: number): void {}

  ended(_replica: number): void {}
}

/** Any, each as likely. */
export class Random implements Balancer {
  pick(u: number, rotation: Rotation): number {
    return rotation.list[Math.floor(u * rotation.count)];
  }

  sent(_replica: number): void {}

  ended(_replica: number): void {}
}

/** The one with the fewest of this client's attempts outstanding; among equals any, as likely. */
export class LeastRequests implements Balancer {
  private readonly outstanding: Int32Array;

  constructor(size: number) {
    this.outstanding = new Int32Array(size);
  }

  pick(u: number, { list, count }: Rotation): number {
    const { outstanding } = this;
    let least = outstanding[list[0]];
    let ties = 1;
    for (let i = 1; i < count; i++) {
      const theirs = outstanding[list[i]];
      if (theirs < least) {
        least = theirs;
        ties = 1;
      } else if (theirs === least) ties++;
    }
    let skip = Math.floor(u * ties);
    for (let i = 0; ; i++) if (outstanding[list[i]] === least && skip-- === 0) return list[i];
  }

  sent(replica: number): void {
    this.outstanding[replica]++;
  }

  ended(replica: number): void {
    this.outstanding[replica]--;
  }
}

export type Balance = 'round_robin' | 'random' | 'least_requests';

/** A balancer over `size` replicas. */
export function balancer(kind: Balance, size: number): Balancer {
  if (kind === 'round_robin') return new RoundRobin(size);
  if (kind === 'random') return new Random();
  return new LeastRequests(size);
}
