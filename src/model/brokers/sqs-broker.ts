import type { Kernel } from '../../kernel/kernel.js';
import { DROPPED, OK } from '../outcomes.js';
import { type Broker, TAKEN } from './broker.js';
import type { BrokerQueue, Consumer } from './broker-queue.js';
import { MessageLine } from './line.js';
import { GONE, IS_READY, M_NEXT, PUT } from './messages.js';
import { receivingOf, SqsPollers } from './sqs-pollers.js';

const NONE = -1;

/** Alarms: a message's visibility timeout, a long poll, a pause before the next poll ends. */
const VISIBLE = 1;
const POLLED = 2;
const RESTED = 3;

/**
 * What an empty answer takes to the replica and its next wish back (assumed: AWS promises no more than
 * "tens of milliseconds"). So a short poll that finds nothing asks again, and time passes.
 */
export const ASK_AGAIN_NS = 20e6;

type Sqs = Extract<BrokerQueue['plan']['broker'], { kind: 'sqs' }>;

/**
 * An SQS standard queue. Each replica of a consumer receives: up to `recordsMax` messages at a time,
 * whenever a worker of it is free; it waits for the first of them (long poll) or not (short poll).
 * What comes beyond its free workers waits in its own queue.
 *
 * What is received is in flight: seen by nobody, for the visibility timeout from its receipt, and back
 * at the end of the queue after that, whatever its handler does; only a handler that ends well deletes
 * it, also late, unless it has been received again since (its receipt handle is of no use then). What
 * was received `receivesMax` times goes to the dead letters when it would be received once more. At
 * the limit of what may be in flight nothing is received: long polls stay open, short ones come back
 * empty.
 *
 * A long poll that is open goes on while its replica stands still: what it brings waits there, its
 * visibility running. It ends with a crash, or when the replica is to leave.
 *
 * Sources: SQS developer guide ("visibility timeout", "short and long polling", "dead-letter queues").
 * Left out: retention (4 days), polls that miss messages because they ask only some of the servers,
 * rare second deliveries for no reason, changes of the visibility of one message.
 */
export class SqsBroker implements Broker {
  /** Of it `live` are ready; the others were deleted where they stood, and leave in their turn. */
  private readonly line: MessageLine;
  private live = 0;
  /** Of those ready: how many have been received before. */
  private again = 0;
  private inFlight = 0;
  private readonly of: Sqs;
  private readonly pollers: SqsPollers;
  private readonly visibility: number;
  private readonly rest: number;
  /** By consumer, in their order: the timer line of its long polls; NONE: it does not wait. */
  private readonly polls: number[];

  constructor(
    private readonly queue: BrokerQueue,
    kernel: Kernel,
  ) {
    const { broker } = queue.plan;
    if (broker.kind !== 'sqs') throw new Error(`${queue.plan.name} is not of sqs`);
    this.of = broker;
    this.line = new MessageLine(queue.messages);
    this.pollers = new SqsPollers(queue);
    this.visibility = kernel.lineFor(broker.visibilityNs);
    this.rest = kernel.lineFor(ASK_AGAIN_NS);
    this.polls = queue.consumers.map((consumer) => {
      const { waitNs } = receivingOf(consumer);
      return waitNs === 0 ? NONE : kernel.lineFor(waitNs);
    });
  }

  begin(): void {}

  meets(): number {
    return TAKEN;
  }

  put(message: number): void {
    this.line.push(message);
    this.live++;
    this.wake();
  }

  ended(
    message: number,
    replica: number,
    outcome: number,
    _delivery: number,
    receipt: number,
  ): void {
    const { messages } = this.queue;
    const isHere = !messages.is(message, GONE) && messages.queue(message) === this.queue.index;
    if (outcome === OK && isHere && messages.receives(message) === receipt) this.delete(message);
    this.pollers.ended(replica);
    if (!this.pollers.isIdle(replica)) return;
    // What fails at once has had its way there and back nevertheless.
    if (outcome !== OK && this.pollers.givenNow(replica) > 0) this.rests(replica);
    else this.asks(replica);
  }

  hasRoom(replica: number): void {
    const { pollers, queue } = this;
    if (!pollers.isIdle(replica)) return;
    const { component, given } = queue.of.replicas;
    const { isAsync } = queue.consumers[this.consumerAt(replica)];
    // Where those who wait have no worker, nobody sees who has ended.
    if (
      isAsync ? pollers.givenNow(replica) >= given[component[replica]] : pollers.isEnding(replica)
    )
      return;
    this.asks(replica);
  }

  joins(replica: number): void {
    if (this.pollers.joins(replica)) this.asks(replica);
  }

  leaves(replica: number): void {
    this.pollers.leaves(replica);
  }

  pauses(): void {}

  rang(what: number, row: number): void {
    if (what === VISIBLE) {
      this.comesBack(row);
      return;
    }
    this.pollers.rang(row);
    if (what === POLLED) this.rests(row);
    else this.asks(row);
  }

  /** Those that came back stand behind younger ones; those never received in their order. */
  oldestNs(): number {
    const { messages } = this.queue;
    let oldest = Infinity;
    let left = this.again;
    let fresh = this.live - this.again > 0;
    for (let m = this.line.first; m !== NONE && (fresh || left > 0); m = this.line.next(m)) {
      if (messages.is(m, GONE)) continue;
      if (messages.receives(m) > 0) left--;
      else if (fresh) fresh = false;
      else continue;
      oldest = Math.min(oldest, messages.time(m, PUT));
    }
    return oldest;
  }

  /** A replica asks for as long as it has a worker for what it may be given, and is given something. */
  private asks(replica: number): void {
    const { queue } = this;
    if (!queue.canStart(replica)) return;
    const at = this.consumerAt(replica);
    const { deliveries, replicas } = queue.of;
    const free = replicas.freeWorkers[replica] - deliveries.onWay[replica];
    for (let given = 0; given < free && queue.canStart(replica); ) {
      const count = this.receives(replica, queue.consumers[at]);
      given += count;
      if (count > 0) continue;
      const poll = this.polls[at];
      if (poll === NONE) this.rests(replica);
      else this.pollers.waits(replica, queue.alarmAfter(poll, POLLED, replica));
      return;
    }
  }

  /** One batch; how many there are in it. */
  private receives(replica: number, consumer: Consumer): number {
    const { line, queue } = this;
    const { messages } = queue;
    const most = Math.min(receivingOf(consumer).recordsMax, this.of.inFlightMax - this.inFlight);
    let count = 0;
    while (count < most && this.live > 0) {
      const message = line.shift();
      if (messages.is(message, GONE)) {
        messages.returned(message);
        continue;
      }
      this.live--;
      const times = messages.receives(message);
      if (times > 0) this.again--;
      if (times >= this.of.receivesMax) {
        queue.bury(message, DROPPED);
        continue;
      }
      count++;
      this.inFlight++;
      messages.set(message, M_NEXT, queue.alarmAfter(this.visibility, VISIBLE, message));
      queue.deliver(message, consumer, replica);
    }
    if (count > 0) this.pollers.gives(replica, count);
    return count;
  }

  /** Something may be received: whoever has waited longest for it is given it. */
  private wake(): void {
    const { pollers, queue } = this;
    while (pollers.first !== NONE && this.live > 0 && this.inFlight < this.of.inFlightMax) {
      const replica = pollers.first;
      if (this.receives(replica, queue.consumers[this.consumerAt(replica)]) === 0) return;
      if (!pollers.isWaiting(replica)) continue;
      pollers.idle(replica);
      this.asks(replica);
    }
  }

  private rests(replica: number): void {
    this.pollers.rests(replica, this.queue.alarmAfter(this.rest, RESTED, replica));
  }

  /** Its visibility has ended. */
  private comesBack(message: number): void {
    const { messages } = this.queue;
    // No more can be counted: it stays in flight until some of those who work on it are done.
    if (messages.isCrowded(message)) {
      messages.set(message, M_NEXT, this.queue.alarmAfter(this.visibility, VISIBLE, message));
      return;
    }
    this.inFlight--;
    this.again++;
    this.queue.comesBack(message);
    this.put(message);
  }

  private delete(message: number): void {
    const { messages } = this.queue;
    if (messages.is(message, IS_READY)) {
      messages.keep(message);
      this.live--;
      this.again--;
      this.queue.acknowledge(message);
      return;
    }
    this.queue.cancel(messages.get(message, M_NEXT));
    this.inFlight--;
    this.queue.acknowledge(message);
    this.wake();
  }

  private consumerAt(replica: number): number {
    const component = this.queue.of.replicas.component[replica];
    const { consumers } = this.queue;
    for (let c = 0; c < consumers.length; c++) if (consumers[c].component === component) return c;
    throw new Error(`nobody consumes ${this.queue.plan.name} there`);
  }
}
