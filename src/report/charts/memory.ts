import { own } from '../input.js';
import { packLine } from '../series/pack.js';
import { type Panel, seriesOf } from '../series/panel.js';
import type { Chart, ChartContext, Spec } from './chart.js';
import { faultNames, faultShade, uniqueSpans } from './parts/faults.js';
import { hoverLayer } from './parts/hover.js';
import { policyColours } from './parts/policy-colour.js';
import { dataset, panelView, stack } from './parts/stack.js';
import { timeAxis } from './parts/time-axis.js';
import { bytesAxis } from './parts/value-axis.js';

const PANELS_MAX = 4;
const SERIES = /^(?:services|dependencies)\.([^.]+)\.memory$/;

/** The components whose memory is counted under any policy, by the name of their series. */
function counted({ result }: ChartContext): Map<string, string> {
  const names = Object.values(result.policies).flatMap(({ series }) => Object.keys(series));
  const found = names.flatMap((name): [string, string][] => {
    const component = SERIES.exec(name)?.[1];
    return component === undefined ? [] : [[name, component]];
  });
  return new Map(found);
}

function memoryPanel(
  context: ChartContext,
  series: string,
  about: string,
): { panel: Panel; most: number } {
  const panel: Panel = { step: 1, length: 0, format: 'bytes', about, lines: [] };
  let most = 0;
  for (const { index, name } of context.policies) {
    const all = own(context.result.policies, name)?.series;
    const values = all && seriesOf(all, series);
    if (!all || !values) continue;
    for (const value of values) most = Math.max(most, value ?? 0);
    panel.step = all.step;
    panel.length = Math.max(panel.length, values.length);
    panel.lines.push(packLine(index, 0, values, context.maxPoints));
  }
  return { panel, most };
}

/** What the fullest replica of each component took of its memory: a panel each, a line a policy. */
export function memoryChart(context: ChartContext): Chart | null {
  const spans = uniqueSpans(Object.values(context.faults).flat(), context.duration);
  const panels: Record<string, Panel> = {};
  const views: Spec[] = [];
  [...counted(context)].slice(0, PANELS_MAX).forEach(([series, component], number) => {
    const heading = `${component}: memory of its fullest replica`;
    const { panel, most } = memoryPanel(context, series, heading);
    const key = `memory${number}`;
    panels[key] = panel;
    const labels = panel.lines.map((line) => context.policies[line.policy]?.name ?? '');
    const line: Spec = {
      data: dataset(key),
      mark: { type: 'line', strokeWidth: 1.6 },
      encoding: {
        x: timeAxis(context.duration),
        y: bytesAxis(most),
        ...policyColours(context.policies, true),
      },
    };
    views.push(
      panelView(heading, 130, [
        ...faultShade(spans),
        line,
        ...faultNames(spans, context.duration),
        ...(context.interactive ? [hoverLayer(`${key}_moments`, labels)] : []),
      ]),
    );
  });
  if (views.length === 0) return null;
  return {
    name: 'memory',
    title: 'Memory over time',
    caption:
      'The most that a replica took in each step, one line a policy. Where a line breaks off one was ' +
      `killed, and comes back empty.${spans.length > 0 ? ' Shaded: the faults.' : ''}`,
    spec: stack(context.policies, views),
    panels,
    rows: {},
  };
}
