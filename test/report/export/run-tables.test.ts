import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { RUN_EXPORTS, runExportOf } from '../../../src/report/export/run/index.js';
import {
  differencesTable,
  figuresTable,
  runsTable,
  seriesTable,
} from '../../../src/report/export/run/tables.js';
import type { Table, Value } from '../../../src/report/export/table.js';
import type { RunResult } from '../../../src/study/index.js';
import { fieldsOf } from './fields.js';
import { exported, nastyRun, plainRun, sourceOf } from './run.js';

const TABLES = {
  '': runsTable,
  'figures.': figuresTable,
  'series.': seriesTable,
  'differences.': differencesTable,
};
const RUNS: [string, () => RunResult][] = [
  ['a plain run', plainRun],
  ['a run of nasty names', nastyRun],
];

/** What a table should hold: its names, and the values of every row. */
async function expected(table: Table<unknown>): Promise<{ names: string[]; rows: Value[][] }> {
  const rows: Value[][] = [];
  for await (const row of table.rows()) rows.push(table.columns.map(({ of }) => of(row)));
  return { names: table.columns.map(({ name }) => name), rows };
}

describe('the name of a file', () => {
  it('chooses the export by its longest ending', () => {
    const about = (name: string) => runExportOf(name)?.of.about;
    expect(about('a.json')).toContain('the result');
    expect(about('a.trace.json')).toContain('perfetto');
    expect(about('a.series.CSV')).toContain('a row a step');
    expect(about('a.b.csv')).toContain('a row a policy');
    expect(runExportOf('a.xlsx')).toBeNull();
    expect(runExportOf('csv')).toBeNull();
    expect(runExportOf('a.constructor')).toBeNull();
    const endings = RUN_EXPORTS.flatMap((one) => one.endings);
    expect(new Set(endings).size).toBe(endings.length);
    expect(about('a.summary.md')).toContain('job summary');
  });

  it('may choose one picture', () => {
    expect(runExportOf('a.queue-depth.png')?.picture).toBe('queue-depth');
    expect(runExportOf('v1.2.svg')?.picture).toBeNull();
    expect(runExportOf('a.series.csv')?.picture).toBeNull();
  });
});

describe.each(RUNS)('of %s', (_, run) => {
  describe.each(Object.entries(TABLES))('the table %s', (ending, tableOf) => {
    it('is read back from CSV by the rules of RFC 4180', async () => {
      const { names, rows } = await expected(tableOf(sourceOf(run())));
      const [head, ...lines] = fieldsOf((await exported(`a.${ending}csv`, run())).toString());
      expect(head).toEqual(names);
      expect(lines).toEqual(
        rows.map((row) => row.map((value) => (value === null ? '' : String(value)))),
      );
    });

    it('is read back from NDJSON and from Parquet', async () => {
      const { names, rows } = await expected(tableOf(sourceOf(run())));
      const text = (await exported(`a.${ending}ndjson`, run())).toString();
      const lines = text.split('\n').filter((line) => line !== '');
      expect(lines.map((line) => Object.entries(JSON.parse(line) as object))).toEqual(
        rows.map((row) => row.map((value, index) => [names[index], value])),
      );
      const file = new Uint8Array(await exported(`a.${ending}parquet`, run())).buffer;
      const read = await parquetReadObjects({ file });
      expect(
        read.map((row) =>
          names.map((name) => (typeof row[name] === 'bigint' ? Number(row[name]) : row[name])),
        ),
      ).toEqual(rows);
      const { key_value_metadata: about } = parquetMetadata(file);
      expect(JSON.parse(about![0]!.value!)).toMatchObject({ spillway: 1, seed: run().seed });
    });
  });
});

describe('the tables of a run', () => {
  it('runs have a row a policy and replication, and every metric', async () => {
    const run = plainRun();
    const first = run.policies['unbounded']!;
    const { fingerprint, metrics, verdict } = first;
    first.replications = ['1/1', '1/2'].map((seed) => ({ seed, fingerprint, metrics, verdict }));
    const { names, rows } = await expected(runsTable(sourceOf(run)));
    const of = (name: string) => rows.map((row) => row[names.indexOf(name)]);
    expect(of('policy').slice(0, 3)).toEqual(['unbounded', 'unbounded', 'bounded-reject']);
    expect(of('replication').slice(0, 3)).toEqual([1, 2, 1]);
    expect(of('seed').slice(0, 3)).toEqual(['1/1', '1/2', '42']);
    // Only the sum of both is known.
    expect(of('ledger.offered').slice(0, 3)).toEqual([null, null, 270_000]);
    expect(names).toContain('services.checkout.queue.depth.max');
  });

  it('series have a row a step of each policy', async () => {
    const { names, rows } = await expected(seriesTable(sourceOf(plainRun())));
    expect(names.slice(0, 3)).toEqual(['policy', 'at', 'offered']);
    expect(rows).toHaveLength(240);
    expect(rows[61]!.slice(0, 2)).toEqual(['bounded-reject', 1]);
    expect(rows[61]![names.indexOf('goodput')]).toBe(
      (plainRun().policies['bounded-reject']!.series['goodput'] as number[])[1],
    );
  });

  it('figures carry their intervals and notes, differences their pairs', async () => {
    const figures = await expected(figuresTable(sourceOf(plainRun())));
    const goodput = figures.rows.find((row) => row[0] === 'unbounded' && row[1] === 'goodput')!;
    expect(goodput.slice(2, 5)).toEqual([
      plainRun().policies['unbounded']!.metrics['goodput'],
      ...plainRun().policies['unbounded']!.intervals['goodput']!,
    ]);
    const p99 = figures.rows.find((row) => row[0] === 'unbounded' && row[1] === 'latency.p99')!;
    expect(p99.at(-1)).toMatch(/unfinished/);
    const { names, rows } = await expected(differencesTable(sourceOf(plainRun())));
    expect(names.slice(0, 3)).toEqual(['a', 'b', 'metric']);
    expect(new Set(rows.map((row) => `${row[0]} ${row[1]}`)).size).toBe(6);
  });

  it('cells of a sweep say where they are', async () => {
    const run = plainRun();
    const { policies } = plainRun();
    run.sweep = [{ where: { load: 1.5, 'calls.x.timeout': '1s' }, policies }];
    const { names, rows } = await expected(runsTable(sourceOf(run)));
    expect(names.slice(0, 3)).toEqual(['where.load', 'where.calls.x.timeout', 'policy']);
    expect(rows[0]!.slice(0, 3)).toEqual([null, null, 'unbounded']);
    expect(rows[4]!.slice(0, 3)).toEqual([1.5, '1s', 'unbounded']);
  });
});
