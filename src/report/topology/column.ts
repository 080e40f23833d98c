import type { Box, Point } from './geometry.js';
import type { Graph, Link } from './graph.js';
import { type Layout, MARGIN, rounded, type Way } from './layout.js';
import { sizeOf } from './sizes.js';

/** In what a line turns from its box into its lane, or back. */
const TURN = 26;
/** Two lines of figures beside a line. */
const LABEL = 36;
/** From a box to the first thing below it: what a fault is called stands there. */
const BELOW = 22;
/** A tip, and the word on the upper edge of a box. */
const TIP = 22;
/** A box's line to itself, in from its left corner; other lines begin on its right then. */
const LOOP = { inset: 18, width: 44, height: 40 };
/** Between the ends of lines at one box, and what they leave free at its corners. */
const APART = 22;
const CORNER = 16;
/** Where lines pass boxes: labels end before the first of them. */
const TO_LANES = 34;
const LANE = 18;
/** How far a label reaches from its line. */
const REACH = 124;

type Size = Pick<Box, 'width' | 'height'>;

/** A line between two boxes; without a lane it goes straight to the next box. */
interface Run {
  way: number;
  from: number;
  to: number;
  lane: number | null;
}

/** Everything that happens between one box and the next. */
interface Gap {
  /** Lines from below that end at the foot of the box above, and those that leave it for a lane. */
  upIns: Run[];
  downOuts: Run[];
  /** Lines that end on the box below, and those that leave it upwards. */
  downIns: Run[];
  upOuts: Run[];
  hasLoop: boolean;
}

/** Parts from top to bottom: callers before what they call, each followed by its own branch. */
function inColumn({ parts, links }: Graph): number[] {
  const seen = new Set<number>();
  const order: number[] = [];
  const visit = (place: number): void => {
    if (seen.has(place)) return;
    seen.add(place);
    for (const { from, to } of [...links].reverse()) if (from === place) visit(to);
    order.unshift(place);
  };
  const places = parts.map((_, place) => place).reverse();
  const called = new Set(links.flatMap(({ from, to }) => (from === to ? [] : to)));
  for (const place of places) if (!called.has(place)) visit(place);
  for (const place of places) visit(place);
  return order;
}

/** Lines as runs between places of the column; short ones have the inner lanes. */
function runsOf(links: readonly Link[], ranks: readonly number[]): Run[] {
  const direct = new Set<number>();
  const runs = links.flatMap((link, way): Run[] => {
    const [from, to] = [ranks[link.from] as number, ranks[link.to] as number];
    if (from === to) return [];
    const isDirect = to === from + 1 && !direct.has(from);
    if (isDirect) direct.add(from);
    return [{ way, from, to, lane: isDirect ? null : -1 }];
  });
  const lanes: Run[][] = [];
  const length = ({ from, to }: Run): number => Math.abs(to - from);
  const passing = runs.filter(({ lane }) => lane !== null);
  for (const run of passing.sort((a, b) => length(a) - length(b) || a.way - b.way)) {
    const free = lanes.findIndex((taken) => !taken.some((one) => meet(one, run)));
    run.lane = free < 0 ? lanes.push([]) - 1 : free;
    lanes[run.lane]?.push(run);
  }
  return runs;
}

function meet(a: Run, b: Run): boolean {
  const [low, high] = [Math.min(a.from, a.to), Math.max(a.from, a.to)];
  return low < Math.max(b.from, b.to) && Math.min(b.from, b.to) < high;
}

function gapsOf(runs: readonly Run[], looped: readonly boolean[]): Gap[] {
  const byLane = [...runs].sort((a, b) => (a.lane ?? -1) - (b.lane ?? -1));
  return looped.map((hasLoop, above) => ({
    upIns: byLane.filter(({ from, to }) => to === above && from > to),
    downOuts: byLane.filter(({ from, to }) => from === above && to > from),
    downIns: byLane.filter(({ from, to }) => to === above + 1 && from < to),
    upOuts: byLane.filter(({ from, to }) => from === above + 1 && to < from),
    hasLoop,
  }));
}

/** Where each line turns in a gap, below the box above, and how high the gap is. */
function heightsOf(gap: Gap): { ins: Map<Run, number>; height: number } {
  const ins = new Map<Run, number>();
  let y = BELOW + (gap.hasLoop ? LOOP.height : 0);
  for (const run of gap.upIns) {
    y += LABEL + TURN;
    ins.set(run, y);
  }
  if (gap.downOuts.some(({ lane }) => lane !== null)) y += TURN;
  for (const run of gap.downIns) {
    ins.set(run, y);
    y += LABEL + (run.lane === null ? 0 : TURN);
  }
  if (gap.upOuts.length > 0) y += TURN;
  return { ins, height: y + TIP };
}

/** Where lines end along a side of a box, in their order: in its middle, or on its right. */
function alongSide(
  runs: readonly Run[],
  { axis, width, isRight }: { axis: number; width: number; isRight: boolean },
): Map<Run, number> {
  const apart = Math.min(APART, (width - 2 * CORNER) / Math.max(1, runs.length - 1));
  const long = apart * (runs.length - 1);
  const first = isRight ? axis + width / 2 - CORNER - long : axis - long / 2;
  return new Map(runs.map((run, place) => [run, first + place * apart]));
}

/** Where boxes, sides and lanes are: what ways are drawn from. */
interface Places {
  axis: number;
  widest: number;
  column: Box[];
  gaps: Gap[];
  /** Where the lines of each gap turn to their ends, from its upper edge. */
  turns: Map<Run, number>[];
  feet: Map<Run, number>[];
  tops: Map<Run, number>[];
}

function laneOf({ axis, widest }: Places, { lane }: Run): number {
  return axis + widest / 2 + TO_LANES + LANE * (lane ?? 0);
}

function wayOf(run: Run, places: Places): Way {
  const { column, feet, gaps, tops, turns } = places;
  const down = run.to > run.from;
  const sign = down ? 1 : -1;
  const gap = down ? run.to - 1 : run.to;
  const [source, target] = [column[run.from]!, column[run.to]!];
  const turn = column[gap]!.y + column[gap]!.height + turns[gap]!.get(run)!;
  const foot = (box: Box, of: number): Point => {
    return { x: feet[of]!.get(run)!, y: box.y + box.height };
  };
  const top = (box: Box, of: number): Point => ({ x: tops[of - 1]!.get(run)!, y: box.y });
  const start = down ? foot(source, run.from) : top(source, run.from);
  const end = down ? top(target, run.to) : foot(target, run.to);
  const isLooped = down && gaps[run.from]!.hasLoop;
  const leg = isLooped ? [{ x: start.x, y: start.y + LOOP.height }] : [];
  const from = start.y + (isLooped ? LOOP.height : 0);
  const x = laneOf(places, run);
  const passing = [
    { x, y: from + sign * (BELOW + TURN) },
    { x, y: turn },
    { x: end.x, y: turn + sign * TURN },
  ];
  const around = run.lane === null ? [{ x: end.x, y: turn }] : passing;
  const y = around.at(-1)!.y + (sign * LABEL) / 2;
  const points = [start, ...leg, ...around, end];
  return { points: points.map(rounded), label: rounded({ x: end.x, y }) };
}

/** A line from a box to itself, at the left of its foot. */
function loopOf({ x, y, height }: Box): Way {
  const [left, right, foot] = [x + LOOP.inset, x + LOOP.inset + LOOP.width, y + height];
  const low = foot + LOOP.height;
  const points = [
    { x: right, y: foot },
    { x: right, y: low },
    { x: left, y: low },
    { x: left, y: foot },
  ];
  return { points: points.map(rounded), label: rounded({ x: right - 4, y: foot + 34 }) };
}

function placesOf(sizes: readonly Size[], runs: readonly Run[], looped: boolean[]): Places {
  const widest = Math.max(...sizes.map(({ width }) => width));
  const axis = MARGIN + widest / 2;
  const gaps = gapsOf(runs, looped);
  const heights = gaps.map(heightsOf);
  let y = MARGIN + 6;
  const column = sizes.map(({ width, height }, rank) => {
    const box = { x: axis - width / 2, y, width, height };
    y += height + heights[rank]!.height;
    return box;
  });
  const feet = gaps.map(({ downOuts, hasLoop, upIns }, rank) => {
    const { width } = sizes[rank]!;
    return alongSide([...downOuts, ...upIns], { axis, width, isRight: hasLoop });
  });
  const tops = gaps.map(({ downIns, upOuts }, rank) => {
    const width = sizes[rank + 1]?.width ?? 0;
    return alongSide([...downIns, ...upOuts], { axis, width, isRight: false });
  });
  return { axis, widest, column, gaps, turns: heights.map(({ ins }) => ins), feet, tops };
}

/** The parts one below the other; lines that pass some of them do so on their right. */
export function columnLayout(graph: Graph): Layout {
  const { parts, links } = graph;
  const order = inColumn(graph);
  const ranks = parts.map((_, place) => order.indexOf(place));
  const runs = runsOf(links, ranks);
  const looped = order.map((place) => links.some(({ from, to }) => from === place && to === place));
  const sizes = order.map((place) => sizeOf(parts[place]!));
  const places = placesOf(sizes, runs, looped);
  const { axis, column, gaps, widest } = places;
  const ways = links.map(({ from }, way): Way => {
    const run = runs.find((one) => one.way === way);
    return run ? wayOf(run, places) : loopOf(column[ranks[from]!]!);
  });
  const lanes = runs.map((run) => (run.lane === null ? 0 : laneOf(places, run) + MARGIN));
  const width = Math.max(axis + widest / 2 + MARGIN, axis + REACH, ...lanes);
  const last = column.at(-1)!;
  const height = last.y + last.height + heightsOf(gaps.at(-1)!).height;
  const boxes = ranks.map((rank) => ({ ...column[rank]!, ...rounded(column[rank]!) }));
  return { width: Math.ceil(width), height: Math.ceil(height), boxes, ways };
}
