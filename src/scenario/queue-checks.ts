import { hasKey } from './cache-checks.js';
import type { Component, Edge, Graph } from './graph.js';
import type { Mistake, Place } from './issue.js';
import type { Layout } from './layout.js';
import { unknownQueue } from './messages/brokers.js';
import * as say from './messages/queues.js';
import { child, entriesOf, leafOf, type Tree, textOf } from './tree.js';

type Add = (place: Place, mistake: Mistake) => void;

/**
 * What queues ask of the rest of the scenario: a bound where something goes by how full they are, a
 * queue for dead letters that is declared; and, where the file itself says so, keys and deadlines for
 * what goes by them.
 */
export function checkQueues(layout: Layout, graph: Graph, isBase: boolean, add: Add): void {
  const names = [...graph.queues.keys()];
  for (const component of graph.components.values()) {
    checkBound(component, add);
    checkDeadLetter(child(component.tree, 'queue'), names, add);
    if (isBase) checkKeys(component, layout, add);
    if (isBase) checkDeadlines(component, layout, graph, add);
  }
}

/** What goes by how full a queue is needs to know what full would be. */
function checkBound({ name, tree }: Component, add: Add): void {
  const queue = child(tree, 'queue');
  const capacity = leafOf(child(queue, 'capacity'));
  // Nobody ever waits for one of any number of workers.
  if (leafOf(child(tree, 'workers')) === 'unbounded') return;
  if (typeof capacity === 'number' ? capacity > 0 : isWrong(capacity)) return;
  const [order, shed] = [child(queue, 'discipline'), child(queue, 'shed')];
  const without = capacity === 0 ? 'room' : 'a bound';
  const degrade = child(tree, 'degrade');
  const parts: [string, Tree | undefined][] = [
    ['adaptive_lifo', child(order, 'adaptive_lifo')],
    ['red', child(shed, 'red')],
    ['degrade', degrade?.kind === 'map' ? degrade : undefined],
  ];
  const found = parts.flatMap(([what, part]) => (part === undefined ? [] : [{ what, part }]));
  const [first] = found;
  if (first === undefined) return;
  // What is without a bound, or brought to 0, may be so by a policy or an operator's change.
  const place = child(queue, 'capacity')?.place ?? first.part.place;
  const names = found.map(({ what }) => what);
  add(place, say.shareOfNothing(names, name, without));
}

/** Whether it is told elsewhere that this is no capacity. */
function isWrong(capacity: unknown): boolean {
  return capacity !== undefined && capacity !== null && capacity !== 'unbounded';
}

function checkDeadLetter(queue: Tree | undefined, names: readonly string[], add: Add): void {
  const target = child(child(queue, 'when_full'), 'dead_letter');
  const name = textOf(target);
  if (target === undefined || name === undefined || names.includes(name)) return;
  add(target.place, unknownQueue(name, names));
}

function checkKeys({ name, tree }: Component, { tree: all }: Layout, add: Add): void {
  const coalesce = child(child(tree, 'queue'), 'coalesce');
  const how = textOf(coalesce);
  if (coalesce === undefined || (how !== 'join' && how !== 'replace')) return;
  const keyed = entriesOf(child(all, 'producers')).some(([, { value }]) => hasKey(value));
  if (!keyed) add(coalesce.place, say.nobodyHasKeys(name));
}

function checkDeadlines(component: Component, { tree: all }: Layout, graph: Graph, add: Add): void {
  const order = child(child(component.tree, 'queue'), 'discipline');
  if (order === undefined || textOf(order) !== 'edf') return;
  const producers = child(all, 'producers');
  const told = isToldDeadlines(component, graph, producers);
  if (!told) add(order.place, say.nobodyTellsDeadlines(component.name));
}

/** Whether anybody tells a component a deadline; a message has that of the request it is for. */
export function isToldDeadlines(
  component: Component,
  { edges }: Graph,
  producers: Tree | undefined,
): boolean {
  const all = [...edges.values()];
  return all.some((edge) => {
    if (edge.to !== component) return false;
    const { caller } = edge;
    if (caller.kind !== 'queue') return mayTell(edge, producers);
    return all.some((put) => put.to.name === caller.name && hasDeadline(put, producers));
  });
}

/** Whether the callee of an edge may learn of a deadline. */
function mayTell(edge: Edge, producers: Tree | undefined): boolean {
  if (leafOf(child(child(edge.settings, 'deadline'), 'propagate')) === true) return true;
  return hasDeadline(edge, producers);
}

/** Whether it is a producer that sends, whose requests have a deadline. */
function hasDeadline({ caller }: Edge, producers: Tree | undefined): boolean {
  if (caller.kind !== 'producer') return false;
  const deadline = leafOf(child(child(producers, caller.name), 'deadline'));
  return deadline !== undefined && deadline !== 'none' && deadline !== 'unbounded';
}
