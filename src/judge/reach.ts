import type { CallStepPlan, CallTarget, Plan, StepPlan } from '../model/plan.js';

/** Indices of what a call may come to. */
export interface Reach {
  components: Set<number>;
  edges: Set<number>;
}

/** The components and edges that a call may come to, its own and whatever is called beneath it. */
export function reachOf(plan: Plan, target: CallTarget): Reach {
  const components = new Set<number>();
  const edges = new Set<number>();
  const visited = new Set<string>();
  const pending: CallTarget[] = [target];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    edges.add(next.edge);
    const component = plan.edges[next.edge].to;
    const visit = `${component}/${next.route}`;
    if (visited.has(visit)) continue;
    visited.add(visit);
    components.add(component);
    const { routes, degrade } = plan.components[component];
    for (const call of callsIn(routes[next.route]?.steps ?? [])) pending.push(call.to);
    for (const call of callsIn(degrade?.steps ?? [])) pending.push(call.to);
  }
  return { components, edges };
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
