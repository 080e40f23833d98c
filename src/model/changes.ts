import { ofPlan } from './of-plan.js';
import type {
  Change,
  ComponentChange,
  ComponentPlan,
  EdgeChange,
  EdgePlan,
  Plan,
  RetryPlan,
} from './plan.js';

/** Everything that an operator changes in the course of a run. */
export const changesOf = ofPlan((plan): readonly Change[] => {
  return plan.faults.flatMap((fault) => (fault.kind === 'set' ? fault.changes : []));
});

/** A component with an operator's change laid over it. */
export function changedComponent(own: ComponentPlan, to: ComponentChange): ComponentPlan {
  return { ...own, ...to, queue: { ...own.queue, ...to.queue } };
}

/** An edge with an operator's change laid over it. */
export function changedEdge(own: EdgePlan, to: EdgeChange): EdgePlan {
  return { ...own, ...to };
}

/** By component: what it may be in the course of a run, its own plan first. */
export const componentVariants = ofPlan((plan): readonly (readonly ComponentPlan[])[] => {
  return plan.components.map((own, c) => [
    own,
    ...changesOf(plan).flatMap((change) =>
      change.what === 'component' && change.component === c ? changedComponent(own, change.to) : [],
    ),
  ]);
});

/** By edge: what it may be in the course of a run, its own plan first. */
export const edgeVariants = ofPlan((plan): readonly (readonly EdgePlan[])[] => {
  return plan.edges.map((own, e) => [
    own,
    ...changesOf(plan).flatMap((change) =>
      change.what === 'edge' && change.edge === e ? changedEdge(own, change.to) : [],
    ),
  ]);
});

/** Whether a component is so, in the plan or by an operator's change. */
export function everIs(
  plan: Plan,
  component: number,
  is: (part: ComponentPlan) => boolean,
): boolean {
  return componentVariants(plan)[component].some(is);
}

/** Whether any component is so, in the plan or by an operator's change. */
export function anyEverIs(plan: Plan, is: (part: ComponentPlan) => boolean): boolean {
  return componentVariants(plan).some((variants) => variants.some(is));
}

/** Whether an edge is so, in the plan or by an operator's change. */
export function edgeEverIs(plan: Plan, edge: number, is: (part: EdgePlan) => boolean): boolean {
  return edgeVariants(plan)[edge].some(is);
}

/** What an edge is told of its retries: by its plan, and by an operator later. */
export function retriesOf(plan: Plan, edge: number): RetryPlan[] {
  return edgeVariants(plan)[edge].flatMap(({ retry }) => retry ?? []);
}

/** Whether two parts of a plan say the same. Infinity is told from null. */
export function sayTheSame(one: unknown, other: unknown): boolean {
  return one === other || textOf(one) === textOf(other);
}

/** A part of a plan as text. */
export function textOf(part: unknown): string {
  return JSON.stringify(part, (_, inner) => (inner === Infinity ? 'unbounded' : inner)) ?? '';
}
