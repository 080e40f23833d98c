import type { Row } from '../charts/chart.js';
import { formatValue } from '../format.js';
import type { CellFormat, RowColumn, RowTable } from './row-table.js';
import { headsOf, type TableText } from './table-text.js';

type Value = Row[string] | undefined;

function write(value: Value, format: CellFormat): string {
  if (value === null || value === undefined) return '–';
  return format === 'text' ? String(value) : formatValue(Number(value), format);
}

function cellOf(row: Row | undefined, { field, format, within }: RowColumn): string {
  const text = write(row?.[field], format);
  if (!row || !within || row[field] === null) return text;
  const [low, high] = within.map((name) => row[name]);
  if (low === null || high === null || low === high) return text;
  return `${text} (${write(low, format)} – ${write(high, format)})`;
}

/** What rows are told apart by: their names, or their places where each stands for itself. */
function keysOf(rows: readonly Row[], { row }: RowTable): Value[] {
  return rows.map((one, place) => (row.each ? place : one[row.field]));
}

function headOf(key: Value, row: Row | undefined, { row: { field, format, names } }: RowTable) {
  if (names) return names[Math.floor(Number(key))] ?? '';
  return write(row?.[field], format);
}

/** Numbers rise; names stand as they come. */
function inOrder(keys: readonly Value[]): Value[] {
  const all = [...new Set(keys)];
  return all.every((key) => typeof key === 'number') ? all.sort((a, b) => a - b) : all;
}

/** Rows of a chart's data sets laid out as a table says. */
export function rowTable(table: RowTable, data: Record<string, Row[]>): TableText {
  const { columns } = table;
  const named = new Map<Value, Row>();
  const found = columns.map(({ data: name, where }) => {
    const rows = data[name] ?? [];
    const keys = keysOf(rows, table);
    const byKey = new Map<Value, Row>();
    rows.forEach((row, place) => {
      if (where && row[where[0]] !== where[1]) return;
      byKey.set(keys[place], row);
      named.set(keys[place], named.get(keys[place]) ?? row);
    });
    return byKey;
  });
  const heads = columns.map(({ name, of = null }) => ({ name, of }));
  return {
    caption: table.caption,
    corner: table.corner,
    ...headsOf(heads),
    rows: inOrder([...named.keys()]).map((key) => ({
      head: headOf(key, named.get(key), table),
      cells: columns.map((column, place) => cellOf(found[place]?.get(key), column)),
    })),
  };
}
