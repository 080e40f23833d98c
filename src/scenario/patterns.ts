import type { Place } from './issue.js';
import type { Layer } from './layers.js';
import { EDGE, isNull, merge } from './merge.js';
import { child, emptyMap, entriesOf, type MapTree, type Tree } from './tree.js';

/** One side of an edge or of a pattern: a name or `*`, and perhaps a route. */
export interface Side {
  name: string;
  route: string | null;
}

/** A pattern of `calls` and where it stands. */
export interface Pattern {
  caller: Side;
  callee: Side;
  place: Place;
  layer: Layer;
}

/** Splits `NAME` or `NAME/ROUTE`. */
export function sideOf(text: string): Side {
  const slash = text.indexOf('/');
  if (slash < 0) return { name: text, route: null };
  return { name: text.slice(0, slash), route: text.slice(slash + 1) };
}

/** A side as it is written. */
export function sideText({ name, route }: Side): string {
  return route === null ? name : `${name}/${route}`;
}

/** The sides of "caller -> callee", or null where the text is none. */
export function sidesOf(text: string): { caller: Side; callee: Side } | null {
  const [caller, callee, more] = text.split(' -> ');
  if (caller === undefined || callee === undefined || more !== undefined) return null;
  return { caller: sideOf(caller), callee: sideOf(callee) };
}

/** All patterns of all layers. Keys that are no patterns are left out: the schema refuses them. */
export function patternsOf(layers: Layer[]): Pattern[] {
  return layers.flatMap((layer) =>
    entriesOf(child(layer.tree, 'calls')).flatMap(([text, { key }]) => {
      const sides = sidesOf(text);
      return sides === null ? [] : [{ ...sides, place: key, layer }];
    }),
  );
}

/**
 * Which routes make edges of their own: a pattern with a route on one side sets the edges apart
 * that it matches. Asked for every call, so patterns are found by name.
 */
export class RoutePatterns {
  private readonly byCaller = new Map<string, Pattern[]>();
  private readonly byCallee = new Map<string, Pattern[]>();

  constructor(patterns: Pattern[]) {
    for (const pattern of patterns) {
      if (pattern.caller.route !== null) put(this.byCaller, sideText(pattern.caller), pattern);
      if (pattern.callee.route !== null) put(this.byCallee, sideText(pattern.callee), pattern);
    }
  }

  /** The edge of a call: its sides keep their route only where a pattern names it. */
  edge(caller: Side, callee: Side): { caller: Side; callee: Side } {
    const own = this.byCaller.get(sideText(caller)) ?? [];
    const others = this.byCallee.get(sideText(callee)) ?? [];
    const apart = caller.route !== null && own.some((pattern) => matches(pattern.callee, callee));
    const aparts =
      callee.route !== null && others.some((pattern) => matches(pattern.caller, caller));
    return {
      caller: { name: caller.name, route: apart ? caller.route : null },
      callee: { name: callee.name, route: aparts ? callee.route : null },
    };
  }
}

function put(map: Map<string, Pattern[]>, key: string, pattern: Pattern): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [pattern]);
  else list.push(pattern);
}

/** Whether a side of a pattern matches: `shop` matches `shop/pay`, and `*` everything. */
export function matches(pattern: Side, side: Side): boolean {
  if (pattern.name === '*') return true;
  return pattern.name === side.name && (pattern.route === null || pattern.route === side.route);
}

/**
 * What `calls` says of an edge: in each layer from `* -> *` over `a -> *` and `* -> b` to `a -> b`,
 * a later layer over an earlier one whatever its patterns. Edges that the same patterns match
 * share one tree.
 */
export class EdgeSettings {
  private readonly known = new Map<string, MapTree>();
  private readonly calls: { layer: number; map: MapTree }[] = [];

  constructor(layers: Layer[]) {
    for (const [layer, { tree }] of layers.entries()) {
      const map = child(tree, 'calls');
      if (map?.kind === 'map') this.calls.push({ layer, map });
      else if (map !== undefined && isNull(map)) this.calls.length = 0;
    }
  }

  /** `byName`: only patterns that name the caller reach it. */
  of(caller: Side, callee: Side, place: Place, byName = false): MapTree {
    let found: { key: string; pattern: string; value: Tree }[] = [];
    for (const { layer, map } of this.calls) {
      for (const to of formsOf(callee)) {
        for (const from of formsOf(caller).slice(byName ? 1 : 0)) {
          const pattern = `${from} -> ${to}`;
          const value = map.entries.get(pattern)?.value;
          if (value === undefined) continue;
          // null takes the pattern away that earlier layers brought.
          if (isNull(value)) found = found.filter((other) => other.pattern !== pattern);
          else found.push({ key: `${layer} ${pattern}`, pattern, value });
        }
      }
    }
    const key = found.map((one) => one.key).join('\n');
    const before = this.known.get(key);
    if (before !== undefined) return before;
    let tree: Tree | undefined;
    for (const { value } of found) tree = merge(tree, value, EDGE);
    const settings = tree?.kind === 'map' ? tree : emptyMap(place);
    this.known.set(key, settings);
    return settings;
  }
}

/** From the least to the most specific. */
function formsOf(side: Side): string[] {
  return side.route === null ? ['*', side.name] : ['*', side.name, sideText(side)];
}
