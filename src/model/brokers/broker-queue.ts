import type { NoRoom } from '../../measure/measured.js';
import {
  DEAD_LETTERED,
  DUPLICATED,
  LOST,
  MESSAGES_HANDLED,
  REDELIVERED,
} from '../../measure/queue-book.js';
import type { Recorder } from '../../measure/recorder.js';
import type { Alarms } from '../alarms.js';
import { type Attempts, CALL, DONE, HI, LO, REPLICA, ROW } from '../attempts.js';
import type { Calls } from '../calls.js';
import type { Commits } from '../commits.js';
import type { Doors } from '../doors.js';
import type { Labels } from '../labels.js';
import {
  DROPPED,
  ERROR,
  FACT_ACKNOWLEDGED,
  FACT_BURIED,
  FACT_DROPPED,
  FACT_ENDED,
  FACT_PUBLISHED,
  FACT_REQUEUED,
  OK,
  REJECTED,
} from '../outcomes.js';
import type { ConsumePlan, QueuePlan } from '../plan.js';
import type { Replicas } from '../replicas.js';
import { type Broker, BURIES, LOSES, PASSES_ON, REFUSED, WAITS } from './broker.js';
import type { Deliveries } from './deliveries.js';
import {
  COPY,
  HANDLED,
  IS_READY,
  M_HI,
  M_LO,
  M_ROOT_HI,
  M_ROOT_LO,
  type Messages,
  OPEN,
  PUT,
  READY,
  UNWANTED,
} from './messages.js';

const NONE = -1;

const BECAME: Readonly<Record<number, NoRoom['became']>> = {
  [REFUSED]: 'refused',
  [WAITS]: 'wait',
  [LOSES]: 'lost',
  [BURIES]: 'buried',
  [PASSES_ON]: 'buried',
};

/** A component that consumes a queue. */
export interface Consumer {
  readonly component: number;
  readonly name: string;
  /** Whether what waits for a call leaves its worker to others. */
  readonly isAsync: boolean;
  readonly how: ConsumePlan;
  /** Its first replica, and how many there can be. */
  readonly first: number;
  readonly size: number;
  /** Where it is delivered from, as the program knows it. */
  readonly site: number;
  /** How many may wait in the own queue of a replica. */
  readonly capacity: number;
}

/** The parts of the model that a queue works with. */
export interface QueueParts {
  readonly alarms: Alarms;
  readonly attempts: Attempts;
  readonly calls: Calls;
  readonly clock: Float64Array;
  /** Null where nothing is committed. */
  readonly commits: Commits | null;
  readonly deliveries: Deliveries;
  readonly doors: Doors;
  readonly labels: Labels;
  readonly messages: Messages;
  readonly recorder: Recorder;
  readonly replicas: Replicas;
  /** By producer: what each of its requests takes. */
  readonly sizeBytes: Float64Array;
  readonly priorities: Int32Array;
  /** By producer: 1 where it sends the next when it may, and not when it comes. */
  readonly slows: Uint8Array;
}

/** What a queue asks of the other side. */
export interface QueuePeers {
  /** The publisher of an attempt is answered. */
  answer(attempt: number, outcome: number): void;
  /** Whoever waits only until an attempt is let in goes on. */
  letIn(attempt: number): void;
  /** Takes what was published at the door, or by an attempt that has come: see `Brokers`. */
  publish(attempt: number, queue: BrokerQueue, buried: boolean): void;
  /** A copy of what an attempt brings goes into another queue. */
  putCopy(queue: number, attempt: number): void;
  /** The request of a message has ended, if it waited for that. */
  requestEnds(message: number, outcome: number, degraded: boolean): void;
  /** A message is put into another queue. */
  moves(message: number, queue: number): void;
  /** It has left its broker. */
  leaves(message: number): void;
}

/** One queue: what its broker asks for, done and written down. */
export class BrokerQueue {
  broker!: Broker;

  constructor(
    readonly index: number,
    readonly plan: QueuePlan,
    readonly consumers: readonly Consumer[],
    /** Where publishers come: a replica of its own. */
    readonly counter: number,
    readonly of: QueueParts,
    private readonly peers: QueuePeers,
  ) {}

  get nowNs(): number {
    return this.of.clock[0];
  }

  get messages(): Messages {
    return this.of.messages;
  }

  /** Whoever consumes at a replica; null where nobody does here. */
  consumerAt(replica: number): Consumer | null {
    const component = this.of.replicas.component[replica];
    return this.consumers.find((one) => one.component === component) ?? null;
  }

  /** What a message takes, bytes. */
  sizeOf(message: number): number {
    return this.of.sizeBytes[this.messages.origin(message)];
  }

  priorityOf(message: number): number {
    return this.of.priorities[this.messages.origin(message)];
  }

  /** An alarm for its broker: `what` (1 to 15) comes to `row` then; returns what calls it off. */
  alarmAt(timeNs: number, what: number, row: number): number {
    return this.of.alarms.at(timeNs, (this.index << 4) | what, row);
  }

  /** The same after the constant delay of a timer line of the kernel. */
  alarmAfter(line: number, what: number, row: number): number {
    return this.of.alarms.after(line, (this.index << 4) | what, row);
  }

  cancel(alarm: number): void {
    this.of.alarms.cancel(alarm);
  }

  /** How many messages are ready. */
  get depth(): number {
    return this.of.recorder.queues.ready.level[this.index];
  }

  /** How many lie there and are not done with. */
  get held(): number {
    return this.of.recorder.queues.held.level[this.index];
  }

  // --- The door

  /** The publisher at the head of the door, NONE where nobody stands there. */
  get atDoor(): number {
    return this.of.replicas.doorHead[this.counter];
  }

  /** Lets in the first that stands at the door; what it brings may go to the dead letters at once. */
  admitFirst(buried = false): void {
    const attempt = this.of.doors.takeFirst(this.counter);
    this.peers.publish(attempt, this, buried);
    this.peers.letIn(attempt);
  }

  /** Whether the sender of an attempt that has come here can be made to wait. */
  canWait(attempt: number): boolean {
    const { attempts, calls, slows } = this.of;
    if (attempts.hasLeft(attempt) || this.replicaOf(attempt) !== this.counter) return false;
    const parent = calls.parent(attempts.words[attempt * ROW + CALL]);
    return parent >= 0 || slows[-1 - parent] === 1;
  }

  /** A copy of what a publisher brings, who is told no, goes to the dead letters. */
  passOn(attempt: number): void {
    this.of.recorder.queues.counts.add(this.index, this.of.attempts.epoch(attempt), DEAD_LETTERED);
    this.peers.putCopy(this.plan.deadLetter, attempt);
  }

  /** One that stands at the door is refused. */
  turnAway(attempt: number, outcome = REJECTED): void {
    this.of.doors.takeOut(attempt);
    this.refuse(attempt, outcome);
  }

  /** A publisher is told no. */
  refuse(attempt: number, outcome: number): void {
    const { attempts, recorder } = this.of;
    const { words } = attempts;
    recorder.fingerprint.fact(FACT_ENDED, words[attempt * ROW + HI], words[attempt * ROW + LO]);
    attempts.setState(attempt, DONE);
    this.peers.letIn(attempt);
    this.peers.answer(attempt, outcome);
  }

  /**
   * What comes finds no room: what becomes of it, or of one that is thrown out for it, is a fate of
   * `Broker.meets`. Where nothing bounds a queue, whoever waits at its door waits to be asked.
   */
  findsNoRoom(fate: number): void {
    if (fate === WAITS && this.plan.capacity === Infinity) return;
    this.of.recorder.queueMarks.full.noRoom(this.index, BECAME[fate]);
  }

  // --- Messages

  /** A message has come: it is held from now on, and ready. */
  enters(message: number): void {
    this.comesIn(message);
    this.becomesReady(message);
    this.broker.put(message);
  }

  /** A message has come, and goes to the dead letters at once: its broker never has it. */
  passes(message: number): void {
    this.comesIn(message);
    this.bury(message, DROPPED);
  }

  private comesIn(message: number): void {
    this.of.recorder.queues.published(this.index, this.messages.epoch(message));
    this.fact(FACT_PUBLISHED, message);
  }

  /** Ready to be delivered from now on; putting it in line is the broker's. */
  becomesReady(message: number): void {
    const { messages } = this;
    messages.mark(message, IS_READY, true);
    messages.setTime(message, READY, this.nowNs);
    const { queueMarks, queues } = this.of.recorder;
    queues.ready.enter(this.index);
    if (queues.ready.level[this.index] === 1) queueMarks.begins(this.index);
  }

  /** What was delivered and not done with is ready again; putting it in line is the broker's. */
  comesBack(message: number): void {
    this.fact(FACT_REQUEUED, message);
    this.becomesReady(message);
  }

  /** Ready no longer: it is delivered, or leaves. */
  private readyNoMore(message: number): void {
    const { messages } = this;
    const { queueMarks, queues } = this.of.recorder;
    messages.mark(message, IS_READY, false);
    queues.noteAge(this.index, messages.time(message, PUT));
    queues.ready.leave(this.index, messages.timesOf(message), messages.timeAt(message, READY));
    if (queues.ready.level[this.index] === 0) queueMarks.ends(this.index);
  }

  /**
   * Delivers a message, which the broker has taken out of its line, to a replica of a consumer. One
   * that is not ready (it is delivered to another group too, or again before it came back) may be
   * delivered as well. `times`: how often it was delivered to this consumer with this time, where
   * that is not as often as to all. Returns what `ended` knows the delivery by.
   */
  deliver(
    message: number,
    consumer: Consumer,
    replica: number,
    times = this.messages.receives(message) + 1,
  ): number {
    const delivery = this.prepare(message, consumer, replica, times);
    this.depart();
    return delivery;
  }

  /**
   * The same in two halves, for a broker that has to write down something of the delivery before it
   * sets out: `depart` comes next.
   */
  prepare(message: number, consumer: Consumer, replica: number, times: number): number {
    const { messages } = this;
    const { queues } = this.of.recorder;
    const epoch = messages.epoch(message);
    if (times === 1) {
      const since = messages.receives(message) === 0 ? READY : PUT;
      queues.waited(this.index, epoch, this.nowNs - messages.time(message, since));
    } else queues.counts.add(this.index, epoch, REDELIVERED);
    if (messages.is(message, IS_READY)) this.readyNoMore(message);
    messages.delivered(message);
    return this.of.deliveries.prepare(message, consumer.site, replica, times);
  }

  depart(): void {
    this.of.deliveries.depart();
  }

  /** It is done with: it leaves for good. */
  acknowledge(message: number): void {
    if (this.messages.is(message, OPEN)) throw new Error(`${this.plan.name}: its request waits`);
    this.fact(FACT_ACKNOWLEDGED, message);
    this.leaves(message);
  }

  /** It goes, to make room for another: to the dead letters, where there are any, or for good. */
  makesRoom(message: number): void {
    this.findsNoRoom(this.plan.deadLetter === NONE ? LOSES : BURIES);
    this.bury(message, DROPPED);
  }

  /** It is thrown away; its request, if that waits, ends with `outcome`. */
  lose(message: number, outcome: number): void {
    const { recorder } = this.of;
    recorder.queues.counts.add(this.index, this.messages.epoch(message), LOST);
    this.fact(FACT_DROPPED, message);
    this.peers.requestEnds(message, outcome, false);
    this.leaves(message);
  }

  /** It goes to the dead letters, where there is a place for them; else it is thrown away. */
  bury(message: number, outcome: number): void {
    const { deadLetter } = this.plan;
    if (deadLetter === NONE) {
      this.lose(message, outcome);
      return;
    }
    const { queues } = this.of.recorder;
    this.fact(FACT_BURIED, message);
    this.peers.requestEnds(message, outcome, false);
    if (this.messages.is(message, IS_READY)) this.readyNoMore(message);
    queues.left(this.index, this.messages.timesOf(message), this.messages.timeAt(message, PUT));
    const epoch = this.messages.epoch(message);
    // The fate of one here, and where those there have come from.
    queues.counts.add(this.index, epoch, DEAD_LETTERED);
    queues.counts.add(deadLetter, epoch, DEAD_LETTERED);
    this.peers.moves(message, deadLetter);
  }

  /**
   * A handler of a message has ended: what its request learns of it, and the counts. Whether the
   * message leaves, or is delivered again, is the broker's.
   */
  handlerEnded(message: number, outcome: number, degraded: boolean, delivery: number): void {
    const { messages } = this;
    const { queues } = this.of.recorder;
    const epoch = messages.epoch(message);
    const original = messages.original(message);
    if (outcome === OK) {
      const again = messages.is(original, COPY) || this.isHandled(message, delivery);
      if (again) queues.counts.add(this.index, epoch, DUPLICATED);
      else {
        queues.counts.add(this.index, epoch, MESSAGES_HANDLED);
        queues.done(this.index, epoch, this.ageNs(message));
      }
      messages.mark(original, HANDLED, true);
    }
    if (outcome === OK || outcome === ERROR) this.peers.requestEnds(original, outcome, degraded);
  }

  /** Whether anybody gains by a message's being handled (again). */
  isWanted(message: number, delivery: number): boolean {
    const { messages } = this;
    if (messages.is(messages.original(message), COPY | UNWANTED)) return false;
    return !this.isHandled(message, delivery);
  }

  private isHandled(message: number, delivery: number): boolean {
    const { messages } = this;
    // To a log what was published twice is two records: with one group the message they are of tells.
    // With several it does not say who has handled it, and a copy counts as handled for the first time.
    if (this.consumers.length > 1 && this.broker.isHandled?.(delivery) === false) return false;
    return messages.is(messages.original(message), HANDLED);
  }

  /** Keeps a message that may leave meanwhile, for one who still delivers it then; `letGo` ends it. */
  keep(message: number): void {
    this.messages.keep(message);
    this.of.commits?.messageKept(message);
  }

  /** Call last: its row may be free then. */
  letGo(message: number): void {
    this.of.commits?.messageLeft(message);
    this.messages.returned(message);
  }

  /** What its request asks for, as a number: 0 for nothing. */
  keyOf(message: number): number {
    const { messages } = this;
    const [hi, lo] = [messages.get(message, M_ROOT_HI), messages.get(message, M_ROOT_LO)];
    return this.of.labels.keyOfRequest(messages.origin(message), hi, lo);
  }

  /** A replica that takes what is delivered: there, up, and not about to leave. */
  isUp(replica: number): boolean {
    return this.of.replicas.crashes[replica] === 0 && this.of.replicas.isThere[replica] === 1;
  }

  /** Whether what is delivered to a replica now would find a free worker. */
  canStart(replica: number): boolean {
    const { depth, freeWorkers, pauses } = this.of.replicas;
    const coming = this.of.deliveries.onWay[replica];
    const takes = depth[replica] === 0 && pauses[replica] === 0 && this.isUp(replica);
    return takes && freeWorkers[replica] > coming;
  }

  /** How many wait in the own queue of a replica, or are on their way there. */
  waitingAt(replica: number): number {
    return this.of.replicas.depth[replica] + this.of.deliveries.onWay[replica];
  }

  private ageNs(message: number): number {
    return this.nowNs - this.of.deliveries.arrivedNs(message);
  }

  private leaves(message: number): void {
    const { messages } = this;
    if (messages.is(message, IS_READY)) this.readyNoMore(message);
    this.of.recorder.queues.left(
      this.index,
      messages.timesOf(message),
      messages.timeAt(message, PUT),
    );
    this.peers.leaves(message);
    messages.release(message);
  }

  /** A dead letter of another queue finds no place here either: it is gone. */
  losesLetter(message: number): void {
    this.of.recorder.queues.counts.add(this.index, this.messages.epoch(message), LOST);
    this.fact(FACT_DROPPED, message);
    this.peers.leaves(message);
    this.messages.release(message);
  }

  private fact(kind: number, message: number): void {
    const { messages } = this;
    this.of.recorder.fingerprint.fact(
      kind,
      messages.get(message, M_HI),
      messages.get(message, M_LO),
    );
  }

  /** The replica where a delivery, or a publisher, is. */
  replicaOf(attempt: number): number {
    return this.of.attempts.words[attempt * ROW + REPLICA];
  }
}
