import type { FaultSpan } from '../../../study/result.js';
import { own } from '../../input.js';
import { type Panel, seriesOf } from '../../series/panel.js';
import type { ChartContext, Spec } from '../chart.js';
import { faultNames, faultShade, uniqueSpans } from './faults.js';
import { hoverLayer } from './hover.js';
import { panelView } from './stack.js';

/** A panel over time as a picture holds it. */
export interface TimePanel {
  /** What its data sets are called. */
  key: string;
  heading: string;
  height: number;
  /** The policies whose faults are shaded. */
  policies: readonly string[];
  layers: Spec[];
  /** What the pointer is told, in the order of the panel's lines. */
  labels: readonly string[];
}

/** The faults of these policies, each once, cut to the run. */
function spansOf(context: ChartContext, policies: readonly string[]): FaultSpan[] {
  const all = policies.flatMap((name) => own(context.faults, name) ?? []);
  return uniqueSpans(all, context.duration);
}

/** A panel over time: faults shaded and named, and what answers the pointer on top. */
export function timePanel(context: ChartContext, panel: TimePanel): Spec {
  const spans = spansOf(context, panel.policies);
  return panelView(panel.heading, panel.height, [
    ...faultShade(spans),
    ...panel.layers,
    ...faultNames(spans, context.duration),
    ...(context.interactive ? [hoverLayer(`${panel.key}_moments`, panel.labels)] : []),
  ]);
}

/** " Shaded: the faults." where there were any. */
export function shadedNote(context: ChartContext): string {
  const faulty = Object.values(context.faults).some((spans) => {
    return uniqueSpans(spans, context.duration).length > 0;
  });
  return faulty ? ' Shaded: the faults.' : '';
}

/** A series of a policy; `undefined` where its run has none of that name. */
export function seriesUnder(
  context: ChartContext,
  policy: string,
  name: string,
): (number | null)[] | undefined {
  const series = own(context.result.policies, policy)?.series;
  return series && seriesOf(series, name);
}

/** The step of a policy's series; seconds. */
export function stepUnder(context: ChartContext, policy: string): number {
  return own(context.result.policies, policy)?.series.step ?? 1;
}

/** The greatest value of these panels' lines; 0 where there is none. */
export function greatestOf(panels: readonly Panel[]): number {
  let most = 0;
  for (const { lines } of panels) {
    for (const { values } of lines) for (const value of values) most = Math.max(most, value ?? 0);
  }
  return most;
}
