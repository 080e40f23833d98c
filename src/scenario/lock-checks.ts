import type { Component, Graph } from './graph.js';
import type { Mistake, Place } from './issue.js';
import type { Layout } from './layout.js';
import * as say from './messages/locks.js';
import { child, entriesOf, itemsOf, leafOf, type Tree, textOf } from './tree.js';

type Add = (place: Place, mistake: Mistake) => void;

/** A step that takes a lock, as it stands in the text. */
interface Taking {
  name: string;
  place: Place;
  component: string;
  /** The locks held where it stands, outermost first. */
  held: readonly string[];
}

/**
 * What locks ask of the rest: names of their own, and, where the file itself says so, somebody who
 * takes them and something that goes by importance where they are to go by it.
 */
export function checkLocks(layout: Layout, graph: Graph, isBase: boolean, add: Add): void {
  const takings = takingsOf(graph);
  const declared = entriesOf(child(layout.tree, 'locks'));
  const places = new Map<string, Place>();
  for (const { name, place } of takings) if (!places.has(name)) places.set(name, place);
  for (const [name, { key }] of declared) places.set(name, key);
  const queues = child(layout.tree, 'queues');
  for (const [name, place] of places) {
    const taken = graph.components.has(name) || graph.producers.has(name);
    if (taken || child(queues, name) !== undefined) add(place, say.lockNameTaken(name));
  }
  if (!isBase) return;
  const priorities = prioritiesOf(layout);
  for (const [name, { key, value }] of declared) {
    if (!takings.some((one) => one.name === name)) add(key, say.nobodyTakesLock(name));
    else checkImportance(name, value, { takings, declared, graph, priorities }, add);
  }
  for (const { name, held, place } of takings) {
    if (held.includes(name)) add(place, say.heldAlready(name));
  }
}

interface Rest {
  takings: readonly Taking[];
  declared: [string, { value: Tree }][];
  graph: Graph;
  priorities: number;
}

function checkImportance(name: string, lock: Tree, rest: Rest, add: Add): void {
  const { declared, graph, priorities, takings } = rest;
  const order = child(lock, 'order');
  const inherit = child(lock, 'inherit');
  const ordered = textOf(order) === 'priority';
  if (ordered && order !== undefined && priorities < 2) {
    add(order.place, say.oneImportance(name, 'order'));
  }
  if (inherit === undefined || leafOf(inherit) !== true) return;
  if (priorities < 2) {
    add(inherit.place, say.oneImportance(name, 'inherit'));
    return;
  }
  const preempted = takings.some((one) => {
    return one.name === name && isPreemptive(graph.components.get(one.component));
  });
  const lines = new Set(
    declared.flatMap(([other, { value }]) => {
      return textOf(child(value, 'order')) === 'priority' ? other : [];
    }),
  );
  const nested = takings.some((one) => one.held.includes(name) && lines.has(one.name));
  // Who waits for another lock while it holds this one hands on what it has inherited.
  const handsOn = takings.some((one) => {
    return (
      one.held.includes(name) &&
      one.name !== name &&
      takings.some((inner) => {
        return inner.name === one.name && isPreemptive(graph.components.get(inner.component));
      })
    );
  });
  if (!preempted && !nested && !handsOn) add(inherit.place, say.nothingByImportance(name));
}

function isPreemptive(component: Component | undefined): boolean {
  const discipline = child(child(component?.tree, 'queue'), 'discipline');
  return leafOf(child(child(discipline, 'priority'), 'preemptive')) === true;
}

function prioritiesOf({ tree }: Layout): number {
  const producers = entriesOf(child(tree, 'producers'));
  return new Set(producers.map(([, { value }]) => leafOf(child(value, 'priority')) ?? 0)).size;
}

/** Every step that takes a lock, in handlers, degraded ones and fallbacks. */
function takingsOf(graph: Graph): Taking[] {
  const found: Taking[] = [];
  const walk = (component: string, steps: Tree | undefined, held: readonly string[]): void => {
    for (const step of itemsOf(steps)) {
      const lock = child(step, 'lock');
      const name = textOf(lock);
      if (lock !== undefined && name !== undefined) {
        found.push({ name, place: lock.place, component, held });
      }
      const within = name === undefined ? held : [...held, name];
      walk(component, child(step, 'then'), within);
      walk(component, child(step, 'else'), held);
    }
  };
  for (const { name, routes, tree } of graph.components.values()) {
    const handler = child(tree, 'handler');
    for (const route of routes) walk(name, route === null ? handler : child(handler, route), []);
    walk(name, child(child(tree, 'degrade'), 'handler'), []);
  }
  for (const { caller, settings } of graph.edges.values()) {
    walk(caller.name, child(child(settings, 'fallback'), 'handler'), []);
  }
  return found;
}
