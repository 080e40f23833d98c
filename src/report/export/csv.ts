import type { Table, Value } from './table.js';

const SPECIAL = /[",\r\n]/;

/** RFC 4180: a header, lines that end in CR LF, quotes where they are needed. What is null is empty. */
export async function* csv<Row>({ columns, rows }: Table<Row>): AsyncIterable<string> {
  yield line(columns.map(({ name }) => name));
  for await (const row of rows()) yield line(columns.map(({ of }) => of(row)));
}

function line(values: readonly Value[]): string {
  return `${values.map(field).join(',')}\r\n`;
}

/** Numbers with all their digits, so that they are read back as the same numbers. */
function field(value: Value): string {
  const text = value === null ? '' : String(value);
  return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
