import type { Table } from './table.js';

/** A row a line, each a JSON object of its own; what is null stands there as null. */
export async function* ndjsonTable<Row>({ columns, rows }: Table<Row>): AsyncIterable<string> {
  for await (const row of rows()) {
    const values = columns.map(({ name, of }) => [name, of(row)] as const);
    yield `${JSON.stringify(Object.fromEntries(values))}\n`;
  }
}
