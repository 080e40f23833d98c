import { rangeAssignment, stickyAssignment } from './kafka-assignment.js';

const NONE = -1;

export interface KafkaGroupOptions {
  partitions: number;
  /** How long a rebalance takes, nanoseconds. */
  takesNs: number;
  /** `eager`: all partitions stand meanwhile (range assignor); `cooperative`: those that move. */
  mode: 'eager' | 'cooperative';
}

/**
 * A consumer group: its members, who has which partition, and rebalances. One begins whenever a
 * member comes, comes back or goes, and takes its time; what changes meanwhile prolongs it, and is
 * no further one. The time is passed in; who calls asks `endsNs`, and calls `end` then.
 *
 * Source: Apache Kafka, consumer rebalance protocol (KIP-429 for the cooperative one).
 */
export class KafkaGroup {
  /** By partition: its member; -1 for none. */
  readonly owners: Int32Array;
  /** By partition: 1 while it is given to nobody to work on, since a rebalance is under way. */
  readonly stands: Uint8Array;
  /** When the rebalance under way ends; Infinity for none. */
  endsNs = Infinity;
  /** How many have begun. */
  rebalances = 0;
  private readonly members: number[] = [];

  constructor(private readonly options: KafkaGroupOptions) {
    this.owners = new Int32Array(options.partitions).fill(NONE);
    this.stands = new Uint8Array(options.partitions);
  }

  has(member: number): boolean {
    return this.members.includes(member);
  }

  get size(): number {
    return this.members.length;
  }

  /** The first assignment to those who are there at the beginning: free, and no rebalance. */
  begin(members: readonly number[]): void {
    this.members.push(...members);
    this.members.sort((a, b) => a - b);
    this.owners.set(this.target());
  }

  /** A member joins; one that is in already has lost all it knew, and joins anew. */
  join(member: number, nowNs: number): void {
    if (this.has(member)) this.disown(member);
    else {
      this.members.push(member);
      this.members.sort((a, b) => a - b);
    }
    this.rebalance(nowNs);
  }

  /** A member leaves, or is put out: what it had is nobody's until the rebalance has ended. */
  leave(member: number, nowNs: number): void {
    const at = this.members.indexOf(member);
    if (at < 0) return;
    this.members.splice(at, 1);
    this.disown(member);
    if (this.members.length > 0) this.rebalance(nowNs);
    else {
      this.endsNs = Infinity;
      this.stands.fill(0);
    }
  }

  /** The rebalance has ended: partitions are given out. Returns how many changed hands. */
  end(): number {
    const next = this.target();
    let moved = 0;
    for (let p = 0; p < next.length; p++) {
      if (next[p] !== this.owners[p]) moved++;
      this.owners[p] = next[p];
    }
    this.stands.fill(0);
    this.endsNs = Infinity;
    return moved;
  }

  private rebalance(nowNs: number): void {
    if (this.endsNs === Infinity) this.rebalances++;
    this.endsNs = nowNs + this.options.takesNs;
    if (this.options.mode === 'eager') {
      this.stands.fill(1);
      return;
    }
    const next = this.target();
    for (let p = 0; p < next.length; p++) if (next[p] !== this.owners[p]) this.stands[p] = 1;
  }

  private disown(member: number): void {
    for (let p = 0; p < this.owners.length; p++) {
      if (this.owners[p] === member) this.owners[p] = NONE;
    }
  }

  private target(): Int32Array {
    if (this.options.mode === 'cooperative') return stickyAssignment(this.owners, this.members);
    return rangeAssignment(this.options.partitions, this.members);
  }
}
