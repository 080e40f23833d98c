import type { Box, Point } from './geometry.js';

/** Between the ends of two lines on one side of a box. */
const APART = 22;
/** A line keeps so far from a corner. */
const CORNER = 16;

interface End {
  way: number;
  isStart: boolean;
  /** Where the line goes on, along the side. */
  towards: number;
}

/**
 * Moves the ends of lines to the middle of the sides that face each other, beside one another where
 * a side has several, in the order in which they go on. Lines from a box to itself stay as they are.
 */
export function anchored(
  boxes: readonly Box[],
  links: readonly { from: number; to: number }[],
  ways: readonly Point[][],
  across: boolean,
): Point[][] {
  const sides = new Map<string, End[]>();
  links.forEach(({ from, to }, way) => {
    if (from === to) return;
    const points = ways[way] as Point[];
    const isAhead = startOf(boxes[from], across) < startOf(boxes[to], across);
    put(sides, `${from} ${isAhead ? 'far' : 'near'}`, way, true, alongSide(points[1], across));
    put(sides, `${to} ${isAhead ? 'near' : 'far'}`, way, false, alongSide(points.at(-2), across));
  });
  const moved = ways.map((points) => [...points]);
  for (const [key, ends] of sides) {
    const [place, side] = key.split(' ');
    const box = boxes[Number(place)] as Box;
    ends.sort((a, b) => a.towards - b.towards || a.way - b.way);
    ends.forEach(({ way, isStart }, at) => {
      const points = moved[way] as Point[];
      points[isStart ? 0 : points.length - 1] = onSide(
        box,
        side === 'far',
        across,
        at,
        ends.length,
      );
    });
  }
  return moved;
}

function put(
  sides: Map<string, End[]>,
  side: string,
  way: number,
  isStart: boolean,
  towards: number,
): void {
  sides.set(side, [...(sides.get(side) ?? []), { way, isStart, towards }]);
}

function startOf(box: Box | undefined, across: boolean): number {
  return (across ? box?.x : box?.y) ?? 0;
}

function alongSide(point: Point | undefined, across: boolean): number {
  return (across ? point?.y : point?.x) ?? 0;
}

function onSide(box: Box, isFar: boolean, across: boolean, at: number, of: number): Point {
  const long = across ? box.height : box.width;
  const apart = Math.min(APART, (long - 2 * CORNER) / Math.max(1, of - 1));
  const along = long / 2 + (at - (of - 1) / 2) * apart;
  return across
    ? { x: box.x + (isFar ? box.width : 0), y: box.y + along }
    : { x: box.x + along, y: box.y + (isFar ? box.height : 0) };
}
