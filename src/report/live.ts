import type { Legend, Mark, Spec as VegaSpec } from 'vega';
import type { Chart } from './charts/chart.js';
import { HIDDEN_POLICIES, POLICY_NAMES } from './charts/parts/policy-colour.js';
import type { ChartMeta } from './charts/parts/stack.js';
import { TIME_SPAN } from './charts/parts/time-axis.js';
import { compileChart } from './compile.js';
import type { PageChart } from './page.js';
import { carryPanels } from './series/carry.js';

/** A mark as the compiler writes it. */
interface Drawn {
  type: Mark['type'];
  name?: string;
  encode?: { update?: Record<string, unknown> };
  marks?: Drawn[];
  clip?: unknown;
}

/** Names of policies are only in their own legends. */
const POLICY_LEGEND = `${POLICY_NAMES}[`;

/**
 * A chart as the page draws it. What all charts of a page share is added here, so that no chart
 * needs to know of it: rows with a policy's place `p` go when a reader switches that policy off,
 * nothing is drawn beside a stretch of time, and the page's own legend stands for each chart's.
 * `policies` are the page's; a chart of others keeps its legend.
 */
export function liveChart(chart: Chart, policies: readonly string[] = []): PageChart {
  const spec = compileChart(chart);
  const meta = (spec.usermeta ?? {}) as Partial<ChartMeta>;
  const { timePanels = [] } = meta;
  const timed = new Set(timePanels.map(({ place }) => `concat_${place}_group`));
  const isShared =
    policies.length > 1 && JSON.stringify(namesOf(spec)) === JSON.stringify(policies);
  for (const panel of (spec.marks ?? []) as Drawn[]) {
    linkMarks([panel], { isTimed: timed.has(panel.name ?? ''), isShared });
  }
  if (isShared) dropLegends(spec);
  const { description: _, $schema: __, ...rest } = spec;
  const { name, panels, rows, tables } = chart;
  const usermeta = tables ? { ...meta, tables } : meta;
  return { name, spec: { ...rest, usermeta }, panels: carryPanels(panels), rows };
}

/** Whose colours a chart shows. */
function namesOf({ signals = [] }: VegaSpec): unknown {
  const names = signals.find(({ name }) => name === POLICY_NAMES);
  return names && 'value' in names ? names.value : undefined;
}

interface Linked {
  isTimed: boolean;
  isShared: boolean;
}

function linkMarks(marks: readonly Drawn[], linked: Linked): void {
  for (const mark of marks) {
    if (mark.type === 'group') {
      linkMarks(mark.marks ?? [], linked);
      continue;
    }
    if (linked.isTimed) mark.clip ??= { signal: `${TIME_SPAN} !== null` };
    const update = mark.encode?.update;
    if (update && linked.isShared) update['opacity'] = hidden(update['opacity']);
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
