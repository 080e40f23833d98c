import type { Plan } from './plan.js';

/** A fact of a whole plan, found once for each plan: asked for by every component, it stays cheap. */
export function ofPlan<T>(find: (plan: Plan) => T): (plan: Plan) => T {
  const found = new WeakMap<Plan, { fact: T }>();
  return (plan) => {
    const known = found.get(plan);
    if (known !== undefined) return known.fact;
    const fact = find(plan);
    found.set(plan, { fact });
    return fact;
  };
}
