import type { Graph } from './graph.js';
import type { Place } from './issue.js';

/** A round of calls that never ends, and where its last call stands. */
export interface Loop {
  names: string[];
  place: Place;
}

/**
 * Rounds of calls that no chance breaks: each request that enters one calls on for ever. Walks with
 * a stack of its own, since a chain of calls may be longer than the machine's.
 */
export function loopsOf(graph: Graph): Loop[] {
  const done = new Set<string>();
  const loops: Loop[] = [];
  for (const start of graph.certain.keys()) {
    if (done.has(start)) continue;
    const path: { node: string; next: number }[] = [{ node: start, next: 0 }];
    const depth = new Map([[start, 0]]);
    while (path.length > 0) {
      const top = path[path.length - 1];
      if (top === undefined) break;
      const call = graph.certain.get(top.node)?.[top.next];
      top.next += 1;
      if (call === undefined) {
        done.add(top.node);
        depth.delete(top.node);
        path.pop();
      } else if (depth.has(call.to)) {
        const round = path.slice(depth.get(call.to)).map(({ node }) => node);
        loops.push({ names: [...round, call.to], place: call.place });
      } else if (!done.has(call.to)) {
        depth.set(call.to, path.length);
        path.push({ node: call.to, next: 0 });
      }
    }
  }
  return loops;
}
