import type { ExportSource } from './exporter.js';

/** A row a line, each a JSON object of its own. */
export async function* ndjson({ rows }: ExportSource): AsyncIterable<string> {
  for await (const row of rows()) yield `${JSON.stringify(row)}\n`;
}
