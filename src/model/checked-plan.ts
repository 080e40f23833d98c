import type { ComponentPlan, EdgePlan, Plan, ProducerPlan, StepPlan } from './plan.js';
import { unseenProducer } from './unseen-producer.js';

/**
 * A plan with what checks through the queue need at its end, where figures do not look: a producer
 * from which nothing arrives by itself, and for each replica that is checked an edge and a route of
 * its component. So a check is a request like any other. The same plan where nothing is so checked.
 */
export function withChecks(plan: Plan): Plan {
  if (!plan.components.some(isAsked)) return plan;
  const edges = [...plan.edges];
  const to: ProducerPlan['to'] = [];
  const components = plan.components.map((component, c): ComponentPlan => {
    const { health } = component;
    if (health === null || !isAsked(component)) return component;
    const route = component.routes.length;
    for (let replica = 0; replica < component.replicasMax; replica++) {
      to.push({ edge: edges.length, route, weight: 1 });
      edges.push(edgeOf(plan, c, replica));
    }
    const { work } = health;
    const steps: StepPlan[] = work === null ? [] : [{ op: 'work', time: work, perRequest: false }];
    return { ...component, routes: [...component.routes, { name: null, steps }] };
  });
  return {
    ...plan,
    components,
    edges,
    producers: [...plan.producers, unseenProducer(CHECKER, to)],
  };
}

/** The producer of checks through queues in a plan that has it; -1 in another. */
export function checkerOf({ producers }: Plan): number {
  return producers.findIndex(({ name }) => name === CHECKER);
}

/** Whether checks of a component go through its queue. */
function isAsked({ health }: ComponentPlan): boolean {
  return health?.via === 'queue';
}

function edgeOf(plan: Plan, component: number, replica: number): EdgePlan {
  const { health, name } = plan.components[component];
  return {
    name: `${CHECKER} -> ${name} ${replica}`,
    from: { kind: 'producer', index: plan.producers.length },
    to: component,
    replica,
    network: null,
    timeoutNs: health?.timeoutNs ?? Infinity,
    retry: null,
    cancel: false,
    deadline: null,
    connections: null,
    bulkhead: null,
    hedge: null,
    throttle: null,
    breaker: null,
    rateLimit: null,
    concurrency: null,
    windowCredits: Infinity,
    fallback: null,
  };
}

/** With a blank in it, so that nothing of a scenario has its name. */
const CHECKER = 'health checks';
