import type { Layer } from './layers.js';
import { isNull, merge, SCENARIO, SERVICE } from './merge.js';
import {
  child,
  type Entry,
  emptyMap,
  entriesOf,
  itemsOf,
  type MapTree,
  type Tree,
} from './tree.js';

/** A scenario with its policy laid over: one tree, but for what callers do on edges. */
export interface Layout {
  /** All but `calls`. */
  tree: MapTree;
  layers: Layer[];
}

/** The keys that a policy may lay over as they are. */
const PLAIN = [
  ...['duration', 'warmup', 'objective', 'producers', 'dependencies'],
  ...['queues', 'locks', 'alerts'],
];

/** The sections that a policy, or a path of a sweep, may change. */
export const SECTIONS = [...PLAIN, 'services', 'calls', 'faults'];

/** Lays the layers over each other, the first at the bottom (semantics 1 and 2). */
export function layOut(layers: Layer[]): Layout {
  const place = layers[0]?.tree.place ?? { line: 1, column: 1, path: '' };
  let tree = emptyMap(place);
  for (const layer of layers) {
    const plain = emptyMap(place);
    for (const key of PLAIN) {
      const entry = layer.tree.entries.get(key);
      if (entry !== undefined) plain.entries.set(key, entry);
    }
    const merged = merge(tree, plain, SCENARIO);
    if (merged?.kind === 'map') tree = merged;
  }
  set(tree, 'services', layers, services(layers, place));
  set(tree, 'faults', layers, faults(layers));
  return { tree, layers };
}

function set(tree: MapTree, key: string, layers: Layer[], value: Tree | undefined): void {
  const first = layers.map((layer) => layer.tree.entries.get(key)).find((entry) => entry);
  if (value !== undefined) {
    tree.entries.set(key, { key: first?.key ?? tree.place, value });
  }
}

/**
 * The services of all layers. In each layer `"*"` goes first and the service's own name after; a
 * service that a later layer adds is reached by the `"*"` of earlier ones too.
 */
function services(layers: Layer[], place: MapTree['place']): Tree | undefined {
  const parts = sinceNull(layers, 'services');
  const odd = parts.find((part) => part !== undefined && part.kind !== 'map');
  if (odd !== undefined) return odd;
  const names = new Map<string, Entry>();
  for (const [name, entry] of parts.flatMap((part) => entriesOf(part))) {
    if (name !== '*' && !names.has(name)) names.set(name, entry);
  }
  const all = emptyMap(place);
  for (const [name, { key }] of names) {
    const service = oneService(name, parts, key);
    if (service !== undefined) all.entries.set(name, { key, value: service });
  }
  return all;
}

function oneService(
  name: string,
  parts: (Tree | undefined)[],
  place: MapTree['place'],
): Tree | undefined {
  let service: Tree | undefined = emptyMap(place);
  let there = false;
  for (const part of parts) {
    const star = child(part, '*');
    const own = child(part, name);
    if (star?.kind === 'map') service = merge(service, star, SERVICE) ?? emptyMap(place);
    if (own === undefined) continue;
    service = merge(service, own, SERVICE) ?? emptyMap(place);
    there = !isNull(own);
  }
  return there ? service : undefined;
}

/** A section of all layers, without what a later `null` takes away. */
function sinceNull(layers: Layer[], key: string): (Tree | undefined)[] {
  const parts = layers.map((layer) => child(layer.tree, key));
  const last = parts.findLastIndex((part) => part !== undefined && isNull(part));
  return parts.map((part, i) => (i <= last ? undefined : part));
}

/** Faults add up; a policy that is reached twice brings its faults once. */
function faults(layers: Layer[]): Tree | undefined {
  const lists = sinceNull(layers, 'faults');
  const first = lists.find((list) => list !== undefined);
  if (first === undefined || first.kind !== 'list') return first;
  const items = new Set(lists.flatMap((list) => itemsOf(list)));
  return { ...first, items: [...items].map(withoutNulls) };
}

/** A fault without what `null` takes away; what an operator sets is laid over as it is written. */
function withoutNulls(fault: Tree): Tree {
  const left = merge(undefined, fault) ?? fault;
  const set = fault.kind === 'map' ? fault.entries.get('set') : undefined;
  if (left.kind === 'map' && set?.value.kind === 'map') left.entries.set('set', set);
  return left;
}
