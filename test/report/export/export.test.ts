import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../../src/report/export/columns.js';
import { EXPORT_ENDINGS, exporterOf, summaryJson } from '../../../src/report/export/index.js';
import type { Value } from '../../../src/report/export/table.js';
import { fieldsOf } from './fields.js';
import { bytesOf, study } from './study.js';

const written = async (ending: string): Promise<ArrayBuffer> =>
  bytesOf((await exporterOf(ending)!())(study()));
const textOf = async (ending: string): Promise<string> =>
  new TextDecoder().decode(await written(ending));

/** What a table should hold: the values of every row by column. */
function expected(): Record<string, Value>[] {
  const source = study();
  const columns = columnsOf(source);
  return source.all.map((row) =>
    Object.fromEntries(columns.map(({ name, of }) => [name, of(row)])),
  );
}

describe('every table', () => {
  it('has the parameters in every row, then verdict, ledger and all metrics', () => {
    const names = columnsOf(study()).map(({ name }) => name);
    expect(names.slice(0, 8)).toEqual([
      'index',
      'where.load',
      'where.faults.0.for',
      'policy',
      'replication',
      'replications',
      'seed',
      'fingerprint',
    ]);
    expect(names).toContain('ledger.failed.timeout');
    expect(names.slice(-3)).toEqual(['goodput', 'goodput_ratio', 'latency.p99']);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('an export', () => {
  it('is chosen by the ending of a file', () => {
    expect(EXPORT_ENDINGS).toEqual(['json', 'ndjson', 'csv', 'parquet']);
    expect(exporterOf('xlsx')).toBeUndefined();
    expect(exporterOf('constructor')).toBeUndefined();
  });

  it('CSV is read back as the same values by the rules of RFC 4180', async () => {
    const text = await textOf('csv');
    const [head, ...lines] = fieldsOf(text);
    const rows = expected();
    expect(head).toEqual(Object.keys(rows[0]!));
    expect(lines).toHaveLength(12);
    for (const [index, line] of lines.entries()) {
      const values = Object.values(rows[index]!);
      expect(line).toEqual(values.map((value) => (value === null ? '' : String(value))));
      for (const [column, value] of values.entries()) {
        if (typeof value === 'number') expect(Number(line[column])).toBe(value);
      }
    }
  });

  it('NDJSON and JSON are read back as the same rows', async () => {
    const { all, result } = study();
    const lines = (await textOf('ndjson')).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(all);
    expect(JSON.parse(await textOf('json'))).toEqual({ ...result, rows: all });
    expect(JSON.parse([...summaryJson(result)].join(''))).toEqual(result);
  });

  it('Parquet is read back as the same values, each in the type of its column', async () => {
    const file = await written('parquet');
    const { schema, key_value_metadata: metadata, num_rows: rows } = parquetMetadata(file);
    expect(rows).toBe(12n);
    const types = Object.fromEntries(
      schema.map(({ name, type, repetition_type }) => [name, [type, repetition_type]]),
    );
    expect(types).toMatchObject({
      index: ['INT64', 'REQUIRED'],
      'where.load': ['DOUBLE', 'REQUIRED'],
      'where.faults.0.for': ['BYTE_ARRAY', 'REQUIRED'],
      'verdict.recovered': ['BOOLEAN', 'OPTIONAL'],
      'ledger.offered': ['INT64', 'REQUIRED'],
      goodput: ['DOUBLE', 'OPTIONAL'],
    });
    const { cells: _, ...head } = study().result;
    expect(JSON.parse(metadata!.find(({ key }) => key === 'spillway')!.value!)).toEqual(head);
    const read = await parquetReadObjects({ file });
    const plain = read.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          typeof value === 'bigint' ? Number(value) : value,
        ]),
      ),
    );
    expect(plain).toEqual(expected());
  });

  it('Parquet of many rows comes in groups, and of none is still a file', async () => {
    const source = study();
    const many = {
      ...source,
      async *rows() {
        for (let index = 0; index < 12_000; index++) yield { ...source.all[index % 12]!, index };
      },
    };
    const none = { ...source, async *rows() {} };
    const exporter = await exporterOf('parquet')!();
    const file = await bytesOf(exporter(many));
    expect(parquetMetadata(file).row_groups.map(({ num_rows }) => num_rows)).toEqual([
      5000n,
      5000n,
      2000n,
    ]);
    const [row] = await parquetReadObjects({ file, rowStart: 11_999, rowEnd: 12_000 });
    expect(row).toMatchObject({ index: 11_999n, 'where.load': 2 });
    const empty = await bytesOf(exporter(none));
    expect(await parquetReadObjects({ file: empty })).toEqual([]);
  });
});
