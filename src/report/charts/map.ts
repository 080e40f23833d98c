import type { SweepResult } from '../../study/result.js';
import { own } from '../input.js';
import type { Chart, Row, Spec } from './chart.js';
import { dataset, PANEL_WIDTH, panelView, stack } from './parts/stack.js';
import { axisLabels, labelsParam, placesAxis, studyFigure } from './study-axis.js';

/** Light is high, dark is low, in this order also for who sees no colours. */
const SCHEME = 'viridis';
/** From here on up the scheme is light enough for dark letters. */
const LIGHT_FROM = 0.62;
/** Figures are written into cells that have room for them. */
const FIGURES_MAX = { columns: 12, rows: 20 };
const ROW_HEIGHT_MAX = 26;
const HEIGHT_MAX = 520;
/** Values that differ more than so many times lie on a logarithmic scale. */
const LOG_FROM = 20;

interface MapOf {
  policy: string;
  metric: string;
  /** What holds in all of its cells, where there are more axes. */
  held?: Readonly<Record<string, number | string>>;
  /** The study that it is a part of: maps beside each other have one scale of colours. */
  whole?: SweepResult;
}

/** Colours for these values. */
interface Scale {
  domain: [number, number];
  isLog: boolean;
}

/**
 * One metric of one policy over two axes, a rectangle a cell: the first axis to the right, the
 * second one upwards. Over `recovered` lies the frontier, where half of the replications recover.
 */
export function mapChart(result: SweepResult, of: MapOf): Chart | null {
  const [across, up] = result.axes;
  if (across === undefined || up === undefined || result.axes.length !== 2) return null;
  const grid = gridOf(result, of);
  const known = grid.flat().filter((value) => value !== null);
  if (known.length === 0) return null;
  const scale = scaleOf(result, of.metric, of.whole === undefined ? known : valuesIn(of.whole, of));
  const columns = across.values.length;
  const rows = up.values.length;
  const height = heightOf(rows);
  const frontier = of.metric === 'recovered' ? frontierOf(grid) : [];
  const figures = columns <= FIGURES_MAX.columns && rows <= FIGURES_MAX.rows;
  const x = placesAxis(across, { field: 'x', labels: 'acrossLabels', most: 14 });
  const y = placesAxis(up, { field: 'y', labels: 'upLabels', most: Math.floor(height / 14) });
  const view = panelView(of.policy, height, [
    ...cellLayers(result, of.metric, { x, y, scale }),
    ...(figures ? [figureLayer()] : []),
    ...(frontier.length > 0 ? frontierLayers() : []),
  ]);
  const spec = stack([], [view]);
  const held = Object.entries(of.held ?? {});
  const at = held
    .map(([path, value]) => `${path} ${axisLabels({ path, values: [value] })[0]}`)
    .join(', ');
  return {
    name: ['map', of.metric, of.policy, ...held.map(([, value]) => value)].join('-'),
    title: `${of.metric} under ${of.policy}${at === '' ? '' : `, ${at}`}`,
    caption: caption(result, of, frontier.length > 0),
    spec: {
      ...spec,
      params: [
        ...(spec['params'] as Spec[]),
        labelsParam('acrossLabels', across),
        labelsParam('upLabels', up),
      ],
    },
    panels: {},
    rows: {
      cells: grid.flatMap((row, r) =>
        row.map((value, c): Row => cellRow({ value, r, c }, { result, metric: of.metric, scale })),
      ),
      ...(frontier.length > 0 ? { frontier } : {}),
    },
    tables: [
      {
        caption: `${of.metric} under ${of.policy}, by ${across.path} (columns) and ${up.path} (rows)`,
        corner: up.path,
        row: { field: 'y', format: 'text', names: axisLabels(up) },
        columns: axisLabels(across).map((name, column) => {
          return { name, data: 'cells', where: ['x', column], field: 'text', format: 'text' };
        }),
      },
    ],
  };
}

/** `[row][column]`, the second axis's values the rows. */
function gridOf(result: SweepResult, { policy, metric }: MapOf): (number | null)[][] {
  const [across, up] = result.axes;
  const grid = up!.values.map(() => across!.values.map((): number | null => null));
  const columnOf = new Map(across!.values.map((value, index) => [value, index]));
  const rowOf = new Map(up!.values.map((value, index) => [value, index]));
  for (const { where, policies } of result.cells) {
    const column = columnOf.get(where[across!.path]!)!;
    const row = rowOf.get(where[up!.path]!)!;
    grid[row]![column] = own(policies, policy)?.metrics[metric] ?? null;
  }
  return grid;
}

function valuesIn({ cells }: SweepResult, { policy, metric }: MapOf): number[] {
  const values: number[] = [];
  for (const { policies } of cells) {
    const value = own(policies, policy)?.metrics[metric] ?? null;
    if (value !== null) values.push(value);
  }
  return values;
}

function scaleOf(result: SweepResult, metric: string, known: readonly number[]): Scale {
  if (result.units[metric] === 'share') return { domain: [0, 1], isLog: false };
  let low = Infinity;
  let high = -Infinity;
  for (const value of known) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low === high) return { domain: [Math.min(0, low), Math.max(1e-9, high)], isLog: false };
  return { domain: [low, high], isLog: low > 0 && high / low > LOG_FROM };
}

function heightOf(rows: number): number {
  return Math.round(Math.min(ROW_HEIGHT_MAX * rows, HEIGHT_MAX));
}

/** Where a value lies on the scale, from 0 to 1. */
function levelOn({ domain: [low, high], isLog }: Scale, value: number): number {
  if (isLog) return Math.log(value / low) / Math.log(high / low);
  return (value - low) / (high - low);
}

function cellRow(
  { value, r, c }: { value: number | null; r: number; c: number },
  { result, metric, scale }: { result: SweepResult; metric: string; scale: Scale },
): Row {
  const [across, up] = result.axes;
  const x2 = reach(c, across!.values.length, PANEL_WIDTH);
  const y2 = reach(r, up!.values.length, heightOf(up!.values.length));
  const isLight = value !== null && levelOn(scale, value) >= LIGHT_FROM;
  const text = studyFigure(result, metric, value);
  const v = value;
  return { x: c, x2, mx: c + 0.5, y: r, y2, my: r + 0.5, v, text, isLight };
}

/** A pixel under the next cell: no seams of the paper between cells. The last one has none. */
function reach(place: number, count: number, pixels: number): number {
  return place + 1 + (place + 1 < count ? Math.min(0.1, count / pixels) : 0);
}

/** The borders between cells where half and more recover and those where fewer do. */
function frontierOf(grid: readonly (number | null)[][]): Row[] {
  const lines: Row[] = [];
  const parts = (a: number | null | undefined, b: number | null | undefined): boolean =>
    a != null && b != null && a >= 0.5 !== b >= 0.5;
  for (const [r, row] of grid.entries()) {
    for (const [c, value] of row.entries()) {
      if (parts(value, row[c + 1])) lines.push({ x: c + 1, x2: c + 1, y: r, y2: r + 1 });
      if (parts(value, grid[r + 1]?.[c])) lines.push({ x: c, x2: c + 1, y: r + 1, y2: r + 1 });
    }
  }
  return lines;
}

function cellLayers(
  result: SweepResult,
  metric: string,
  { x, y, scale }: { x: Spec; y: Spec; scale: Scale },
): Spec[] {
  const ends = { x, x2: { field: 'x2' }, y, y2: { field: 'y2' } };
  const { unit, format } = legendFormat(result, metric);
  const color: Spec = {
    field: 'v',
    type: 'quantitative',
    scale: { scheme: SCHEME, domain: scale.domain, ...(scale.isLog ? { type: 'log' } : {}) },
    legend: {
      title: unit,
      orient: 'top',
      direction: 'horizontal',
      gradientLength: 220,
      ...(result.units[metric] === 'share' ? { values: [0, 0.5, 1] } : { tickCount: 4 }),
      labelOverlap: false,
      labelExpr: format,
      titleColor: { expr: 'muted' },
      titleFontWeight: 'normal',
    },
  };
  return [
    {
      data: dataset('cells'),
      transform: [{ filter: 'datum.v === null' }],
      mark: { type: 'rect', fill: { expr: 'grid' } },
      encoding: ends,
    },
    {
      data: dataset('cells'),
      transform: [{ filter: 'datum.v !== null' }],
      mark: 'rect',
      encoding: { ...ends, color },
    },
  ];
}

function legendFormat(result: SweepResult, metric: string): { unit: string; format: string } {
  switch (result.units[metric] ?? 'number') {
    case 'share':
      return { unit: metric, format: "format(datum.value, '.0%')" };
    case 'seconds':
      return { unit: `${metric}, seconds`, format: "format(datum.value, '.3~g')" };
    case 'per_second':
      return { unit: `${metric}, per second`, format: "format(datum.value, '~s')" };
    case 'bytes':
      return { unit: `${metric}, bytes`, format: "format(datum.value, '.3~s')" };
    case 'number':
      return { unit: metric, format: "format(datum.value, '.3~s')" };
  }
}

function figureLayer(): Spec {
  return {
    data: dataset('cells'),
    mark: {
      type: 'text',
      fontSize: 10,
      color: { expr: "datum.v === null ? muted : datum.isLight ? '#1b1f24' : '#ffffff'" },
    },
    encoding: {
      x: { field: 'mx', type: 'quantitative' },
      y: { field: 'my', type: 'quantitative' },
      text: { field: 'text', type: 'nominal' },
    },
  };
}

/** White on black, so that it is seen on every colour. */
function frontierLayers(): Spec[] {
  const rule = (color: string, strokeWidth: number): Spec => ({
    data: dataset('frontier'),
    mark: { type: 'rule', color, strokeWidth, strokeCap: 'square' },
    encoding: {
      x: { field: 'x', type: 'quantitative' },
      x2: { field: 'x2' },
      y: { field: 'y', type: 'quantitative' },
      y2: { field: 'y2' },
    },
  });
  return [rule('#000000', 4), rule('#ffffff', 1.8)];
}

function caption(result: SweepResult, { metric }: MapOf, hasFrontier: boolean): string {
  const runs =
    result.replications > 1 ? `the mean of up to ${result.replications} replications` : 'one run';
  const line = hasFrontier
    ? ' White line: the frontier; on its light side half of the replications and more recover.'
    : '';
  const bound = metric.includes('latency') ? ' What was unfinished counts at its age.' : '';
  const cut = result.partial ? ' Partial: the study was stopped before its end.' : '';
  return `Each cell is ${runs}; grey cells have no value.${line}${bound}${cut}`;
}
