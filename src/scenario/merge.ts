import { emptyMap, type MapTree, type Tree } from './tree.js';

/**
 * Which maps choose a mechanism by their key: one that chooses another is replaced whole, not
 * merged. `inside` leads on; `*` stands for any name.
 */
interface Shape {
  mechanism?: true;
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
const PART: Shape = { inside: { contention: MECHANISM, queue: QUEUE } };
const CALL: Shape = {
  inside: { network: MECHANISM, retry: { inside: { backoff: MECHANISM, budget: MECHANISM } } },
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

function replaces(base: MapTree, patch: MapTree, shape: Shape): boolean {
  if (shape.mechanism !== true) return false;
  const chosen = [...patch.entries].filter(([, { value }]) => !isNull(value));
  return chosen.length > 0 && !chosen.some(([name]) => base.entries.has(name));
}

/** Whether this is `null`, which takes a key away. */
export function isNull(tree: Tree): boolean {
  return tree.kind === 'leaf' && tree.value === null;
}
