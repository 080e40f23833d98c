import { policyColour } from '../palette.js';
import type { Panel } from '../series/panel.js';
import { packTogether } from '../series/together.js';
import type { Chart, ChartContext, Spec } from './chart.js';
import { chosenPolicies } from './parts/chosen.js';
import { dataset, stack } from './parts/stack.js';
import { timeAxis } from './parts/time-axis.js';
import { seriesUnder, shadedNote, stepUnder, timePanel } from './parts/time-panel.js';
import { latencyAxis } from './parts/value-axis.js';

const PANELS_MAX = 6;
/** By kind: what `v0`, `v1` and `v2` of a row are. */
const QUANTILES = ['p50', 'p90', 'p99'];

/** Null where a policy's run has not all three, or had no success. */
function bandPanel(context: ChartContext, place: number, name: string): Panel | null {
  const found = QUANTILES.map((quantile) => seriesUnder(context, name, `latency.${quantile}`));
  const series = found.filter((values) => values !== undefined);
  if (series.length < QUANTILES.length) return null;
  if (!series.some((values) => values.some((value) => value !== null && value > 0))) return null;
  return {
    step: stepUnder(context, name),
    length: series[0]?.length ?? 0,
    format: 'seconds',
    about: 'Latency of the successes',
    // The tail swings most: its peaks and troughs are what must not be lost.
    lines: packTogether(place, series, context.maxPoints, ([, , tail]) => tail ?? null),
  };
}

function bandLayers(context: ChartContext, key: string, place: number, drawn: number[]): Spec[] {
  const color = policyColour(place);
  const axis = latencyAxis(drawn);
  const low = Math.min(...drawn);
  const y = (kind: number): Spec => ({ ...axis, field: `v${kind}` });
  const layer = (mark: Spec, encoding: Spec, filter?: string): Spec => ({
    data: dataset(`${key}_joined`),
    // What took no time at all has no place on a log scale.
    transform: [
      ...QUANTILES.map((_, kind) => ({
        calculate: `datum.v${kind} === null ? null : max(datum.v${kind}, ${low})`,
        as: `v${kind}`,
      })),
      ...(filter === undefined ? [] : [{ filter }]),
    ],
    mark,
    encoding: { x: timeAxis(context.duration), ...encoding },
  });
  return [
    layer({ type: 'area', color, fillOpacity: 0.22 }, { y: y(1), y2: { field: 'v2' } }),
    layer({ type: 'area', color, fillOpacity: 0.5 }, { y: y(0), y2: { field: 'v1' } }),
    layer({ type: 'line', color, strokeWidth: 1.4 }, { y: y(0) }),
    layer(
      { type: 'rule', color, strokeWidth: 1.6, opacity: 0.6 },
      { y: y(0), y2: { field: 'v2' } },
      'datum.alone',
    ),
    layer({ type: 'point', color, filled: true, size: 9, opacity: 1 }, { y: y(0) }, 'datum.alone'),
  ];
}

/** What half, nine tenths and all but a hundredth of the answers took, a panel a policy. */
export function latencyBandsChart(context: ChartContext): Chart | null {
  const found = context.policies.flatMap(({ index, name }) => {
    const panel = bandPanel(context, index, name);
    return panel === null ? [] : [{ index, name, panel }];
  });
  if (found.length === 0) return null;
  const { shown, leftOut } = chosenPolicies(context, PANELS_MAX, found);
  const kept = found.filter(({ index }) => shown.some((policy) => policy.index === index));
  const drawn = kept
    .flatMap(({ panel }) => panel.lines.flatMap(({ values }) => values))
    .filter((value): value is number => value !== null && value > 0);
  const views = kept.map(({ index, name, panel }) => {
    const key = `bands${index}`;
    return timePanel(context, {
      key,
      heading: name,
      height: 80,
      policies: [name],
      layers: bandLayers(context, key, index, drawn),
      labels: panel.lines.map(({ kind }) => QUANTILES[kind] ?? ''),
    });
  });
  return {
    name: 'latency-bands',
    title: 'Latency: most, nearly all, and the tail',
    caption:
      'What the client waited for a success, one panel a policy, all on one log scale. Line: half ' +
      'took at most this (p50). Dark band: up to nine in ten (p90). Light band: up to 99 in a ' +
      `hundred (p99). A gap is a step without a success.${shadedNote(context)}${leftOut}`,
    spec: stack(context.policies, views),
    panels: Object.fromEntries(kept.map(({ index, panel }) => [`bands${index}`, panel])),
    rows: {},
  };
}
