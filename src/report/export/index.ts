import { tableOf } from './columns.js';
import { csv } from './csv.js';
import type { Exporter } from './exporter.js';
import { json } from './json.js';
import { ndjson } from './ndjson.js';

export type { Exporter, ExportSource } from './exporter.js';
export { summaryJson } from './json.js';

/** How a study is written, by the ending of the file's name. Loaded when it is used. */
const EXPORTERS: Record<string, () => Promise<Exporter>> = {
  json: async () => json,
  ndjson: async () => ndjson,
  csv: async () => (source) => csv(tableOf(source)),
  parquet: async () => {
    const { parquet } = await import('./parquet.js');
    return (source) => parquet(tableOf(source));
  },
};

/** The endings that can be written. */
export const EXPORT_ENDINGS: readonly string[] = Object.keys(EXPORTERS);

/** The exporter of an ending ("csv"), or undefined where there is none. */
export function exporterOf(ending: string): (() => Promise<Exporter>) | undefined {
  return Object.hasOwn(EXPORTERS, ending) ? EXPORTERS[ending] : undefined;
}
