import { laterFigure, watchedUnits } from '../model/index.js';
import { checkFlush } from './cache-checks.js';
import { isCondition, readCondition } from './conditions.js';
import { type Edge, edgesOf, type Graph, replicasOf } from './graph.js';
import type { Mistake, Place } from './issue.js';
import { noFaultOfQueue, noFaultOnDelivery } from './messages/brokers.js';
import * as say from './messages.js';
import { type Side, sideOf, sidesOf } from './patterns.js';
import { child, itemsOf, leafOf, type Tree, textOf } from './tree.js';
import { readDuration, readShare } from './units.js';

type Add = (place: Place, mistake: Mistake) => void;

const ON_COMPONENTS = ['slow', 'errors', 'crash', 'pause', 'capacity', 'flush'];
const ON_EDGES = ['latency', 'drop'];

/** What a fault says and does not go with the rest of the scenario. */
export function checkFault(
  fault: Tree,
  lengthNs: number | undefined,
  graph: Graph,
  senders: Tree | undefined,
  add: Add,
): void {
  checkTimes(fault, lengthNs, add);
  checkCondition(child(fault, 'when'), graph, add);
  for (const head of ON_COMPONENTS) {
    const target = child(fault, head);
    for (const one of eachOf(target)) checkTarget(fault, head, one, graph, add);
  }
  for (const one of eachOf(child(fault, 'restart'))) {
    if (durationAt(one) === undefined) checkTarget(fault, 'restart', one, graph, add);
  }
  for (const head of ON_EDGES) {
    const target = child(fault, head);
    for (const one of eachOf(target)) checkEdges(head, one, graph, senders, add);
  }
  checkFlush(fault, graph, add);
  const surge = child(fault, 'surge');
  const producer = textOf(surge);
  if (surge !== undefined && producer !== undefined && !graph.producers.has(producer)) {
    add(surge.place, say.unknownProducer(producer, [...graph.producers.keys()]));
  }
  const set = child(fault, 'set');
  if (set?.kind === 'map' && set.entries.size === 0) add(set.place, say.setsNothing());
}

/** The names that a fault strikes: one, or those of a list. */
function eachOf(target: Tree | undefined): Tree[] {
  if (target === undefined) return [];
  return target.kind === 'list' ? itemsOf(target) : [target];
}

function checkTimes(fault: Tree, lengthNs: number | undefined, add: Add): void {
  const at = child(fault, 'at');
  const begin = durationAt(at);
  if (at !== undefined && begin !== undefined && lengthNs !== undefined && begin >= lengthNs) {
    add(at.place, say.faultAfterTheEnd());
  }
  const [lasting, restart] = [child(fault, 'for'), child(fault, 'restart')];
  if (lasting !== undefined && restart !== undefined) {
    const isCrash = child(fault, 'crash') !== undefined;
    add(isCrash ? restart.place : lasting.place, isCrash ? say.restartAndFor() : say.takesAndFor());
  }
  const end = lasting ?? child(fault, 'takes') ?? restart;
  if (end !== undefined && durationAt(end) === 0) add(end.place, say.faultOfNoTime());
  const ramp = child(fault, 'ramp');
  const rises = durationAt(ramp);
  if (ramp !== undefined && rises !== undefined && rises > (durationAt(end) ?? Infinity)) {
    add(ramp.place, say.rampTooLong());
  }
  const every = child(fault, 'every');
  const again = durationAt(every);
  if (every === undefined || again === undefined) return;
  if (end === undefined) {
    if (child(fault, 'flush') === undefined) add(every.place, say.faultNeverEnds());
  } else if (again <= (durationAt(end) ?? 0)) add(every.place, say.faultRepeatsTooSoon());
}

/** What is watched must be a figure of this scenario. */
export function checkCondition(when: Tree | undefined, graph: Graph, add: Add): void {
  const text = textOf(when);
  if (when === undefined || text === undefined || !isCondition(text)) return;
  const subjects = subjectsOf(graph);
  const result = readCondition(text, watchedUnits(subjects), laterFigure(subjects));
  if (!result.ok) add(when.place, result.why);
}

function checkTarget(fault: Tree, head: string, target: Tree, graph: Graph, add: Add): void {
  const text = textOf(target);
  if (text === undefined) return;
  const { name, route } = sideOf(text);
  const component = graph.components.get(name);
  if (component === undefined) {
    const isQueue = graph.queues.has(name);
    const known = [...graph.components.keys()];
    add(target.place, isQueue ? noFaultOfQueue(head, name) : say.unknownComponent(name, known));
    return;
  }
  if (route !== null && !component.routes.includes(route)) {
    const routes = component.routes.filter((known) => known !== null);
    add(target.place, say.unknownRoute(name, route, routes));
  }
  const replicas = replicasOf(component);
  const struck = child(fault, 'replicas');
  const count = leafOf(struck);
  if (struck !== undefined && typeof count === 'number' && count > replicas) {
    add(struck.place, say.tooFewReplicas(name, replicas));
  }
  if (head === 'capacity') checkCapacity(fault, component, add);
}

function checkCapacity(fault: Tree, component: { name: string; tree: Tree }, add: Add): void {
  const workers = leafOf(child(component.tree, 'workers'));
  const [share, below] = [child(fault, 'share'), child(fault, 'workers')];
  const left = share === undefined ? undefined : readShare(leafOf(share));
  if (workers === 'unbounded') {
    if (share !== undefined) add(share.place, say.shareOfUnbounded(component.name));
    const ramp = child(fault, 'ramp');
    if (ramp !== undefined) add(ramp.place, say.rampOfUnbounded(component.name));
    if (textOf(child(child(component.tree, 'queue'), 'discipline')) === 'ps') {
      add(fault.place, say.capacityOfShared(component.name));
    }
    return;
  }
  if (typeof workers !== 'number') return;
  const count = leafOf(below);
  if (below !== undefined && typeof count === 'number' && count >= workers) {
    add(below.place, say.capacityTakesNothing(component.name, workers));
  }
  // As the model has it: rounded, and at least one stays of a share above 0.
  const of = left?.ok === true ? left.value : 0;
  if (share !== undefined && of > 0 && Math.max(1, Math.floor(workers * of + 0.5)) >= workers) {
    add(share.place, say.capacityTakesNothing(component.name, workers));
  }
}

function checkEdges(
  head: string,
  target: Tree,
  graph: Graph,
  senders: Tree | undefined,
  add: Add,
): void {
  const sides = sidesOf(textOf(target) ?? '');
  if (sides === null) return;
  const names = namesOf(graph);
  const wrong =
    checkSide(sides.caller, names.callers, graph) ?? checkSide(sides.callee, names.callees, graph);
  if (wrong !== undefined) {
    add(target.place, wrong);
    return;
  }
  const struck = edgesOf(graph, sides);
  if (struck.length === 0) add(target.place, say.noSuchEdge(namesOfCalls(graph)));
  const delivery = struck.find(({ caller }) => caller.kind === 'queue');
  if (delivery !== undefined) add(target.place, noFaultOnDelivery(head, delivery.name));
  if (head !== 'drop') return;
  const silent = struck.filter((edge) => waitsForEver(edge, senders));
  const edges = silent.map(({ name }) => name);
  if (edges.length > 0) add(target.place, say.silentWithoutTimeout(edges));
}

/** Edges of calls; what a queue delivers is none. */
function namesOfCalls({ edges }: Graph): string[] {
  return [...edges.values()].flatMap(({ caller, name }) => (caller.kind === 'queue' ? [] : name));
}

/** Whether a caller that hears nothing waits on: no timeout and no deadline ends its wait. */
export function waitsForEver({ caller, settings }: Edge, senders: Tree | undefined): boolean {
  const deadline = child(settings, 'deadline');
  const ends = [child(settings, 'timeout'), deadline, child(deadline, 'within')];
  if (caller.kind === 'producer') ends.push(child(child(senders, caller.name), 'deadline'));
  return !ends.some((end) => Number.isFinite(durationAt(end)));
}

/** What is wrong with one side of a pattern: a name or a route that is not there. */
export function checkSide(side: Side, known: Set<string>, graph: Graph): Mistake | undefined {
  if (side.name === '*') return undefined;
  if (!known.has(side.name)) return say.unknownCaller(side.name, [...known]);
  const component = graph.components.get(side.name);
  if (side.route === null || component?.routes.includes(side.route) !== false) return undefined;
  const routes = component.routes.filter((route) => route !== null);
  return say.unknownRoute(side.name, side.route, routes);
}

/** Who may stand on either side of an edge. */
export function namesOf(graph: Graph): { callers: Set<string>; callees: Set<string> } {
  const callees = new Set<string>(graph.components.keys());
  for (const { callee } of graph.edges.values()) callees.add(callee.name);
  const { producers, components, queues } = graph;
  for (const name of queues.keys()) callees.add(name);
  return {
    callers: new Set([...producers.keys(), ...components.keys(), ...queues.keys()]),
    callees,
  };
}

/** What the figures of a run over this graph are called after. */
export function subjectsOf(graph: Graph) {
  const named = (kind: string) =>
    [...graph.components.values()].flatMap((one) => (one.kind === kind ? one.name : []));
  return {
    producers: [...graph.producers.keys()],
    services: named('service'),
    dependencies: named('dependency'),
    edges: [...graph.edges.keys()],
    queues: [...graph.queues.keys()],
  };
}

function durationAt(tree: Tree | undefined): number | undefined {
  const result = readDuration(leafOf(tree));
  return result.ok ? result.value : undefined;
}
