import type { ValueFormat } from '../format.js';

/** One line of a panel: a value a step from time 0, or values at the steps named. */
export interface Line {
  /** The policy's place, which picks the colour. */
  policy: number;
  /** What is drawn, where a panel holds several kinds. */
  kind: number;
  /** Where the series was thinned: each value's distance in steps from the one before (or from 0). */
  gaps?: number[];
  values: (number | null)[];
}

/** What a time panel draws, as compact as the page carries it. */
export interface Panel {
  /** Seconds. */
  step: number;
  /** Steps in the whole series. */
  length: number;
  format: ValueFormat;
  /** What its numbers are; panels of the same stand in one table. */
  about: string;
  lines: Line[];
  /** The place of the policy that a map is of. */
  policy?: number;
  /** A map of time and value, instead of lines. */
  cells?: Cells;
}

/** How much there was of each value, by column of time. */
export interface Cells {
  /** Seconds a column. */
  step: number;
  /** Where each row begins, and where the last one ends. */
  bounds: number[];
  /** By column: its lowest row that holds any, then how many a second are in it and those above. */
  rates: number[][];
  /** Ascending: a cell's shade is how many of these its rate reaches. */
  levels: number[];
}

/** A series of a result as numbers; `undefined` where the run has none of that name. */
export function seriesOf(
  series: { step: number } & Record<string, (number | null)[] | number>,
  name: string,
): (number | null)[] | undefined {
  if (!Object.hasOwn(series, name)) return undefined;
  const values = series[name];
  return Array.isArray(values) ? values : undefined;
}
