import type { Table } from '../table.js';
import type { RunExport, RunExporter, RunSource } from './exporter.js';

export { NothingToExport, type RunSource } from './exporter.js';

/** The tables, and what of a file's name asks for each; of the first nothing. */
const TABLES = [
  {
    prefix: '',
    about: 'a table: a row a policy and replication, a column a metric',
    tableOf: async () => (await import('./tables.js')).runsTable,
  },
  {
    prefix: 'figures.',
    about: 'a row a metric: its mean, 95% interval and note',
    tableOf: async () => (await import('./tables.js')).figuresTable,
  },
  {
    prefix: 'series.',
    about: 'a row a step, a column a series',
    tableOf: async () => (await import('./tables.js')).seriesTable,
  },
  {
    prefix: 'differences.',
    about: 'a row a pair of policies and metric',
    tableOf: async () => (await import('./tables.js')).differencesTable,
  },
];

const TABLE_EXPORTS = TABLES.map(({ about, prefix, tableOf }): RunExport => {
  return {
    endings: ['csv', 'ndjson', 'parquet'].map((kind) => prefix + kind),
    about,
    load: async (ending) => {
      const [table, write] = [await tableOf(), await writerOf(ending)];
      return (source) => write(table(source));
    },
  };
});

type TableWriter = (table: Table<unknown>) => AsyncIterable<string | Uint8Array>;

async function writerOf(ending: string): Promise<TableWriter> {
  if (ending.endsWith('csv')) return (await import('../csv.js')).csv;
  if (ending.endsWith('ndjson')) return (await import('../ndjson-table.js')).ndjsonTable;
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
  ...TABLE_EXPORTS,
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
    endings: ['annotations.txt'],
    about: 'what failed, as GitHub shows it beside its line',
    load: async () => {
      const [{ annotationLine, annotationsOf }, { judgedScenario }] = await Promise.all([
        import('../github.js'),
        import('../judged.js'),
      ]);
      return textExport(({ stored }) => {
        const all = annotationsOf(judgedScenario(stored));
        return all.map((one) => `${annotationLine(one)}\n`).join('');
      });
    },
  },
  {
    endings: ['summary.md'],
    about: "what was expected, for GitHub's job summary",
    load: async () => {
      const [{ jobSummary }, { judgedScenario }] = await Promise.all([
        import('../github.js'),
        import('../judged.js'),
      ]);
      return textExport(({ stored }) => jobSummary([judgedScenario(stored)]));
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

/** What a file's name asks for. */
export interface RunExportAsked {
  of: RunExport;
  ending: string;
  /** The picture that it asks for; null for all. */
  picture: string | null;
}

/** The export of a file's name, by its longest ending; null where that is unknown. */
export function runExportOf(name: string): RunExportAsked | null {
  const lower = name.toLowerCase();
  const [found] = RUN_EXPORTS.flatMap((of) => of.endings.map((ending) => ({ of, ending })))
    .filter(({ ending }) => lower.endsWith(`.${ending}`))
    .sort((a, b) => b.ending.length - a.ending.length);
  if (found === undefined) return null;
  // What looks like a name of a picture; "v1.2.png" asks for none.
  const [, picture = null] = /\.([a-z][a-z-]*)\.(?:svg|png)$/.exec(lower) ?? [];
  return { ...found, picture };
}
