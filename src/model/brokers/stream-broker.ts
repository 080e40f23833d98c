import { openStream, type Source, unit53 } from '../../kernel/draws.js';
import { Subscription } from '../../policies/demand.js';
import { DROPPED, ERROR, FACT_FORGOT, FACT_OVERFLOWED, FACT_REQUESTED, OK } from '../outcomes.js';
import type { BrokerPlan, ConsumePlan } from '../plan.js';
import { type Broker, BURIES, REFUSED, TAKEN, WAITS } from './broker.js';
import type { BrokerQueue, Consumer } from './broker-queue.js';
import { MessageLine } from './line.js';
import { GONE, M_NEXT, PUT } from './messages.js';

const NONE = -1;

type Asks = Extract<ConsumePlan, { kind: 'request' }>;
type Overflow = Extract<BrokerPlan, { kind: 'stream' }>['overflow'];

/** A replica of a consumer that has subscribed. */
interface Subscriber {
  readonly consumer: Consumer;
  readonly asks: Asks;
  readonly replica: number;
  /** Where it stands among all; a message that is delivered bears it. */
  readonly slot: number;
  readonly demand: Subscription;
  isThere: boolean;
}

/**
 * A stream with demand (Reactive Streams): nothing is sent before it was asked for. Each replica that
 * consumes is a subscriber with a subscription of its own; a message goes to one of them, in turn among
 * those that have asked (a processor that shares work, no broadcast). What is delivered counts against
 * the demand until its handler has ended and the answer is back; the request for more travels with the
 * answer that made it due. A replica that goes down loses its subscription with all it held, and
 * subscribes anew when it is back.
 *
 * Who can be slowed (a handler that publishes, `backlog`, `closed`) waits at the door until one was asked
 * for, or a bounded buffer at the source has room: an unbounded one would take the pressure away, so for
 * them it counts as none. What can't be slowed goes to the buffer, and beyond that `overflow` tells
 * (Reactor's `FluxSink.OverflowStrategy`, `BufferOverflowStrategy`).
 */
export class StreamBroker implements Broker {
  private readonly line: MessageLine;
  /** Those that are there, asked in turn. */
  private readonly there: Subscriber[] = [];
  private turn = 0;
  private readonly slots: (Subscriber | null)[] = [];
  private readonly overflow: Overflow;
  /** Places for what comes from a source that can't be slowed, and from one that can. */
  private readonly buffer: number;
  private readonly ahead: number;
  private readonly chance: Source;
  /** Who forgot to ask last, and when. */
  private forgot: { by: string; atNs: number } | null = null;

  constructor(
    private readonly queue: BrokerQueue,
    seed: string,
  ) {
    const { broker, capacity, name } = queue.plan;
    if (broker.kind !== 'stream') throw new Error(`${name} is no stream`);
    this.line = new MessageLine(queue.messages);
    this.overflow = broker.overflow;
    this.buffer = bufferOf(broker.overflow, capacity);
    this.ahead = capacity === Infinity ? 0 : capacity;
    this.chance = openStream(seed, name, 'forget');
  }

  begin(): void {}

  meets(attempt: number): number {
    const { line, overflow, queue } = this;
    const isAsked = this.next() !== null;
    if (queue.canWait(attempt)) {
      const isRoom = queue.atDoor === NONE && (isAsked || line.count < this.ahead);
      return isRoom ? TAKEN : WAITS;
    }
    if (isAsked || line.count < this.buffer) return TAKEN;
    switch (overflow) {
      case 'drop':
        return BURIES;
      case 'latest':
        queue.makesRoom(line.shift());
        return TAKEN;
      case 'error':
        this.fails();
        return REFUSED;
      default:
        return REFUSED;
    }
  }

  put(message: number): void {
    const { line } = this;
    const subscriber = this.next();
    // Where one was asked for nothing is in line.
    if (subscriber !== null) this.give(message, subscriber);
    else if (line.count < this.buffer) line.push(message);
    else this.cannotRefuse(message);
  }

  /** A dead letter of another queue has come, unasked and without room. */
  private cannotRefuse(message: number): void {
    const { line, overflow, queue } = this;
    if (overflow === 'error') this.fails();
    queue.makesRoom(overflow === 'latest' ? line.shift() : message);
    if (overflow === 'latest') line.push(message);
  }

  ended(message: number, _replica: number, outcome: number): void {
    const { queue } = this;
    const slot = queue.messages.get(message, M_NEXT);
    if (!queue.messages.is(message, GONE)) {
      if (outcome === OK || outcome === ERROR) queue.acknowledge(message);
      else queue.bury(message, outcome);
    }
    this.consumed(this.slots[slot] as Subscriber);
  }

  hasRoom(): void {}

  joins(replica: number): void {
    const consumer = this.queue.consumerAt(replica);
    if (consumer === null || consumer.how.kind !== 'request') {
      throw new Error(`nobody subscribes to ${this.queue.plan.name} there`);
    }
    const free = this.slots.indexOf(null);
    const slot = free < 0 ? this.slots.length : free;
    const demand = new Subscription(consumer.how);
    const subscriber = { consumer, asks: consumer.how, replica, slot, demand, isThere: true };
    this.slots[slot] = subscriber;
    this.there.push(subscriber);
    this.begins(subscriber);
    this.flows();
  }

  leaves(replica: number): void {
    const at = this.there.findIndex((one) => one.replica === replica);
    if (at < 0) return;
    const [subscriber] = this.there.splice(at, 1);
    if (at < this.turn) this.turn--;
    subscriber.isThere = false;
    this.forgets(subscriber);
  }

  pauses(): void {}

  rang(): void {}

  oldestNs(): number {
    const { first } = this.line;
    return first === NONE ? Infinity : this.queue.messages.time(first, PUT);
  }

  /** The next subscriber, in turn, that has asked for one; null where none has. */
  private next(): Subscriber | null {
    const { there } = this;
    for (let i = 0; i < there.length; i++) {
      const at = (this.turn + i) % there.length;
      if (!there[at].demand.isOpen) continue;
      this.turn = at;
      return there[at];
    }
    return null;
  }

  private give(message: number, subscriber: Subscriber): void {
    this.turn++;
    subscriber.demand.send();
    this.queue.messages.set(message, M_NEXT, subscriber.slot);
    this.queue.deliver(message, subscriber.consumer, subscriber.replica);
  }

  /** A subscriber is done with one: when its share is used up it asks for more, or forgets to. */
  private consumed(subscriber: Subscriber): void {
    const due = subscriber.demand.consume();
    if (!subscriber.isThere) {
      this.forgets(subscriber);
      return;
    }
    const { forget } = subscriber.asks;
    if (due > 0 && (forget === 0 || unit53(this.chance) >= forget)) {
      subscriber.demand.request(due);
      this.fact(FACT_REQUESTED, subscriber);
      this.flows();
      return;
    }
    if (due > 0) {
      this.fact(FACT_FORGOT, subscriber);
      this.forgot = { by: subscriber.consumer.name, atNs: this.queue.nowNs };
    }
    if (this.forgot !== null) this.watchStall(this.forgot);
  }

  /** Where all that was asked for is done, and nobody asks for more, nothing will ever come. */
  private watchStall({ atNs, by }: { by: string; atNs: number }): void {
    if (this.there.some(({ demand }) => demand.held > 0 || demand.isOpen)) return;
    this.queue.of.recorder.queueMarks.stands(this.queue.index, by, atNs);
  }

  /** What is in line goes out as far as it was asked for, and who waits at the door comes in. */
  private flows(): void {
    const { line, queue } = this;
    for (let to = this.next(); to !== null && line.count > 0; to = this.next()) {
      this.give(line.shift(), to);
    }
    while (queue.atDoor !== NONE && (line.count < this.ahead || this.next() !== null)) {
      queue.admitFirst();
    }
  }

  /**
   * The stream ends with an error: what is buffered is thrown away, and every subscriber subscribes
   * again, as with `retry()`: it asks for n, less what it still has.
   */
  private fails(): void {
    const { line, queue } = this;
    queue.of.recorder.fingerprint.fact(FACT_OVERFLOWED, queue.index, 0);
    while (line.count > 0) queue.bury(line.shift(), DROPPED);
    for (const subscriber of this.there) this.begins(subscriber);
    this.flows();
  }

  private begins(subscriber: Subscriber): void {
    subscriber.demand.begin();
    this.queue.of.recorder.queueMarks.flows(this.queue.index);
    this.fact(FACT_REQUESTED, subscriber);
  }

  /** Nothing is known any more of a subscriber that has left, when all that it held has come back. */
  private forgets({ demand, slot }: Subscriber): void {
    if (demand.held === 0) this.slots[slot] = null;
  }

  private fact(kind: number, { consumer, replica }: Subscriber): void {
    this.queue.of.recorder.fingerprint.fact(kind, consumer.component, replica - consumer.first);
  }
}

/** Places for what comes from a source that can't be slowed; Infinity: as many as it takes. */
function bufferOf(overflow: Overflow, capacity: number): number {
  if (overflow === 'latest') return capacity === Infinity ? 1 : Math.max(1, capacity);
  return capacity === Infinity && overflow !== 'buffer' ? 0 : capacity;
}
