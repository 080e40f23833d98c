import type { BrokerQueue } from './broker-queue.js';

const NONE = -1;

/** The replicas of a queue's consumers that are there, asked in turn which has a free worker. */
export class IdleReplicas {
  private readonly there: number[] = [];
  private turn = 0;

  constructor(private readonly queue: BrokerQueue) {}

  joins(replica: number): void {
    if (!this.there.includes(replica)) this.there.push(replica);
  }

  leaves(replica: number): void {
    const at = this.there.indexOf(replica);
    if (at >= 0) this.there.splice(at, 1);
  }

  has(replica: number): boolean {
    return this.there.includes(replica);
  }

  /** Whether any of them could start with something now. */
  isAny(): boolean {
    return this.there.some((replica) => this.queue.canStart(replica));
  }

  /** The next one, in turn, that could start with something now; NONE where none can. */
  next(): number {
    const { queue, there } = this;
    for (let i = 0; i < there.length; i++) {
      const replica = there[(this.turn + i) % there.length];
      if (!queue.canStart(replica)) continue;
      this.turn = (this.turn + i + 1) % there.length;
      return replica;
    }
    return NONE;
  }
}
