import { BREAKER_KINDS, COCKATIEL_KINDS } from './breaker-kinds.js';
import { type Edge, replicasOf } from './graph.js';
import type { Mistake, Place } from './issue.js';
import * as say from './messages.js';
import { child, leafOf, type Tree } from './tree.js';
import { formatDuration, readDuration } from './units.js';

type Add = (place: Place, mistake: Mistake) => void;

/** What of a breaker contradicts itself, or can do nothing. */
export function checkBreaker({ settings, to }: Edge, isBase: boolean, add: Add): void {
  const breaker = child(settings, 'breaker');
  if (breaker?.kind !== 'map') return;
  const kinds = kindsOf(breaker, BREAKER_KINDS);
  const named = kinds.find(([kind]) => kind !== 'rates' && kind !== 'failures in a row');
  const openFor = child(breaker, 'open_for');
  if (kinds.length === 0) add(breaker.place, say.noBreaker());
  else if (kinds.length > 1)
    add(placeOf(kinds, 1), say.severalBreakers(name(kinds, 0), name(kinds, 1)));
  else if (named !== undefined && openFor !== undefined) {
    add(openFor.place, say.severalBreakers('open_for', named[0]));
  }
  atMost(child(breaker, 'min_calls'), child(breaker, 'window') ?? 100, add);
  checkHystrix(child(breaker, 'hystrix'), add);
  checkOpossum(child(breaker, 'opossum'), add);
  checkCockatiel(child(breaker, 'cockatiel'), add);
  const outlier = child(breaker, 'outlier');
  checkOutlier(outlier, add);
  if (isBase && outlier !== undefined && replicasOf(to) === 1)
    add(outlier.place, say.nobodyToEject(to.name));
}

type Kinds = [kind: string, at: Tree][];

function kindsOf(breaker: Tree, kinds: Readonly<Record<string, string>>): Kinds {
  const found = new Map<string, Tree>();
  for (const [key, kind] of Object.entries(kinds)) {
    const at = child(breaker, key);
    if (at !== undefined && !found.has(kind)) found.set(kind, at);
  }
  return [...found];
}

function name(kinds: Kinds, index: number): string {
  return kinds[index]?.[0] ?? '';
}

function placeOf(kinds: Kinds, index: number): Place {
  const [, at] = kinds[index] as Kinds[number];
  return at.place;
}

/** A minimum of calls that the window never holds. */
function atMost(minimum: Tree | undefined, window: Tree | number, add: Add): void {
  const least = leafOf(minimum);
  const most = typeof window === 'number' ? window : leafOf(window);
  if (minimum === undefined || typeof least !== 'number' || typeof most !== 'number') return;
  if (least > most) add(minimum.place, say.minimumOverWindow(least, most));
}

function checkHystrix(hystrix: Tree | undefined, add: Add): void {
  const interval = child(hystrix, 'health_snapshot_interval');
  if (hystrix === undefined) return;
  const windowNs = nsOf(child(hystrix, 'rolling_window')) ?? 10e9;
  const intervalNs = nsOf(interval) ?? 500e6;
  if (intervalNs <= windowNs) return;
  const place = (interval ?? hystrix).place;
  const window = `the rolling window of ${formatDuration(windowNs)}`;
  add(place, say.sliceOverWindow('health_snapshot_interval', window));
}

function checkOpossum(opossum: Tree | undefined, add: Add): void {
  if (opossum === undefined) return;
  const buckets = child(opossum, 'rolling_count_buckets');
  const many = leafOf(buckets) ?? 10;
  const windowNs = nsOf(child(opossum, 'rolling_count_timeout')) ?? 10e9;
  if (typeof many === 'number' && windowNs / 1e6 < many) {
    add((buckets ?? opossum).place, say.tooManySlices());
  }
}

function checkCockatiel(cockatiel: Tree | undefined, add: Add): void {
  if (cockatiel === undefined) return;
  const kinds = kindsOf(cockatiel, COCKATIEL_KINDS);
  if (kinds.length > 1) add(placeOf(kinds, 1), say.severalBreakers(name(kinds, 0), name(kinds, 1)));
  const ring = child(cockatiel, 'count');
  const size = child(ring, 'size');
  if (size !== undefined) atMost(child(ring, 'minimum_number_of_calls'), size, add);
}

function checkOutlier(outlier: Tree | undefined, add: Add): void {
  const max = child(outlier, 'max_ejection_time');
  const maxNs = nsOf(max);
  const baseNs = nsOf(child(outlier, 'base_ejection_time')) ?? 30e9;
  if (max !== undefined && maxNs !== undefined && maxNs < baseNs) {
    add(max.place, say.maximumUnderBase());
  }
}

function nsOf(tree: Tree | undefined): number | undefined {
  const result = readDuration(leafOf(tree));
  return result.ok ? result.value : undefined;
}
