import { DROPPED, ERROR, OK } from '../outcomes.js';
import { type Broker, BURIES, LOSES, REFUSED, TAKEN, WAITS } from './broker.js';
import type { BrokerQueue } from './broker-queue.js';
import { IdleReplicas } from './idle-replicas.js';
import { MessageLine } from './line.js';
import { GONE, PUT } from './messages.js';

const NONE = -1;

/**
 * The queue between two pools of one process: whoever consumes takes one when a worker is free, first
 * come first served. What a handler has begun with is not given to another: what goes down with its
 * replica is lost.
 */
export class MemoryBroker implements Broker {
  private readonly line: MessageLine;
  private readonly idle: IdleReplicas;

  constructor(private readonly queue: BrokerQueue) {
    this.line = new MessageLine(queue.messages);
    this.idle = new IdleReplicas(queue);
  }

  begin(): void {}

  meets(attempt: number): number {
    const { capacity, whenFull } = this.queue.plan;
    if (this.queue.atDoor === NONE && this.line.count < capacity) return TAKEN;
    if (this.queue.atDoor === NONE && this.line.count === 0 && this.idle.isAny()) return TAKEN;
    switch (whenFull) {
      case 'block':
        return WAITS;
      case 'drop_newest':
        return LOSES;
      case 'dead_letter':
        return BURIES;
      case 'drop_oldest':
        if (capacity === 0) return REFUSED;
        this.queue.findsNoRoom(LOSES);
        this.queue.lose(this.line.shift(), DROPPED);
        return TAKEN;
      case 'drop_lowest_priority':
        return this.displaces(attempt) ? TAKEN : REFUSED;
      default:
        return REFUSED;
    }
  }

  put(message: number): void {
    this.line.push(message);
    while (this.line.count > 0) {
      const replica = this.idle.next();
      if (replica === NONE) return;
      this.give(replica);
    }
  }

  ended(message: number, replica: number, outcome: number): void {
    if (!this.queue.messages.is(message, GONE)) {
      if (outcome === OK || outcome === ERROR) this.queue.acknowledge(message);
      else this.queue.lose(message, outcome);
    }
    // What was refused there has taken no worker.
    if (outcome !== OK && this.line.count > 0) this.hasRoom(replica);
  }

  hasRoom(replica: number): void {
    if (!this.idle.has(replica)) return;
    while (this.line.count > 0 && this.queue.canStart(replica)) this.give(replica);
    this.letIn();
  }

  joins(replica: number): void {
    this.idle.joins(replica);
    this.hasRoom(replica);
  }

  leaves(replica: number): void {
    this.idle.leaves(replica);
  }

  pauses(replica: number, on: boolean): void {
    if (!on) this.hasRoom(replica);
  }

  rang(): void {}

  oldestNs(): number {
    const { first } = this.line;
    return first === NONE ? Infinity : this.queue.messages.time(first, PUT);
  }

  private give(replica: number): void {
    const consumer = this.queue.consumerAt(replica);
    if (consumer === null) throw new Error(`nobody consumes ${this.queue.plan.name} there`);
    this.queue.deliver(this.line.shift(), consumer, replica);
    this.letIn();
  }

  /** Whoever stands at the door comes in while there is room. */
  private letIn(): void {
    const { capacity } = this.queue.plan;
    while (this.queue.atDoor !== NONE && this.line.count < capacity) this.queue.admitFirst();
  }

  /** Whether one that waits is less important, and makes room: of those the last to come. */
  private displaces(attempt: number): boolean {
    const { line, queue } = this;
    let worst = queue.of.priorities[queue.of.attempts.origin(attempt)];
    let before = NONE;
    let found = false;
    let previous = NONE;
    for (let m = line.first; m !== NONE; m = line.next(m)) {
      const priority = queue.priorityOf(m);
      if (priority > worst || (found && priority === worst)) {
        worst = priority;
        before = previous;
        found = true;
      }
      previous = m;
    }
    if (found) {
      queue.findsNoRoom(LOSES);
      queue.lose(line.removeAfter(before), DROPPED);
    }
    return found;
  }
}
