import { packLine } from '../series/pack.js';
import type { Panel } from '../series/panel.js';
import type { Chart, ChartContext, Spec } from './chart.js';
import { someNames } from './parts/chosen.js';
import { policyColours } from './parts/policy-colour.js';
import { dataset, stack } from './parts/stack.js';
import { timeAxis } from './parts/time-axis.js';
import { greatestOf, seriesUnder, shadedNote, stepUnder, timePanel } from './parts/time-panel.js';
import { breakerAxis, countAxis } from './parts/value-axis.js';

const PANELS_MAX = 5;

/** What keeps load away: where it is read, what its panel is called, how it is drawn. */
interface Kind {
  series: RegExp;
  heading: (of: string) => string;
  axis: (greatest: number) => Spec;
  height: number;
  /** What its numbers stand for, where a table shows them. */
  meaning?: string;
  /** Goes from one value to another at once. */
  steps: boolean;
}

const KINDS: readonly Kind[] = [
  {
    series: /^calls\.(.+)\.breaker$/,
    heading: (of) => `${of}: circuit breaker`,
    meaning: ' (0 closed, 1 open)',
    axis: breakerAxis,
    height: 70,
    steps: true,
  },
  {
    series: /^calls\.(.+)\.budget$/,
    heading: (of) => `${of}: retries left`,
    axis: countAxis,
    height: 90,
    steps: false,
  },
  {
    series: /^(?:services|dependencies)\.([^.]+)\.limit$/,
    heading: (of) => `${of}: limit of concurrency`,
    axis: countAxis,
    height: 90,
    steps: false,
  },
];

/** One guard under all policies that have it. */
interface Guard {
  kind: Kind;
  of: string;
  panel: Panel;
  /** How far its value went, as a share of the greatest: 0 if it never moved. */
  swing: number;
}

function guardPanel(context: ChartContext, series: string, about: string): Panel {
  const panel: Panel = { step: 1, length: 0, format: 'number', about, lines: [] };
  for (const { index, name } of context.policies) {
    const values = seriesUnder(context, name, series);
    if (values === undefined || values.every((value) => value === null)) continue;
    panel.step = stepUnder(context, name);
    panel.length = Math.max(panel.length, values.length);
    panel.lines.push(packLine(index, 0, values, context.maxPoints));
  }
  return panel;
}

function swingOf(panel: Panel): number {
  const greatest = greatestOf([panel]);
  const swings = panel.lines.map(({ values }) => {
    const known = values.filter((value) => value !== null);
    return Math.max(...known) - Math.min(...known);
  });
  return greatest > 0 ? Math.max(0, ...swings) / greatest : 0;
}

function guardsOf(context: ChartContext): Guard[] {
  const names = new Set(
    Object.values(context.result.policies).flatMap(({ series }) => Object.keys(series)),
  );
  return KINDS.flatMap((kind) =>
    [...names].flatMap((series): Guard[] => {
      const of = kind.series.exec(series)?.[1];
      if (of === undefined) return [];
      const about = kind.heading(of) + (kind.meaning ?? '');
      const panel = guardPanel(context, series, about);
      return panel.lines.length === 0 ? [] : [{ kind, of, panel, swing: swingOf(panel) }];
    }),
  );
}

function guardView(context: ChartContext, { kind, of, panel }: Guard, key: string): Spec {
  const drawnPolicies = panel.lines.map((line) => context.policies[line.policy]?.name ?? '');
  const interpolate = kind.steps ? { interpolate: 'step' } : {};
  return timePanel(context, {
    key,
    heading: kind.heading(of),
    height: kind.height,
    policies: drawnPolicies,
    layers: [
      {
        data: dataset(key),
        mark: { type: 'line', strokeWidth: 1.6, ...interpolate },
        encoding: {
          x: timeAxis(context.duration),
          y: kind.axis(greatestOf([panel])),
          ...policyColours(context.policies, true),
        },
      },
    ],
    labels: drawnPolicies,
  });
}

/** What keeps load away, over time: breakers, retry budgets, limits; a panel each. */
export function guardsChart(context: ChartContext): Chart | null {
  const guards = guardsOf(context);
  const moved = guards.filter(({ swing }) => swing > 0);
  if (moved.length === 0) return null;
  const ranked = [...moved].sort((a, b) => b.swing - a.swing).slice(0, PANELS_MAX);
  const kept = moved.filter((guard) => ranked.includes(guard));
  const key = (number: number): string => `guard${number}`;
  const still = guards.filter(({ swing }) => swing === 0);
  const rest = moved.filter((guard) => !kept.includes(guard));
  const names = (of: readonly Guard[]): string =>
    someNames(of.map((guard) => guard.kind.heading(guard.of)));
  return {
    name: 'guards',
    title: 'Breakers, budgets and limits over time',
    caption:
      'What kept load away, one line a policy that has it, on average over each step (a budget: at ' +
      'its end). A breaker of several clients stands between closed and open where they differ.' +
      shadedNote(context) +
      (still.length > 0 ? ` Never moved, and not shown: ${names(still)}.` : '') +
      (rest.length > 0 ? ` Moved less, and not shown: ${names(rest)}.` : ''),
    spec: stack(
      context.policies,
      kept.map((guard, number) => guardView(context, guard, key(number))),
    ),
    panels: Object.fromEntries(kept.map(({ panel }, number) => [key(number), panel])),
    rows: {},
  };
}
