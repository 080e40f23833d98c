import type {
  CallStepPlan,
  CallTarget,
  EdgePlan,
  Plan,
  QueuePlan,
  StepPlan,
} from '../model/plan.js';

/** Indices of what a call may come to. */
export interface Reach {
  components: Set<number>;
  edges: Set<number>;
}

/**
 * The components and edges that a call may come to, its own and whatever is called beneath it; through
 * a queue to whoever consumes it, or what it gives up.
 */
export function reachOf(plan: Plan, target: CallTarget): Reach {
  const components = new Set<number>();
  const edges = new Set<number>();
  const queues = new Set<number>();
  const visited = new Set<string>();
  const pending: CallTarget[] = [target];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    edges.add(next.edge);
    const component = plan.edges[next.edge].to;
    if (component >= plan.components.length) {
      pending.push(...deliveries(plan, component - plan.components.length, queues));
      continue;
    }
    const visit = `${component}/${next.route}`;
    if (visited.has(visit)) continue;
    visited.add(visit);
    components.add(component);
    const { routes, degrade, queue } = plan.components[component];
    if (queue.deadLetter >= 0) pending.push(...deliveries(plan, queue.deadLetter, queues));
    for (const call of callsIn(routes[next.route]?.steps ?? [])) pending.push(call.to);
    for (const call of callsIn(degrade?.steps ?? [])) pending.push(call.to);
  }
  return { components, edges };
}

/** The queue that an edge leads into; null for an edge to a component. */
export function queueAt({ components, queues }: Plan, { to }: EdgePlan): QueuePlan | null {
  return to < components.length ? null : queues[to - components.length];
}

/** Where messages go that are put into a queue; it and its dead letters are looked at once each. */
function deliveries(plan: Plan, first: number, seen: Set<number>): CallTarget[] {
  const found: CallTarget[] = [];
  for (let queue = first; queue >= 0 && !seen.has(queue); queue = plan.queues[queue].deadLetter) {
    seen.add(queue);
    for (const { consumes } of plan.components) {
      if (consumes?.queue === queue) found.push(consumes.to);
    }
  }
  return found;
}

/** Every call that these steps may make, in the order of the text. */
export function callsIn(steps: readonly StepPlan[]): CallStepPlan[] {
  const calls: CallStepPlan[] = [];
  for (const step of steps) {
    if (step.op === 'call') calls.push(step);
    else if (step.op === 'parallel') calls.push(...step.branches.flat());
    else if (step.op === 'lock' || step.op === 'cache') calls.push(...callsIn(step.then));
    else if (step.op === 'chance') {
      if (step.share > 0) calls.push(...callsIn(step.then));
      if (step.share < 1) calls.push(...callsIn(step.else));
    }
  }
  return calls;
}
