import type { Balancer, Choice, Rotation } from './choice.js';
import { PeakEwma } from './peak-ewma.js';
import { Rendezvous } from './rendezvous.js';
import { firstOf, secondOf } from './two-choices.js';

/** One after another, beginning with the first. */
class RoundRobin implements Balancer {
  private next = 0;

  constructor(private readonly size: number) {}

  pick(_choice: Choice, rotation: Rotation): number {
    let replica = this.next;
    while (!rotation.has(replica)) replica = replica + 1 === this.size ? 0 : replica + 1;
    this.next = replica + 1 === this.size ? 0 : replica + 1;
    return replica;
  }

  sent(): void {}

  ended(): void {}
}

/** Any, each as likely. */
class Random implements Balancer {
  pick({ u }: Choice, { list, count }: Rotation): number {
    return list[Math.floor(u * count)];
  }

  sent(): void {}

  ended(): void {}
}

/** The one with the fewest of this client's attempts outstanding; among equals any, as likely. */
class LeastRequests implements Balancer {
  private readonly outstanding: Int32Array;

  constructor(size: number) {
    this.outstanding = new Int32Array(size);
  }

  pick({ u }: Choice, { list, count }: Rotation): number {
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

/**
 * Of two different replicas, each pair as likely, the one with fewer of this client's attempts
 * outstanding; of equals the one drawn first. (M. Mitzenmacher, "The Power of Two Choices in
 * Randomized Load Balancing", 2001.)
 */
class PowerOfTwo implements Balancer {
  private readonly outstanding: Int32Array;

  constructor(size: number) {
    this.outstanding = new Int32Array(size);
  }

  pick({ u }: Choice, { list, count }: Rotation): number {
    const { outstanding } = this;
    const one = list[firstOf(u, count)];
    const other = list[secondOf(u, count)];
    return outstanding[other] < outstanding[one] ? other : one;
  }

  sent(replica: number): void {
    this.outstanding[replica]++;
  }

  ended(replica: number): void {
    this.outstanding[replica]--;
  }
}

export type Balance =
  | 'round_robin'
  | 'random'
  | 'least_requests'
  | 'power_of_two'
  | 'peak_ewma'
  | 'hash';

/** A balancer over `size` replicas. */
export function balancer(kind: Balance, size: number): Balancer {
  switch (kind) {
    case 'round_robin':
      return new RoundRobin(size);
    case 'random':
      return new Random();
    case 'least_requests':
      return new LeastRequests(size);
    case 'power_of_two':
      return new PowerOfTwo(size);
    case 'peak_ewma':
      return new PeakEwma(size);
    case 'hash':
      return new Rendezvous();
  }
}

/**
 * A balancer that can become one of another kind: the new one knows from the first who is out where,
 * averages of latencies it learns anew.
 */
export class ChangeableBalancer implements Balancer {
  private now: Balancer;
  private readonly outstanding: Int32Array;

  constructor(
    private kind: Balance,
    private readonly size: number,
  ) {
    this.now = balancer(kind, size);
    this.outstanding = new Int32Array(size);
  }

  /** One that knows nothing yet, of the kind that this one is now. */
  renewed(): ChangeableBalancer {
    return new ChangeableBalancer(this.kind, this.size);
  }

  become(kind: Balance): void {
    this.kind = kind;
    this.now = balancer(kind, this.size);
    for (let replica = 0; replica < this.size; replica++) {
      for (let n = this.outstanding[replica]; n > 0; n--) this.now.sent(replica);
    }
  }

  pick(choice: Choice, rotation: Rotation): number {
    return this.now.pick(choice, rotation);
  }

  sent(replica: number): void {
    this.outstanding[replica]++;
    this.now.sent(replica);
  }

  ended(replica: number, latencyNs: number, nowNs: number): void {
    this.outstanding[replica]--;
    this.now.ended(replica, latencyNs, nowNs);
  }

  forget(replica: number): void {
    this.now.forget?.(replica);
  }
}
