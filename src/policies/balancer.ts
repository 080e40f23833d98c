/**
 * One client's view of a callee's replicas: its own pointer and its own outstanding attempts (one
 * given up no longer counts). Ties go by the draw.
 */
export interface Balancer {
  /**
   * The replica (0 … size−1) for the next attempt; `u` is a draw in [0, 1) of that attempt. With
   * `avoid` 0 or more it is another one than that; there must be another.
   */
  pick(u: number, avoid: number): number;
  /** An attempt went to that replica; another one ended or was given up. */
  sent(replica: number): void;
  ended(replica: number): void;
}

/** One after another, beginning with the first. */
export class RoundRobin implements Balancer {
  private next = 0;

  constructor(private readonly size: number) {}

  pick(_u: number, avoid: number): number {
    if (this.next === avoid) this.next = avoid + 1 === this.size ? 0 : avoid + 1;
    const replica = this.next;
    this.next = replica + 1 === this.size ? 0 : replica + 1;
    return replica;
  }

  sent(_replica: number): void {}

  ended(_replica: number): void {}
}

/** Any, each as likely. */
export class Random implements Balancer {
  constructor(private readonly size: number) {}

  pick(u: number, avoid: number): number {
    if (avoid < 0) return Math.floor(u * this.size);
    const other = Math.floor(u * (this.size - 1));
    return other < avoid ? other : other + 1;
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

  pick(u: number, avoid: number): number {
    const { outstanding } = this;
    let least = Infinity;
    let ties = 0;
    for (let i = 0; i < outstanding.length; i++) {
      if (i === avoid) continue;
      if (outstanding[i] < least) {
        least = outstanding[i];
        ties = 1;
      } else if (outstanding[i] === least) ties++;
    }
    let skip = Math.floor(u * ties);
    for (let i = 0; ; i++) {
      if (i !== avoid && outstanding[i] === least && skip-- === 0) return i;
    }
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
  if (kind === 'random') return new Random(size);
  return new LeastRequests(size);
}
