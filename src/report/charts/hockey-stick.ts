import type { HockeyPoint } from '../../study/result.js';
import { formatRate, formatSeconds } from '../format.js';
import type { RowColumn, RowTable } from '../numbers/row-table.js';
import { policyColour } from '../palette.js';
import type { Chart, ChartContext, Row, Spec } from './chart.js';
import { type Banded, bandLayers, bandStrips, bandsOf } from './parts/bands.js';
import { type Capacity, capacities } from './parts/capacity.js';
import { hoverLayer } from './parts/hover.js';
import { BEND_TEXT, type Bend, kneeLayers } from './parts/knees.js';
import { policyColours } from './parts/policy-colour.js';
import { dataset, panelView, stack } from './parts/stack.js';
import { countAxis, latencyAxis } from './parts/value-axis.js';

type Measure = 'latencyP99' | 'latencyP50' | 'goodput';

interface PanelOf {
  measure: Measure;
  key: string;
  heading: string;
  height: number;
  /** The knee that is marked in it. */
  bend: Bend | null;
}

const LOG_SCALE = ', log scale';

const PANELS: PanelOf[] = [
  {
    measure: 'latencyP99',
    key: 'p99',
    heading: `Latency p99${LOG_SCALE}`,
    height: 160,
    bend: 'p99x5',
  },
  {
    measure: 'latencyP50',
    key: 'p50',
    heading: `Latency p50${LOG_SCALE}`,
    height: 120,
    bend: null,
  },
  {
    measure: 'goodput',
    key: 'goodput',
    heading: 'Goodput, requests/s',
    height: 140,
    bend: 'goodput99',
  },
];

/** A point's place among the policies; -1 for a policy that the result does not know. */
type Placed = HockeyPoint & { place: number };

function placed(context: ChartContext): Placed[] {
  const places = new Map(context.policies.map(({ index, name }) => [name, index]));
  return (context.hockeyStick?.points ?? [])
    .map((point) => ({ ...point, place: places.get(point.policy) ?? -1 }))
    .filter(({ place }) => place >= 0)
    .sort((a, b) => a.place - b.place || a.load - b.load);
}

function pointRows(points: readonly Placed[], measure: Measure): Row[] {
  const latency = measure !== 'goodput';
  return points.map((point) => {
    const value = point[measure];
    const v = latency && value !== null && value <= 0 ? null : value;
    return { t: point.load, v, p: point.place, steady: point.steady };
  });
}

function told(line: readonly Placed[], load: number, measure: Measure): string {
  const point = line.find((one) => one.load === load);
  const write = measure === 'goodput' ? formatRate : formatSeconds;
  if (point === undefined) {
    const between = lineAt(line, load, measure);
    return between === null ? '–' : `≈ ${write(between)}`;
  }
  const text = write(point[measure]);
  return point.steady ? text : `${text} (in ${formatSeconds(point.durationSeconds)}, not steady)`;
}

/** The height of a policy's line between two of its points, which has no run of its own there. */
function lineAt(line: readonly Placed[], load: number, measure: Measure): number | null {
  const low = line.findLast((one) => one.load < load);
  const high = line.find((one) => one.load > load);
  const [from, to] = [low?.[measure] ?? null, high?.[measure] ?? null];
  if (from === null || to === null) return null;
  const share = (load - low!.load) / (high!.load - low!.load);
  if (measure === 'goodput') return from + share * (to - from);
  return from > 0 && to > 0 ? from * (to / from) ** share : null;
}

/** A band a load that was tried, from the middle before it to the middle behind it. */
function loadRows(points: readonly Placed[], places: readonly number[], measure: Measure): Row[] {
  const loads = [...new Set(points.map(({ load }) => load))].sort((a, b) => a - b);
  const lines = places.map((place) => points.filter((point) => point.place === place));
  return loads.map((load, index) => {
    const before = loads[index - 1] ?? load - ((loads[index + 1] ?? load + 0.1) - load);
    const after = loads[index + 1] ?? load + (load - before);
    const here = points.filter((point) => point.load === load);
    const offered = formatRate(here[0]?.offered ?? null);
    const row: Row = {
      t: Math.max(0, (load + before) / 2),
      u: (load + after) / 2,
      title: `${Math.round(load * 100)}% of the load, ${offered} offered`,
    };
    lines.forEach((line, number) => {
      row[`l${number}`] = told(line, load, measure);
    });
    return row;
  });
}

function loadAxis(greatest: number): Spec {
  const step = greatest > 1 ? 0.2 : 0.1;
  const count = Math.floor(greatest / step + 1e-9);
  return {
    field: 't',
    type: 'quantitative',
    scale: { domain: [0, greatest * 1.025], nice: false },
    axis: {
      title: null,
      grid: false,
      ticks: true,
      format: '.0%',
      values: Array.from({ length: count + 1 }, (_, tick) => Math.round(tick * step * 10) / 10),
    },
  };
}

function capacityLayers(marks: readonly Capacity[], labelled: boolean): Spec[] {
  if (marks.length === 0) return [];
  const values = marks.map(({ load, text, policy }, row) => ({
    t: load,
    text,
    dy: 2 + 12 * (row % 4),
    late: load > 1,
    colour: policy === null ? null : policyColour(policy),
  }));
  const x = { field: 't', type: 'quantitative' };
  const colour = { expr: 'datum.colour ? datum.colour : ink' };
  const text = (late: boolean): Spec => ({
    data: { values },
    transform: [{ filter: late ? 'datum.late' : '!datum.late' }],
    mark: {
      type: 'text',
      align: late ? 'right' : 'left',
      baseline: 'top',
      dx: late ? -5 : 5,
      dy: { expr: 'datum.dy' },
      fontSize: 10,
      color: { expr: 'ink' },
    },
    encoding: { x, y: { value: 0 }, text: { field: 'text', type: 'nominal' } },
  });
  const rule: Spec = {
    data: { values },
    mark: { type: 'rule', strokeDash: [4, 3], strokeWidth: 1.2, color: colour },
    encoding: { x },
  };
  return labelled ? [rule, text(false), text(true)] : [rule];
}

/** Lines through all points; steady ones filled, the others hollow. */
function pointLayers(context: ChartContext, key: string, encoding: Spec): Spec[] {
  const coloured = { ...encoding, ...policyColours(context.policies, true) };
  const points = (steady: boolean): Spec => ({
    data: dataset(key),
    transform: [{ filter: `datum.v !== null && ${steady ? '' : '!'}datum.steady` }],
    mark: steady
      ? { type: 'point', filled: true, size: 34, opacity: 1 }
      : { type: 'point', filled: false, fill: { expr: 'paper' }, size: 34, opacity: 1 },
    encoding: coloured,
  });
  const line: Spec = {
    data: dataset(key),
    mark: { type: 'line', strokeWidth: 1.6 },
    encoding: coloured,
  };
  return [line, points(true), points(false)];
}

function hollowCaption(points: readonly Placed[]): string {
  const spans = points.filter(({ steady }) => !steady).map((point) => point.durationSeconds);
  if (spans.length === 0) return '';
  const from = formatSeconds(Math.min(...spans));
  const to = formatSeconds(Math.max(...spans));
  const time = from === to ? from : `${from} to ${to}`;
  return (
    ' Hollow points are past capacity and have no steady state: what they show stands for the ' +
    `${time} that were simulated, and would be worse after longer.`
  );
}

function bandsCaption(groups: readonly Banded[]): string {
  if (groups.length === 0) return '';
  const where = groups.length === 1 ? 'Shaded behind' : 'The strips on top';
  return (
    ` ${where}: where theory calls the load stable (even every retry together would fit), ` +
    'vulnerable (it runs well, but a trigger may tip it for good) and unstable (above capacity).'
  );
}

const KNEES_CAPTION =
  ' ◇ marks the knee: the load from which p99 is five times its value at 10% load or too few are ' +
  'answered to tell, and the one from which less than 99% of what is offered ends good.';

function caption(
  points: readonly Placed[],
  marks: readonly Capacity[],
  groups: readonly Banded[],
  isMarked: boolean,
): string {
  const knees = isMarked ? KNEES_CAPTION : '';
  const capacity = marks.length > 0 ? ' Dashed upright: the capacity that theory gives.' : '';
  const rule = knees + capacity + bandsCaption(groups);
  return (
    'Each point is a run of its own without the faults, at a share of the load the scenario ' +
    `offers (100%); each policy has most of them where it bends. One line a policy; where lines coincide, the last policy covers the others.${rule}${hollowCaption(points)}`
  );
}

/** Bands in a panel of their own where policies do not share them. */
function stripsAbove(groups: readonly Banded[], greatest: number): Spec[] {
  if (groups.length < 2) return [];
  const { axis: _, ...x } = loadAxis(greatest);
  const { height, layers } = bandStrips(groups, greatest * 1.025, { ...x, axis: null });
  return [panelView('Stable, vulnerable, unstable', height, layers)];
}

const TABLE_NOTE =
  'A row is a load that was simulated under some policy. ≈ is no measurement: that policy was not ' +
  'run there, and its line passes between two of its points.';

/** What the pointer is told at every load, as tables. */
function loadTables(
  { policies }: ChartContext,
  places: readonly number[],
  sets: readonly string[],
): RowTable[] {
  return PANELS.filter(({ key }) => sets.includes(`${key}_loads`)).map(({ key, heading }) => ({
    caption: heading.replace(LOG_SCALE, ''),
    corner: 'Load',
    row: { field: 'title', format: 'text' },
    columns: places.map((place, line): RowColumn => {
      const name = policies[place]?.name ?? '';
      const of = { policy: place, name };
      return { name, of, data: `${key}_loads`, field: `l${line}`, format: 'text' };
    }),
    note: TABLE_NOTE,
  }));
}

/** Latency and goodput against offered load: where the stick bends, and what becomes of the rest. */
export function hockeyStickChart(context: ChartContext): Chart | null {
  const points = placed(context);
  if (points.length === 0) return null;
  const places = [...new Set(points.map(({ place }) => place))];
  const greatest = Math.max(...points.map(({ load }) => load));
  const end = greatest * 1.025;
  const marks = capacities(context, points, end);
  const groups = bandsOf(context, points, end);
  const shared = groups.length === 1 ? groups[0] : undefined;
  const labels = places.map((place) => context.policies[place]?.name ?? '');
  const latencies = points
    .flatMap(({ latencyP50, latencyP99 }) => [latencyP50, latencyP99])
    .filter((value) => value !== null && value > 0) as number[];
  const rows: Record<string, Row[]> = {};
  const views = PANELS.filter(({ measure }) => measure === 'goodput' || latencies.length > 0).map(
    ({ measure, key, heading, height, bend }, number) => {
      rows[key] = pointRows(points, measure);
      if (context.interactive) rows[`${key}_loads`] = loadRows(points, places, measure);
      const most = Math.max(...points.map(({ goodput }) => goodput));
      const y = measure === 'goodput' ? countAxis(most) : latencyAxis(latencies);
      const axes = { x: loadAxis(greatest), y };
      const { hockeyStick: stick, policies } = context;
      const knees = bend === null ? [] : kneeLayers(stick, points, { policies, bend, axes, end });
      const said = knees.length === 0 ? heading : `${heading}   (${BEND_TEXT[bend!]})`;
      return panelView(said, height, [
        ...(shared ? bandLayers(shared, end, number === 0) : []),
        ...capacityLayers(marks, number === 0),
        ...pointLayers(context, key, axes),
        ...knees,
        ...(context.interactive ? [hoverLayer(`${key}_loads`, labels)] : []),
      ]);
    },
  );
  return {
    name: 'hockey-stick',
    title: 'The hockey stick: latency and goodput against offered load',
    caption: caption(points, marks, groups, context.hockeyStick?.knees !== undefined),
    spec: stack(context.policies, [...stripsAbove(groups, greatest), ...views]),
    panels: {},
    rows,
    tables: loadTables(context, places, Object.keys(rows)),
  };
}
