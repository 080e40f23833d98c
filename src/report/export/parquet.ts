import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { Column, Table } from './table.js';

/** What is held at once. */
const GROUP_ROWS = 5_000;

const TYPES = { text: 'STRING', count: 'INT64', number: 'DOUBLE', boolean: 'BOOLEAN' } as const;

/**
 * Parquet with typed columns: counts as INT64, figures as DOUBLE, words as UTF-8 text, null where a
 * row has none. What the table is of stands in the file's metadata under `spillway`.
 */
export async function* parquet<Row>(table: Table<Row>): AsyncIterable<Uint8Array> {
  const { about, columns, version } = table;
  const writer = new ByteWriter();
  const file = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData: columnData(columns, []) }),
    kvMetadata: [{ key: 'spillway', value: JSON.stringify(about) }],
    createdBy: `spillway ${version}`,
  });
  let group: Row[] = [];
  for await (const row of table.rows()) {
    group.push(row);
    if (group.length < GROUP_ROWS) continue;
    yield* written(group);
    group = [];
  }
  if (group.length > 0) yield* written(group);
  await file.finish();
  yield taken(writer);

  function* written(rows: Row[]): Iterable<Uint8Array> {
    const data = columnData(columns, rows).map(({ name, data }) => ({ name, data }));
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

function columnData<Row>(columns: readonly Column<Row>[], rows: readonly Row[]) {
  return columns.map(({ name, type, nullable, of }) => ({
    name,
    type: TYPES[type],
    nullable,
    data: rows.map((row) => {
      const value = of(row);
      return type === 'count' && value !== null ? BigInt(value as number) : value;
    }),
  }));
}
