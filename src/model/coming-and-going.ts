import { changesOf } from './changes.js';
import { ofPlan } from './of-plan.js';
import type { Plan } from './plan.js';

/** By component: whether replicas of it may come or go in a run. */
const those = ofPlan((plan): readonly boolean[] => {
  const told = changesOf(plan).flatMap((change) => {
    return change.what === 'replicas' ? [change.component] : [];
  });
  return plan.components.map(({ autoscale, replicas, replicasMax }, c) => {
    return autoscale !== null || replicasMax > replicas || told.includes(c);
  });
});

/** Whether replicas of a component may come or go in a run. */
export function comesAndGoes(plan: Plan, component: number): boolean {
  return those(plan)[component];
}

/** Whether replicas of any component do. */
export function anyComesAndGoes(plan: Plan): boolean {
  return those(plan).includes(true);
}
