import type { Kernel } from '../../kernel/kernel.js';
import type { Broker } from './broker.js';
import type { BrokerQueue } from './broker-queue.js';
import { KafkaBroker } from './kafka.js';
import { MemoryBroker } from './memory-broker.js';
import { RabbitBroker } from './rabbit-broker.js';
import { SqsBroker } from './sqs-broker.js';
import { StreamBroker } from './stream-broker.js';

/** The broker of a queue; `seed` names its streams, the kernel keeps its timer lines. */
export function brokerOf(queue: BrokerQueue, seed: string, kernel: Kernel): Broker {
  const { kind } = queue.plan.broker;
  switch (kind) {
    case 'memory':
      return new MemoryBroker(queue);
    case 'stream':
      return new StreamBroker(queue, seed);
    case 'rabbitmq':
      return new RabbitBroker(queue);
    case 'kafka':
      return new KafkaBroker(queue, kernel);
    case 'sqs':
      return new SqsBroker(queue, kernel);
    default:
      throw new Error(`not yet: broker ${kind}`);
  }
}
