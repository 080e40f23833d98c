import type { EdgeFrom } from '../model/plan.js';
import type { Issues, Mistake, Place } from './issue.js';
import type { Layout } from './layout.js';
import {
  componentIsCalled,
  noRouteForQueue,
  queueHasNoRoutes,
  queueIsPublishedTo,
  unknownQueue,
} from './messages/brokers.js';
import * as say from './messages.js';
import {
  EdgeSettings,
  matches,
  patternsOf,
  RoutePatterns,
  type Side,
  sideOf,
  sideText,
} from './patterns.js';
import { child, entriesOf, itemsOf, leafOf, type MapTree, type Tree, textOf } from './tree.js';
import { readShare } from './units.js';

/** Who calls whom: names, routes and edges of a laid-out scenario, before its figures are read. */
export interface Graph {
  producers: Map<string, number>;
  components: Map<string, Component>;
  /** Queues by themselves. */
  queues: Map<string, Component>;
  edges: Map<string, Edge>;
  /** Calls that are certain to be made, by "component/route". */
  certain: Map<string, CertainCall[]>;
}

export interface Component {
  name: string;
  /** Queues are none of `Graph.components`, but edges lead to and from them. */
  kind: 'service' | 'dependency' | 'queue';
  /** The index that the model knows it by: queues come after components. */
  index: number;
  /** One route named null stands for a plain handler. */
  routes: (string | null)[];
  tree: Tree;
  key: Place;
}

export interface Edge {
  name: string;
  index: number;
  /** A queue has its own index here, not the one that edges lead to. */
  caller: Side & { kind: EdgeFrom['kind']; index: number };
  callee: Side;
  to: Component;
  settings: MapTree;
  place: Place;
}

/** What a call comes down to: an edge, and the index of the route it enters. */
export interface Resolved {
  edge: Edge;
  component: Component;
  route: number;
}

/** What names a target: a step, or a producer, which may name a queue as well. */
type How = 'call' | 'publish' | 'to';

interface CertainCall {
  to: string;
  place: Place;
}

/** Builds the graph; unknown names, ambiguous routes and the like are reported. */
export function graphOf(layout: Layout, issues: Issues): Graph {
  return new Builder(layout, issues).build();
}

/** The targets of a producer: the one that stands there, or those of a list. */
export function targetsOf(producer: Tree): Tree[] {
  const to = child(producer, 'to');
  if (to?.kind !== 'list') return to === undefined ? [] : [to];
  return to.items.flatMap((item) => child(item, 'to') ?? []);
}

/** The name of an edge for a call: what figures call it. */
export function edgeName(caller: Side, callee: Side): string {
  return `${sideText(caller)} -> ${sideText(callee)}`;
}

/** How many replicas a component can have, as it is written. */
export function replicasOf({ tree }: Component): number {
  const autoscale = child(tree, 'autoscale');
  const source = child(autoscale, 'event_source');
  const most = leafOf(child(source ?? autoscale, 'max')) ?? (source === undefined ? 1 : 1000);
  return Math.max(Number(leafOf(child(tree, 'replicas')) ?? 1), Number(most));
}

/** The edges that a pattern matches, in the order of the graph. */
export function edgesOf(graph: Graph, pattern: { caller: Side; callee: Side }): Edge[] {
  return [...graph.edges.values()].filter((edge) => reaches(pattern, edge));
}

/** Whether a pattern matches an edge; what a queue delivers is meant only where it is named. */
export function reaches({ caller, callee }: { caller: Side; callee: Side }, edge: Edge): boolean {
  if (edge.caller.kind === 'queue' && caller.name === '*') return false;
  return matches(caller, edge.caller) && matches(callee, edge.callee);
}

/** The name of the edge on which a queue delivers to a component. */
export function deliveryName(queue: string, component: string): string {
  return edgeName({ name: queue, route: null }, { name: component, route: null });
}

/** Which route of a component handles what it takes from a queue; -1 where there is none. */
export function routeFor({ routes }: Component, queue: string): number {
  return routes.length === 1 ? 0 : routes.indexOf(queue);
}

/**
 * Finds the edge of a call, as `graphOf` found it. Null where a name is wrong, which `graphOf`
 * has reported.
 */
export class Calls {
  private readonly patterns: RoutePatterns;

  constructor(
    private readonly graph: Graph,
    layout: Layout,
  ) {
    this.patterns = new RoutePatterns(patternsOf(layout.layers));
  }

  sides(caller: Side, target: string, as: string | undefined): { caller: Side; callee: Side } {
    const { name, route } = sideOf(target);
    // Where there is one route only, its name may be left out, and it is called all the same.
    const [only = null, ...others] = this.graph.components.get(name)?.routes ?? [];
    const meant = route ?? (others.length === 0 ? only : null);
    return this.patterns.edge(caller, { name: as ?? name, route: meant });
  }

  resolve(caller: Side, target: string, as: string | undefined): Resolved | null {
    const sides = this.sides(caller, target, as);
    const edge = this.graph.edges.get(edgeName(sides.caller, sides.callee));
    const { name } = sideOf(target);
    const component = this.graph.components.get(name) ?? this.graph.queues.get(name);
    if (edge === undefined || component === undefined) return null;
    const { route } = sideOf(target);
    const index = route === null ? 0 : component.routes.indexOf(route);
    return index < 0 ? null : { edge, component, route: index };
  }
}

class Builder {
  private readonly graph: Graph = {
    producers: new Map(),
    components: new Map(),
    queues: new Map(),
    edges: new Map(),
    certain: new Map(),
  };
  private readonly settings: EdgeSettings;
  private readonly calls: Calls;

  constructor(
    private readonly layout: Layout,
    private readonly issues: Issues,
  ) {
    this.settings = new EdgeSettings(layout.layers);
    this.calls = new Calls(this.graph, layout);
  }

  build(): Graph {
    const { tree } = this.layout;
    const producers = entriesOf(child(tree, 'producers'));
    for (const [index, [name]] of producers.entries()) this.graph.producers.set(name, index);
    this.addComponents('service', 'services');
    this.addComponents('dependency', 'dependencies');
    this.addQueues();
    producers.forEach(([name, { value }], index) => {
      const caller = { name, route: null, kind: 'producer' as const, index };
      for (const to of targetsOf(value)) this.call(caller, to, undefined, false, 'to');
    });
    for (const component of this.graph.components.values()) this.walkComponent(component);
    for (const component of this.graph.components.values()) this.deliver(component);
    return this.graph;
  }

  private addQueues(): void {
    const { components, producers, queues } = this.graph;
    for (const [name, { key, value }] of entriesOf(child(this.layout.tree, 'queues'))) {
      if (components.has(name) || producers.has(name)) this.issues.add(key, say.nameTaken(name));
      const index = components.size + queues.size;
      queues.set(name, { name, kind: 'queue', index, routes: [null], tree: value, key });
    }
  }

  /** The edge by which a component is given what lies in the queue it consumes. */
  private deliver(component: Component): void {
    const from = child(component.tree, 'consumes');
    const name = textOf(from);
    if (from === undefined || name === undefined) return;
    const queue = this.graph.queues.get(name);
    if (queue === undefined) {
      this.issues.add(from.place, unknownQueue(name, [...this.graph.queues.keys()]));
      return;
    }
    const route = component.routes[routeFor(component, name)];
    if (route === undefined) {
      const routes = component.routes.flatMap((known) => known ?? []);
      this.issues.add(from.place, noRouteForQueue(component.name, name, routes));
      return;
    }
    const [caller, callee] = [
      { name, route: null },
      { name: component.name, route: null },
    ];
    const delivery = deliveryName(name, component.name);
    this.graph.edges.set(delivery, {
      name: delivery,
      index: this.graph.edges.size,
      caller: { ...caller, kind: 'queue', index: queue.index - this.graph.components.size },
      callee,
      to: component,
      settings: this.settings.of(caller, callee, from.place, true),
      place: from.place,
    });
    this.certainly(name, sideText({ name: component.name, route }), from.place);
  }

  private certainly(from: string, to: string, place: Place): void {
    const list = this.graph.certain.get(from) ?? [];
    list.push({ to, place });
    this.graph.certain.set(from, list);
  }

  private addComponents(kind: Component['kind'], section: string): void {
    const { components, producers } = this.graph;
    for (const [name, { key, value }] of entriesOf(child(this.layout.tree, section))) {
      if (components.has(name) || producers.has(name)) {
        this.issues.add(key, say.nameTaken(name));
        continue;
      }
      const handler = child(value, 'handler');
      const named = entriesOf(handler).map(([route]) => route);
      const routes = named.length === 0 ? [null] : named;
      components.set(name, { name, kind, index: components.size, routes, tree: value, key });
    }
  }

  private walkComponent(component: Component): void {
    const { name, index } = component;
    const handler = child(component.tree, 'handler');
    for (const route of component.routes) {
      const steps = route === null ? handler : child(handler, route);
      this.walk({ name, route, kind: 'component', index }, steps, true);
    }
    // What it runs instead is of no route; whether it comes to that nobody knows.
    const degraded = child(child(component.tree, 'degrade'), 'handler');
    this.walk({ name, route: null, kind: 'component', index }, degraded, false);
  }

  /** `certain`: no chance decides whether these steps are reached. */
  private walk(caller: Edge['caller'], steps: Tree | undefined, certain: boolean): void {
    for (const step of itemsOf(steps)) {
      this.callStep(caller, step, certain);
      for (const branch of itemsOf(child(step, 'parallel'))) {
        const calls = branch.kind === 'list' ? branch.items : [branch];
        for (const call of calls) this.callStep(caller, call, certain);
      }
      if (child(step, 'lock') !== undefined) this.walk(caller, child(step, 'then'), certain);
      // What its miss calls is not certain to be called.
      if (child(step, 'cache') !== undefined) this.walk(caller, child(step, 'then'), false);
      const chance = child(step, 'chance');
      if (chance === undefined) continue;
      const share = readShare(leafOf(chance));
      const [always, never] = share.ok ? [share.value === 1, share.value === 0] : [false, false];
      this.walk(caller, child(step, 'then'), certain && always);
      this.walk(caller, child(step, 'else'), certain && never);
    }
  }

  private callStep(caller: Edge['caller'], step: Tree, certain: boolean): void {
    for (const how of ['call', 'publish'] as const) {
      const target = child(step, how);
      if (target !== undefined) this.call(caller, target, child(step, 'as'), certain, how);
    }
  }

  private call(
    caller: Edge['caller'],
    target: Tree,
    as: Tree | undefined,
    certain: boolean,
    how: How,
  ): void {
    const text = textOf(target);
    if (text === undefined) return;
    const component = this.find(text, target.place, how);
    if (component === null) return;
    const id = textOf(as);
    if (id !== undefined && (this.graph.components.has(id) || this.graph.queues.has(id))) {
      this.issues.add(as?.place ?? target.place, say.asIsTaken(id));
    }
    if (certain) {
      const route = sideOf(text).route ?? component.routes[0] ?? null;
      const to = sideText({ name: component.name, route });
      this.certainly(sideText(caller), to, target.place);
    }
    this.addEdge(caller, text, id, component, as?.place ?? target.place);
  }

  private addEdge(
    from: Edge['caller'],
    target: string,
    id: string | undefined,
    to: Component,
    place: Place,
  ): void {
    const { caller, callee } = this.calls.sides(from, target, id);
    const name = edgeName(caller, callee);
    const known = this.graph.edges.get(name);
    if (known !== undefined) {
      if (known.to !== to) this.issues.add(place, say.asNamesTwo(name, known.to.name, to.name));
      return;
    }
    const { kind, index } = from;
    const settings = this.settings.of(caller, callee, place);
    const number = this.graph.edges.size;
    const edge = { name, index: number, caller: { ...caller, kind, index }, callee, to, settings };
    this.graph.edges.set(name, { ...edge, place });
    // What its fallback calls is called by the same caller; chance decides whether it comes to that.
    this.walk(from, child(child(settings, 'fallback'), 'handler'), false);
  }

  /** The component of a target, or null with the mistake reported. */
  private find(text: string, place: Place, how: How): Component | null {
    const { name, route } = sideOf(text);
    const component = this.graph.components.get(name);
    const queue = this.graph.queues.get(name);
    const refuse = (mistake: Mistake): null => {
      this.issues.add(place, mistake);
      return null;
    };
    if (how === 'publish' && queue === undefined) {
      const known = [...this.graph.queues.keys()];
      return refuse(component === undefined ? unknownQueue(name, known) : componentIsCalled(name));
    }
    if (queue !== undefined && (component === undefined || how === 'publish')) {
      if (how === 'call') return refuse(queueIsPublishedTo(name));
      return route === null ? queue : refuse(queueHasNoRoutes(name));
    }
    if (component === undefined) {
      const known = [...this.graph.components.keys()];
      if (how === 'to') known.push(...this.graph.queues.keys());
      return refuse(say.unknownComponent(name, known));
    }
    const routes = component.routes.filter((known) => known !== null);
    if (route === null) {
      return routes.length > 1 ? refuse(say.ambiguousRoute(name, routes)) : component;
    }
    return component.routes.includes(route)
      ? component
      : refuse(say.unknownRoute(name, route, routes));
  }
}
