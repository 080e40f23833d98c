export type Value = string | number | boolean | null;

/** A column of a table: the same ones, in the same order, in every kind of file. */
export interface Column<Row> {
  name: string;
  type: 'text' | 'count' | 'number' | 'boolean';
  /** Whether a row may be without a value. */
  nullable: boolean;
  of(row: Row): Value;
}

/** Columns, and rows that can be gone through again and again, in their order. */
export interface Table<Row> {
  columns: readonly Column<Row>[];
  rows(): AsyncIterable<Row> | Iterable<Row>;
  /** What the table is of, for files that have room for it. */
  about: object;
  version: string;
}

/** Makes a column. */
export function column<Row>(
  name: string,
  type: Column<Row>['type'],
  of: Column<Row>['of'],
  nullable = false,
): Column<Row> {
  return { name, type, nullable, of };
}
