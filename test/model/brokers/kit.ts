import type { Measured } from '../../../src/measure/measured.js';
import type {
  ComponentPlan,
  ConsumePlan,
  EdgePlan,
  Plan,
  ProducerPlan,
  QueuePlan,
  StepPlan,
} from '../../../src/model/plan.js';
import { World } from '../../../src/model/world.js';
import { component, edge, plan, producer, s, work } from '../../judge/sample.js';

/** Plans with one queue, made by hand: a producer publishes, consumers take. */

export function queue(name: string, more: Partial<QueuePlan> = {}): QueuePlan {
  return {
    name,
    capacity: Infinity,
    whenFull: 'reject',
    deadLetter: -1,
    broker: { kind: 'memory' },
    ...more,
  };
}

export interface Pipe {
  queue?: Partial<QueuePlan>;
  /** What it is like to publish. */
  publish?: Partial<EdgePlan>;
  deliver?: Partial<EdgePlan>;
  producer?: Partial<ProducerPlan>;
  how?: ConsumePlan;
  consumers?: { steps?: StepPlan[]; more?: Partial<ComponentPlan>; how?: ConsumePlan }[];
  plan?: Partial<Plan>;
}

/** users -> q (1 queue) -> one component for each consumer, c0, c1 … */
export function pipe(of: Pipe): Plan {
  const consumers = of.consumers ?? [{}];
  const count = consumers.length;
  const edges = [
    edge({ kind: 'producer', index: 0 }, count, { name: 'users -> q', ...of.publish }),
    ...consumers.map((_, c) =>
      edge({ kind: 'queue', index: 0 }, c, { name: `q -> c${c}`, ...of.deliver }),
    ),
  ];
  return plan({
    producers: [producer('users', 0, of.producer ?? {})],
    components: consumers.map(({ steps, more, how }, c) => {
      const consumes = {
        queue: 0,
        to: { edge: c + 1, route: 0 },
        how: how ?? of.how ?? { kind: 'worker' as const },
      };
      return component(`c${c}`, steps ?? [work(0.005)], { consumes, ...more });
    }),
    edges,
    queues: [queue('q', of.queue)],
    warmupNs: 0,
    ...of.plan,
  });
}

export function runPlan(of: Plan): Measured {
  const world = new World(of, { stepNs: s(1), windows: [], memoryLimitBytes: 4e9 });
  while (!world.advance(200_000));
  return world.measured();
}
