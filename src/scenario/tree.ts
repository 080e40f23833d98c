import type { Place } from './issue.js';

/**
 * A scenario as data that remembers where each value was written, through aliases, policies and
 * presets. Plain data: it can be sent to a worker thread.
 */
export type Tree = LeafTree | ListTree | MapTree;

export interface LeafTree {
  kind: 'leaf';
  value: string | number | boolean | null;
  /** The text of the file, where a number would lose digits. */
  source: string;
  place: Place;
}

export interface ListTree {
  kind: 'list';
  items: Tree[];
  place: Place;
}

export interface MapTree {
  kind: 'map';
  entries: Map<string, Entry>;
  place: Place;
}

export interface Entry {
  /** Where the key stands. */
  key: Place;
  value: Tree;
}

/** An empty map that stands at `place`. */
export function emptyMap(place: Place): MapTree {
  return { kind: 'map', entries: new Map(), place };
}

/** What stands under `key`, if the tree is a map that has it. */
export function child(tree: Tree | undefined, key: string): Tree | undefined {
  return tree?.kind === 'map' ? tree.entries.get(key)?.value : undefined;
}

/** The entries of a map, with their names; none for anything else. */
export function entriesOf(tree: Tree | undefined): [string, Entry][] {
  return tree?.kind === 'map' ? [...tree.entries] : [];
}

/** The items of a list; none for anything else. */
export function itemsOf(tree: Tree | undefined): Tree[] {
  return tree?.kind === 'list' ? tree.items : [];
}

/** The text of a leaf; undefined for numbers, lists, maps and what is missing. */
export function textOf(tree: Tree | undefined): string | undefined {
  return tree?.kind === 'leaf' && typeof tree.value === 'string' ? tree.value : undefined;
}

/** The value of a leaf; undefined for lists, maps and what is missing. */
export function leafOf(tree: Tree | undefined): LeafTree['value'] | undefined {
  return tree?.kind === 'leaf' ? tree.value : undefined;
}

/** The tree as plain values, for the schema. Maps have no prototype, so no key of theirs is special. */
export function toValue(tree: Tree): unknown {
  if (tree.kind === 'leaf') return tree.value;
  if (tree.kind === 'list') return tree.items.map(toValue);
  const map = Object.create(null) as Record<string, unknown>;
  for (const [name, { value }] of tree.entries) map[name] = toValue(value);
  return map;
}

/** Plain values as a tree, all of it standing at one place (a preset's, a sweep's). */
export function fromValue(value: unknown, place: Place): Tree {
  if (Array.isArray(value)) {
    return { kind: 'list', items: value.map((item) => fromValue(item, place)), place };
  }
  if (typeof value === 'object' && value !== null) {
    const map = emptyMap(place);
    for (const [name, inner] of Object.entries(value)) {
      map.entries.set(name, { key: place, value: fromValue(inner, place) });
    }
    return map;
  }
  const leaf = value as LeafTree['value'];
  return { kind: 'leaf', value: leaf, source: String(leaf), place };
}

/** The place of a value; for one that is missing, of the key it is missing under. */
export function placeAt(tree: Tree, path: PropertyKey[]): { place: Place; node?: Tree } {
  let node = tree;
  let place = tree.place;
  for (const step of path) {
    const entry = node.kind === 'map' ? node.entries.get(String(step)) : undefined;
    const next = node.kind === 'list' ? node.items[Number(step)] : entry?.value;
    if (next === undefined) return { place };
    // A map begins at its first key: what it lacks is told at the key that names it.
    place = entry?.key ?? next.place;
    node = next;
  }
  return { place, node };
}

/** A value in the words of an error message. */
export function describe(tree: Tree): string {
  if (tree.kind === 'map') return tree.entries.size === 0 ? 'an empty map' : 'a map';
  if (tree.kind === 'list') return tree.items.length === 0 ? 'an empty list' : 'a list';
  if (tree.value === null) return 'nothing';
  const text = typeof tree.value === 'string' ? JSON.stringify(tree.value) : tree.source;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
