import type { SweepCell, SweepResult } from '../../study/index.js';
import { number } from './format.js';
import { mapOf } from './study-map.js';
import { axisText, type StudyView, summaryFigure, verdictsText } from './study-text.js';
import { type Cell, type Column, table, widthOf } from './table.js';

/** More lines than that nobody reads on a terminal. */
const LINES_MAX = 60;

/** Maps of two axes, a table a policy of one, the list of cells of more. */
export function studyLines(view: StudyView): string[] {
  const { axes, policies } = view.result;
  if (axes.length === 2) {
    const maps = shownIn(view, true).flatMap((metric) =>
      policies.flatMap((policy) => ['', ...mapOf(view, { policy, metric })]),
    );
    return maps.slice(1);
  }
  if (axes.length === 1) {
    return policies.flatMap((policy, index) => [
      ...(index > 0 ? [''] : []),
      view.colors.bold(policy),
      ...cellTable(view, [policy], axes[0]!.values.length),
    ]);
  }
  return [
    ...cellTable(view, policies, LINES_MAX),
    'Maps show two axes: hold the others at one value each, such as ' +
      `--vary '${axes[0]!.path}=${axisText(axes[0]!.path, axes[0]!.values[0])}'; ` +
      '--out DIR draws a map of the first two for each value of the others.',
  ];
}

/** What is shown unless something was asked for; a map has room for one. */
function shownIn({ result, metrics }: StudyView, isMap: boolean): readonly string[] {
  if (metrics.length > 0) return metrics;
  if (!isMap) return ['goodput_ratio', 'latency.p99'];
  return [hasVerdicts(result) ? 'recovered' : 'goodput_ratio'];
}

/** Whether there was something to recover from. */
function hasVerdicts({ cells }: SweepResult): boolean {
  for (const { policies } of cells) {
    const found = Object.values(policies);
    if (found.some(({ metrics }) => (metrics['recovered'] ?? null) !== null)) return true;
  }
  return false;
}

function cellTable(view: StudyView, policies: readonly string[], most: number): string[] {
  const { result, colors, width } = view;
  const { axes } = result;
  const metrics = shownIn(view, false);
  const columns: Column[] = [
    ...shortNames(axes.map(({ path }) => path)).map((title): Column => ({ title, align: 'right' })),
    ...(policies.length > 1 ? [{ title: 'policy', align: 'left' as const }] : []),
    ...metrics.map((title): Column => ({ title, align: 'right' })),
    { title: 'verdict', align: 'left' },
  ];
  const rows: Cell[][] = [];
  let leftOut = 0;
  for (const cell of result.cells) {
    for (const policy of policies) {
      const row = cellRow(view, { cell, policy, metrics, named: policies.length > 1 });
      if (row === null) continue;
      if (rows.length < most) rows.push(row);
      else leftOut++;
    }
  }
  const silent = rows.every((row) => row.at(-1)!.text === '');
  const [head, ...lines] = table(
    silent ? columns.slice(0, -1) : columns,
    silent ? rows.map((row) => row.slice(0, -1)) : rows,
  );
  if (leftOut > 0) lines.push(`… and ${number(leftOut)} more; --export FILE.csv has all of them`);
  return [colors.dim(head!), ...lines].map((line) =>
    // Words stand last; what does not fit of them is in the exports.
    widthOf(line) > width && colors.dim('') === '' ? `${line.slice(0, width - 1)}…` : line,
  );
}

/** As many of the last steps of each path as it takes to tell them apart. */
function shortNames(paths: readonly string[]): string[] {
  return paths.map((path) => {
    const steps = path.split('.');
    for (let count = 1; count < steps.length; count++) {
      const tail = steps.slice(-count).join('.');
      const like = paths.filter((other) => `.${other}`.endsWith(`.${tail}`));
      if (like.length === 1 && !/^\d/.test(tail)) return tail;
    }
    return path;
  });
}

function cellRow(
  { result }: StudyView,
  of: { cell: SweepCell; policy: string; metrics: readonly string[]; named: boolean },
): Cell[] | null {
  const { cell, policy, metrics, named } = of;
  const summary = Object.hasOwn(cell.policies, policy) ? cell.policies[policy] : undefined;
  if (summary === undefined) return null;
  return [
    ...result.axes.map(({ path }): Cell => ({ text: axisText(path, cell.where[path]) })),
    ...(named ? [{ text: policy }] : []),
    ...metrics.map((name): Cell => ({ text: summaryFigure(result, summary, name) })),
    { text: verdictsText(summary) },
  ];
}
