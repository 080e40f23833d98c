import type { Component, Graph } from './graph.js';
import type { Mistake, Place } from './issue.js';
import * as say from './messages/caches.js';
import { sideOf } from './patterns.js';
import { child, itemsOf, leafOf, type Tree, textOf } from './tree.js';

type Add = (place: Place, mistake: Mistake) => void;

/** What goes by keys asks for requests that have one. */
export function checkCaches(graph: Graph, senders: Tree | undefined, add: Add): void {
  for (const component of graph.components.values()) {
    const keyed = stepsOf(component, graph).flatMap((step) => {
      const cache = child(step, 'cache');
      if (cache !== undefined && child(cache, 'capacity') !== undefined) {
        return { what: 'cache' as const, place: cache.place };
      }
      const per = child(child(step, 'fail'), 'per');
      return textOf(per) === 'key'
        ? { what: 'fail' as const, place: per?.place ?? step.place }
        : [];
    });
    if (keyed.length === 0 || isAskedByKey(component, graph, senders)) continue;
    for (const { what, place } of keyed) add(place, say.nothingToGoBy(what, component.name));
  }
}

/** What a flush asks of the component that it strikes. */
export function checkFlush(fault: Tree, graph: Graph, add: Add): void {
  const target = child(fault, 'flush');
  const component = graph.components.get(sideOf(textOf(target) ?? '').name);
  if (target === undefined || component === undefined) return;
  const caches = stepsOf(component, graph).flatMap((step) => child(step, 'cache') ?? []);
  if (caches.length === 0) add(target.place, say.nothingToFlush(component.name));
  const lasts = child(fault, 'for') !== undefined;
  if (!lasts && caches.some((cache) => child(cache, 'hit') !== undefined)) {
    add(target.place, say.flushOfShare(component.name));
  }
  const some = child(fault, 'replicas');
  if (some !== undefined && caches.some((cache) => leafOf(child(cache, 'shared')) === true)) {
    add(some.place, say.flushOfShared(component.name));
  }
}

/** Whether a producer says what its requests ask for. */
export function hasKey(producer: Tree | undefined): boolean {
  const key = child(producer, 'key');
  return key !== undefined && leafOf(key) !== 'none';
}

/** Whether a request with a key may come to a component. */
function isAskedByKey({ name }: Component, graph: Graph, senders: Tree | undefined): boolean {
  const seen = new Set([name]);
  const pending = [name];
  for (let to = pending.pop(); to !== undefined; to = pending.pop()) {
    for (const { caller, to: callee } of graph.edges.values()) {
      if (callee.name !== to || seen.has(caller.name)) continue;
      if (caller.kind === 'producer') {
        if (hasKey(child(senders, caller.name))) return true;
      }
      seen.add(caller.name);
      pending.push(caller.name);
    }
  }
  return false;
}

/** Every step that a component may run. */
function stepsOf({ name, routes, tree }: Component, graph: Graph): Tree[] {
  const handler = child(tree, 'handler');
  const lists = routes.map((route) => (route === null ? handler : child(handler, route)));
  lists.push(child(child(tree, 'degrade'), 'handler'));
  for (const { caller, settings } of graph.edges.values()) {
    if (caller.name === name) lists.push(child(child(settings, 'fallback'), 'handler'));
  }
  return lists.flatMap(allSteps);
}

function allSteps(steps: Tree | undefined): Tree[] {
  return itemsOf(steps).flatMap((step) => [
    step,
    ...allSteps(child(step, 'then')),
    ...allSteps(child(step, 'else')),
  ]);
}
