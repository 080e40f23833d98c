import { formatRate } from '../format.js';
import { own } from '../input.js';
import { policyColour } from '../palette.js';
import { packLine } from '../series/pack.js';
import { type Panel, seriesOf } from '../series/panel.js';
import { verdictWord } from '../words.js';
import type { Chart, ChartContext, Spec } from './chart.js';
import { faultNames, faultShade, uniqueSpans } from './parts/faults.js';
import { hoverLayer } from './parts/hover.js';
import { dataset, panelView, stack } from './parts/stack.js';
import { timeAxis } from './parts/time-axis.js';
import { countAxis } from './parts/value-axis.js';

/** What is drawn, in order; a row's `k` is its place here. */
const KINDS = ['goodput', 'attempts', 'offered'] as const;
const ATTEMPTS = KINDS.indexOf('attempts');
/** Attempts beyond this multiple of the load are cut off: else they press goodput to the ground. */
const ATTEMPTS_SHOWN = 4;

function trafficPanel(context: ChartContext, name: string, index: number): Panel | null {
  const series = own(context.result.policies, name)?.series;
  if (!series) return null;
  const panel: Panel = { step: series.step, length: 0, format: 'rate', lines: [] };
  KINDS.forEach((kind, number) => {
    const values = seriesOf(series, kind);
    if (!values) return;
    panel.length = Math.max(panel.length, values.length);
    panel.lines.push(packLine(index, number, values, context.maxPoints));
  });
  return panel.lines.length > 0 ? panel : null;
}

function greatest(panel: Panel, isKind: (kind: number) => boolean): number {
  const lines = panel.lines.filter(({ kind }) => isKind(kind));
  return lines
    .flatMap(({ values }) => values)
    .reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}

/** The top of the common scale: all of goodput and offered load, and of attempts what leaves them seen. */
function scaleTop(panels: readonly Panel[]): { top: number; cut: boolean } {
  const most = Math.max(...panels.map((panel) => greatest(panel, () => true)));
  const load = Math.max(...panels.map((panel) => greatest(panel, (kind) => kind !== ATTEMPTS)));
  const cut = load > 0 && most > load * ATTEMPTS_SHOWN;
  return { top: cut ? load * ATTEMPTS_SHOWN : most, cut };
}

function headingFor(context: ChartContext, name: string, panel: Panel, top: number): string {
  const verdict = own(context.result.policies, name)?.verdict;
  const attempts = greatest(panel, (kind) => kind === ATTEMPTS);
  const told = verdict ? `${name}: ${verdictWord(verdict)}` : name;
  return attempts > top ? `${told} (attempts cut off; up to ${formatRate(attempts)})` : told;
}

function trafficView(
  context: ChartContext,
  index: number,
  panel: Panel,
  { top, cut }: { top: number; cut: boolean },
): Spec {
  const key = `traffic${index}`;
  const name = context.policies[index]?.name ?? '';
  const spans = uniqueSpans(own(context.faults, name) ?? [], context.duration);
  const encoding = { x: timeAxis(context.duration), y: countAxis(top, !cut) };
  const drawn = (kind: number, mark: Spec): Spec => ({
    data: dataset(key),
    transform: [{ filter: `datum.k === ${kind}` }],
    mark,
    encoding,
  });
  const colour = policyColour(index);
  const labels = panel.lines.map(({ kind }) => KINDS[kind] as string);
  return panelView(headingFor(context, name, panel, top), 120, [
    ...faultShade(spans),
    drawn(0, {
      type: 'area',
      color: colour,
      fillOpacity: 0.3,
      line: { color: colour, strokeWidth: 1.6 },
    }),
    drawn(1, { type: 'line', clip: cut, color: { expr: 'ink' }, strokeWidth: 1 }),
    drawn(2, { type: 'line', color: { expr: 'muted' }, strokeWidth: 1.2, strokeDash: [5, 3] }),
    ...faultNames(spans, context.duration),
    ...(context.interactive ? [hoverLayer(`${key}_moments`, labels)] : []),
  ]);
}

/** What was offered, sent and answered in time: a panel a policy on one scale. */
export function trafficChart(context: ChartContext): Chart | null {
  const panels = new Map<number, Panel>();
  for (const { index, name } of context.policies) {
    const panel = trafficPanel(context, name, index);
    if (panel) panels.set(index, panel);
  }
  if (panels.size === 0) return null;
  const scale = scaleTop([...panels.values()]);
  const views = [...panels].map(([index, panel]) => trafficView(context, index, panel, scale));
  const faulty = Object.values(context.faults).some((spans) => spans.length > 0);
  return {
    name: 'traffic',
    title: 'Goodput, attempts and offered load over time',
    caption:
      'Requests a second, one panel a policy, all on one scale. Filled: goodput. ' +
      'Solid line: attempts sent, retries included. Dashed: offered by the producers.' +
      (faulty ? ' Shaded: the faults.' : ''),
    spec: stack(context.policies, views),
    panels: Object.fromEntries([...panels].map(([index, panel]) => [`traffic${index}`, panel])),
    rows: {},
  };
}
