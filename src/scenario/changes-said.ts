import type {
  Change,
  ComponentChange,
  ComponentPlan,
  EdgeChange,
  EdgePlan,
  Plan,
  ProducerPlan,
} from '../model/plan.js';
import { changesBetween, isOpen, renumbered, stepsOn } from './changes.js';

/**
 * All that an operator's change says. What it leaves as the plan has it, but would change of what
 * another one made of the plan (`after`: each of them without and with this one), it says as well: it
 * puts that back.
 */
export function changesSaid(now: Plan, then: Plan, after: readonly [Plan, Plan][]): Change[] {
  const { changes } = changesBetween(now, then);
  const edges = then.edges.map(({ name }) => now.edges.findIndex((edge) => edge.name === name));
  for (const [before, both] of after) {
    for (const change of changesBetween(before, both).changes) {
      if (change.what === 'edge') {
        const { name } = before.edges[change.edge] as EdgePlan;
        sayOfEdge(name, Object.keys(change.to), now, then, edges, changes);
      } else if (change.what === 'component') {
        sayOfComponent(change.component, change.to, then, edges, changes);
      } else sayAmount(change, then, changes);
    }
  }
  return changes;
}

/** How many replicas, or how much a producer sends, as `then` has it, where nothing says it yet. */
function sayAmount(
  like: Exclude<Change, { what: 'edge' | 'component' }>,
  then: Plan,
  changes: Change[],
): void {
  if (like.what === 'replicas') {
    const { component } = like;
    if (changes.some((one) => one.what === 'replicas' && one.component === component)) return;
    const { replicas } = then.components[component] as ComponentPlan;
    changes.push({ what: 'replicas', component, replicas });
    return;
  }
  const { producer } = like;
  if (changes.some((one) => 'producer' in one && one.producer === producer)) return;
  const { arrivals } = then.producers[producer] as ProducerPlan;
  if (isOpen(arrivals)) changes.push({ what: 'rate', producer, rate: arrivals.rate });
  else if (arrivals.kind === 'closed') {
    changes.push({ what: 'users', producer, users: arrivals.users });
  }
}

function sayOfComponent(
  component: number,
  like: ComponentChange,
  then: Plan,
  edges: readonly number[],
  changes: Change[],
): void {
  const is = renumbered(then.components[component] as ComponentPlan, edges);
  let change = changes.find((one) => one.what === 'component' && one.component === component);
  if (change?.what !== 'component') {
    change = { what: 'component', component, to: {} };
    changes.push(change);
  }
  const { queue, ...others } = like;
  const values = Object.keys(others).map((key) => [key, is[key as keyof ComponentPlan]]);
  Object.assign(change.to, Object.fromEntries(values));
  if (queue === undefined) return;
  const ofQueue = Object.keys(queue).map((key) => [key, is.queue[key as keyof typeof queue]]);
  change.to.queue = { ...change.to.queue, ...Object.fromEntries(ofQueue) };
}

function sayOfEdge(
  name: string,
  keys: readonly string[],
  now: Plan,
  then: Plan,
  edges: readonly number[],
  changes: Change[],
): void {
  const edge = now.edges.findIndex((one) => one.name === name);
  const is = then.edges.find((one) => one.name === name);
  if (edge < 0 || is === undefined) return;
  const fallback = is.fallback && { ...is.fallback, steps: stepsOn(is.fallback.steps, edges) };
  const values = { ...is, fallback };
  const to = Object.fromEntries(keys.map((key) => [key, values[key as keyof EdgePlan]]));
  const change = changes.find((one) => one.what === 'edge' && one.edge === edge);
  if (change?.what === 'edge') Object.assign(change.to, to);
  else changes.push({ what: 'edge', edge, to: to as EdgeChange });
}
