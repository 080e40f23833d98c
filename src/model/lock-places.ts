import { ofPlan } from './of-plan.js';
import type { Plan } from './plan.js';
import { ranksOf } from './ranks.js';
import { eachStep, handlersOf } from './steps.js';

/** By lock: the components whose handlers take it, ascending. */
export const lockTakers = ofPlan((plan): readonly (readonly number[])[] => {
  const takers = plan.locks.map(() => new Set<number>());
  for (const { component, steps } of handlersOf(plan)) {
    eachStep(steps, (step) => {
      if (step.op === 'lock') takers[step.lock].add(component);
    });
  }
  return takers.map((set) => [...set].sort((a, b) => a - b));
});

/** The components whose handlers take any lock. */
const taking = ofPlan((plan): ReadonlySet<number> => new Set(lockTakers(plan).flat()));

export function takesLocks(plan: Plan, component: number): boolean {
  return plan.locks.length > 0 && taking(plan).has(component);
}

/** How many there are of a lock: one, or one for each replica that takes it. */
export function lockCount(plan: Plan, lock: number): number {
  if (plan.locks[lock].scope === 'scenario') return 1;
  return lockTakers(plan)[lock].reduce((sum, c) => sum + plan.components[c].replicas, 0);
}

/** How many importances locks tell apart: 1 where none goes by importance. */
export function lockRanks(plan: Plan): number {
  const any = plan.locks.some(({ order, inherit }) => order === 'priority' || inherit);
  return any ? ranksOf(plan).count : 1;
}
