import type { EdgePlan, Plan } from '../../model/plan.js';
import { growthOf } from '../../policies/budgets.js';
import { callsIn } from '../reach.js';
import type { Nodes } from './nodes.js';

/**
 * The most attempts that one request can come to at a component: the greatest product, over the paths
 * from a producer down to it, of the attempts on each edge (1 + budget where that is less). Retries on
 * other paths, or further down, bring it nothing. Infinity where a handler that comes back to itself
 * retries on the way; 1 where no path leads there.
 */
export function worstAmplification(plan: Plan, nodes: Nodes, component: number): number {
  // 0 where the component is not in reach.
  const worst = nodes.list.map((node): number => (node.component === component ? 1 : 0));
  for (let round = 0; round <= nodes.list.length; round++) {
    let settled = true;
    nodes.list.forEach(({ steps }, index) => {
      for (const { to } of callsIn(steps)) {
        const product = attemptsOn(plan.edges[to.edge]) * worst[nodes.entered(to)];
        if (product <= worst[index]) continue;
        worst[index] = product;
        settled = false;
      }
    });
    if (settled) {
      const paths = plan.producers
        .flatMap(({ to }) => to.filter(({ weight }) => weight > 0))
        .map((to) => attemptsOn(plan.edges[to.edge]) * worst[nodes.entered(to)]);
      return Math.max(1, ...paths);
    }
  }
  return Infinity;
}

function attemptsOn({ retry }: EdgePlan): number {
  const sent = ['timeout', 'rejected', 'error', 'expired', 'dropped', 'crashed'];
  if (retry === null || !retry.on.some((reason) => sent.includes(reason))) return 1;
  return retry.budget === null ? retry.attempts : Math.min(retry.attempts, growthOf(retry.budget));
}
