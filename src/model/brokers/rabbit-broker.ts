import { PrefetchTurns } from '../../policies/prefetch.js';
import { FACT_PUBLISHERS_BLOCKED, FACT_PUBLISHERS_FREE, OK } from '../outcomes.js';
import { type Broker, BURIES, PASSES_ON, REFUSED, TAKEN, WAITS } from './broker.js';
import type { BrokerQueue, Consumer } from './broker-queue.js';
import { GONE, PUT } from './messages.js';
import { ReadyLine } from './ready-line.js';

const NONE = -1;

/**
 * A queue of RabbitMQ. Each replica of who consumes is a consumer on a channel of its own, and is given
 * what is ready, in turn with the others, until it holds as many as its prefetch says; each is
 * acknowledged when its handler has ended well. What its handler failed at, or what goes down with its
 * replica, comes back to its place and is delivered again, as often as the limit allows. The bound of
 * its length counts what is ready, not what is out. While all that lies there takes more memory than
 * its watermark, who publishes is blocked, and consumers go on.
 *
 * Left out: the alarm is looked at once a second there, and blocks all connections of a node; a
 * consumer that does not acknowledge for 30 minutes is put out.
 */
export class RabbitBroker implements Broker {
  private readonly line: ReadyLine;
  private readonly turns: PrefetchTurns;
  /** By row of a replica: its number among all who may consume, NONE for others. */
  private readonly slots: Int32Array;
  private readonly replicas: number[] = [];
  private readonly consumers: Consumer[] = [];
  private readonly deliveryLimit: number;
  /** Publishers are blocked while more than this is held, bytes; Infinity for never. */
  private readonly watermark: number;
  private heldBytes = 0;
  private letsIn = false;

  constructor(private readonly queue: BrokerQueue) {
    const { broker } = queue.plan;
    if (broker.kind !== 'rabbitmq') throw new Error(`${queue.plan.name} is no queue of RabbitMQ`);
    const { memory } = broker;
    this.deliveryLimit = broker.deliveryLimit;
    this.watermark = memory === null ? Infinity : memory.at * memory.limitBytes;
    this.line = new ReadyLine(queue.messages);
    this.slots = new Int32Array(queue.of.replicas.count).fill(NONE);
    const prefetches: number[] = [];
    for (const consumer of queue.consumers) {
      const { first, how, size } = consumer;
      if (how.kind !== 'prefetch') throw new Error(`${consumer.name} has no prefetch`);
      for (let replica = first; replica < first + size; replica++) {
        this.slots[replica] = this.replicas.length;
        this.replicas.push(replica);
        this.consumers.push(consumer);
        prefetches.push(how.count);
      }
    }
    this.turns = new PrefetchTurns(Float64Array.from(prefetches));
  }

  begin(): void {}

  meets(): number {
    return this.isBlocked || this.queue.atDoor !== NONE ? WAITS : this.fateInside();
  }

  /** Dead letters of another queue are no publishers that could be blocked. */
  meetsLetter(): number {
    return this.fateInside();
  }

  put(message: number): void {
    this.line.push(message);
    this.weigh(this.queue.sizeOf(message));
    this.deliver();
    this.letIn();
  }

  ended(message: number, replica: number, outcome: number): void {
    const { queue } = this;
    this.turns.returned(this.slots[replica]);
    if (!queue.messages.is(message, GONE)) {
      if (outcome === OK) {
        this.weigh(-queue.sizeOf(message));
        queue.acknowledge(message);
      } else this.comesBack(message, outcome);
    }
    this.deliver();
    this.letIn();
  }

  hasRoom(): void {}

  joins(replica: number): void {
    this.turns.joins(this.slots[replica]);
    this.deliver();
  }

  leaves(replica: number): void {
    this.turns.leaves(this.slots[replica]);
  }

  /** Its connection stays open: it is given what it has room for. */
  pauses(): void {}

  rang(): void {}

  oldestNs(): number {
    const { first } = this.line;
    return first === NONE ? Infinity : this.queue.messages.time(first, PUT);
  }

  private get isBlocked(): boolean {
    return this.heldBytes > this.watermark;
  }

  /** What becomes of one that has passed the door: the head makes room for it, or it is refused. */
  private fateInside(): number {
    const { line, turns } = this;
    const { capacity, deadLetter, whenFull } = this.queue.plan;
    if (line.count < capacity) return TAKEN;
    if (whenFull !== 'drop_oldest') {
      return whenFull === 'dead_letter' && deadLetter !== NONE ? PASSES_ON : REFUSED;
    }
    if (line.count > 0) this.dropHead();
    else if (!turns.anyRoom) return BURIES;
    return TAKEN;
  }

  private deliver(): void {
    const { line, queue, turns } = this;
    while (line.count > 0 && turns.anyRoom) {
      const slot = turns.give();
      queue.deliver(line.shift(), this.consumers[slot], this.replicas[slot]);
    }
  }

  /** What was delivered and not done with: back to its place, unless that was once too often, or there is no room: the head makes it. */
  private comesBack(message: number, outcome: number): void {
    const { queue } = this;
    if (queue.messages.receives(message) > this.deliveryLimit) {
      this.weigh(-queue.sizeOf(message));
      queue.bury(message, outcome);
      return;
    }
    while (queue.plan.whenFull === 'drop_oldest' && this.line.count >= queue.plan.capacity) {
      if (this.line.comesBefore(message)) {
        this.weigh(-queue.sizeOf(message));
        queue.makesRoom(message);
        return;
      }
      this.dropHead();
    }
    queue.comesBack(message);
    this.line.putBack(message);
  }

  private dropHead(): void {
    const message = this.line.shift();
    this.weigh(-this.queue.sizeOf(message));
    this.queue.makesRoom(message);
  }

  /** Whoever stands at the door comes in while the memory allows it. */
  private letIn(): void {
    const { queue } = this;
    if (this.letsIn) return;
    this.letsIn = true;
    while (!this.isBlocked && queue.atDoor !== NONE) {
      const fate = this.fateInside();
      if (fate === TAKEN || fate === BURIES) queue.admitFirst(fate === BURIES);
      else {
        const attempt = queue.atDoor;
        if (fate === PASSES_ON) queue.passOn(attempt);
        queue.turnAway(attempt);
      }
    }
    this.letsIn = false;
  }

  private weigh(bytes: number): void {
    const was = this.isBlocked;
    this.heldBytes += bytes;
    if (this.isBlocked === was) return;
    const kind = was ? FACT_PUBLISHERS_FREE : FACT_PUBLISHERS_BLOCKED;
    this.queue.of.recorder.fingerprint.fact(kind, this.queue.index, 0);
  }
}
