import type { SweepResult } from '../../study/result.js';
import { own } from '../input.js';
import type { RowTable } from '../numbers/row-table.js';
import type { Chart, Row, Spec } from './chart.js';
import { policyColours } from './parts/policy-colour.js';
import { dataset, panelView, stack } from './parts/stack.js';
import { bytesAxis, countAxis, latencyAxis } from './parts/value-axis.js';
import { axisLabels, figureFormat, labelsParam, placesAxis, type StudyAxis } from './study-axis.js';

const HEIGHT = 240;

/** One metric over one axis: a line a policy, shaded where its mean lies with 95%. */
export function overAxisChart(result: SweepResult, metric: string): Chart | null {
  const [axis] = result.axes;
  if (axis === undefined || result.axes.length !== 1) return null;
  const isNumber = axis.values.every((value) => typeof value === 'number');
  const rows = rowsOf(result, { metric, isNumber });
  const known = rows.flatMap(({ v, high, low }) => [v, high, low]).filter((v) => v !== null);
  if (known.length === 0) return null;
  const policies = result.policies.map((name, index) => ({ index, name }));
  const x = isNumber
    ? numberAxis(axis.path, axis.values as number[])
    : placesAxis(axis, { field: 't', labels: 'axisLabels', most: 14 });
  const y = valueAxis(result, metric, known as number[]);
  const colours = withLegend(policyColours(policies, true));
  const hasSpread = rows.some(({ low }) => low !== null);
  const view = panelView(metric, HEIGHT, [
    ...(hasSpread ? [spreadLayer(x, y, colours)] : []),
    {
      data: dataset('points'),
      mark: { type: 'line', strokeWidth: 1.6 },
      encoding: { x, y, ...colours },
    },
    {
      data: dataset('points'),
      transform: [{ filter: 'datum.v !== null' }],
      mark: { type: 'point', filled: true, size: 34, opacity: 1 },
      encoding: { x, y, ...colours },
    },
  ]);
  const spec = stack(policies, [view]);
  const spread = hasSpread ? ' Shaded: where the mean lies with 95%.' : '';
  const cut = result.partial ? ' Partial: the study was stopped before its end.' : '';
  const what = result.replications > 1 ? 'the mean of its replications' : 'one run';
  const gaps = rows.some(({ v }) => v === null) ? ' A gap: no value.' : '';
  const covered =
    result.policies.length > 1 ? ' Where lines coincide, the last policy covers the others.' : '';
  return {
    name: `over-${metric}`,
    title: `${metric} over ${axis.path}`,
    caption: `Each point is ${what}.${spread}${gaps}${covered}${cut}`,
    spec: {
      ...spec,
      params: [...(spec['params'] as Spec[]), labelsParam('axisLabels', axis)],
    },
    panels: {},
    rows: { points: rows },
    tables: [axisTable(result, metric, axis)],
  };
}

function axisTable(result: SweepResult, metric: string, axis: StudyAxis): RowTable {
  const isNumber = axis.values.every((value) => typeof value === 'number');
  const isLoad = isNumber && axis.path === 'load';
  return {
    caption: `${metric}${result.replications > 1 ? ', with 95% intervals' : ''}`,
    corner: axis.path,
    row: {
      field: 't',
      format: isLoad ? 'share' : 'text',
      ...(isNumber ? {} : { names: axisLabels(axis) }),
    },
    columns: result.policies.map((name, index) => ({
      name,
      of: { policy: index, name },
      data: 'points',
      where: ['p', index],
      field: 'v',
      format: figureFormat(result, metric),
      within: ['low', 'high'],
    })),
  };
}

function rowsOf(
  result: SweepResult,
  { metric, isNumber }: { metric: string; isNumber: boolean },
): Row[] {
  const [axis] = result.axes;
  const placeOf = new Map(axis!.values.map((value, place) => [value, place]));
  const isLatency = result.units[metric] === 'seconds';
  const rows: Row[] = [];
  for (const { where, policies } of result.cells) {
    const value = where[axis!.path]!;
    for (const [p, policy] of result.policies.entries()) {
      const summary = own(policies, policy);
      const v = summary?.metrics[metric] ?? null;
      const [low, high] = summary?.intervals[metric] ?? [null, null];
      const drawn = isLatency && v !== null && v <= 0 ? null : v;
      // A logarithmic scale has no place for what is not above zero.
      const least = isLatency && low !== null && low <= 0 ? drawn : low;
      rows.push({ t: isNumber ? value : placeOf.get(value)! + 0.5, p, v: drawn, low: least, high });
    }
  }
  return rows;
}

function spreadLayer(x: Spec, y: Spec, colours: Spec): Spec {
  return {
    data: dataset('points'),
    transform: [{ filter: 'datum.low !== null && datum.v !== null' }],
    mark: { type: 'area', opacity: 0.18, line: false },
    encoding: {
      x,
      y: { ...y, field: 'low' },
      y2: { field: 'high' },
      ...colours,
    },
  };
}

/** In the legend the lines count, not the shades under them. */
function withLegend(colours: Spec): Spec {
  const full = Object.entries(colours).map(([channel, of]) => {
    const { legend, ...rest } = of as Spec;
    return [channel, { ...rest, legend: legend && { ...(legend as Spec), symbolOpacity: 1 } }];
  });
  return Object.fromEntries(full) as Spec;
}

function numberAxis(path: string, values: readonly number[]): Spec {
  const low = Math.min(...values);
  const high = Math.max(...values);
  // Room for the first and the last label.
  const margin = low === high ? 0.5 : (high - low) * 0.03;
  return {
    field: 't',
    type: 'quantitative',
    scale: { domain: [low - margin, high + margin], nice: false, zero: false },
    axis: {
      title: path,
      grid: false,
      ticks: true,
      tickCount: 10,
      ...(path === 'load' ? { format: '.0%' } : {}),
    },
  };
}

function valueAxis(result: SweepResult, metric: string, known: readonly number[]): Spec {
  const unit = result.units[metric] ?? 'number';
  const high = Math.max(...known);
  if (unit === 'share') {
    return {
      field: 'v',
      type: 'quantitative',
      scale: { domain: [0, Math.max(1, high)], nice: false },
      axis: { title: null, tickCount: 5, format: '.0%' },
    };
  }
  const above = known.filter((value) => value > 0);
  if (unit === 'seconds' && above.length > 0) return latencyAxis(above);
  return unit === 'bytes' ? bytesAxis(high) : countAxis(high);
}
