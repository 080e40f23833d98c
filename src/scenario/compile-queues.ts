import type {
  BrokerPlan,
  ConsumePlan,
  ConsumesPlan,
  FaultCondition,
  QueuePlan,
  QueueWhenFull,
} from '../model/plan.js';
import { deliveryName, type Graph, routeFor } from './graph.js';
import type { LoneQueue } from './schema/broker.js';
import { type Consuming, USUAL_POLL } from './schema/consuming.js';
import type { Condition } from './schema/faults.js';

/** The plans of checked queues, in the order of the file. */
export function queuePlans(queues: Readonly<Record<string, LoneQueue>>): QueuePlan[] {
  const names = Object.keys(queues);
  return Object.entries(queues).map(([name, queue]): QueuePlan => {
    const target = queue.dead_letter ?? queue.when_full?.queue ?? null;
    return {
      name,
      capacity: queue.capacity,
      whenFull: queue.when_full?.how ?? usualWhenFull(queue),
      deadLetter: target === null ? -1 : names.indexOf(target),
      broker: brokerPlan(queue),
    };
  });
}

/** RabbitMQ throws out the oldest (drop-head) where nothing is said. */
function usualWhenFull({ broker }: LoneQueue): QueueWhenFull {
  return broker === 'rabbitmq' ? 'drop_oldest' : 'reject';
}

function brokerPlan(queue: LoneQueue): BrokerPlan {
  switch (queue.broker) {
    case 'memory':
      return { kind: 'memory' };
    case 'kafka': {
      const { partitions, producer, retention } = queue;
      const { buffer, max_block: maxBlockNs } = producer;
      return {
        kind: 'kafka',
        partitions,
        retentionNs: retention,
        bufferBytes: buffer,
        maxBlockNs,
      };
    }
    case 'rabbitmq': {
      const { memory } = queue;
      return {
        kind: 'rabbitmq',
        deliveryLimit: queue.delivery_limit,
        memory: memory === null ? null : { limitBytes: memory.limit, at: memory.at },
      };
    }
    case 'sqs':
      return {
        kind: 'sqs',
        visibilityNs: queue.visibility,
        receivesMax: queue.max_receives,
        inFlightMax: queue.in_flight,
      };
    case 'stream':
      return { kind: 'stream', overflow: queue.overflow };
  }
}

/** What a checked component takes its work from; null where that is callers alone. */
export function consumesPlan(
  name: string,
  part: Consuming,
  graph: Graph,
  queues: Readonly<Record<string, LoneQueue>>,
  read: (conditions: readonly Condition[]) => FaultCondition[],
): ConsumesPlan | null {
  if (part.consumes === undefined) return null;
  const queue = queues[part.consumes];
  const edge = graph.edges.get(deliveryName(part.consumes, name));
  const component = graph.components.get(name);
  if (queue === undefined || edge === undefined || component === undefined) {
    throw new Error(`not checked: ${part.consumes}`);
  }
  return {
    queue: Object.keys(queues).indexOf(part.consumes),
    to: { edge: edge.index, route: routeFor(component, part.consumes) },
    how: howOf(queue.broker, part, read),
  };
}

function howOf(
  broker: LoneQueue['broker'],
  part: Consuming,
  read: (conditions: readonly Condition[]) => FaultCondition[],
): ConsumePlan {
  const poll = part.poll ?? USUAL_POLL;
  switch (broker) {
    case 'memory':
      return { kind: 'worker' };
    case 'kafka': {
      const { takes, mode } = part.rebalance;
      return {
        kind: 'poll',
        recordsMax: poll.max_records ?? 500,
        intervalMaxNs: poll.max_interval,
        sessionNs: poll.session,
        everyNs: poll.every,
        batch: poll.batch,
        onFull: poll.on_full,
        pauseWhen: read(poll.pause_when),
        rebalance: { takesNs: takes, mode },
      };
    }
    case 'rabbitmq':
      return { kind: 'prefetch', count: part.prefetch };
    case 'sqs':
      return { kind: 'receive', recordsMax: poll.max_records ?? 10, waitNs: poll.wait };
    case 'stream':
      return { kind: 'request', ...part.request, forget: part.forget };
  }
}
