import type { Plan, StepPlan } from './plan.js';

/** These steps and all that stand within them, in the order of the text. */
export function allSteps(steps: readonly StepPlan[]): StepPlan[] {
  return steps.flatMap((step): StepPlan[] => {
    if (step.op === 'chance') return [step, ...allSteps(step.then), ...allSteps(step.else)];
    return step.op === 'cache' ? [step, ...allSteps(step.then)] : [step];
  });
}

/** All that a component runs: its routes, what it runs degraded, and the fallbacks of its calls. */
export function stepsOf({ components, edges }: Plan, component: number): StepPlan[] {
  const { routes, degrade } = components[component];
  const fallbacks = edges.filter(({ fallback, from }) => {
    return fallback !== null && from.kind === 'component' && from.index === component;
  });
  return [
    ...routes.flatMap(({ steps }) => allSteps(steps)),
    ...allSteps(degrade?.steps ?? []),
    ...fallbacks.flatMap(({ fallback }) => allSteps(fallback?.steps ?? [])),
  ];
}
