import type { SweepResult, SweepRow } from '../../study/result.js';
import type { ExportSource } from './exporter.js';
import { type Column, column, type Table } from './table.js';

/** A row a run: the same columns, in the same order, in every kind of table. */
export function tableOf({ result, names, rows }: ExportSource): Table<SweepRow> {
  const { cells: _, ...about } = result;
  return { columns: columnsOf({ result, names }), rows, about, version: result.version };
}

/** Place and parameters, what the run was, verdict, ledger, then every metric. */
export function columnsOf({ result, names }: Omit<ExportSource, 'rows'>): Column<SweepRow>[] {
  return [
    column('index', 'count', (row) => row.index),
    ...axisColumns(result),
    column('policy', 'text', (row) => row.policy),
    column('replication', 'count', (row) => row.replication),
    column('replications', 'count', (row) => row.replications),
    column('seed', 'text', (row) => row.seed),
    column('fingerprint', 'text', (row) => row.fingerprint),
    column('events', 'count', (row) => row.events),
    column('verdict.is', 'text', ({ verdict }) => verdict.is, true),
    column('verdict.recovered', 'boolean', ({ verdict }) => verdict.recovered, true),
    column('verdict.recovery_time', 'number', ({ verdict }) => verdict.recovery_time, true),
    column('verdict.contained', 'boolean', ({ verdict }) => verdict.contained, true),
    column('verdict.first_saturated', 'text', ({ verdict }) => verdict.first_saturated, true),
    column('verdict.deadlock', 'text', ({ verdict }) => verdict.deadlock, true),
    column('stopped', 'text', (row) => row.stopped ?? null, true),
    column('lower_bounds', 'text', (row) => row.lower_bounds?.join(' ') ?? null, true),
    column('ledger.offered', 'count', ({ ledger }) => ledger.offered),
    column('ledger.good', 'count', ({ ledger }) => ledger.good),
    column('ledger.late', 'count', ({ ledger }) => ledger.late),
    column('ledger.degraded', 'count', ({ ledger }) => ledger.degraded),
    ...names.reasons.map((reason) =>
      column(`ledger.failed.${reason}`, 'count', ({ ledger }) => ledger.failed[reason] ?? 0),
    ),
    column('ledger.unfinished', 'count', ({ ledger }) => ledger.unfinished),
    ...names.metrics.map((name) =>
      column(name, 'number', ({ metrics }) => metrics[name] ?? null, true),
    ),
  ];
}

/** `where.load`, as expectations name a cell; text where not every value of the axis is a number. */
function axisColumns({ axes }: SweepResult): Column<SweepRow>[] {
  return axes.map(({ path, values }) => {
    const isNumber = values.every((value) => typeof value === 'number');
    return column(`where.${path}`, isNumber ? 'number' : 'text', ({ where }) =>
      isNumber ? where[path]! : String(where[path]),
    );
  });
}
