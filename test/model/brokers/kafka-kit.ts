import type { Measured } from '../../../src/measure/measured.js';
import type { BrokerQueue } from '../../../src/model/brokers/broker-queue.js';
import type { KafkaBroker } from '../../../src/model/brokers/kafka.js';
import type { KafkaFlights } from '../../../src/model/brokers/kafka-flights.js';
import { M_HI, M_LO } from '../../../src/model/brokers/messages.js';
import type { BrokerPlan, Plan, PollPlan } from '../../../src/model/plan.js';
import { World } from '../../../src/model/world.js';
import { s } from '../../judge/sample.js';

/** A poll loop as the language has it where nothing is said. */
export function poll(more: Partial<PollPlan> = {}): { kind: 'poll' } & PollPlan {
  return {
    kind: 'poll',
    recordsMax: 500,
    intervalMaxNs: s(300),
    sessionNs: s(45),
    everyNs: 0,
    batch: false,
    onFull: 'pause',
    pauseWhen: [],
    rebalance: { takesNs: s(3), mode: 'eager' },
    ...more,
  };
}

export function topic(
  partitions: number,
  more: Partial<Extract<BrokerPlan, { kind: 'kafka' }>> = {},
): BrokerPlan {
  return {
    kind: 'kafka',
    partitions,
    retentionNs: Infinity,
    bufferBytes: 32 * 1024 * 1024,
    maxBlockNs: s(60),
    ...more,
  };
}

/** One delivery of a record, as a broker saw it. */
export interface Seen {
  record: string;
  partition: number;
  consumer: string;
  replica: number;
  /** Under which assignment of its partition. */
  assignment: number;
  fromNs: number;
  /** Infinity: still under way at the end of the run. */
  toNs: number;
  outcome: number;
}

/** Runs a plan with one topic, and tells every delivery in order. */
export function watchPlan(
  of: Plan,
  budget = 200_000,
): { measured: Measured; seen: Seen[]; order: string[][] } {
  const world = new World(of, { stepNs: s(1), windows: [], memoryLimitBytes: 4e9 });
  const queue = world.brokers?.queues[0] as BrokerQueue;
  const broker = queue.broker as KafkaBroker;
  const { messages } = queue;
  const { flights } = broker as unknown as { flights: KafkaFlights };
  const seen: Seen[] = [];
  const order: string[][] = [];
  const under = new Map<number, Seen>();
  const nameOf = (message: number): string => {
    return `${messages.get(message, M_HI)}/${messages.get(message, M_LO)}`;
  };
  const put = broker.put.bind(broker);
  broker.put = (message) => {
    const partition = broker.partitionOf(message);
    order[partition] ??= [];
    order[partition].push(nameOf(message));
    put(message);
  };
  const prepare = queue.prepare.bind(queue);
  queue.prepare = (message, consumer, replica, times) => {
    const one: Seen = {
      record: nameOf(message),
      partition: broker.partitionOf(message),
      consumer: consumer.name,
      replica,
      assignment: 0,
      fromNs: queue.nowNs,
      toNs: Infinity,
      outcome: 0,
    };
    seen.push(one);
    const delivery = prepare(message, consumer, replica, times);
    under.set(delivery, one);
    return delivery;
  };
  const ended = broker.ended.bind(broker);
  broker.ended = (message, replica, outcome, delivery) => {
    const one = under.get(delivery);
    under.delete(delivery);
    if (one !== undefined) {
      one.assignment = flights.epoch[delivery];
      one.toNs = queue.nowNs;
      one.outcome = outcome;
    }
    ended(message, replica, outcome, delivery);
  };
  while (!world.advance(budget));
  for (const [delivery, one] of under) one.assignment = flights.epoch[delivery];
  return { measured: world.measured(), seen, order };
}
