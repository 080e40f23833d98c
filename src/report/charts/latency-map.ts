import type { LatencyMap } from '../../study/result.js';
import { formatRate } from '../format.js';
import { own } from '../input.js';
import { greatestDensity } from '../series/cells.js';
import type { Cells, Panel } from '../series/panel.js';
import type { Chart, ChartContext, Spec } from './chart.js';
import { chosenPolicies } from './parts/chosen.js';
import { dataset, stack } from './parts/stack.js';
import { timeAxis } from './parts/time-axis.js';
import { shadedNote, timePanel } from './parts/time-panel.js';
import { latencyAxis } from './parts/value-axis.js';

const PANELS_MAX = 6;
/** A row lower than a few pixels cannot be seen. */
const ROWS_MAX = 30;
/** Of one entry of the legend, in pixels. */
const LEGEND_WIDTH = 130;
/** Fewer than this share of the fastest answers do not stretch the scale: they share a row. */
const FASTEST = 0.001;
const HEATS = ['heat1', 'heat2', 'heat3', 'heat4', 'heat5'];
const LABELS = ['answers', 'half within', '90% within', '99% within'];

/** Counts a second by cell, of columns and rows merged until there are few enough. */
function cellsOf(map: LatencyMap, replications: number, columnsMax: number, rows: number): Cells {
  const { bounds, counts, step } = map;
  const columns = Math.max(1, Math.ceil(counts.length / columnsMax));
  const merged: number[][] = [];
  const kept = bounds.filter((_, index) => index % rows === 0);
  if ((bounds.length - 1) % rows !== 0) kept.push(bounds.at(-1) as number);
  for (let start = 0; start < counts.length; start += columns) {
    const row = new Array<number>(kept.length - 1).fill(0);
    const part = counts.slice(start, start + columns);
    const seconds = part.length * step * replications;
    for (const [first = 0, ...inside] of part) {
      inside.forEach((count, index) => {
        const place = Math.floor((first + index) / rows);
        row[place] = (row[place] as number) + count / seconds;
      });
    }
    const first = row.findIndex((rate) => rate > 0);
    const last = row.findLastIndex((rate) => rate > 0);
    const inside = row.slice(first, last + 1).map((rate) => Number(rate.toPrecision(3)));
    merged.push(first < 0 ? [] : [first, ...inside]);
  }
  return { step: step * columns, bounds: kept, rates: merged, levels: [] };
}

/** How many rows (four a doubling as they come) to take as one, so that few enough are left. */
function rowsToMerge(low: number, high: number): number {
  let doublings = 0;
  for (let at = low; at < high; at *= 2) doublings++;
  return [1, 2].find((rows) => (4 / rows) * doublings <= ROWS_MAX) ?? 4;
}

/** Where shades change: each a third of the one above, on round numbers. */
function levelsFor(most: number): number[] {
  let top = 1e-6;
  while (top * 10 <= most) top *= 10;
  const rounds = [top * 3 <= most ? top * 3 : top];
  while (rounds.length < HEATS.length) {
    const last = rounds.at(-1) as number;
    // 30, 10, 3, 1…
    rounds.push(Number((isThree(last) ? last / 3 : last * 0.3).toPrecision(1)));
  }
  return rounds.reverse();
}

function isThree(value: number): boolean {
  return value.toExponential(0).startsWith('3');
}

/** The scale of latency, from edge to edge. */
function latencyRows(domain: number[]): Spec {
  const axis = latencyAxis(domain);
  return { ...axis, field: 'l', scale: { type: 'log', domain, nice: false } };
}

/** A map whose few fastest answers stand in the lowest row that is left. */
function trimmed(map: LatencyMap): LatencyMap {
  const totals = new Array<number>(map.bounds.length - 1).fill(0);
  for (const [first = 0, ...inside] of map.counts) {
    inside.forEach((count, index) => {
      totals[first + index] = (totals[first + index] ?? 0) + count;
    });
  }
  const all = totals.reduce((sum, count) => sum + count, 0);
  let cut = 0;
  for (let below = totals[0] ?? 0; below < FASTEST * all; below += totals[cut] ?? 0) cut++;
  const counts = map.counts.map(([first, ...inside]) => {
    if (first === undefined) return [];
    if (first >= cut) return [first - cut, ...inside];
    const lost = inside.slice(0, cut - first).reduce((sum, count) => sum + count, 0);
    const [lowest = 0, ...rest] = inside.slice(cut - first);
    return [0, lowest + lost, ...rest];
  });
  return { ...map, bounds: map.bounds.slice(cut), counts };
}

function mapLayer(context: ChartContext, key: string, domain: number[], levels: number[]): Spec {
  const words = levels.map((level, index) => {
    return index === 0
      ? `under ${formatRate(levels[1] ?? level)}`
      : `${formatRate(level)} and more`;
  });
  const labels = words.map((text, index) => `datum.value === ${index + 1} ? '${text}' : `);
  return {
    data: dataset(`${key}_cells`),
    mark: { type: 'rect', strokeWidth: 0 },
    encoding: {
      x: { ...timeAxis(context.duration), field: 't' },
      x2: { field: 'u' },
      y: latencyRows(domain),
      y2: { field: 'h' },
      fill: {
        field: 's',
        type: 'ordinal',
        scale: {
          domain: HEATS.map((_, index) => index + 1),
          range: HEATS.map((heat) => ({ expr: heat })),
        },
        legend: {
          columns: { expr: `max(1, floor(width / ${LEGEND_WIDTH}))` },
          labelExpr: `${labels.join('')}''`,
          symbolType: 'square',
          symbolStrokeWidth: 0,
        },
      },
    },
  };
}

/** How many were answered how fast, over time: a panel a policy, darker where there are more. */
export function latencyMapChart(context: ChartContext): Chart | null {
  const mapped = context.policies.flatMap(({ index, name }) => {
    const policy = own(context.result.policies, name);
    const map = policy?.latency_map;
    if (policy === undefined || map === undefined) return [];
    return [
      { index, name, map: trimmed(map), replications: Math.max(1, policy.replications.length) },
    ];
  });
  // All in one row: there is nothing to tell apart.
  if (mapped.every(({ map }) => map.bounds.length <= 2)) return null;
  const { shown, leftOut } = chosenPolicies(context, PANELS_MAX, mapped);
  const kept = mapped.filter(({ index }) => shown.some((policy) => policy.index === index));
  const low = Math.min(...kept.map(({ map }) => map.bounds[0] as number));
  const high = Math.max(...kept.map(({ map }) => map.bounds.at(-1) as number));
  const rows = rowsToMerge(low, high);
  const columnsMax = context.interactive ? 150 : 75;
  const all = kept.map(({ map, replications }) => cellsOf(map, replications, columnsMax, rows));
  const levels = levelsFor(Math.max(...all.map(greatestDensity)));
  const panels: Record<string, Panel> = {};
  const views = kept.map(({ index, name }, place) => {
    const key = `map${index}`;
    const cells = { ...(all[place] as Cells), levels };
    panels[key] = {
      step: cells.step,
      length: cells.rates.length,
      policy: index,
      format: 'rate',
      about: 'Answers, and the time within which most of them came',
      lines: [],
      cells,
    };
    return timePanel(context, {
      key,
      heading: name,
      height: 110,
      policies: [name],
      layers: [mapLayer(context, key, [low, high], levels)],
      labels: LABELS,
    });
  });
  return {
    name: 'latency-map',
    title: 'Latency map: how many were answered how fast',
    caption:
      'Successes by the time they took (upwards, log scale) and when they ended, one panel a policy. ' +
      'The stronger the shade, the more fell there: answers a second on a height of one doubling. ' +
      'The lowest row holds all that was faster. Two bands at once are two kinds of requests: such that wait, and such that do not.' +
      `${shadedNote(context)}${leftOut}`,
    spec: stack(context.policies, views),
    panels,
    rows: {},
  };
}
