import type { Kernel } from '../../kernel/kernel.js';
import type { Broker } from './broker.js';
import type { BrokerQueue } from './broker-queue.js';
import { KafkaBroker } from './kafka.js';
import { MemoryBroker } from './memory-broker.js';

/** The broker of a queue; `seed` names its streams, the kernel keeps its timer lines. */
export function brokerOf(queue: BrokerQueue, seed: string, kernel: Kernel): Broker {
  const { kind } = queue.plan.broker;
  switch (kind) {
    case 'memory':
      return new MemoryBroker(queue);
    case 'kafka':
      return new KafkaBroker(queue, kernel);
    default:
      void seed;
      throw new Error(`not yet: broker ${kind}`);
  }
}
