import { below, openStream, type StreamSource } from '../kernel/draws.js';
import { grown } from '../kernel/event-queue.js';
import type { Attempts } from './attempts.js';
import { everIs } from './changes.js';
import type { Plan } from './plan.js';

interface Bag {
  members: Int32Array;
  count: number;
  readonly stream: StreamSource;
}

/**
 * Those who wait at replicas that serve at random, one bag each: any of them is the next, each as
 * likely. The draw belongs to no request, so each replica draws from a stream of its own. A place
 * that falls empty is filled with the last one, so every operation is a few writes.
 */
export class Bags {
  private readonly bags: (Bag | null)[];

  constructor(
    plan: Plan,
    private readonly attempts: Attempts,
  ) {
    this.bags = plan.components.flatMap(({ name, replicasMax }, c) =>
      Array.from({ length: replicasMax }, (_, k): Bag | null => {
        if (!everIs(plan, c, ({ queue }) => queue.discipline === 'random')) return null;
        const stream = openStream(plan.seed, name, k === 0 ? 'discipline' : `discipline ${k}`);
        return { members: new Int32Array(16), count: 0, stream };
      }),
    );
  }

  add(attempt: number, replica: number): void {
    const bag = this.bags[replica] as Bag;
    if (bag.count === bag.members.length) {
      bag.members = grown(bag.members, new Int32Array(Math.ceil(bag.count * 1.5)));
    }
    this.attempts.slot[attempt] = bag.count;
    bag.members[bag.count++] = attempt;
  }

  remove(attempt: number, replica: number): void {
    const bag = this.bags[replica] as Bag;
    const { slot } = this.attempts;
    const last = bag.members[--bag.count];
    bag.members[slot[attempt]] = last;
    slot[last] = slot[attempt];
  }

  /** Any of those who wait at a replica; there must be one. */
  any(replica: number): number {
    const bag = this.bags[replica] as Bag;
    return bag.members[bag.count === 1 ? 0 : below(bag.stream, bag.count)];
  }
}
