import type { Scaling } from '../../study/result.js';
import { type NamedPolicy, own } from '../input.js';
import { policyColour } from '../palette.js';
import { packLine } from '../series/pack.js';
import type { Panel } from '../series/panel.js';
import type { Chart, ChartContext, Spec } from './chart.js';
import { chosenPolicies, someNames } from './parts/chosen.js';
import { dataset, stack } from './parts/stack.js';
import { timeAxis } from './parts/time-axis.js';
import { seriesUnder, shadedNote, stepUnder, timePanel } from './parts/time-panel.js';
import { countAxis } from './parts/value-axis.js';

const PANELS_MAX = 6;
const SERIES = /^((?:services|dependencies)\.([^.]+))\.in_rotation$/;
/** What a panel draws, in order; a row's `k` is its place here. */
const KINDS = ['in rotation', 'there', 'wanted'];
const [ROTATION, THERE, WANTED] = [0, 1, 2];

type Values = (number | null)[];

/** One component's replicas under one policy. */
interface Fleet {
  component: string;
  policy: NamedPolicy;
  /** By kind; left out where not counted. */
  series: (Values | undefined)[];
  /** By how much the number in rotation changed. */
  swing: number;
}

/** How many were wanted in each step: at its end. */
function wantedBy(scalings: Scaling[], step: number, length: number): Values | undefined {
  const [first] = scalings;
  if (first === undefined) return undefined;
  return Array.from({ length }, (_, index) => {
    const before = scalings.filter(({ at }) => at < (index + 1) * step);
    return (before.at(-1)?.to ?? first.from) as number;
  });
}

function swingOf(all: (Values | undefined)[]): number {
  const swings = all.map((values) => {
    const known = (values ?? []).filter((value) => value !== null);
    return known.length === 0 ? 0 : Math.max(...known) - Math.min(...known);
  });
  return Math.max(...swings);
}

function fleetOf(context: ChartContext, policy: NamedPolicy, path: string): Fleet | null {
  const rotation = seriesUnder(context, policy.name, `${path}.in_rotation`);
  if (rotation === undefined) return null;
  const component = path.slice(path.indexOf('.') + 1);
  const scalings = (own(context.result.policies, policy.name)?.scalings ?? []).filter(
    (scaling) => scaling.component === component,
  );
  const series = [
    rotation,
    seriesUnder(context, policy.name, `${path}.replicas`),
    wantedBy(scalings, stepUnder(context, policy.name), rotation.length),
  ];
  return { component, policy, series, swing: swingOf(series) };
}

function fleetsOf(context: ChartContext): Fleet[] {
  const paths = new Set<string>();
  for (const { series } of Object.values(context.result.policies)) {
    for (const name of Object.keys(series)) {
      const path = SERIES.exec(name)?.[1];
      if (path !== undefined) paths.add(path);
    }
  }
  return [...paths]
    .flatMap((path) => context.policies.flatMap((policy) => fleetOf(context, policy, path) ?? []))
    .filter(({ swing }) => swing > 0);
}

function fleetPanel(context: ChartContext, { component, policy, series }: Fleet): Panel {
  return {
    step: stepUnder(context, policy.name),
    length: series[ROTATION]?.length ?? 0,
    format: 'number',
    about: `${component}: replicas`,
    lines: series.flatMap((values, kind) =>
      values === undefined ? [] : [packLine(policy.index, kind, values, context.maxPoints)],
    ),
  };
}

function fleetView(context: ChartContext, key: string, fleet: Fleet, panel: Panel, top: number) {
  const color = policyColour(fleet.policy.index);
  const drawn = (kind: number, mark: Spec): Spec => ({
    data: dataset(key),
    transform: [{ filter: `datum.k === ${kind}` }],
    mark: { interpolate: 'step', ...mark },
    encoding: { x: timeAxis(context.duration), y: countAxis(top, true, 3) },
  });
  const looks: Spec[] = [];
  looks[ROTATION] = { type: 'area', color, fillOpacity: 0.35 };
  looks[THERE] = { type: 'line', color, strokeWidth: 1.6 };
  looks[WANTED] = { type: 'line', color: { expr: 'ink' }, strokeWidth: 1.2, strokeDash: [5, 3] };
  return timePanel(context, {
    key,
    heading: `${fleet.component} under ${fleet.policy.name}`,
    height: 80,
    policies: [fleet.policy.name],
    layers: panel.lines.map(({ kind }) => drawn(kind, looks[kind] as Spec)),
    labels: panel.lines.map(({ kind }) => KINDS[kind] ?? ''),
  });
}

/** At most so many: those that changed most, no component twice as long as another has none. */
function chosenFleets(fleets: readonly Fleet[], context: ChartContext): Fleet[] {
  const components = new Map<string, Fleet[]>();
  for (const fleet of fleets) {
    components.set(fleet.component, [...(components.get(fleet.component) ?? []), fleet]);
  }
  const each = Math.max(1, Math.floor(PANELS_MAX / components.size));
  const kept = [...components.values()]
    .map((group) => {
      const { shown } = chosenPolicies(
        context,
        Math.max(2, each),
        group.map(({ policy }) => policy),
      );
      const some = group.filter(({ policy }) => shown.some(({ index }) => index === policy.index));
      return { some, swing: Math.max(...group.map(({ swing }) => swing)) };
    })
    .sort((a, b) => b.swing - a.swing)
    .flatMap(({ some }) => some)
    .slice(0, PANELS_MAX);
  return fleets.filter((fleet) => kept.includes(fleet));
}

/** How many replicas there were, took requests, and were wanted: over time, by component and policy. */
export function replicasChart(context: ChartContext): Chart | null {
  const fleets = fleetsOf(context);
  if (fleets.length === 0) return null;
  const kept = chosenFleets(fleets, context);
  const panels = kept.map((fleet) => fleetPanel(context, fleet));
  const has = (kind: number): boolean => kept.some(({ series }) => series[kind] !== undefined);
  const top = (component: string): number => {
    const own = panels.filter((_, number) => kept[number]?.component === component);
    return Math.max(
      ...own.flatMap(({ lines }) => lines.flatMap(({ values }) => values.map(Number))),
    );
  };
  const views = kept.map((fleet, number) =>
    fleetView(context, `fleet${number}`, fleet, panels[number] as Panel, top(fleet.component)),
  );
  const rest = fleets.filter((fleet) => !kept.includes(fleet));
  const others = rest.map(({ component, policy }) => `${component} under ${policy.name}`);
  return {
    name: 'replicas',
    title: 'Replicas over time',
    caption:
      'Filled: those in rotation, which take requests, on average over each step.' +
      (has(THERE) ? ' Line: those there, also while they start or leave.' : '') +
      (has(WANTED) ? ' Dashed: as many as were wanted (of the first replication).' : '') +
      shadedNote(context) +
      (others.length > 0 ? ` Not shown: ${someNames(others)}.` : ''),
    spec: stack(context.policies, views),
    panels: Object.fromEntries(panels.map((panel, number) => [`fleet${number}`, panel])),
    rows: {},
  };
}
