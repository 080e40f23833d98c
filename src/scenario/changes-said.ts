import { sayTheSame } from '../model/index.js';
import type { Change, ComponentPlan, EdgePlan, Plan, ProducerPlan } from '../model/plan.js';
import { changesBetween, isOpen, renumbered, stepsOn } from './changes.js';

/**
 * All that an operator's change says. What it leaves as the plan has it, but would change of what
 * another one made of the plan (`after`: each of them without and with this one), it says as well: it
 * puts that back.
 */
export function changesSaid(now: Plan, then: Plan, after: readonly [Plan, Plan][]): Change[] {
  const { changes } = changesBetween(now, then);
  const edges = then.edges.map(({ name }) => now.edges.findIndex((edge) => edge.name === name));
  for (const [other, both] of after) {
    const together = changesBetween(now, both).changes;
    for (const theirs of changesBetween(now, other).changes) {
      const left = together.find((one) => isOfTheSame(one, theirs));
      if (sayTheSame(left, theirs)) continue;
      const said = changes.find((one) => isOfTheSame(one, theirs)) ?? asIn(theirs, then);
      if (said === null) continue;
      if (!changes.includes(said)) changes.push(said);
      const keys = 'to' in theirs ? differing(theirs.to, left && 'to' in left ? left.to : {}) : [];
      if (said.what === 'edge') {
        const name = now.edges[said.edge]?.name;
        const is = then.edges.find((edge) => edge.name === name);
        if (is !== undefined) Object.assign(said.to, pick(ofEdge(is, edges), keys));
      } else if (said.what === 'component' && theirs.what === 'component') {
        const is = renumbered(then.components[said.component] as ComponentPlan, edges);
        const others = keys.filter((key) => key !== 'queue');
        Object.assign(said.to, pick(is, others));
        if (others.length === keys.length) continue;
        const queue = left?.what === 'component' ? (left.to.queue ?? {}) : {};
        const inQueue = differing(theirs.to.queue ?? {}, queue);
        said.to.queue = { ...said.to.queue, ...pick(is.queue, inQueue) };
      }
    }
  }
  return changes.filter((one) => !('to' in one) || Object.keys(one.to).length > 0);
}

/** Whether two changes are of one thing. */
function isOfTheSame(one: Change, other: Change): boolean {
  if ('producer' in one) return 'producer' in other && one.producer === other.producer;
  if (one.what !== other.what) return false;
  if (one.what === 'edge') return other.what === 'edge' && one.edge === other.edge;
  return 'component' in other && one.component === other.component;
}

/** A change of the same thing: an amount as `then` has it, of all else nothing yet. */
function asIn(theirs: Change, then: Plan): Change | null {
  if (theirs.what === 'edge' || theirs.what === 'component') return { ...theirs, to: {} };
  if (theirs.what === 'replicas') {
    const { replicas } = then.components[theirs.component] as ComponentPlan;
    return { ...theirs, replicas };
  }
  const { producer } = theirs;
  const { arrivals } = then.producers[producer] as ProducerPlan;
  if (isOpen(arrivals)) return { what: 'rate', producer, rate: arrivals.rate };
  return arrivals.kind === 'closed' ? { what: 'users', producer, users: arrivals.users } : null;
}

function ofEdge(edge: EdgePlan, edges: readonly number[]): EdgePlan {
  const { fallback } = edge;
  return { ...edge, fallback: fallback && { ...fallback, steps: stepsOn(fallback.steps, edges) } };
}

/** The keys of one that the other says otherwise, or not at all. */
function differing(one: object, other: object): string[] {
  const said = Object.entries(other);
  return Object.entries(one).flatMap(([key, value]) => {
    const same = said.some(([name, theirs]) => name === key && sayTheSame(value, theirs));
    return same ? [] : [key];
  });
}

function pick(from: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
}
