import type { CallTarget, Plan, StepPlan } from '../../model/plan.js';
import { callsIn } from '../reach.js';

/** A route of a component, which is what a call enters. */
export interface Node {
  component: number;
  steps: readonly StepPlan[];
  /** How often one visit calls which node, on average, over which edges. */
  calls: { node: number; count: number }[];
}

export interface Nodes {
  /** Callees before their callers, but where a handler comes back to itself. */
  list: Node[];
  /** The node that a call enters. */
  entered(target: CallTarget): number;
}

/** The routes that the producers reach. */
export function nodesOf(plan: Plan): Nodes {
  const indices = new Map<string, number>();
  const list: Node[] = [];
  const key = (to: CallTarget): string => `${plan.edges[to.edge].to}/${to.route}`;
  const open = new Set<string>();
  const pending: { to: CallTarget; leaving: boolean }[] = plan.producers
    .flatMap(({ to }) => to.filter(({ weight }) => weight > 0))
    .map((to) => ({ to, leaving: false }))
    .reverse();
  // Depth first without recursion: a chain may be thousands of services long.
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { to, leaving } = next;
    const name = key(to);
    const component = plan.edges[to.edge].to;
    const steps = plan.components[component].routes[to.route]?.steps ?? [];
    if (leaving) {
      indices.set(name, list.length);
      list.push({ component, steps, calls: [] });
    } else if (!open.has(name)) {
      open.add(name);
      pending.push({ to, leaving: true });
      for (const call of callsIn(steps)) pending.push({ to: call.to, leaving: false });
    }
  }
  const entered = (to: CallTarget): number => indices.get(key(to))!;
  for (const node of list) node.calls = expectedCalls(node.steps, entered);
  return { list, entered };
}

function expectedCalls(
  steps: readonly StepPlan[],
  entered: (to: CallTarget) => number,
): Node['calls'] {
  const counts = new Map<number, number>();
  const add = (some: readonly StepPlan[], share: number): void => {
    for (const step of some) {
      if (step.op === 'call') {
        const node = entered(step.to);
        counts.set(node, (counts.get(node) ?? 0) + share * step.times);
      } else if (step.op === 'parallel') {
        for (const branch of step.branches) add(branch, share);
      } else if (step.op === 'lock') add(step.then, share);
      // What is found in it is not known beforehand: as if nothing were.
      else if (step.op === 'cache') add(step.then, share);
      else if (step.op === 'chance') {
        if (step.share > 0) add(step.then, share * step.share);
        if (step.share < 1) add(step.else, share * (1 - step.share));
      }
    }
  };
  add(steps, 1);
  return [...counts].map(([node, count]) => ({ node, count }));
}
