import type { ValueFormat } from '../format.js';

/** How a cell is written: as figures of panels are, or as it stands. */
export type CellFormat = ValueFormat | 'text';

/** A column of a table over rows of a chart's data sets. */
export interface RowColumn {
  name: string;
  /** The policy whose columns stand under one heading, with the place that picks its colour. */
  of?: { policy: number; name: string };
  data: string;
  /** Only rows that hold this value in this field. */
  where?: readonly [field: string, value: string | number | boolean];
  field: string;
  format: CellFormat;
  /** The fields of the least and the greatest that it may be. */
  within?: readonly [low: string, high: string];
}

/**
 * A table of what a chart without time shows: which rows of its data sets go where. The data
 * themselves are those that the chart is drawn from.
 */
export interface RowTable {
  caption: string;
  /** What the rows are. */
  corner: string;
  /** What they are called after; rows of one name are one. */
  row: { field: string; format: CellFormat; names?: readonly string[]; each?: true };
  columns: readonly RowColumn[];
  /** How to read it, where it has to be said. */
  note?: string;
}
