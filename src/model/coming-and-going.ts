import type { ComponentPlan, Plan } from './plan.js';

/** Whether replicas of a component may come or go in a run. */
export function comesAndGoes({
  autoscale,
  replicas,
  replicasMax,
}: Pick<ComponentPlan, 'autoscale' | 'replicas' | 'replicasMax'>): boolean {
  return autoscale !== null || replicasMax > replicas;
}

/** Whether replicas of any component do. */
export function anyComesAndGoes({ components }: Plan): boolean {
  return components.some(comesAndGoes);
}
