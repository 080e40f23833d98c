import type { Issues, Place } from './issue.js';
import * as say from './messages.js';
import { child, emptyMap, entriesOf, type LeafTree, type MapTree, type Tree } from './tree.js';

/** "from..to" with or without "..step". */
const RANGE = /^([^,]*?)\.\.([^,]*?)(?:\.\.([^,]*))?$/;
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * The file with axes laid over those of its `sweep`: each `PATH=FROM..TO..STEP` or `PATH=A,B,C`,
 * values as a file would hold them. An axis of the file with the same path gets these values and
 * keeps its place; others follow the file's, in the order given (so that the last runs fastest).
 * What is no axis is reported; what its path and values are worth, the file's own rules say.
 */
export function withVaried(root: MapTree, vary: readonly string[], issues: Issues): MapTree {
  if (vary.length === 0) return root;
  const sweep = emptyMap({ line: 0, column: 0, path: '--vary' });
  for (const [path, entry] of entriesOf(child(root, 'sweep'))) sweep.entries.set(path, entry);
  const given = new Set<string>();
  for (const text of vary) {
    const cut = text.indexOf('=');
    const path = text.slice(0, Math.max(0, cut)).trim();
    const place: Place = { line: 0, column: 0, path: `--vary ${cut < 0 ? text : path}` };
    const values = cut < 0 ? null : valuesOf(text.slice(cut + 1), place);
    if (path === '' || values === null) issues.add(place, say.badVary());
    else if (given.has(path)) issues.add(place, say.variedTwice(path));
    else sweep.entries.set(path, { key: place, value: values });
    given.add(path);
  }
  const entries = new Map(root.entries);
  entries.set('sweep', { key: sweep.place, value: sweep });
  return { ...root, entries };
}

/** The values as a file would hold them; null where there are none. */
function valuesOf(text: string, place: Place): Tree | null {
  const range = RANGE.exec(text.trim());
  if (range !== null) {
    const [, from = '', to = '', step] = range;
    if (step === undefined) return null;
    const map = emptyMap(place);
    for (const [name, value] of Object.entries({ from, to, step })) {
      map.entries.set(name, { key: place, value: leaf(value.trim(), place) });
    }
    return map;
  }
  const items = text.split(',').map((item) => item.trim());
  if (items.some((item) => item === '')) return null;
  return { kind: 'list', items: items.map((item) => leaf(item, place)), place };
}

/** A value as YAML would read it. */
function leaf(source: string, place: Place): LeafTree {
  const words: Record<string, LeafTree['value']> = { true: true, false: false, null: null };
  const word = Object.hasOwn(words, source) ? words[source]! : source;
  return { kind: 'leaf', value: NUMBER.test(source) ? Number(source) : word, source, place };
}
