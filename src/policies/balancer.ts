import type { Balancer, Choice } from './choice.js';
import { PeakEwma } from './peak-ewma.js';
import { Rendezvous } from './rendezvous.js';
import { firstOf, secondOf } from './two-choices.js';

/** One after another, beginning with the first. */
class RoundRobin implements Balancer {
  private next = 0;

  constructor(private readonly size: number) {}

  pick({ avoid }: Choice): number {
    if (this.next === avoid) this.next = avoid + 1 === this.size ? 0 : avoid + 1;
    const replica = this.next;
    this.next = replica + 1 === this.size ? 0 : replica + 1;
    return replica;
  }

  sent(): void {}

  ended(): void {}
}

/** Any, each as likely. */
class Random implements Balancer {
  constructor(private readonly size: number) {}

  pick({ u, avoid }: Choice): number {
    if (avoid < 0) return Math.floor(u * this.size);
    const other = Math.floor(u * (this.size - 1));
    return other < avoid ? other : other + 1;
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

  pick({ u, avoid }: Choice): number {
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

  pick({ u, avoid }: Choice): number {
    const { outstanding } = this;
    const one = firstOf(u, outstanding.length);
    const other = secondOf(u, outstanding.length);
    const best = outstanding[other] < outstanding[one] ? other : one;
    return best === avoid ? one + other - best : best;
  }

  sent(replica: number): void {
    this.outstanding[replica]++;
  }

  ended(replica: number): void {
    this.outstanding[replica]--;
  }
}

export type { Balancer, Choice } from './choice.js';

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
      return new Random(size);
    case 'least_requests':
      return new LeastRequests(size);
    case 'power_of_two':
      return new PowerOfTwo(size);
    case 'peak_ewma':
      return new PeakEwma(size);
    case 'hash':
      return new Rendezvous(size);
  }
}
