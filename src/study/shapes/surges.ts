import type { FaultPlan, Plan } from '../../model/plan.js';

/** From `fromNs` to `toNs` (Infinity: for good) everybody sends `factor` times as much. */
export interface Stretch {
  fromNs: number;
  toNs: number;
  factor: number;
}

/** A surge of each producer whose load can be turned; users are whole, and one at least. */
export function surgesOf(plan: Plan, { fromNs, toNs, factor }: Stretch): FaultPlan[] {
  return plan.producers.flatMap(({ arrivals, name }, producer): FaultPlan[] => {
    if (arrivals.kind === 'trace' || arrivals.kind === 'backlog') return [];
    let own = factor;
    if (arrivals.kind === 'closed') {
      own = Math.max(1, Math.round(arrivals.users * factor)) / arrivals.users;
    }
    if (own === 1) return [];
    return [
      {
        kind: 'surge',
        text: `${name} × ${Number(own.toPrecision(4))}`,
        atNs: fromNs,
        when: null,
        everyNs: Infinity,
        forNs: toNs - fromNs,
        producer,
        factor: own,
      },
    ];
  });
}
