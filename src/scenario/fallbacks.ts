import { Calls, type Edge, type Graph } from './graph.js';
import type { Mistake, Place } from './issue.js';
import type { Layout } from './layout.js';
import * as say from './messages.js';
import type { Side } from './patterns.js';
import { child, itemsOf, type Tree, textOf } from './tree.js';

/**
 * What fallbacks with steps ask of their edges: a caller with workers, no work where the call is one
 * branch of several, and steps that do not make the very call that failed.
 */
export function checkFallbacks(
  layout: Layout,
  graph: Graph,
  add: (place: Place, mistake: Mistake) => void,
): void {
  const calls = new Calls(graph, layout);
  const branched = edgesOfBranches(graph, calls);
  for (const edge of graph.edges.values()) {
    const handler = handlerOf(edge);
    if (handler === undefined) continue;
    if (edge.caller.kind === 'producer') {
      add(handler.place, say.fallbackWithoutWorkers(edge.caller.name));
    }
    if (branched.has(edge) && itemsOf(handler).some((step) => targetOf(step) === undefined)) {
      add(handler.place, say.fallbackInBranch(edge.name));
    }
    if (leadsTo(edge, edge, calls, new Set())) {
      add(handler.place, say.fallbackOfItself(edge.name));
    }
  }
}

function handlerOf({ settings }: Edge): Tree | undefined {
  return child(child(settings, 'fallback'), 'handler');
}

/** The edges called in parallel branches, also by the fallbacks of such. */
function edgesOfBranches(graph: Graph, calls: Calls): Set<Edge> {
  const found = new Set<Edge>();
  const reach = (edge: Edge | undefined): void => {
    if (edge === undefined || found.has(edge)) return;
    found.add(edge);
    for (const called of edgesCalled(edge.caller, handlerOf(edge), calls)) reach(called);
  };
  const walk = (caller: Side, steps: Tree | undefined): void => {
    for (const step of itemsOf(steps)) {
      for (const branch of itemsOf(child(step, 'parallel'))) {
        const list = branch.kind === 'list' ? branch.items : [branch];
        for (const call of list) reach(edgeOf(caller, call, calls));
      }
      walk(caller, child(step, 'then'));
      walk(caller, child(step, 'else'));
    }
  };
  for (const { name, routes, tree } of graph.components.values()) {
    const handler = child(tree, 'handler');
    for (const route of routes) {
      walk({ name, route }, route === null ? handler : child(handler, route));
    }
    walk({ name, route: null }, child(child(tree, 'degrade'), 'handler'));
  }
  return found;
}

/** Whether the fallback of `from`, or of a call it makes, makes the call `to`. */
function leadsTo(from: Edge, to: Edge, calls: Calls, seen: Set<Edge>): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  return edgesCalled(from.caller, handlerOf(from), calls).some(
    (edge) => edge === to || leadsTo(edge, to, calls, seen),
  );
}

function edgesCalled(caller: Side, steps: Tree | undefined, calls: Calls): Edge[] {
  return itemsOf(steps).flatMap((step) => {
    const own = edgeOf(caller, step, calls);
    const branches = itemsOf(child(step, 'parallel')).flatMap((branch) => {
      const list = branch.kind === 'list' ? branch.items : [branch];
      return list.flatMap((call) => edgeOf(caller, call, calls) ?? []);
    });
    const nested = ['then', 'else'].flatMap((key) => edgesCalled(caller, child(step, key), calls));
    return [...(own === undefined ? [] : [own]), ...branches, ...nested];
  });
}

function edgeOf(caller: Side, step: Tree, calls: Calls): Edge | undefined {
  const target = textOf(targetOf(step));
  if (target === undefined) return undefined;
  return calls.resolve(caller, target, textOf(child(step, 'as')))?.edge;
}

/** Whom a step calls, or where it publishes; undefined for other steps. */
function targetOf(step: Tree): Tree | undefined {
  return child(step, 'call') ?? child(step, 'publish');
}
