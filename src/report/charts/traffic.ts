import { own } from '../input.js';
import { policyColour } from '../palette.js';
import { packLine } from '../series/pack.js';
import { type Panel, seriesOf } from '../series/panel.js';
import { verdictWord } from '../words.js';
import type { Chart, ChartContext, Spec } from './chart.js';
import { chosenPolicies } from './parts/chosen.js';
import { faultNames, faultShade, uniqueSpans } from './parts/faults.js';
import { hoverLayer } from './parts/hover.js';
import { policyColours } from './parts/policy-colour.js';
import { dataset, panelView, stack } from './parts/stack.js';
import { timeAxis } from './parts/time-axis.js';
import { greatestOf, seriesUnder, shadedNote, stepUnder, timePanel } from './parts/time-panel.js';
import { countAxis, timesAxis } from './parts/value-axis.js';

/** What a policy's panel draws, in order; a row's `k` is its place here. */
const KINDS = ['goodput', 'offered'];
const ATTEMPTS = 'Attempts, all edges together';
const AMPLIFIED = 'Amplification: attempts a request';
/** More policies than these have no panel of their own each. */
const POLICIES_MAX = 8;
/** Leaves the names of the faults a place above the lines. */
const HEADROOM = 1.25;

/** The series of these names under one policy as lines of a panel. */
function addLines(panel: Panel, context: ChartContext, place: number, names: string[]): void {
  const name = context.policies[place]?.name ?? '';
  const series = own(context.result.policies, name)?.series;
  if (!series) return;
  names.forEach((kind, number) => {
    const values = seriesOf(series, kind);
    if (!values) return;
    panel.step = series.step;
    panel.length = Math.max(panel.length, values.length);
    panel.lines.push(packLine(place, number, values, context.maxPoints));
  });
}

const emptyPanel = (about: string): Panel => ({
  step: 1,
  length: 0,
  format: 'rate',
  about,
  lines: [],
});

function policyView(context: ChartContext, place: number, panel: Panel, top: number): Spec {
  const key = `traffic${place}`;
  const name = context.policies[place]?.name ?? '';
  const verdict = own(context.result.policies, name)?.verdict;
  const spans = uniqueSpans(own(context.faults, name) ?? [], context.duration);
  const color = policyColour(place);
  const drawn = (kind: number, mark: Spec): Spec => ({
    data: dataset(key),
    transform: [{ filter: `datum.k === ${kind}` }],
    mark,
    encoding: { x: timeAxis(context.duration), y: countAxis(top) },
  });
  const labels = panel.lines.map(({ kind }) => KINDS[kind] ?? '');
  return panelView(verdict && verdict.is !== null ? `${name}: ${verdictWord(verdict)}` : name, 90, [
    ...faultShade(spans),
    drawn(0, { type: 'area', color, fillOpacity: 0.3, line: { color, strokeWidth: 1.6 } }),
    drawn(1, { type: 'line', color: { expr: 'ink' }, strokeWidth: 1.1, strokeDash: [5, 3] }),
    ...faultNames(spans, context.duration),
    ...(context.interactive ? [hoverLayer(`${key}_moments`, labels)] : []),
  ]);
}

function attemptsView(context: ChartContext, panel: Panel): Spec {
  const spans = uniqueSpans(Object.values(context.faults).flat(), context.duration);
  const labels = panel.lines.map((line) => context.policies[line.policy]?.name ?? '');
  const line: Spec = {
    data: dataset('attempts'),
    mark: { type: 'line', strokeWidth: 1.6 },
    encoding: {
      x: timeAxis(context.duration),
      y: countAxis(greatestOf([panel])),
      ...policyColours(context.policies, true),
    },
  };
  return panelView(ATTEMPTS, 130, [
    ...faultShade(spans),
    line,
    ...faultNames(spans, context.duration),
    ...(context.interactive ? [hoverLayer('attempts_moments', labels)] : []),
  ]);
}

/** How many attempts were sent for each request offered; null where none was. */
function perRequest(context: ChartContext): Panel {
  const panel: Panel = { step: 1, length: 0, format: 'times', about: AMPLIFIED, lines: [] };
  for (const { index, name } of context.policies) {
    const attempts = seriesUnder(context, name, 'attempts');
    const offered = seriesUnder(context, name, 'offered');
    if (attempts === undefined || offered === undefined) continue;
    const ratio = attempts.map((value, step) => {
      const requests = offered[step] ?? 0;
      return value === null || requests <= 0 ? null : value / requests;
    });
    panel.step = stepUnder(context, name);
    panel.length = Math.max(panel.length, ratio.length);
    panel.lines.push(packLine(index, 0, ratio, context.maxPoints));
  }
  return panel;
}

function perRequestView(context: ChartContext, panel: Panel): Spec {
  const known = panel.lines.flatMap(({ values }) => values).filter((value) => value !== null);
  return timePanel(context, {
    key: 'amplified',
    heading: AMPLIFIED,
    height: 110,
    policies: context.policies.map(({ name }) => name),
    layers: [
      {
        data: dataset('amplified'),
        mark: { type: 'line', strokeWidth: 1.6 },
        encoding: {
          x: timeAxis(context.duration),
          y: timesAxis(Math.min(...known), Math.max(...known)),
          ...policyColours(context.policies, true),
        },
      },
    ],
    labels: panel.lines.map((line) => context.policies[line.policy]?.name ?? ''),
  });
}

/**
 * What was answered in time of what was offered, a panel a policy on one scale; below them what was
 * sent for it on all edges, which has a scale of its own: one request makes many attempts.
 */
export function trafficChart(context: ChartContext): Chart | null {
  const found = context.policies
    .map(({ index }) => {
      const panel = emptyPanel('Goodput and offered load');
      addLines(panel, context, index, KINDS);
      return { index, panel };
    })
    .filter(({ panel }) => panel.lines.length > 0);
  if (found.length === 0) return null;
  const { shown, leftOut } = chosenPolicies(context, POLICIES_MAX);
  const kept = found.filter(({ index }) => shown.some((policy) => policy.index === index));
  const top = HEADROOM * greatestOf(kept.map(({ panel }) => panel));
  const views = kept.map(({ index, panel }) => policyView(context, index, panel, top));
  const panels = Object.fromEntries(kept.map(({ index, panel }) => [`traffic${index}`, panel]));
  const attempts = emptyPanel(ATTEMPTS);
  for (const { index } of context.policies) addLines(attempts, context, index, ['attempts']);
  if (attempts.lines.length > 0) {
    views.push(attemptsView(context, attempts));
    panels['attempts'] = attempts;
  }
  const amplified = perRequest(context);
  if (amplified.lines.some(({ values }) => values.some((value) => value !== null))) {
    views.push(perRequestView(context, amplified));
    panels['amplified'] = amplified;
  }
  return {
    name: 'traffic',
    title: 'Goodput, offered load and attempts over time',
    caption:
      'Requests a second, one panel a policy, all on one scale. Filled: goodput. ' +
      'Dashed: offered by the producers. Then the attempts sent for them, retries included, on a ' +
      'scale of their own, and how many that were for each request offered in the same step: ' +
      'without retries, as many as the calls that a request makes.' +
      shadedNote(context) +
      leftOut,
    spec: stack(context.policies, views),
    panels,
    rows: {},
  };
}
