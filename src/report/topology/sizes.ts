import type { Part } from './graph.js';

/** What a letter of a name takes at 13 px, bold, in a wide font. */
const LETTER = 8.4;
/** A longer name is cut short; its title says all of it. */
export const NAME_LETTERS = 26;
/** Between a box and what stands in it. */
export const PAD = 10;
/** A row of figures with its bar, and one of figures alone. */
export const BAR_ROW = 28;
export const TEXT_ROW = 17;
export const BAR_HEIGHT = 8;
const HEAD = 28;
const FOOT = 6;

/** The rows of a part's box, from top to bottom. */
export type Row = 'rate' | 'workers' | 'queue' | 'replicas' | 'memory';

export function rowsOf({ kind, hasReplicas, hasMemory }: Part): Row[] {
  if (kind === 'producer') return ['rate'];
  if (kind === 'queue') return ['queue'];
  return [
    'workers',
    'queue',
    ...(hasReplicas ? (['replicas'] as const) : []),
    ...(hasMemory ? (['memory'] as const) : []),
  ];
}

export function rowHeight(row: Row): number {
  return row === 'workers' || row === 'queue' ? BAR_ROW : TEXT_ROW;
}

/** How large the box of a part is, in pixels. */
export function sizeOf(part: Part): { width: number; height: number } {
  const name = Math.min(NAME_LETTERS, part.name.length) * LETTER + 2 * PAD + 6;
  const least = part.kind === 'producer' ? 116 : 190;
  const rows = rowsOf(part).reduce((sum, row) => sum + rowHeight(row), 0);
  return { width: Math.ceil(Math.max(least, name)), height: HEAD + rows + FOOT };
}

/** The base line of each row's text under the top of its box. */
export function rowTops(part: Part): Map<Row, number> {
  const tops = new Map<Row, number>();
  let top = HEAD;
  for (const row of rowsOf(part)) {
    tops.set(row, top + 13);
    top += rowHeight(row);
  }
  return tops;
}

/** How long a full bar is. */
export function barWidth(part: Part): number {
  return sizeOf(part).width - 2 * PAD;
}
