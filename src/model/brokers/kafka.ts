import { deriveLo, hashText } from '../../kernel/draws.js';
import type { Kernel } from '../../kernel/kernel.js';
import type { FaultCondition } from '../plan.js';
import { type Broker, TAKEN } from './broker.js';
import type { BrokerQueue } from './broker-queue.js';
import {
  NEXT_POLL,
  POLLED_TOO_LATE,
  REBALANCED,
  RETENTION,
  SESSION_OVER,
  TRY_AGAIN,
} from './kafka-alarms.js';
import { KafkaConsumer } from './kafka-consumer.js';
import { KafkaFlights } from './kafka-flights.js';
import { KafkaLog } from './kafka-log.js';
import type { KafkaMember } from './kafka-member.js';
import { KafkaReading } from './kafka-reading.js';
import { KafkaRetries } from './kafka-retries.js';
import { M_HI, M_LO, PUT } from './messages.js';

const NONE = -1;
const PARTITION = hashText('partition').lo | 0;

/**
 * A Kafka topic: records by key into partitions, each partition read in order by one member of each
 * group. It takes whatever comes, and keeps it until every group has committed past it or the
 * retention is over. Each component that consumes is a group of its own with all records; each of its
 * replicas is a member.
 */
export class KafkaBroker implements Broker {
  readonly watched: readonly FaultCondition[];
  private readonly partitions: number;
  private readonly log: KafkaLog;
  private readonly flights = new KafkaFlights();
  private readonly retries: KafkaRetries;
  private readonly readings: readonly KafkaReading[];
  private readonly consumers: readonly KafkaConsumer[];

  constructor(
    private readonly queue: BrokerQueue,
    kernel: Kernel,
  ) {
    const { broker } = queue.plan;
    if (broker.kind !== 'kafka') throw new Error(`${queue.plan.name} is no topic`);
    const { partitions, retentionNs } = broker;
    this.partitions = partitions;
    this.readings = queue.consumers.map((_, g) => new KafkaReading(g, queue, partitions));
    this.log = new KafkaLog(queue, retentionNs, this.readings, partitions, RETENTION);
    this.retries = new KafkaRetries(queue);
    const { flights, log, retries } = this;
    const parts = { queue, kernel, log, flights, retries };
    this.consumers = queue.consumers.map((consumer, g) => {
      const { how } = consumer;
      if (how.kind !== 'poll') throw new Error(`${consumer.name} polls no topic`);
      return new KafkaConsumer(g, consumer, how, this.readings[g], parts, partitions);
    });
    this.watched = this.consumers.flatMap(({ plan }) => plan.pauseWhen);
  }

  begin(): void {
    for (const consumer of this.consumers) consumer.begin();
  }

  meets(): number {
    return TAKEN;
  }

  put(message: number): void {
    const partition = this.partitionOf(message);
    this.log.append(partition, message);
    for (const consumer of this.consumers) consumer.appended(partition);
  }

  /** By the key of its request, if that has one; else by its own, which spreads them evenly. */
  partitionOf(message: number): number {
    if (this.partitions === 1) return 0;
    const key = this.queue.keyOf(message);
    const { messages } = this.queue;
    const hash =
      key === 0
        ? deriveLo(messages.get(message, M_HI), messages.get(message, M_LO), PARTITION)
        : deriveLo(key, key, PARTITION);
    return (hash >>> 0) % this.partitions;
  }

  isHandled(delivery: number): boolean {
    const { flights } = this;
    const reading = this.readings[flights.reading[delivery]];
    return reading.isHandled(flights.partition[delivery], flights.offset[delivery]);
  }

  ended(message: number, replica: number, outcome: number, delivery: number): void {
    this.consumerAt(replica).ended(this.memberAt(replica), message, outcome, delivery);
  }

  hasRoom(replica: number): void {
    this.consumerAt(replica).threads.step(this.memberAt(replica));
  }

  joins(replica: number): void {
    this.consumerAt(replica).joins(this.memberAt(replica));
  }

  leaves(replica: number): void {
    this.consumerAt(replica).leaves(this.memberAt(replica));
  }

  pauses(replica: number, on: boolean): void {
    this.consumerAt(replica).pauses(this.memberAt(replica), on);
  }

  rang(what: number, row: number): void {
    if (what === RETENTION) {
      if (this.log.rang(row) > 0) for (const consumer of this.consumers) consumer.recount();
    } else if (what === REBALANCED) this.consumers[row].rebalanced();
    else if (what === TRY_AGAIN) this.retries.rang(row);
    else this.rangFor(what, this.consumerAt(row), this.memberAt(row));
  }

  private rangFor(what: number, consumer: KafkaConsumer, member: KafkaMember): void {
    if (what === POLLED_TOO_LATE) consumer.polledTooLate(member);
    else if (what === SESSION_OVER) consumer.sessionOver(member);
    else if (what === NEXT_POLL) {
      member.pollAlarm = NONE;
      consumer.threads.step(member);
    }
  }

  second(holds: readonly boolean[]): void {
    let i = 0;
    for (const consumer of this.consumers) {
      const { pauseWhen } = consumer.plan;
      consumer.holdBack(pauseWhen.some((_, c) => holds[i + c]));
      i += pauseWhen.length;
    }
  }

  /** What the group that has come least far in a partition would be given next is the oldest. */
  oldestNs(): number {
    let oldest = Infinity;
    for (const reading of this.readings) {
      for (let p = 0; p < this.partitions; p++) {
        const message = reading.oldest(p);
        if (message !== NONE) oldest = Math.min(oldest, this.queue.messages.time(message, PUT));
      }
    }
    return oldest;
  }

  private consumerAt(replica: number): KafkaConsumer {
    const component = this.queue.of.replicas.component[replica];
    const found = this.consumers.find(({ consumer }) => consumer.component === component);
    if (found === undefined) throw new Error(`nobody consumes ${this.queue.plan.name} there`);
    return found;
  }

  private memberAt(replica: number): KafkaMember {
    const { consumer, members } = this.consumerAt(replica);
    return members[replica - consumer.first];
  }
}
