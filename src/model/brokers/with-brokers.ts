import type { ComponentPlan, Plan } from '../plan.js';
import { unseenProducer } from '../unseen-producer.js';

/** With a blank in it, so that nothing of a scenario has its name. */
const DELIVERER = 'broker deliveries';

/**
 * A plan with what its brokers need at its end, where figures do not look: for each queue a component
 * that publishers call, and one producer, from which nothing arrives by itself, whose calls are the
 * deliveries to all who consume. So what is published and what is delivered are attempts like any
 * other. The same plan where it has no queues.
 */
export function withBrokers(plan: Plan): Plan {
  if (plan.queues.length === 0) return plan;
  const components = [...plan.components, ...plan.queues.map(({ name }) => counterOf(name))];
  const to = plan.components.flatMap(({ consumes }) => {
    return consumes === null ? [] : [{ ...consumes.to, weight: 1 }];
  });
  return { ...plan, components, producers: [...plan.producers, unseenProducer(DELIVERER, to)] };
}

/** The producer of deliveries in a plan that has it; -1 in another. */
export function delivererOf({ producers }: Plan): number {
  return producers.findIndex(({ name }) => name === DELIVERER);
}

/**
 * Where publishers come: the broker itself answers them. It is one whose callers may have to wait at
 * its door, and has a worker to spare, so that nobody is taken to wait there for good.
 */
function counterOf(name: string): ComponentPlan {
  return {
    name,
    kind: 'dependency',
    replicas: 1,
    replicasMax: 1,
    balance: 'round_robin',
    workers: 1,
    cores: Infinity,
    io: 'blocking',
    queue: {
      capacity: 0,
      discipline: 'fifo',
      whenFull: 'block',
      deadLetter: -1,
      lifoAbove: null,
      coalesce: null,
      shed: null,
      maxAge: null,
    },
    admission: [],
    contention: null,
    reject: null,
    deadlineCheck: false,
    degrade: null,
    autoscale: null,
    health: null,
    memory: null,
    consumes: null,
    routes: [{ name: null, steps: [] }],
  };
}
