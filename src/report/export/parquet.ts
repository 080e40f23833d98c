import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { SweepRow } from '../../study/result.js';
import { type Column, columnsOf } from './columns.js';
import type { ExportSource } from './exporter.js';

/** What is held at once. */
const GROUP_ROWS = 5_000;

const TYPES = { text: 'STRING', count: 'INT64', number: 'DOUBLE', boolean: 'BOOLEAN' } as const;

/**
 * Parquet with typed columns: counts as INT64, figures as DOUBLE, words as UTF-8 text, null where a
 * row has none. What the study is stands in the file's metadata under `spillway`.
 */
export async function* parquet(source: ExportSource): AsyncIterable<Uint8Array> {
  const columns = columnsOf(source);
  const { cells: _, ...head } = source.result;
  const writer = new ByteWriter();
  const file = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData: columnData(columns, []) }),
    kvMetadata: [{ key: 'spillway', value: JSON.stringify(head) }],
    createdBy: `spillway ${head.version}`,
  });
  let group: SweepRow[] = [];
  for await (const row of source.rows()) {
    group.push(row);
    if (group.length < GROUP_ROWS) continue;
    yield* written(columns, group);
    group = [];
  }
  if (group.length > 0) yield* written(columns, group);
  await file.finish();
  yield taken(writer);

  function* written(of: Column[], rows: SweepRow[]): Iterable<Uint8Array> {
    const data = columnData(of, rows).map(({ name, data }) => ({ name, data }));
    file.write({ columnData: data, rowGroupSize: GROUP_ROWS });
    yield taken(writer);
  }
}

/** What was written so far; the writer begins anew behind it. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}

function columnData(columns: readonly Column[], rows: readonly SweepRow[]) {
  return columns.map(({ name, type, nullable, of }) => ({
    name,
    type: TYPES[type],
    nullable,
    data: rows.map((row) => (type === 'count' ? BigInt(of(row) as number) : of(row))),
  }));
}
