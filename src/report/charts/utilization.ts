import type { NamedPolicy } from '../input.js';
import { policyColour } from '../palette.js';
import type { Panel } from '../series/panel.js';
import { packTogether } from '../series/together.js';
import type { Chart, ChartContext, Spec } from './chart.js';
import { chosenPolicies, someNames } from './parts/chosen.js';
import { dataset, stack } from './parts/stack.js';
import { timeAxis } from './parts/time-axis.js';
import { seriesUnder, shadedNote, stepUnder, timePanel } from './parts/time-panel.js';
import { shareAxis } from './parts/value-axis.js';

const PANELS_MAX = 6;
const POLICIES_MAX = 4;
const SERIES = /^((?:services|dependencies)\.([^.]+))\.utilization$/;
const LABELS = ['useful', 'wasted'];

type Values = (number | null)[];

/** One component under one policy. */
interface Use {
  policy: NamedPolicy;
  useful: Values;
  wasted: Values;
  /** Means over the run. */
  busy: number;
  waste: number;
}

interface Component {
  name: string;
  uses: Use[];
  /** The greatest means under any policy. */
  busiest: number;
  waste: number;
}

function mean(values: Values): number {
  const known = values.filter((value) => value !== null);
  return known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
}

/**
 * Time of workers, apart: what somebody waited for, and what nobody did. What was wasted is known
 * when an attempt ends; a step in which none ended goes by the last one that had any.
 */
function useOf(context: ChartContext, policy: NamedPolicy, path: string): Use | null {
  const busy = seriesUnder(context, policy.name, `${path}.utilization`);
  if (busy === undefined) return null;
  const shares = seriesUnder(context, policy.name, `${path}.wasted`) ?? [];
  let share = 0;
  const wasted = busy.map((value, step) => {
    share = shares[step] ?? share;
    return value === null ? null : value * share;
  });
  const useful = busy.map((value, step) => (value === null ? null : value - (wasted[step] ?? 0)));
  return { policy, useful, wasted, busy: mean(busy), waste: mean(wasted) };
}

/** Every component with workers to count, by who wasted most and was busiest. */
function componentsOf(context: ChartContext): Component[] {
  const paths = new Map<string, string>();
  for (const { series } of Object.values(context.result.policies)) {
    for (const name of Object.keys(series)) {
      const [, path, component] = SERIES.exec(name) ?? [];
      if (path !== undefined && component !== undefined) paths.set(path, component);
    }
  }
  return [...paths]
    .map(([path, name]) => {
      const uses = context.policies.flatMap((policy) => useOf(context, policy, path) ?? []);
      const busiest = Math.max(...uses.map(({ busy }) => busy));
      return { name, uses, busiest, waste: Math.max(...uses.map(({ waste }) => waste)) };
    })
    .filter(({ busiest }) => busiest > 0)
    .sort((a, b) => b.busiest + b.waste - (a.busiest + a.waste));
}

function usePanel(
  context: ChartContext,
  component: string,
  { policy, useful, wasted }: Use,
): Panel {
  const hasWaste = wasted.some((value) => value !== null && value > 0);
  return {
    step: stepUnder(context, policy.name),
    length: useful.length,
    format: 'share',
    about: `${component}: share of its workers that had work`,
    lines: packTogether(policy.index, hasWaste ? [wasted, useful] : [useful], context.maxPoints),
  };
}

function useLayers(context: ChartContext, key: string, use: Use, kinds: number): Spec[] {
  const color = policyColour(use.policy.index);
  const layer = (mark: Spec, kind: number): Spec => ({
    data: dataset(key),
    transform: [
      { stack: 'v', groupby: ['t'], sort: [{ field: 'k' }], as: ['v0', 'v1'] },
      { filter: `datum.k === ${kind} && datum.v !== null` },
    ],
    mark,
    encoding: {
      x: timeAxis(context.duration),
      y: { ...shareAxis(), field: 'v0' },
      y2: { field: 'v1' },
    },
  });
  const useful = layer({ type: 'area', color, fillOpacity: 0.45 }, kinds - 1);
  const waste = layer({ type: 'area', color: { expr: 'muted' }, fillOpacity: 0.7 }, 0);
  return kinds > 1 ? [useful, waste] : [useful];
}

function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

function headingOf(component: string, { policy, busy, waste }: Use): string {
  const share = busy > 0 ? waste / busy : 0;
  const wasted = share >= 0.005 ? `, ${percent(share)} wasted` : '';
  return `${component}, ${policy.name}: ${percent(busy)} busy${wasted}`;
}

/** How busy workers were over time, and with what: the components that matter most, by policy. */
export function utilizationChart(context: ChartContext): Chart | null {
  const components = componentsOf(context);
  if (components.length === 0) return null;
  const { shown, leftOut } = chosenPolicies(context, POLICIES_MAX);
  const room = Math.max(1, Math.floor(PANELS_MAX / shown.length));
  const kept = components.slice(0, room);
  const panels: Record<string, Panel> = {};
  const views = kept.flatMap(({ name, uses }, number) =>
    uses
      .filter(({ policy }) => shown.some(({ index }) => index === policy.index))
      .map((use) => {
        const key = `use${number}x${use.policy.index}`;
        const panel = usePanel(context, name, use);
        panels[key] = panel;
        const labels = panel.lines.length > 1 ? [...LABELS].reverse() : LABELS.slice(0, 1);
        return timePanel(context, {
          key,
          heading: headingOf(name, use),
          height: 56,
          policies: [use.policy.name],
          layers: useLayers(context, key, use, panel.lines.length),
          labels,
        });
      }),
  );
  const others = components.slice(room).map(({ name }) => name);
  const less = others.length > 0 ? ` Less busy, and not shown: ${someNames(others)}.` : '';
  return {
    name: 'utilization',
    title: 'How busy the workers were, and with what',
    caption:
      'The share of the workers of a component that had work. In the colour of the policy: work ' +
      'that somebody waited for. Grey, below it: wasted, since its caller had left, its deadline ' +
      'had passed, or it was cancelled; that is known when an attempt ends. The headings say the ' +
      `means: of all time, and of the time busy.${shadedNote(context)}` +
      less +
      leftOut,
    spec: stack(context.policies, views),
    panels,
    rows: {},
  };
}
