import { type FigureUnit, frontierOf, type SweepResult } from '../../study/index.js';
import { axisText, figureText, type StudyView } from './study-text.js';
import { widthOf } from './table.js';
import type { Colors } from './terminal.js';

/** More rows of a map than that do not fit on a screen. */
const ROWS_MAX = 50;
/** A frontier of more points is for the picture. */
const FRONTIER_MAX = 20;

/** One metric of one policy: `values[row][column]`, the first axis downwards. */
interface Grid {
  values: (number | null)[][];
  rows: string[];
  columns: string[];
  unit: FigureUnit;
  metric: string;
}

/**
 * A map of two axes as text: figures where they fit into the width, else a sign a cell with what it
 * stands for; where even these do not fit, evenly chosen values of the axes.
 */
export function mapOf(
  { result, colors, width }: StudyView,
  of: { policy: string; metric: string },
): string[] {
  const grid = gridOf(result, of);
  const [down, across] = result.axes;
  const over = result.replications > 1 ? `, mean of ${result.replications} replications` : '';
  const title = `${colors.bold(of.policy)}: ${of.metric}${over}`;
  const axes = colors.dim(`down: ${down!.path}, across: ${across!.path}`);
  const figures = asFigures(grid, colors);
  const fits = figures.every(({ plain }) => plain <= width) && grid.rows.length <= ROWS_MAX;
  const body = fits ? figures.map(({ text }) => text) : asSigns(grid, colors, width);
  return [title, axes, ...body, ...frontierLines(result, of)];
}

/** "half recover up to: 160/s 1460ms, 200/s 1240ms" */
function frontierLines(result: SweepResult, of: { policy: string; metric: string }): string[] {
  if (of.metric !== 'recovered') return [];
  const path = result.axes[0]!.path;
  const told = frontierOf(result, of.policy).map(
    ({ at, half, unit }) => `${axisText(path, at)} ${Number(half.toPrecision(4))}${unit}`,
  );
  if (told.length === 0 || told.length > FRONTIER_MAX) return [];
  return [`half recover up to: ${told.join(', ')}`];
}

function gridOf(result: SweepResult, of: { policy: string; metric: string }): Grid {
  const { policy, metric } = of;
  const [down, across] = result.axes;
  const values: (number | null)[][] = down!.values.map(() =>
    new Array<number | null>(across!.values.length).fill(null),
  );
  const rowOf = new Map(down!.values.map((value, index) => [value, index]));
  const columnOf = new Map(across!.values.map((value, index) => [value, index]));
  for (const { where, policies } of result.cells) {
    const summary = Object.hasOwn(policies, policy) ? policies[policy] : undefined;
    const row = values[rowOf.get(where[down!.path]!)!]!;
    row[columnOf.get(where[across!.path]!)!] = summary?.metrics[metric] ?? null;
  }
  return {
    values,
    rows: down!.values.map((value) => axisText(down!.path, value)),
    columns: across!.values.map((value) => axisText(across!.path, value)),
    unit: result.units[metric] ?? 'number',
    metric,
  };
}

/** Lines of figures under the values of the second axis, and how long each is without colours. */
function asFigures(grid: Grid, colors: Colors): { text: string; plain: number }[] {
  const texts = grid.values.map((row) => row.map((value) => figureText(grid.unit, value)));
  const side = Math.max(...grid.rows.map(widthOf));
  const widths = grid.columns.map((name, c) =>
    Math.max(widthOf(name), ...texts.map((row) => widthOf(row[c]!))),
  );
  const line = (head: string, cells: string[], paint: (text: string, c: number) => string) => {
    const padded = cells.map((text, c) => ' '.repeat(widths[c]! - widthOf(text)) + paint(text, c));
    const plain = side + widths.reduce((sum, one) => sum + one + 2, 0);
    return { text: `${head.padStart(side)}  ${padded.join('  ')}`, plain };
  };
  return [
    line('', grid.columns, (text) => colors.dim(text)),
    ...texts.map((row, r) =>
      line(grid.rows[r]!, row, (text, c) => paintOf(grid, grid.values[r]![c]!, colors)(text)),
    ),
  ];
}

/** A sign a cell. */
function asSigns(grid: Grid, colors: Colors, width: number): string[] {
  const side = Math.max(...grid.rows.map(widthOf));
  const every = Math.ceil(grid.columns.length / Math.max(10, width - side - 2));
  const everyRow = Math.ceil(grid.rows.length / ROWS_MAX);
  const { sign, legend } = signsFor(grid);
  const columns = grid.columns.filter((_, c) => c % every === 0);
  const lines = grid.values.flatMap((row, r) => {
    if (r % everyRow !== 0) return [];
    const signs = row
      .filter((_, c) => c % every === 0)
      .map((value) => paintOf(grid, value, colors)(sign(value)));
    return [`${grid.rows[r]!.padStart(side)}  ${signs.join('')}`.trimEnd()];
  });
  const ends = `${columns[0]} … ${columns.at(-1)}`;
  const chosen = [every > 1 ? nth(every, 'column') : '', everyRow > 1 ? nth(everyRow, 'row') : ''];
  const shown = chosen.filter((text) => text !== '').join(' and ');
  return [
    colors.dim(`${' '.repeat(side)}  ${ends}`),
    ...lines,
    colors.dim(legend),
    ...(shown === '' ? [] : [colors.dim(`${shown} shown; --export FILE.csv has all`)]),
  ];
}

function nth(every: number, what: string): string {
  return `every ${every}${['', '', 'nd', 'rd'][every] ?? 'th'} ${what}`;
}

interface Signs {
  sign: (value: number | null) => string;
  legend: string;
}

function signsFor({ values, unit }: Grid): Signs {
  const known = values.flat().filter((value) => value !== null);
  if (unit === 'share') {
    const sign = (value: number | null): string => {
      if (value === null) return ' ';
      if (value < 0.05) return '·';
      return value >= 0.95 ? '#' : String(Math.min(9, Math.max(1, Math.round(value * 10))));
    };
    return { sign, legend: '· under 5%, 1 to 9 tenths, # from 95%, blank: no value' };
  }
  let low = Infinity;
  let high = -Infinity;
  for (const value of known) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (known.length === 0) return { sign: () => ' ', legend: 'no cell has a value' };
  const isLog = low > 0 && high / low > 20;
  const scale = (value: number): number => (isLog ? Math.log(value) : value);
  const span = scale(high) - scale(low);
  const sign = (value: number | null): string => {
    if (value === null) return ' ';
    if (span <= 0) return '0';
    return String(Math.min(9, Math.floor((10 * (scale(value) - scale(low))) / span)));
  };
  const steps = isLog ? 'steps of equal ratio' : 'equal steps';
  const legend = `0 from ${figureText(unit, low)} to 9 up to ${figureText(unit, high)}, ${steps}, blank: no value`;
  return { sign, legend };
}

/** Where more is better: green from 95%, red under half. */
function paintOf({ metric }: Grid, value: number | null, colors: Colors): (text: string) => string {
  if (value === null || !/(^|\.)(recovered|goodput_ratio|success_ratio)$/.test(metric)) {
    return (text) => text;
  }
  if (value >= 0.95) return colors.green;
  return value < 0.5 ? colors.red : colors.yellow;
}
