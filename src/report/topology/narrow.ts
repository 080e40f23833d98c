import { columnLayout } from './column.js';
import type { Graph } from './graph.js';
import { type Layout, layoutOf } from './layout.js';

/** What a phone has room for. */
const PHONE = 348;

/** From top to bottom; in one column where branches side by side would be wider than a phone. */
export function narrowLayout(graph: Graph): Layout {
  const down = layoutOf(graph, 'TB');
  return down.width <= PHONE ? down : columnLayout(graph);
}
