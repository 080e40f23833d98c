import { columnsOf, type Value } from './columns.js';
import type { ExportSource } from './exporter.js';

const SPECIAL = /[",\r\n]/;

/** RFC 4180: a header, lines that end in CR LF, quotes where they are needed. What is null is empty. */
export async function* csv(source: ExportSource): AsyncIterable<string> {
  const columns = columnsOf(source);
  yield line(columns.map(({ name }) => name));
  for await (const row of source.rows()) yield line(columns.map(({ of }) => of(row)));
}

function line(values: readonly Value[]): string {
  return `${values.map(field).join(',')}\r\n`;
}

/** Numbers with all their digits, so that they are read back as the same numbers. */
function field(value: Value): string {
  const text = value === null ? '' : String(value);
  return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
