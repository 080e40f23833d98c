import { own } from '../input.js';
import { REASON_NAMES, reasonColour, reasonWords } from '../reasons.js';
import type { Panel } from '../series/panel.js';
import { packTogether } from '../series/together.js';
import type { Chart, ChartContext, Spec } from './chart.js';
import { chosenPolicies } from './parts/chosen.js';
import { dataset, stack } from './parts/stack.js';
import { timeAxis } from './parts/time-axis.js';
import { seriesUnder, shadedNote, stepUnder, timePanel } from './parts/time-panel.js';
import { countAxis } from './parts/value-axis.js';

const PANELS_MAX = 6;
/** Of one entry of the legend, in pixels. */
const LEGEND_WIDTH = 140;
const SERIES = /^errors\.(.+)$/;

/** The reasons for which any request of any policy failed, in the order of the palette. */
function reasonsOf(context: ChartContext): string[] {
  const found = new Set<string>();
  for (const { series } of Object.values(context.result.policies)) {
    for (const [name, values] of Object.entries(series)) {
      const reason = SERIES.exec(name)?.[1];
      if (reason === undefined || !Array.isArray(values)) continue;
      if (values.some((value) => value !== null && value > 0)) found.add(reason);
    }
  }
  const place = (reason: string): number => {
    const known = REASON_NAMES.indexOf(reason);
    return known < 0 ? REASON_NAMES.length : known;
  };
  return [...found].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

function failurePanel(context: ChartContext, name: string, reasons: string[]): Panel | null {
  const found = reasons.map((reason) => seriesUnder(context, name, `errors.${reason}`));
  const length = Math.max(0, ...found.map((values) => values?.length ?? 0));
  if (length === 0) return null;
  const series = found.map((values) => values ?? new Array<number>(length).fill(0));
  const place = context.policies.find((policy) => policy.name === name)?.index ?? 0;
  const lines = packTogether(place, series, context.maxPoints).filter(({ values }) =>
    values.some((value) => value !== null && value > 0),
  );
  const step = stepUnder(context, name);
  return { step, length, format: 'rate', about: 'Requests that failed, by reason', lines };
}

/** The greatest sum of a panel's lines at one step. */
function greatestSum({ lines }: Panel): number {
  const sums = (lines[0]?.values ?? []).map((_, index) =>
    lines.reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
  );
  return Math.max(0, ...sums);
}

function failureLayer(context: ChartContext, key: string, reasons: string[], top: number): Spec {
  return {
    data: dataset(key),
    mark: { type: 'area', stroke: { expr: 'paper' }, strokeWidth: 0.4, fillOpacity: 0.95 },
    encoding: {
      x: timeAxis(context.duration),
      y: { ...countAxis(top, true, 3), stack: 'zero' },
      fill: {
        field: 'k',
        type: 'nominal',
        scale: { domain: reasons.map((_, kind) => kind), range: reasons.map(reasonColour) },
        legend: {
          columns: { expr: `max(1, floor(width / ${LEGEND_WIDTH}))` },
          labelExpr: 'reasonNames[datum.value]',
          symbolType: 'square',
          symbolStrokeWidth: 0,
        },
      },
      order: { field: 'k', type: 'quantitative' },
    },
  };
}

/** The policy, and the reason that was most of its failures. */
function headingOf(context: ChartContext, name: string): string {
  const ledger = own(context.result.policies, name)?.ledger;
  const failed = Object.entries(ledger?.failed ?? {}).sort((a, b) => b[1] - a[1]);
  const all = failed.reduce((sum, [, count]) => sum + count, 0);
  const [reason, most] = failed[0] ?? ['', 0];
  return all === 0 ? name : `${name}: ${Math.round((100 * most) / all)}% ${reasonWords(reason)}`;
}

/** Why requests failed, over time: a panel a policy, the reasons laid one on the other. */
export function failuresChart(context: ChartContext): Chart | null {
  const reasons = reasonsOf(context);
  if (reasons.length === 0) return null;
  const found = context.policies.flatMap(({ index, name }) => {
    const panel = failurePanel(context, name, reasons);
    return panel === null ? [] : [{ index, name, panel }];
  });
  const failing = found.filter(({ panel }) => panel.lines.length > 0);
  const none = found.filter(({ panel }) => panel.lines.length === 0).map(({ name }) => name);
  const { shown, leftOut } = chosenPolicies(context, PANELS_MAX, failing);
  const kept = failing.filter(({ index }) => shown.some((policy) => policy.index === index));
  const top = Math.max(...kept.map(({ panel }) => greatestSum(panel)));
  const views = kept.map(({ index, name, panel }) => {
    const key = `failures${index}`;
    return timePanel(context, {
      key,
      heading: headingOf(context, name),
      height: 80,
      policies: [name],
      layers: [failureLayer(context, key, reasons, top)],
      labels: panel.lines.map(({ kind }) => reasonWords(reasons[kind] ?? '')),
    });
  });
  const spec = stack(context.policies, views);
  const names = { name: 'reasonNames', value: reasons.map(reasonWords) };
  const spared = none.length > 0 ? ` Without a failure: ${none.join(', ')}.` : '';
  return {
    name: 'failures',
    title: 'Why requests failed, over time',
    caption:
      'Requests a second that ended as failures, by the reason that their client saw last, one on ' +
      'top of the other; one panel a policy, all on one scale. What succeeded too late is not here.' +
      shadedNote(context) +
      spared +
      leftOut,
    spec: { ...spec, params: [...(spec['params'] as Spec[]), names] },
    panels: Object.fromEntries(kept.map(({ index, panel }) => [`failures${index}`, panel])),
    rows: {},
  };
}
