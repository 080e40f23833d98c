import { BREAKER_KINDS, COCKATIEL_KINDS } from './breaker-kinds.js';
import { CONCURRENCY_KINDS, RATE_LIMIT_KINDS } from './limit-kinds.js';
import { emptyMap, type ListTree, type MapTree, type Tree } from './tree.js';

/**
 * Which maps choose a mechanism by their key: one that chooses another is replaced whole, not
 * merged. `inside` leads on; `*` stands for any name.
 */
interface Shape {
  mechanism?: true;
  /** A list that merges by the key of each item (`admission`); `inside` tells of those keys. */
  rules?: true;
  /** Where several keys choose one mechanism: which of them is by each key. */
  kinds?: Readonly<Record<string, string>>;
  /** The key whose word chooses the mechanism. */
  word?: string;
  inside?: Record<string, Shape>;
}

const MECHANISM: Shape = { mechanism: true };
const QUEUE: Shape = {
  inside: {
    max_age: MECHANISM,
    discipline: MECHANISM,
    when_full: MECHANISM,
    shed: MECHANISM,
  },
};
const ADMISSION: Shape = { rules: true, inside: { concurrency: { kinds: CONCURRENCY_KINDS } } };
/** As Kubernetes' HPA, or a function's event source, has it: one knows nothing of the other. */
const AUTOSCALE_KEYS = 'metric target min max period delay tolerance stabilize rate cold'.split(
  ' ',
);
const AUTOSCALE: Shape = {
  kinds: {
    event_source: 'event source',
    ...Object.fromEntries(AUTOSCALE_KEYS.map((key) => [key, 'hpa'])),
  },
};
const PART: Shape = {
  inside: { contention: MECHANISM, queue: QUEUE, admission: ADMISSION, autoscale: AUTOSCALE },
};
const BREAKER: Shape = { kinds: BREAKER_KINDS, inside: { cockatiel: { kinds: COCKATIEL_KINDS } } };
/** What one broker has, another knows nothing of. */
const LONE_QUEUE: Shape = { word: 'broker', inside: { when_full: MECHANISM } };
const CALL: Shape = {
  inside: {
    network: MECHANISM,
    retry: { inside: { backoff: MECHANISM, budget: MECHANISM } },
    breaker: BREAKER,
    throttle: MECHANISM,
    rate_limit: { kinds: RATE_LIMIT_KINDS },
    concurrency: { kinds: CONCURRENCY_KINDS },
  },
};
const ARRIVALS: Shape = {
  mechanism: true,
  inside: { renewal: MECHANISM, closed: { inside: { think: MECHANISM } } },
};

/** The shape of a scenario, of one service and of one edge's settings. */
export const SCENARIO: Shape = {
  inside: {
    producers: { inside: { '*': { inside: { arrivals: ARRIVALS } } } },
    services: { inside: { '*': PART } },
    dependencies: { inside: { '*': PART } },
    queues: { inside: { '*': LONE_QUEUE } },
  },
};
export const SERVICE: Shape = PART;
export const EDGE: Shape = CALL;

const PLAIN: Shape = {};

/**
 * Lays `patch` over `base` (RFC 7396): maps merge, null takes a key away, anything else replaces.
 * The result shares what it can with both, and is undefined where nothing is left.
 */
export function merge(
  base: Tree | undefined,
  patch: Tree,
  shape: Shape = SCENARIO,
): Tree | undefined {
  if (patch.kind === 'leaf') return patch.value === null ? undefined : patch;
  if (patch.kind === 'list') {
    if (shape.rules === true) return mergeRules(base, patch, shape);
    return { ...patch, items: patch.items.map((item) => merge(undefined, item, PLAIN) ?? item) };
  }
  const under = base?.kind === 'map' && !replaces(base, patch, shape) ? base : undefined;
  const merged = emptyMap(under?.place ?? patch.place);
  for (const [name, entry] of under?.entries ?? []) merged.entries.set(name, entry);
  for (const [name, { key, value }] of patch.entries) {
    const old = merged.entries.get(name);
    const inner = shape.inside?.[name] ?? shape.inside?.['*'] ?? PLAIN;
    const result = merge(old?.value, value, inner);
    if (result === undefined) merged.entries.delete(name);
    // What was there keeps its place as the parent of what it lacks.
    else merged.entries.set(name, { key: old?.key ?? key, value: result });
  }
  return merged;
}

/** What names the same rule changes it in its place, what names another comes last. */
function mergeRules(base: Tree | undefined, patch: ListTree, shape: Shape): ListTree {
  const items = base?.kind === 'list' ? [...base.items] : [];
  const count = items.length;
  for (const item of patch.items) {
    const kinds = item.kind === 'map' ? [...item.entries.keys()] : [];
    // Two of one kind in a list are a mistake, to be told as they stand.
    const at = items.findIndex((one, i) => i < count && has(one, kinds));
    const merged = merge(at < 0 ? undefined : items[at], item, { inside: shape.inside ?? {} });
    const isGone = kinds.length > 0 && merged?.kind === 'map' && merged.entries.size === 0;
    const left = isGone ? undefined : (merged ?? item);
    if (at >= 0) items[at] = left ?? emptyMap(item.place);
    else if (left !== undefined) items.push(left);
  }
  const isEmpty = (one: Tree, i: number): boolean =>
    i < count && one.kind === 'map' && one.entries.size === 0;
  return { ...patch, items: items.filter((one, i) => !isEmpty(one, i)) };
}

function has(tree: Tree, keys: readonly string[]): boolean {
  return tree.kind === 'map' && keys.some((key) => tree.entries.has(key));
}

function replaces(base: MapTree, patch: MapTree, shape: Shape): boolean {
  if (shape.word !== undefined) {
    const [before, then] = [base, patch].map((map) => map.entries.get(shape.word ?? '')?.value);
    const chosen = then?.kind === 'leaf' && then.value !== null;
    return chosen && before?.kind === 'leaf' && before.value !== then.value;
  }
  if (shape.kinds !== undefined) {
    const [before, then] = [base, patch].map((map) => kindOf(map, shape.kinds ?? {}));
    return before !== undefined && then !== undefined && before !== then;
  }
  if (shape.mechanism !== true) return false;
  const chosen = [...patch.entries].filter(([, { value }]) => !isNull(value));
  return chosen.length > 0 && !chosen.some(([name]) => base.entries.has(name));
}

function kindOf({ entries }: MapTree, kinds: Readonly<Record<string, string>>): string | undefined {
  for (const [name, { value }] of entries) {
    if (!isNull(value) && kinds[name] !== undefined) return kinds[name];
  }
  return undefined;
}

/** Whether this is `null`, which takes a key away. */
export function isNull(tree: Tree): boolean {
  return tree.kind === 'leaf' && tree.value === null;
}
