import type {
  ComponentPlan,
  EdgePlan,
  Plan,
  ProducerPlan,
  QueuePlan,
  StepPlan,
} from '../../../src/model/plan.js';
import { call, component, edge, plan, producer, s } from '../../judge/sample.js';
import { queue } from './kit.js';

type Asks = { n: number; replenish: number; forget: number };
type Overflow = 'buffer' | 'drop' | 'latest' | 'error';

export interface Stage {
  steps: StepPlan[];
  asks?: Partial<Asks>;
  overflow?: Overflow | undefined;
  queue?: Partial<QueuePlan>;
  more?: Partial<ComponentPlan>;
  /** What it is like to be sent what was asked for, and to publish to this stage's queue. */
  deliver?: Partial<EdgePlan>;
  publish?: Partial<EdgePlan>;
}

export interface Stages {
  producer?: Partial<ProducerPlan>;
  stages: readonly Stage[];
  plan?: Partial<Plan>;
}

/** users -> q0 -> c0 -> q1 -> c1 …: streams, and stages that hand on what they have done. */
export function stages(of: Stages): Plan {
  const count = of.stages.length;
  const edges = of.stages.flatMap(({ deliver, publish }, i) => {
    const from: EdgePlan['from'] = { kind: i === 0 ? 'producer' : 'component', index: i && i - 1 };
    return [
      edge(from, count + i, { name: i === 0 ? 'users -> q0' : `c${i - 1} -> q${i}`, ...publish }),
      edge({ kind: 'queue', index: i }, i, { name: `q${i} -> c${i}`, ...deliver }),
    ];
  });
  const components = of.stages.map(({ asks, more, steps }, i) => {
    const how = { kind: 'request' as const, n: 256, replenish: 0.75, forget: 0, ...asks };
    const on = i + 1 < count ? [call(2 * i + 2)] : [];
    const consumes = { queue: i, to: { edge: 2 * i + 1, route: 0 }, how };
    return component(`c${i}`, [...steps, ...on], { consumes, ...more });
  });
  return plan({
    producers: [producer('users', 0, of.producer ?? {})],
    components,
    edges,
    queues: of.stages.map(({ overflow, queue: more }, i) => {
      return queue(`q${i}`, {
        broker: { kind: 'stream', overflow: overflow ?? 'buffer' },
        ...more,
      });
    }),
    warmupNs: 0,
    durationNs: s(60),
    ...of.plan,
  });
}
