import type { FaultSpan } from '../../study/result.js';
import { own } from '../input.js';
import { packLine } from '../series/pack.js';
import { type Panel, seriesOf } from '../series/panel.js';
import type { Chart, ChartContext, Spec } from './chart.js';
import { faultNames, faultShade, uniqueSpans } from './parts/faults.js';
import { hoverLayer } from './parts/hover.js';
import { policyColours } from './parts/policy-colour.js';
import { type Bound, boundLayers, boundsOf, inSight } from './parts/queue-bounds.js';
import { dataset, panelView, stack } from './parts/stack.js';
import { timeAxis } from './parts/time-axis.js';
import { countAxis, wideCountAxis } from './parts/value-axis.js';

const PANELS_MAX = 4;
const SERIES = /^(?:services|dependencies)\.([^.]+)\.queue\.depth$/;
/** Beyond this ratio between policies the small ones would lie on the axis. */
const WIDE = 20;

/** A picture of what piles up: which series, and what it says of them. */
export interface PileUp {
  name: string;
  title: string;
  /** Matches the series; the first group is whose it is. */
  series: RegExp;
  /** What each panel counts. */
  counts: string;
  /** Which ones are shown, if that is all of them, or the greatest. */
  all: string;
  most: string;
  /** What a line says. */
  line: string;
  /** Whether what piles up is held by the bound that the topology gives. */
  bounded?: true;
}

interface Depth {
  series: string;
  component: string;
  greatest: number;
  /** The least of the policies' greatest depths that are not nothing. */
  least: number;
}

/** The components whose queues grew deepest under any policy, the deepest first. */
function deepest(context: ChartContext, of: PileUp): Depth[] {
  const depths = new Map<string, Depth>();
  for (const policy of Object.values(context.result.policies)) {
    for (const name of Object.keys(policy.series)) {
      const component = of.series.exec(name)?.[1];
      if (component === undefined) continue;
      const values = seriesOf(policy.series, name) ?? [];
      const top = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
      if (top === 0) continue;
      const known = depths.get(name);
      const greatest = Math.max(top, known?.greatest ?? 0);
      const least = Math.min(top, known?.least ?? top);
      depths.set(name, { series: name, component, greatest, least });
    }
  }
  return [...depths.values()].sort((a, b) => b.greatest - a.greatest).slice(0, PANELS_MAX);
}

function depthPanel(context: ChartContext, series: string, about: string): Panel | null {
  const panel: Panel = { step: 1, length: 0, format: 'number', about, lines: [] };
  for (const { index, name } of context.policies) {
    const all = own(context.result.policies, name)?.series;
    const values = all && seriesOf(all, series);
    if (!all || !values) continue;
    panel.step = all.step;
    panel.length = Math.max(panel.length, values.length);
    panel.lines.push(packLine(index, 0, values, context.maxPoints));
  }
  return panel.lines.length > 0 ? panel : null;
}

function depthView(
  context: ChartContext,
  depth: Depth,
  counts: string,
  key: string,
  panel: Panel,
  spans: FaultSpan[],
  bounds: Bound[],
): Spec {
  const wide = depth.greatest > WIDE * Math.max(1, depth.least);
  const top = Math.max(depth.greatest, ...bounds.map(({ bound }) => bound));
  const labels = panel.lines.map((line) => context.policies[line.policy]?.name ?? '');
  const line: Spec = {
    data: dataset(key),
    mark: { type: 'line', strokeWidth: 1.6 },
    encoding: {
      x: timeAxis(context.duration),
      y: wide ? wideCountAxis(top) : countAxis(top),
      ...policyColours(context.policies, true),
    },
  };
  return panelView(`${depth.component}: ${counts}${wide ? ', log scale' : ''}`, 130, [
    ...faultShade(spans),
    ...boundLayers(bounds),
    line,
    ...faultNames(spans, context.duration),
    ...(context.interactive ? [hoverLayer(`${key}_moments`, labels)] : []),
  ]);
}

/** What piled up over time: a panel for each place, a line a policy; null where nothing did. */
export function pileUpChart(context: ChartContext, of: PileUp): Chart | null {
  const spans = uniqueSpans(Object.values(context.faults).flat(), context.duration);
  const panels: Record<string, Panel> = {};
  const views: Spec[] = [];
  let hasBound = false;
  deepest(context, of).forEach((depth, number) => {
    const panel = depthPanel(context, depth.series, `${depth.component}: ${of.counts}`);
    if (!panel) return;
    const key = `${of.name.replace('queue-', '')}${number}`;
    panels[key] = panel;
    const bounds = of.bounded ? boundsOf(context, depth.component) : [];
    const near = inSight(bounds, depth.greatest);
    hasBound ||= near.length > 0;
    views.push(depthView(context, depth, of.counts, key, panel, spans, near));
  });
  if (views.length === 0) return null;
  const which = views.length === PANELS_MAX ? `The ${PANELS_MAX} ${of.most}` : of.all;
  return {
    name: of.name,
    title: of.title,
    caption:
      `${which}, one line a policy: ${of.line}, on average over each step.` +
      (hasBound ? ' Dashed: how many have room there.' : '') +
      (spans.length > 0 ? ' Shaded: the faults.' : ''),
    spec: stack(context.policies, views),
    panels,
    rows: {},
  };
}

/** How deep the deepest queues were over time. */
export function queueDepthChart(context: ChartContext): Chart | null {
  return pileUpChart(context, {
    name: 'queue-depth',
    title: 'Queue depth over time',
    series: SERIES,
    counts: 'requests waiting',
    all: 'Every queue that formed',
    most: 'deepest queues',
    line: 'how many requests waited',
    bounded: true,
  });
}
