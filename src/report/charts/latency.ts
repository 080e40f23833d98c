import { own } from '../input.js';
import { packLine } from '../series/pack.js';
import { type Panel, seriesOf } from '../series/panel.js';
import type { Chart, ChartContext } from './chart.js';
import { faultNames, faultShade, uniqueSpans } from './parts/faults.js';
import { hoverLayer } from './parts/hover.js';
import { policyColours } from './parts/policy-colour.js';
import { dataset, panelView, stack } from './parts/stack.js';
import { timeAxis } from './parts/time-axis.js';
import { latencyAxis } from './parts/value-axis.js';

function latencyPanel(context: ChartContext): Panel {
  const about = 'Latency p99 of the successes';
  const panel: Panel = { step: 1, length: 0, format: 'seconds', about, lines: [] };
  for (const { index, name } of context.policies) {
    const series = own(context.result.policies, name)?.series;
    const values = series && seriesOf(series, 'latency.p99');
    if (!series || !values) continue;
    panel.step = series.step;
    panel.length = Math.max(panel.length, values.length);
    panel.lines.push(packLine(index, 0, values, context.maxPoints));
  }
  return panel;
}

/** How long the slowest hundredth of the answers took, over time: one line a policy. */
export function latencyChart(context: ChartContext): Chart | null {
  const panel = latencyPanel(context);
  const drawn = panel.lines
    .flatMap(({ values }) => values)
    .filter((value) => value !== null && value > 0) as number[];
  if (drawn.length === 0) return null;
  const spans = uniqueSpans(Object.values(context.faults).flat(), context.duration);
  const labels = panel.lines.map((line) => context.policies[line.policy]?.name ?? '');
  const view = panelView('Latency p99, log scale', 170, [
    ...faultShade(spans),
    {
      data: dataset('latency'),
      transform: [{ filter: 'datum.v === null || datum.v > 0' }],
      mark: { type: 'line', strokeWidth: 1.6 },
      encoding: {
        x: timeAxis(context.duration),
        y: latencyAxis(drawn),
        ...policyColours(context.policies, true),
      },
    },
    ...faultNames(spans, context.duration),
    ...(context.interactive ? [hoverLayer('latency_moments', labels)] : []),
  ]);
  return {
    name: 'latency',
    title: 'Latency over time',
    caption:
      'The p99 of the successes of each step: what the client waited, retries included. ' +
      'A gap is a step without a success.' +
      (spans.length > 0 ? ' Shaded: the faults.' : ''),
    spec: stack(context.policies, [view]),
    panels: { latency: panel },
    rows: {},
  };
}
