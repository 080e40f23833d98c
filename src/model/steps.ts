import type { Plan, StepPlan } from './plan.js';

const NONE: readonly StepPlan[][] = [];

/** The lists of steps that stand within a step; the calls of a `parallel` are no such list. */
export function within(step: StepPlan): readonly StepPlan[][] {
  if (step.op === 'chance') return [step.then, step.else];
  return step.op === 'lock' || step.op === 'cache' ? [step.then] : NONE;
}

/** Tells of every step of a list, those within others too, in the order of the text. */
export function eachStep(steps: readonly StepPlan[], tell: (step: StepPlan) => void): void {
  for (const step of steps) {
    tell(step);
    for (const inner of within(step)) eachStep(inner, tell);
  }
}

/** Every list of steps of a plan, with the component whose workers run it. */
export function handlersOf(plan: Plan): { component: number; steps: readonly StepPlan[] }[] {
  const found: { component: number; steps: readonly StepPlan[] }[] = [];
  plan.components.forEach(({ routes, degrade }, component) => {
    for (const { steps } of routes) found.push({ component, steps });
    if (degrade !== null) found.push({ component, steps: degrade.steps });
  });
  for (const { fallback, from } of plan.edges) {
    if (fallback === null || from.kind !== 'component') continue;
    found.push({ component: from.index, steps: fallback.steps });
  }
  return found;
}

/** These steps and all that stand within them, in the order of the text. */
export function allSteps(steps: readonly StepPlan[]): StepPlan[] {
  const found: StepPlan[] = [];
  eachStep(steps, (step) => found.push(step));
  return found;
}

/** All that a component runs: its routes, what it runs degraded, and the fallbacks of its calls. */
export function stepsOf(plan: Plan, component: number): StepPlan[] {
  return handlersOf(plan).flatMap((of) => (of.component === component ? allSteps(of.steps) : []));
}
