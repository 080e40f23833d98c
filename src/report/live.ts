import type { Legend, Mark } from 'vega';
import type { Chart } from './charts/chart.js';
import { HIDDEN_POLICIES } from './charts/parts/policy-colour.js';
import type { ChartMeta } from './charts/parts/stack.js';
import { TIME_SPAN } from './charts/parts/time-axis.js';
import { compileChart } from './compile.js';
import type { PageChart } from './page.js';

/** A mark as the compiler writes it. */
interface Drawn extends Omit<Mark, 'encode' | 'marks'> {
  encode?: { update?: Record<string, unknown> };
  marks?: Drawn[];
  clip?: unknown;
}

/** Names of policies are only in their own legends. */
const POLICY_LEGEND = 'policyNames[';

/**
 * A chart as the page draws it. What all charts of a page share is added here, so that no chart
 * needs to know of it: rows with a policy's place `p` go when a reader switches that policy off,
 * nothing is drawn beside a stretch of time, and the page's own legend stands for each chart's.
 */
export function liveChart(chart: Chart): PageChart {
  const spec = compileChart(chart);
  const { timePanels = [] } = (spec.usermeta ?? {}) as Partial<ChartMeta>;
  const timed = new Set(timePanels.map(({ place }) => `concat_${place}_group`));
  for (const panel of (spec.marks ?? []) as Drawn[]) {
    linkMarks([panel], timed.has(panel.name ?? ''));
  }
  dropLegends(spec);
  return { name: chart.name, spec, panels: chart.panels, rows: chart.rows };
}

function linkMarks(marks: readonly Drawn[], isTimed: boolean): void {
  for (const mark of marks) {
    if (mark.type === 'group') {
      linkMarks(mark.marks ?? [], isTimed);
      continue;
    }
    if (isTimed) mark.clip ??= { signal: `${TIME_SPAN} !== null` };
    const update = mark.encode?.update;
    if (update) update['opacity'] = hidden(update['opacity']);
  }
}

/** Nothing of what the reader hid, else as it was. */
function hidden(opacity: unknown): unknown[] {
  const isHidden = `datum && isValid(datum.p) && indexof(${HIDDEN_POLICIES}, datum.p) >= 0`;
  const otherwise = Array.isArray(opacity) ? opacity : [opacity ?? { value: 1 }];
  return [{ test: isHidden, value: 0 }, ...otherwise];
}

function dropLegends(of: { legends?: Legend[]; marks?: unknown[] }): void {
  if (of.legends) {
    of.legends = of.legends.filter((one) => !JSON.stringify(one).includes(POLICY_LEGEND));
  }
  for (const mark of (of.marks ?? []) as { legends?: Legend[]; marks?: unknown[] }[]) {
    dropLegends(mark);
  }
}

