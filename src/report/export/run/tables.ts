import type { Difference, PolicyResult, Replication, RunResult } from '../../../study/result.js';
import { own } from '../../input.js';
import { type Column, column, type Table } from '../table.js';
import type { RunSource } from './exporter.js';

/** A policy of the file as written, or in a cell of its sweep. */
interface Ran {
  where: Record<string, string | number>;
  policy: string;
  of: PolicyResult;
}

function ranOf({ policies, sweep = [] }: RunResult): Ran[] {
  const cells = [{ where: {}, policies }, ...sweep];
  return cells.flatMap(({ where, policies }) =>
    Object.entries(policies).map(([policy, of]) => ({ where, policy, of })),
  );
}

function placeColumns<Row extends Pick<Ran, 'where' | 'policy'>>({
  sweep = [],
}: RunResult): Column<Row>[] {
  const axes = new Set(sweep.flatMap(({ where }) => Object.keys(where)));
  const ofAxes = [...axes].map((path) => {
    const values = sweep.map(({ where }) => own(where, path));
    const isNumber = values.every((value) => typeof value === 'number');
    return column<Row>(
      `where.${path}`,
      isNumber ? 'number' : 'text',
      ({ where }) => {
        const value = own(where, path) ?? null;
        return isNumber || value === null ? value : String(value);
      },
      true,
    );
  });
  return [...ofAxes, column('policy', 'text', ({ policy }) => policy)];
}

function tableOf<Row>(result: RunResult, columns: Column<Row>[], rows: Row[]): Table<unknown> {
  const { spillway, version, title, seed, scenario_sha256, partial, command } = result;
  const about = { spillway, version, title, seed, scenario_sha256, partial, command };
  return { columns: columns as Column<unknown>[], rows: () => rows, about, version };
}

interface Run extends Ran {
  index: number;
  replication: Replication;
}

/** A row a run: policy and replication, what came of it, and every metric in a column of its own. */
export function runsTable({ stored }: RunSource): Table<unknown> {
  const rows = ranOf(stored).flatMap((ran) => {
    const { fingerprint, metrics, replications, verdict } = ran.of;
    const seen = { seed: stored.seed, fingerprint, metrics, verdict };
    const runs = replications.length > 0 ? replications : [seen];
    return runs.map((replication, index): Run => ({ ...ran, index, replication }));
  });
  const metrics = new Set(rows.flatMap(({ replication }) => Object.keys(replication.metrics)));
  // Of several replications only the sum is kept.
  const alone = ({ of }: Run): PolicyResult | null => (of.replications.length > 1 ? null : of);
  const reasons = new Set(rows.flatMap(({ of }) => Object.keys(of.ledger.failed)));
  const counts = ['offered', 'good', 'late', 'degraded', 'unfinished'] as const;
  const columns: Column<Run>[] = [
    ...placeColumns<Run>(stored),
    column('replication', 'count', ({ index }) => index + 1),
    column('seed', 'text', ({ replication }) => replication.seed),
    column('fingerprint', 'text', ({ replication }) => replication.fingerprint),
    column('events', 'count', (run) => alone(run)?.events ?? null, true),
    ...verdictColumns(),
    ...counts.map((name) =>
      column<Run>(`ledger.${name}`, 'count', (run) => alone(run)?.ledger[name] ?? null, true),
    ),
    ...[...reasons].map((name) => {
      const failed = (run: Run): number | null => {
        const ledger = alone(run)?.ledger;
        return ledger === undefined ? null : (own(ledger.failed, name) ?? 0);
      };
      return column<Run>(`ledger.failed.${name}`, 'count', failed, true);
    }),
    ...[...metrics].map((name) =>
      column<Run>(
        name,
        'number',
        ({ replication }) => own(replication.metrics, name) ?? null,
        true,
      ),
    ),
  ];
  return tableOf(stored, columns, rows);
}

function verdictColumns(): Column<Run>[] {
  return [
    column('verdict.is', 'text', ({ replication: { verdict } }) => verdict.is, true),
    column(
      'verdict.recovered',
      'boolean',
      ({ replication: { verdict } }) => verdict.recovered,
      true,
    ),
    column(
      'verdict.recovery_time',
      'number',
      ({ replication: { verdict } }) => verdict.recovery_time,
      true,
    ),
    column(
      'verdict.contained',
      'boolean',
      ({ replication: { verdict } }) => verdict.contained,
      true,
    ),
    column(
      'verdict.first_saturated',
      'text',
      ({ replication: { verdict } }) => verdict.first_saturated,
      true,
    ),
    column('verdict.deadlock', 'text', ({ replication: { verdict } }) => verdict.deadlock, true),
  ];
}

interface Figure extends Ran {
  metric: string;
  value: number | null;
}

/** A row a figure: the mean over the replications with its 95% interval, and what limits it. */
export function figuresTable({ stored }: RunSource): Table<unknown> {
  const rows = ranOf(stored).flatMap((ran) =>
    Object.entries(ran.of.metrics).map(([metric, value]): Figure => ({ ...ran, metric, value })),
  );
  const end = (figure: Figure, at: 0 | 1): number | null =>
    own(figure.of.intervals, figure.metric)?.[at] ?? null;
  const columns: Column<Figure>[] = [
    ...placeColumns<Figure>(stored),
    column('metric', 'text', ({ metric }) => metric),
    column('value', 'number', ({ value }) => value, true),
    column('low', 'number', (figure) => end(figure, 0), true),
    column('high', 'number', (figure) => end(figure, 1), true),
    column('note', 'text', ({ of, metric }) => own(of.notes, metric) ?? null, true),
  ];
  return tableOf(stored, columns, rows);
}

interface Step {
  policy: string;
  at: number;
  index: number;
  of: PolicyResult;
}

/** A row a policy and step, at the seconds at which it begins; every series in a column of its own. */
export function seriesTable({ stored }: RunSource): Table<unknown> {
  const rows: Step[] = [];
  const names = new Set<string>();
  for (const [policy, of] of Object.entries(stored.policies)) {
    let length = 0;
    for (const [name, values] of Object.entries(of.series)) {
      if (!Array.isArray(values)) continue;
      names.add(name);
      length = Math.max(length, values.length);
    }
    for (let index = 0; index < length; index++) {
      rows.push({ policy, at: index * of.series.step, index, of });
    }
  }
  const columns: Column<Step>[] = [
    column('policy', 'text', ({ policy }) => policy),
    column('at', 'number', ({ at }) => at),
    ...[...names].map((name) =>
      column<Step>(name, 'number', ({ index, of }) => valueAt(of, name, index), true),
    ),
  ];
  return tableOf(stored, columns, rows);
}

function valueAt({ series }: PolicyResult, name: string, index: number): number | null {
  const values = own<number | (number | null)[]>(series, name);
  return Array.isArray(values) ? (values[index] ?? null) : null;
}

interface Row extends Difference {
  a_name: string;
  b_name: string;
  kind: string;
  metric: string;
}

/** A row a pair of policies and metric: A − B with its 95% interval. */
export function differencesTable({ input, stored }: RunSource): Table<unknown> {
  const { differences, pairs } = input.result;
  const rows = Object.entries(pairs).flatMap(([name, { a, b, kind }]) =>
    Object.entries(own(differences, name) ?? {}).map(
      ([metric, one]): Row => ({ ...one, a_name: a, b_name: b, kind, metric }),
    ),
  );
  const columns: Column<Row>[] = [
    column('a', 'text', ({ a_name }) => a_name),
    column('b', 'text', ({ b_name }) => b_name),
    column('metric', 'text', ({ metric }) => metric),
    column('value_a', 'number', ({ a }) => a, true),
    column('value_b', 'number', ({ b }) => b, true),
    column('difference', 'number', ({ estimate }) => estimate, true),
    column('low', 'number', ({ interval }) => interval?.[0] ?? null, true),
    column('high', 'number', ({ interval }) => interval?.[1] ?? null, true),
    column('shown', 'boolean', ({ shown }) => shown),
    column('kind', 'text', ({ kind }) => kind),
    column('gain', 'number', ({ gain }) => gain, true),
    column('note', 'text', ({ note }) => note ?? null, true),
  ];
  return tableOf(stored, columns, rows);
}
