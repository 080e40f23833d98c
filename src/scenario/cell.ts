import type { Issues, Place } from './issue.js';
import type { Layer } from './layers.js';
import { type Layout, layOut, SECTIONS } from './layout.js';
import * as say from './messages.js';
import type { Cell } from './scenario.js';
import { EDGE_PATTERN } from './schema/edge-pattern.js';
import { asWritten } from './sweep.js';
import { child, emptyMap, entriesOf, fromValue, type MapTree, type Tree } from './tree.js';

const IS_EDGE = new RegExp(EDGE_PATTERN);

const POLICIES = 'policies';
const INDEX = /^\d+$/;

/** The sections whose next step is a name that must be there. */
const NAMED = ['producers', 'services', 'dependencies'];

/**
 * Lays a cell of a sweep over everything else, as a last layer. Paths may lead through lists by
 * their index (`faults.0.factor`), or into a policy, of which they then change that layer alone;
 * `after` lies over the cell. A path that leads nowhere is reported at its axis; null then.
 */
export function layOutCell(
  layers: Layer[],
  cell: Cell,
  issues: Issues,
  after: Layer[] = [],
): Layout | null {
  const place = placeOfSweep(layers);
  const tree = emptyMap(place);
  const refuse = (path: string): null => {
    const last = path.split('.').at(-1) ?? path;
    issues.add(axisPlace(layers, path), say.noSuchPath(path, last, []));
    return null;
  };
  const through: [string, Cell[string]][] = [];
  let under = layers;
  for (const [path, value] of Object.entries(cell)) {
    if (path === 'load') continue;
    const cured = withIndex(path, layers);
    if (cured !== path) {
      issues.add(axisPlace(layers, path), say.whichOfTheList(path, cured));
      return null;
    }
    if (path.startsWith(`${POLICIES}.`)) {
      const changed = inPolicy(under, path, fromValue(asWritten(value), axisPlace(layers, path)));
      if (changed === null) return refuse(path);
      under = changed;
    } else if (path.split('.').some((step) => INDEX.test(step))) through.push([path, value]);
    else put(tree, path.split('.'), fromValue(asWritten(value), axisPlace(layers, path)));
  }
  const layer: Layer = { name: 'sweep', tree, written: false };
  const swept = tree.entries.size === 0 ? under : [...under, layer];
  const layout = layOut([...swept, ...after]);
  for (const [path, value] of through) {
    const at = axisPlace(layers, path);
    const changed = setIn(layout.tree, path.split('.'), fromValue(asWritten(value), at));
    if (changed?.kind !== 'map') return refuse(path);
    layout.tree = changed;
  }
  return layout;
}

/** The layers with a value set in those of one policy; null where the path leads nowhere there. */
function inPolicy(layers: Layer[], path: string, value: Tree): Layer[] | null {
  const [, policy, ...steps] = path.split('.');
  const changed = layers.map((layer, depth): Layer | null => {
    if (depth === 0 || layer.name !== policy) return layer;
    const tree = setIn(layer.tree, steps, value, true);
    return tree?.kind === 'map' ? { ...layer, tree } : null;
  });
  return changed.includes(null) ? null : (changed as Layer[]);
}

/** Reports the axes that lead nowhere; `layers` are all that the file has. */
export function checkAxes(paths: string[], layers: Layer[], issues: Issues): void {
  for (const path of paths) checkPath(path, layers, issues);
}

function placeOfSweep(layers: Layer[]): Place {
  return layers[0]?.tree.entries.get('sweep')?.key ?? { line: 1, column: 1, path: 'sweep' };
}

function axisPlace(layers: Layer[], path: string): Place {
  const sweep = child(layers[0]?.tree, 'sweep');
  const entry = sweep?.kind === 'map' ? sweep.entries.get(path) : undefined;
  return entry?.key ?? placeOfSweep(layers);
}

function checkPath(path: string, layers: Layer[], issues: Issues): void {
  if (path === 'load') return;
  const [first, policy = '', ...inside] = path.split('.');
  const isInside = first === POLICIES;
  const [section = '', name] = isInside ? inside : path.split('.');
  const refuse = (step: string, known: string[]): void => {
    issues.add(axisPlace(layers, path), say.noSuchPath(path, step, known));
  };
  const policies = entriesOf(child(layers[0]?.tree, POLICIES)).map(([known]) => known);
  if (isInside && !policies.includes(policy)) {
    refuse(policy === '' ? `policy in ${POLICIES}` : policy, policies);
  } else if (!SECTIONS.includes(section)) {
    refuse(section === '' ? 'section in it' : section, isInside ? SECTIONS : ['load', ...SECTIONS]);
  } else if (NAMED.includes(section) && name !== undefined) {
    const known = layers.flatMap(({ tree }) => entriesOf(child(tree, section)));
    const names = known.map(([known]) => known);
    const star = section === 'services' && name === '*';
    if (!star && !names.includes(name)) refuse(name, names);
  } else if (section === 'calls' && name !== undefined && !IS_EDGE.test(name)) {
    issues.add(axisPlace(layers, path), say.notAPattern(name));
  }
}

/** The path with an index where it leads into a list without one: that of the item with that key. */
function withIndex(path: string, layers: readonly Layer[]): string {
  const steps = path.split('.');
  for (const { tree } of layers) {
    let at: Tree | undefined = tree;
    for (const [depth, step] of steps.entries()) {
      if (at?.kind === 'list') {
        if (INDEX.test(step)) break;
        const item = at.items.findIndex((one) => child(one, step) !== undefined);
        return [...steps.slice(0, depth), Math.max(0, item), ...steps.slice(depth)].join('.');
      }
      at = child(at, step);
    }
  }
  return path;
}

/** Puts a value into a map of maps, making those that are missing. */
function put(tree: MapTree, path: string[], value: Tree): void {
  let map = tree;
  for (const [depth, step] of path.entries()) {
    const last = depth === path.length - 1;
    const next = last ? value : (child(map, step) ?? emptyMap(value.place));
    map.entries.set(step, { key: value.place, value: next });
    if (last || next.kind !== 'map') return;
    map = next;
  }
}

/**
 * A copy of the tree with a value set, or null where the path leads past a list or a value. Maps
 * that are missing on the way are made where `makes` says so.
 */
function setIn(tree: Tree | undefined, path: string[], value: Tree, makes = false): Tree | null {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (tree?.kind === 'list') {
    const index = Number(step);
    const item = tree.items[index];
    const changed = item === undefined ? null : setIn(item, rest, value, makes);
    if (changed === null) return null;
    return { ...tree, items: tree.items.with(index, changed) };
  }
  const isMade = tree === undefined && makes && !INDEX.test(step);
  const map = isMade ? emptyMap(value.place) : tree;
  if (map?.kind !== 'map') return null;
  const old = map.entries.get(step);
  const changed = setIn(old?.value, rest, value, makes);
  if (changed === null) return null;
  const entries = new Map(map.entries);
  entries.set(step, { key: old?.key ?? value.place, value: changed });
  return { ...map, entries };
}
