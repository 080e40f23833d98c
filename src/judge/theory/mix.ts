import type { Plan } from '../../model/plan.js';
import { meanRate } from './mean-rate.js';
import type { Nodes } from './nodes.js';

/**
 * Which share of the offered load enters at which node: by the producers' mean rates over the run,
 * surges left out, and the weights of their targets. Null where it depends on how fast producers
 * that wait for answers get them.
 */
export function mixOf(plan: Plan, nodes: Nodes): Map<number, number> | null {
  const entries = plan.producers.map((producer) => entriesOf(producer, nodes));
  const rates = plan.producers.map((producer) => meanRate(producer, plan.durationNs));
  const mix = new Map<number, number>();
  if (entries.every((entry) => isSame(entry, entries[0]))) {
    if (rates.some((rate) => rate !== 0)) return entries[0];
    return mix;
  }
  let total = 0;
  for (const rate of rates) {
    if (rate === null) return null;
    total += rate;
  }
  entries.forEach((shares, index) => {
    const rate = rates[index];
    if (rate === null || rate === 0) return;
    for (const [entry, share] of shares) {
      mix.set(entry, (mix.get(entry) ?? 0) + (share * rate) / total);
    }
  });
  return mix;
}

/** The shares of a producer's requests by the node at which they enter. */
function entriesOf({ to }: Plan['producers'][number], nodes: Nodes): Map<number, number> {
  const total = to.reduce((sum, { weight }) => sum + weight, 0);
  const shares = new Map<number, number>();
  for (const target of to) {
    if (target.weight === 0) continue;
    const node = nodes.entered(target);
    shares.set(node, (shares.get(node) ?? 0) + target.weight / total);
  }
  return shares;
}

function isSame(one: Map<number, number>, other: Map<number, number>): boolean {
  return one.size === other.size && [...one].every(([node, share]) => other.get(node) === share);
}
