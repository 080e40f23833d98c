import { compile } from '../kernel/distributions.js';
import type { Files } from './files.js';
import type { Issues, Mistake, Place } from './issue.js';
import type { Layout } from './layout.js';
import * as say from './messages.js';
import type { Law } from './schema/laws.js';
import type { LaidOut } from './schema/whole.js';
import { loadOf } from './sweep.js';
import {
  child,
  entriesOf,
  itemsOf,
  leafOf,
  type MapTree,
  placeAt,
  type Tree,
  textOf,
} from './tree.js';
import { readDuration } from './units.js';

type Add = (place: Place, mistake: Mistake) => void;

/** What of a producer's traffic does not go together with the rest. */
export function checkTraffic(root: MapTree, { tree }: Layout, files: Files, add: Add): void {
  const producers = child(tree, 'producers');
  checkLoad(root, producers, files, add);
  const length = durationAt(child(tree, 'duration'));
  for (const [, { value }] of entriesOf(producers)) {
    checkTimes(value, length, add);
    checkTrace(value, files, add);
  }
  for (const fault of itemsOf(child(tree, 'faults'))) {
    const surge = child(fault, 'surge');
    const name = textOf(surge);
    if (surge === undefined || name === undefined) continue;
    const arrivals = child(child(producers, name), 'arrivals');
    if (isOfMoments(arrivals, files)) add(surge.place, say.surgeOnTrace(name));
    if (child(arrivals, 'backlog') !== undefined) add(surge.place, say.surgeOnBacklog(name));
  }
}

function durationAt(tree: Tree | undefined): number | undefined {
  const result = readDuration(leafOf(tree));
  return result.ok ? result.value : undefined;
}

function checkTimes(producer: Tree, length: number | undefined, add: Add): void {
  const from = child(producer, 'from');
  const until = child(producer, 'until');
  const [begin, end] = [durationAt(from) ?? 0, durationAt(until)];
  if (until !== undefined && end !== undefined && end <= begin) {
    add(until.place, say.endsBeforeItBegins());
  }
  if (from !== undefined && length !== undefined && begin >= length && length > 0) {
    add(from.place, say.beginsAfterTheEnd());
  }
}

/** A path that only a cell of a sweep or a caller of the library brings has not been read. */
function checkTrace(producer: Tree, files: Files, add: Add): void {
  const trace = child(child(producer, 'arrivals'), 'trace');
  const path = textOf(trace);
  if (trace === undefined || path === undefined || files.unread.has(path)) return;
  if (!Object.hasOwn(files.traces, path)) add(trace.place, say.noFiles(path));
}

function isOfMoments(arrivals: Tree | undefined, files: Files): boolean {
  const path = textOf(child(arrivals, 'trace'));
  if (path === undefined || !Object.hasOwn(files.traces, path)) return false;
  return files.traces[path]?.kind === 'times';
}

/** Distances without length never let the clock move on. */
export function checkDistances(
  { producers }: LaidOut,
  { tree }: Layout,
  files: Files,
  issues: Issues,
): void {
  for (const [name, { arrivals }] of Object.entries(producers)) {
    if (arrivals.kind !== 'renewal' || hasDistance(arrivals.between, files)) continue;
    const { place } = placeAt(tree, ['producers', name, 'arrivals', 'renewal']);
    issues.add(place, say.noDistance());
  }
}

/** Whether arrivals of this law ever let the clock move on; a file of latencies is looked up. */
function hasDistance(law: Law, files: Files): boolean {
  if (law.kind === 'file') return (files.latencies[law.path] ?? [1]).some((ns) => ns > 0);
  if (law.kind !== 'mixture') return compile(law).meanNs > 0;
  return law.parts.some(({ p, of }) => p > 0 && hasDistance(of, files));
}

/** A sweep of load that a producer cannot follow. */
function checkLoad(root: MapTree, producers: Tree | undefined, files: Files, add: Add): void {
  const axis = entriesOf(child(root, 'sweep')).find(([path]) => path === 'load')?.[1];
  if (axis === undefined) return;
  if (axis.value.kind === 'list' && itemsOf(axis.value).every(isWhole)) return;
  for (const [name, { value }] of entriesOf(producers)) {
    if (isOfMoments(child(value, 'arrivals'), files)) add(axis.key, say.loadOnTrace(name));
  }
}

function isWhole(load: Tree): boolean {
  return loadOf(leafOf(load)) === 1;
}
