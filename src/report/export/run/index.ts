import type { Table } from '../table.js';
import type { RunExport, RunExporter, RunSource } from './exporter.js';

export { NothingToExport, type RunSource } from './exporter.js';

/** How tables of each kind are chosen: the first is what one gets without saying which. */
const TABLES = {
  runs: { ending: '', about: 'a row a policy and replication, a column a metric' },
  figures: { ending: 'figures.', about: 'a row a metric: mean, 95% interval, note' },
  series: { ending: 'series.', about: 'a row a step, a column a series' },
  differences: { ending: 'differences.', about: 'a row a pair of policies and metric' },
} as const;

const KINDS = { csv: 'CSV', ndjson: 'NDJSON', parquet: 'Parquet' } as const;

function tableExport(name: keyof typeof TABLES, kind: keyof typeof KINDS): RunExport {
  const { about, ending } = TABLES[name];
  return {
    endings: [`${ending}${kind}`],
    about: `${KINDS[kind]}: ${about}`,
    load: async () => {
      const [tables, write] = await Promise.all([import('./tables.js'), writerOf(kind)]);
      const made = {
        runs: tables.runsTable,
        figures: tables.figuresTable,
        series: tables.seriesTable,
        differences: tables.differencesTable,
      };
      return (source) => write(made[name](source));
    },
  };
}

type TableWriter = (table: Table<unknown>) => AsyncIterable<string | Uint8Array>;

async function writerOf(kind: keyof typeof KINDS): Promise<TableWriter> {
  if (kind === 'csv') return (await import('../csv.js')).csv;
  if (kind === 'ndjson') return (await import('../ndjson-table.js')).ndjsonTable;
  return (await import('../parquet.js')).parquet;
}

function textExport(make: (source: RunSource) => string | Promise<string>): RunExporter {
  return async function* written(source) {
    yield await make(source);
  };
}

/** What a run is written as, by the ending of the file's name. */
export const RUN_EXPORTS: readonly RunExport[] = [
  {
    endings: ['html'],
    about: 'the page',
    draws: true,
    load: async () => textExport(async ({ drawn }) => (await drawn()).html),
  },
  {
    endings: ['json'],
    about: 'the result, as "spillway report" reads it',
    draws: true,
    load: async () => textExport(({ stored }) => `${JSON.stringify(stored)}\n`),
  },
  {
    endings: ['md'],
    about: 'Markdown for a pull request',
    load: async () => textExport((await import('./markdown.js')).markdown),
  },
  {
    endings: ['svg'],
    about: 'all pictures; NAME.latency.svg that one',
    draws: true,
    load: async () => (await import('./pictures.js')).svg,
  },
  {
    endings: ['png'],
    about: 'all pictures; NAME.latency.png that one',
    draws: true,
    load: async () => (await import('./pictures.js')).png,
  },
  ...(['csv', 'ndjson', 'parquet'] as const).flatMap((kind) =>
    (['runs', 'figures', 'series', 'differences'] as const).map((name) => tableExport(name, kind)),
  ),
  {
    endings: ['xml'],
    about: 'JUnit: what was expected',
    load: async () => {
      const [{ junitXml }, { judgedScenario }] = await Promise.all([
        import('../junit.js'),
        import('../judged.js'),
      ]);
      return textExport(({ stored }) => junitXml([judgedScenario(stored)]));
    },
  },
  {
    endings: ['om', 'prom', 'openmetrics'],
    about: 'OpenMetrics with timestamps, for promtool and Prometheus',
    load: async () => (await import('./openmetrics.js')).openMetrics,
  },
  {
    endings: ['trace.json'],
    about: 'sampled requests and series for ui.perfetto.dev',
    samples: true,
    load: async () => (await import('./trace.js')).trace,
  },
];

/** The export of a file's name, with the picture that it asks for; null where its ending is unknown. */
export function runExportOf(name: string): { of: RunExport; picture: string | null } | null {
  const lower = name.toLowerCase();
  const found = RUN_EXPORTS.flatMap((of) => of.endings.map((ending) => ({ of, ending })))
    .filter(({ ending }) => lower.endsWith(`.${ending}`))
    .sort((a, b) => b.ending.length - a.ending.length)[0];
  if (found === undefined) return null;
  // What looks like a name of a picture; "v1.2.png" asks for none.
  const [, picture = null] = /\.([a-z][a-z-]*)\.(?:svg|png)$/.exec(lower) ?? [];
  return { of: found.of, picture };
}
