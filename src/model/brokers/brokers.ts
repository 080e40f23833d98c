import { DEAD_LETTERED, LOST } from '../../measure/queue-book.js';
import { Alarms } from '../alarms.js';
import { BITS, CAME, DEGRADED_BIT, DONE, HI, LO, REPLICA, ROW, SITE, TIMES } from '../attempts.js';
import { BROKER_ALARM, FACT_ENDED, OK, REJECTED } from '../outcomes.js';
import type { FaultCondition } from '../plan.js';
import { takesMakeRoom } from '../rings.js';
import { type Broker, BURIES, LOSES, PASSES_ON, REFUSED, TAKEN, WAITS } from './broker.js';
import { BrokerQueue, type Consumer } from './broker-queue.js';
import { Deliveries } from './deliveries.js';
import { brokerOf } from './kinds.js';
import { GONE, IS_READY, type Messages, PUT, READY } from './messages.js';
import { type BrokerParts, type BrokerPeers, consumersOf, queueParts } from './parts.js';
import { Publications } from './publications.js';
import { delivererOf } from './with-brokers.js';

const NONE = -1;

/**
 * The queues of a plan, between those who publish and those who consume. A publisher's attempt comes
 * to the queue's counter and is answered when its broker has taken the message, so that timeouts,
 * retries and breakers work on it as on any call. A request sent to a queue by a producer lives on in
 * its message: it ends when a handler of that first has.
 */
export class Brokers {
  readonly messages: Messages;
  readonly alarms: Alarms;
  readonly queues: readonly BrokerQueue[];
  /** As parents of calls have it. */
  readonly parent: number;
  readonly publications: Publications;
  private readonly deliveries: Deliveries;
  /** First replica of the counters: the queues' replicas are the last, in their order. */
  private readonly firstCounter: number;
  private readonly takers: readonly (readonly number[])[];
  /** By component: the queue that it consumes; NONE for none. */
  private readonly consumes: Int32Array;
  private readonly dirty: number[] = [];
  private readonly news: (() => void)[] = [];
  private depth = 0;
  private peers!: BrokerPeers;
  /** By producer: when its clients leave. */
  private readonly deadlineNs: Float64Array;

  constructor(private readonly of: BrokerParts) {
    const { kernel, plan, program, replicas } = of;
    this.messages = of.messages;
    this.parent = -1 - delivererOf(plan);
    this.alarms = new Alarms(kernel, BROKER_ALARM);
    this.deadlineNs = Float64Array.from(plan.producers, (producer) => producer.deadlineNs);
    this.deliveries = new Deliveries({
      ...of,
      deadlineNs: this.deadlineNs,
      parent: this.parent,
    });
    const { deliveries, messages } = this;
    this.publications = new Publications({ ...of, deliveries, messages });
    const components = plan.components.length - plan.queues.length;
    this.firstCounter = replicas.first[components];
    this.consumes = Int32Array.from(plan.components, ({ consumes }) => consumes?.queue ?? NONE);
    const consumers = consumersOf(plan, replicas, program.producerSite[delivererOf(plan)]);
    this.queues = plan.queues.map((_, q) => this.makeQueue(q, consumers[q]));
    for (const queue of this.queues) queue.broker = brokerOf(queue, plan.seed, kernel);
    for (const { consumers, index } of this.queues) {
      of.recorder.queueMarks.isConsumed[index] = consumers.length > 0 ? 1 : 0;
    }
    this.takers = this.queues.map(({ consumers, index }) =>
      takesMakeRoom(plan, index)
        ? consumers.flatMap(({ first, size }) => Array.from({ length: size }, (_, r) => first + r))
        : [],
    );
    of.recorder.queues.oldestNs = (q) => this.queues[q].broker.oldestNs();
  }

  /** Tells the parts that this one calls, and those that call it. */
  connect(peers: BrokerPeers): void {
    this.peers = peers;
    this.deliveries.connect(peers);
    this.publications.connect(peers.producers);
    peers.services.connectBrokers(this);
    peers.sending.brokers = this;
    peers.standing.brokers = this;
  }

  /** Every consumer's replica that is there begins to consume. */
  begin(): void {
    this.enter();
    for (const { broker, consumers, of } of this.queues) {
      for (const { first, size } of consumers) {
        for (let r = first; r < first + size; r++)
          if (of.replicas.isThere[r] === 1) broker.joins(r);
      }
    }
    for (const { broker } of this.queues) broker.begin();
    this.exit();
  }

  // --- Publishers

  /** An attempt has come to a replica: a delivery to whom it is for, or a publisher to a counter. */
  arrive(attempt: number, replica: number): boolean {
    if (replica < this.firstCounter) {
      this.arrived(attempt, replica);
      return false;
    }
    this.comes(attempt);
    return true;
  }

  private comes(attempt: number): void {
    const { attempts, doors, kernel } = this.of;
    const queue = this.queues[attempts.words[attempt * ROW + REPLICA] - this.firstCounter];
    attempts.times[attempt * TIMES + CAME] = kernel.clock[0];
    this.enter();
    const fate = queue.broker.meets(attempt);
    if (fate !== TAKEN) queue.findsNoRoom(fate);
    if (fate === TAKEN || fate === BURIES) this.publish(attempt, queue, fate === BURIES);
    else if (fate === WAITS && !attempts.hasLeft(attempt)) doors.join(attempt, queue.counter);
    else if (fate === REFUSED || fate === WAITS) queue.refuse(attempt, REJECTED);
    else if (fate === PASSES_ON) {
      queue.passOn(attempt);
      queue.refuse(attempt, REJECTED);
    } else if (fate === LOSES) this.forget(attempt);
    this.exit();
  }

  /**
   * Whose free workers make room in the queue whose door a replica is; none where nobody is taken to
   * wait there for good; null for a replica that is no door of a queue.
   */
  takersAt(replica: number): readonly number[] | null {
    return replica < this.firstCounter ? null : this.takers[replica - this.firstCounter];
  }

  /** A publisher that stood at the door has given up. */
  leaveDoor(attempt: number, replica: number): boolean {
    if (replica < this.firstCounter) return false;
    this.of.doors.takeOut(attempt);
    this.of.attempts.setState(attempt, DONE);
    return true;
  }

  completed(call: number, outcome: number): boolean {
    return this.publications.completed(call, outcome);
  }

  goesOn(call: number, outcome: number): boolean {
    return this.publications.goesOn(call, outcome);
  }

  gaveUp(attempt: number, call: number): void {
    this.publications.gaveUp(attempt, call);
  }

  forsaken(call: number): void {
    this.publications.forsaken(call);
  }

  /** What a service refuses is put into a queue as well (`when_full: { dead_letter: QUEUE }`). */
  putCopy(queue: number, attempt: number): void {
    const { attempts, recorder } = this.of;
    const epoch = attempts.epoch(attempt);
    recorder.queues.counts.add(queue, epoch, DEAD_LETTERED);
    this.enter();
    const { broker, plan } = this.queues[queue];
    const fate = broker.meetsLetter?.() ?? broker.meets(attempt);
    if (fate !== TAKEN) this.queues[queue].findsNoRoom(fate);
    if (fate === TAKEN || fate === BURIES) {
      const letter = this.publications.letterOf(attempt, queue);
      if (fate === BURIES) this.queues[queue].passes(letter);
      else this.queues[queue].enters(letter);
    } else if (fate === PASSES_ON) {
      recorder.queues.counts.add(queue, epoch, DEAD_LETTERED);
      this.putCopy(plan.deadLetter, attempt);
    } else recorder.queues.counts.add(queue, epoch, LOST);
    this.exit();
  }

  // --- Consumers

  /** A delivery has ended: its call, with it. */
  settled(attempt: number, call: number, outcome: number): void {
    const { attempts, calls } = this.of;
    const { words } = attempts;
    const message = calls.user(call);
    const replica = words[attempt * ROW + REPLICA];
    const queue = this.queues[this.consumes[this.of.replicas.component[replica]]];
    const degraded = (words[attempt * ROW + BITS] & DEGRADED_BIT) !== 0;
    const receipt = calls.tries(call);
    calls.release(call);
    this.enter();
    queue.handlerEnded(message, outcome, degraded, call);
    queue.broker.ended(message, replica, outcome, call, receipt);
    this.messages.returned(message);
    this.exit();
  }

  /** Whether anybody gains by a producer's call: by a delivery, as long as its message has not been handled. */
  isWanted(call: number, parent: number): boolean {
    if (parent !== this.parent) return true;
    const { messages } = this;
    const message = this.of.calls.user(call);
    return (
      this.queues[messages.queue(message)].isWanted(message, call) &&
      this.deliveries.leavesNs(message) > this.of.kernel.clock[0]
    );
  }

  /** Whether a component takes its work from a queue. */
  isConsumer(component: number): boolean {
    return this.consumes[component] !== NONE;
  }

  /** A worker at a replica may be free, or its queue shorter. */
  hasRoom(replica: number): void {
    if (this.consumes[this.of.replicas.component[replica]] === NONE) return;
    this.dirty.push(replica);
    this.enter();
    this.exit();
  }

  /** A replica is there and up from now on; or not any more; or stands still, or goes on. */
  joins(replica: number): void {
    this.tell(replica, (broker) => broker.joins(replica));
  }

  leaves(replica: number): void {
    this.tell(replica, (broker) => broker.leaves(replica));
  }

  pauses(replica: number, on: boolean): void {
    this.tell(replica, (broker) => broker.pauses(replica, on));
  }

  /** What befalls a replica while a broker is at something is told when that is over. */
  private tell(replica: number, what: (broker: Broker) => void): void {
    const queue = this.consumes[this.of.replicas.component[replica]];
    if (queue === NONE) return;
    const { broker } = this.queues[queue];
    if (this.depth > 0) {
      this.news.push(() => what(broker));
      return;
    }
    this.enter();
    what(broker);
    this.exit();
  }

  private arrived(attempt: number, replica: number): void {
    const { attempts, edges, program } = this.of;
    if (edges[program.siteEdge[attempts.words[attempt * ROW + SITE]]].isDelivery) {
      this.deliveries.onWay[replica]--;
    }
  }

  // --- Time

  /** An alarm of a broker. */
  rang(alarm: number): void {
    const { alarms } = this;
    if (!alarms.ring(alarm)) return;
    const { kind, row } = alarms;
    this.enter();
    this.queues[kind >> 4].broker.rang(kind & 15, row);
    this.exit();
  }

  /** The figures that brokers watch. */
  get watched(): string[] {
    return this.queues.flatMap(({ broker }) => broker.watched?.map(({ metric }) => metric) ?? []);
  }

  /** A second has ended with these figures, in the order of `watched`. */
  second(figures: readonly number[], holds: (figure: number, of: FaultCondition) => boolean): void {
    let i = 0;
    this.enter();
    for (const { broker } of this.queues) {
      const are = broker.watched?.map((condition) => holds(figures[i++], condition)) ?? [];
      if (are.length > 0) broker.second?.(are);
    }
    this.exit();
  }

  /** The client of a request would leave now, if the message is still the one it was. */
  clientLeaves(message: number): void {
    this.publications.clientLeaves(message);
  }

  // --- At the end

  /** Counts what still lies in queues at its age. */
  reckon(): void {
    const { messages } = this;
    const { queues } = this.of.recorder;
    const now = this.of.kernel.clock[0];
    for (let m = 0; m < messages.used; m++) {
      if (messages.isFree(m) || messages.is(m, GONE)) continue;
      const queue = messages.queue(m);
      queues.held.times.add(queue, now - messages.time(m, PUT));
      if (messages.is(m, IS_READY)) queues.ready.times.add(queue, now - messages.time(m, READY));
    }
  }

  get bytes(): number {
    return this.messages.bytes + this.alarms.bytes + this.publications.bytes;
  }

  // --- Within

  /**
   * Brokers may deliver from here to `exit`: nobody's answer comes back before that, and replicas
   * that have found room meanwhile are looked at then.
   */
  private enter(): void {
    this.of.kernel.suspend();
    this.depth++;
  }

  private exit(): void {
    if (this.depth === 1) {
      for (;;) {
        const news = this.news.shift();
        if (news !== undefined) {
          news();
          continue;
        }
        const replica = this.dirty.pop();
        if (replica === undefined) break;
        this.queues[this.consumes[this.of.replicas.component[replica]]].broker.hasRoom(replica);
      }
    }
    this.depth--;
    this.of.kernel.resume();
  }

  /** A message is taken from a publisher, who is told. */
  private publish(attempt: number, queue: BrokerQueue, buried: boolean): void {
    const message = this.publications.publish(attempt, queue.index);
    this.answerPublisher(attempt);
    if (buried) queue.passes(message);
    else queue.enters(message);
  }

  private answerPublisher(attempt: number): void {
    const { attempts, recorder } = this.of;
    const { words } = attempts;
    recorder.fingerprint.fact(FACT_ENDED, words[attempt * ROW + HI], words[attempt * ROW + LO]);
    attempts.setState(attempt, DONE);
    this.peers.sending.letIn(attempt);
    this.peers.sending.answer(attempt, OK);
  }

  /** Nobody is ever told of an attempt. */
  private forget(attempt: number): void {
    if (this.of.attempts.hasLeft(attempt)) this.publications.turnedAway(attempt);
    this.of.attempts.setState(attempt, DONE);
    this.peers.sending.letIn(attempt);
    this.of.attempts.letGo(attempt);
  }

  private moves(message: number, to: number): void {
    const { messages, publications } = this;
    const moved = messages.move(message, to, this.of.kernel.clock[0]);
    if (moved !== message) {
      this.of.commits?.copied(moved, message);
      publications.left(message);
      messages.release(message);
    }
    const queue = this.queues[to];
    const fate = queue.broker.meetsLetter?.() ?? TAKEN;
    if (fate !== TAKEN) queue.findsNoRoom(fate);
    if (fate === REFUSED) queue.losesLetter(moved);
    else if (fate === PASSES_ON) {
      const { counts } = this.of.recorder.queues;
      counts.add(to, messages.epoch(moved), DEAD_LETTERED);
      counts.add(queue.plan.deadLetter, messages.epoch(moved), DEAD_LETTERED);
      this.moves(moved, queue.plan.deadLetter);
    } else if (fate === BURIES) queue.passes(moved);
    else queue.enters(moved);
  }

  private makeQueue(q: number, consumers: readonly Consumer[]): BrokerQueue {
    const { attempts, plan } = this.of;
    const { alarms, deliveries, messages } = this;
    const parts = queueParts(this.of, { alarms, deliveries, messages });
    return new BrokerQueue(q, plan.queues[q], consumers, this.firstCounter + q, parts, {
      answer: (attempt, outcome) => {
        if (attempts.hasLeft(attempt)) this.publications.turnedAway(attempt);
        this.peers.sending.answer(attempt, outcome);
      },
      letIn: (attempt) => this.peers.sending.letIn(attempt),
      publish: (attempt, queue, buried) => this.publish(attempt, queue, buried),
      putCopy: (queue, attempt) => this.putCopy(queue, attempt),
      requestEnds: (message, outcome, degraded) =>
        this.publications.requestEnds(message, outcome, degraded),
      moves: (message, queue) => this.moves(message, queue),
      leaves: (message) => this.publications.left(message),
    });
  }
}
