import { Graph as DagreGraph, type EdgeLabel, layout } from '@dagrejs/dagre';
import { anchored } from './anchors.js';
import type { Box, Point } from './geometry.js';
import type { Graph, Part } from './graph.js';
import { sizeOf } from './sizes.js';

/** Where everything stands; boxes and ways in the order of the graph. */
export interface Layout {
  width: number;
  height: number;
  boxes: Box[];
  ways: Way[];
}

export interface Way {
  points: Point[];
  /** The middle of its label. */
  label: Point;
}

/** Beside and between: faults are named under a box, marks stand on its corners. */
export const MARGIN = 16;
const BETWEEN_BOXES = 40;
const BETWEEN_RANKS = 14;
/** Room for two lines of figures. */
const LABEL = { width: 100, height: 44 };
/** What a line from a box to itself takes around it. */
const LOOP = { width: 90, height: 72 };
const NO_LOOP = { width: 0, height: 0 };
const LOOP_DEPTH = 34;
const LOOP_HALF = 36;
/** A label stands beside a line that runs down, and reaches so far from it. */
const LABEL_REACH = 124;
/**
 * From producers on the left to dependencies on the right, or from top to bottom. The same graph
 * gives the same places: nothing is left to chance, and figures are rounded to half a pixel.
 */
export function layoutOf({ parts, links }: Graph, direction: 'LR' | 'TB'): Layout {
  const graph = new DagreGraph({ multigraph: true });
  const across = direction === 'LR';
  graph.setGraph({
    rankdir: direction,
    nodesep: across ? BETWEEN_BOXES : 20,
    ranksep: across ? BETWEEN_RANKS : 22,
    edgesep: 24,
    marginx: MARGIN,
    marginy: MARGIN + 6,
  });
  // Numbers as names: `__proto__` may be what a service is called.
  const looped = new Set(links.flatMap(({ from, to }) => (from === to ? from : [])));
  parts.forEach((part, place) => {
    const { width, height } = sizeOf(part);
    const room = looped.has(place) ? LOOP : NO_LOOP;
    graph.setNode(`${place}`, { width: width + room.width, height: height + room.height });
  });
  links.forEach(({ from, to, kind }, place) => {
    if (from === to) return;
    const label = kind === 'dead_letter' ? { width: 70, height: 18 } : LABEL;
    graph.setEdge(`${from}`, `${to}`, { ...label, labelpos: 'c' }, `${place}`);
  });
  layout(graph);
  const boxes = parts.map((_, place): Box => {
    const { x = 0, y = 0 } = graph.node(`${place}`);
    const { width, height } = sizeOf(parts[place] as Part);
    const above = looped.has(place) ? LOOP.height / 2 : 0;
    return { x: half(x - width / 2), y: half(y - height / 2 - above), width, height };
  });
  const edges = links.map(({ from, to }, place): EdgeLabel => {
    if (from === to) return loopOf(boxes[from] as Box);
    return graph.edge(`${from}`, `${to}`, `${place}`);
  });
  const points = edges.map((edge) => edge.points ?? []);
  const ways = anchored(boxes, links, points, across).map((moved, place): Way => {
    const { x = 0, y = 0 } = edges[place] ?? {};
    return { points: moved.map(rounded), label: rounded({ x, y }) };
  });
  const { width = 0, height = 0 } = graph.graph();
  const reach = across ? 0 : Math.max(0, ...ways.map(({ label }) => label.x + LABEL_REACH));
  return { width: Math.ceil(Math.max(width, reach)), height: Math.ceil(height), boxes, ways };
}

/** Out of the foot of a box and in again, its label on the right. */
function loopOf({ x, y, width, height }: Box): EdgeLabel {
  const [left, right] = [x + width / 2 - LOOP_HALF, x + width / 2 + LOOP_HALF];
  const foot = y + height;
  const points = [
    { x: right, y: foot },
    { x: right, y: foot + LOOP_DEPTH },
    { x: left, y: foot + LOOP_DEPTH },
    { x: left, y: foot },
  ];
  return { points, x: right + LABEL.width / 2 + 8, y: foot + LOOP_DEPTH };
}

function half(value: number): number {
  return Math.round(value * 2) / 2;
}

export function rounded({ x, y }: Point): Point {
  return { x: half(x), y: half(y) };
}
