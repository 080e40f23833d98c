import fc from 'fast-check';
import type { DistributionSpec } from '../../src/kernel/distributions.js';
import type { ConsumePlan, FaultCondition, QueuePlan } from '../../src/model/plan.js';
import { MS, network, S } from './random-parts.js';

/** A queue of a random scenario, and how its consumers take from it. */
export interface QueueShape {
  queue: Omit<QueuePlan, 'name' | 'deadLetter'>;
  /** Whether it has dead letters, and where they go: to one of the queues made for that. */
  deadLetter: number | null;
  how: ConsumePlan;
  /** What a delivery takes on its way. */
  network: DistributionSpec | null;
}

type Kind = Pick<QueueShape, 'queue' | 'how'>;

const memory: fc.Arbitrary<Kind> = fc.record({
  queue: fc.record({
    capacity: fc.constantFrom(1, 2, 5, 20, Infinity),
    whenFull: fc.constantFrom(
      ...(['reject', 'block', 'block', 'drop_oldest', 'drop_newest'] as const),
      ...(['drop_lowest_priority', 'dead_letter'] as const),
    ),
    broker: fc.constant({ kind: 'memory' as const }),
  }),
  how: fc.constant<ConsumePlan>({ kind: 'worker' }),
});

const rabbit: fc.Arbitrary<Kind> = fc.record({
  queue: fc.record({
    capacity: fc.constantFrom(1, 2, 5, 20, Infinity, Infinity),
    whenFull: fc.constantFrom('drop_oldest', 'reject', 'dead_letter'),
    broker: fc.record({
      kind: fc.constant('rabbitmq' as const),
      deliveryLimit: fc.constantFrom(0, 1, 3, 20, Infinity),
      memory: fc.option(
        fc.record({
          limitBytes: fc.constantFrom(1, 16_384, 50_000, 1_000_000),
          at: fc.constantFrom(0.4, 0.6, 1),
        }),
        { nil: null },
      ),
    }),
  }),
  how: fc.record({
    kind: fc.constant('prefetch' as const),
    count: fc.constantFrom(1, 2, 10, 100, Infinity),
  }),
});

const stream: fc.Arbitrary<Kind> = fc.record({
  queue: fc.record({
    capacity: fc.constantFrom(0, 1, 5, Infinity),
    whenFull: fc.constant('reject' as const),
    broker: fc.record({
      kind: fc.constant('stream' as const),
      overflow: fc.constantFrom('buffer', 'drop', 'latest', 'error'),
    }),
  }),
  how: fc.record({
    kind: fc.constant('request' as const),
    n: fc.constantFrom(1, 2, 8, 256, Infinity),
    replenish: fc.constantFrom(0.01, 0.5, 0.75, 0.75, 1),
    forget: fc.constantFrom(0, 0, 0.1, 1),
  }),
});

const sqs: fc.Arbitrary<Kind> = fc.record({
  queue: fc.record({
    capacity: fc.constant(Infinity),
    whenFull: fc.constant('reject' as const),
    broker: fc.record({
      kind: fc.constant('sqs' as const),
      visibilityNs: fc.constantFrom(20 * MS, 300 * MS, 30 * S),
      receivesMax: fc.constantFrom(1, 3, Infinity),
      inFlightMax: fc.constantFrom(2, 120_000),
    }),
  }),
  how: fc.record({
    kind: fc.constant('receive' as const),
    recordsMax: fc.constantFrom(1, 10),
    waitNs: fc.constantFrom(50 * MS, 1 * S, 20 * S),
  }),
});

const kafka: fc.Arbitrary<Kind> = fc.record({
  queue: fc.record({
    capacity: fc.constant(Infinity),
    whenFull: fc.constant('reject' as const),
    broker: fc.record({
      kind: fc.constant('kafka' as const),
      partitions: fc.constantFrom(1, 2, 5),
      retentionNs: fc.constantFrom(Infinity, Infinity, 300 * MS),
      bufferBytes: fc.constantFrom(20_000, 100_000, 32 * 1024 * 1024),
      maxBlockNs: fc.constantFrom(0, 100 * MS, Infinity),
    }),
  }),
  how: fc.record({
    kind: fc.constant('poll' as const),
    recordsMax: fc.constantFrom(1, 3, 500),
    intervalMaxNs: fc.constantFrom(200 * MS, 1000 * MS, Infinity),
    sessionNs: fc.constantFrom(100 * MS, 2000 * MS),
    everyNs: fc.constantFrom(0, 0, 50 * MS),
    batch: fc.boolean(),
    onFull: fc.constantFrom('pause', 'block', 'buffer'),
    pauseWhen: fc.constant<FaultCondition[]>([]),
    rebalance: fc.record({
      takesNs: fc.constantFrom(1, 100 * MS, 500 * MS),
      mode: fc.constantFrom('eager', 'cooperative'),
    }),
  }),
});

/** By broker: one more kind is one more entry. */
export const kinds: readonly fc.Arbitrary<Kind>[] = [memory, stream, rabbit, sqs, kafka];

export const queueShape: fc.Arbitrary<QueueShape> = fc
  .tuple(fc.oneof(...kinds), fc.option(fc.nat(1), { freq: 2 }), network)
  .map(([kind, deadLetter, onWay]) => ({ ...kind, deadLetter, network: onWay }));

/** The queues of a scenario, and by component the one it consumes; null for none. */
export interface QueueShapes {
  shapes: QueueShape[];
  consumes: (number | null)[];
}

export const queueShapes: fc.Arbitrary<QueueShapes> = fc.record({
  shapes: fc.array(queueShape, { minLength: 1, maxLength: 3 }),
  consumes: fc.array(fc.option(fc.nat(9), { freq: 3 }), { minLength: 5, maxLength: 5 }),
});
