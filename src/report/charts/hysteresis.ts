import type { LoopStep, PolicyStability, StabilityResult } from '../../study/result.js';
import type { NamedPolicy } from '../input.js';
import type { RowColumn, RowTable } from '../numbers/row-table.js';
import { policyColour } from '../palette.js';
import type { Chart, Row, Spec } from './chart.js';
import { type Banded, bandLayers } from './parts/bands.js';
import { dataset, panelView, stack } from './parts/stack.js';

type Named = NamedPolicy & { policy: PolicyStability };

const PANEL_HEIGHT = 150;
/** The axis goes so much further than the greatest load. */
const BEYOND = 1.04;

/** Goodput against load on the way up and on the way down, a panel a policy. */
export function hysteresisChart(result: StabilityResult): Chart | null {
  const named = namedOf(result).filter(({ policy }) => policy.loop !== undefined);
  if (named.length === 0) return null;
  const rows: Record<string, Row[]> = {};
  const panels = named.map((one) => {
    for (const leg of ['up', 'down'] as const) rows[`${leg}${one.index}`] = legRows(one, leg);
    return panelView(one.name, PANEL_HEIGHT, layersOf(one));
  });
  return {
    name: 'hysteresis',
    title: 'The hysteresis loop: the way back is not the way there',
    caption:
      'Good answers as a share of what was offered, while the load goes up in steps (solid, ' +
      'filled) and down again (dashed, hollow) in one run. Where the two differ the system is ' +
      'up or down by what happened before. Shaded: the bands that simulation found, stable, ' +
      'vulnerable and unstable. Dashed uprights: where theory has their borders.',
    spec: stack(named, panels),
    panels: {},
    rows,
    tables: [legTable(named)],
  };
}

/** The policies of a study in its order, each with its place. */
export function namedOf({ policies }: StabilityResult): Named[] {
  return Object.entries(policies).map(([name, policy], index) => ({ index, name, policy }));
}

/** Rows are loads; a policy has a column for the way up and one for the way down. */
function legTable(named: readonly Named[]): RowTable {
  const isRate = named.some(({ policy }) => policy.unit === 'rate');
  return {
    caption: 'Good answers as a share of what was offered',
    corner: 'Load',
    row: { field: 't', format: isRate ? 'rate' : 'share' },
    columns: named.flatMap(({ index, name }) =>
      (['up', 'down'] as const).map((leg): RowColumn => {
        const of = { policy: index, name };
        const data = `${leg}${index}`;
        return { name: leg, of, data, where: ['own', true], field: 'v', format: 'share' };
      }),
    ),
  };
}

function legRows({ policy, index }: Named, leg: LoopStep['leg']): Row[] {
  const steps = policy.loop!.steps;
  const own = steps.filter((step) => step.leg === leg);
  // The way down begins where the way up ends.
  const top = steps.filter((step) => step.leg === 'up').at(-1);
  const all = leg === 'down' && top !== undefined ? [top, ...own] : own;
  return all.map((step, n) => ({
    t: step.load,
    v: step.goodput_ratio,
    p: index,
    n,
    own: step.leg === leg,
  }));
}

function layersOf(one: Named): Spec[] {
  const { policy, index } = one;
  const end = greatestOf(policy) * BEYOND;
  const bands = bandsFound(policy, end);
  const encoding = { x: loadAxis(policy, end), y: shareAxis(), order: { field: 'n' } };
  const colour = policyColour(index);
  const leg = (name: 'up' | 'down'): Spec[] => {
    const down = name === 'down';
    const dash = down ? { strokeDash: [5, 3] } : {};
    const fill = down ? { filled: false, fill: { expr: 'paper' } } : { filled: true };
    const { order: _, ...point } = encoding;
    return [
      {
        data: dataset(`${name}${index}`),
        mark: { type: 'line', strokeWidth: 1.8, color: colour, ...dash },
        encoding,
      },
      {
        data: dataset(`${name}${index}`),
        transform: [{ filter: 'datum.own && datum.v !== null' }],
        mark: { type: 'point', size: 38, opacity: 1, color: colour, ...fill },
        encoding: point,
      },
    ];
  };
  return [
    ...(bands === null ? [] : bandLayers(bands, end, true)),
    ...theoryRules(policy, end),
    ...leg('up'),
    ...leg('down'),
  ];
}

export function greatestOf({ loads, loop }: PolicyStability): number {
  return Math.max(...loads, ...(loop?.steps.map(({ load }) => load) ?? []));
}

function bandsFound({ bands }: PolicyStability, end: number): Banded | null {
  if (bands === undefined) return null;
  const unstable = bands.unstable.high ?? end;
  const stable = Math.min(bands.stable.high ?? unstable, unstable);
  const edges = [0, stable, unstable, end];
  const all = (['stable', 'vulnerable', 'unstable'] as const).map((name, index) => {
    return { name, from: edges[index]!, to: edges[index + 1]! };
  });
  return { policies: [], bands: all.filter(({ from, to }) => to - from > 1e-9 * end) };
}

function theoryRules({ theory }: PolicyStability, end: number): Spec[] {
  const places = [theory.stable_below, theory.capacity].filter((at) => at !== null && at <= end);
  if (places.length === 0) return [];
  return [
    {
      data: { values: [...new Set(places)].map((t) => ({ t })) },
      mark: { type: 'rule', strokeDash: [4, 3], strokeWidth: 1.2, color: { expr: 'ink' } },
      encoding: { x: { field: 't', type: 'quantitative' } },
    },
  ];
}

/** Loads from zero up, as rates or as shares of the file's. */
export function loadAxis({ unit }: PolicyStability, end: number): Spec {
  const rate = unit === 'rate';
  return {
    field: 't',
    type: 'quantitative',
    scale: { domain: [0, end], nice: false },
    axis: {
      title: rate ? 'load, requests/s' : 'load',
      grid: false,
      ticks: true,
      tickCount: 8,
      format: rate ? '~r' : '.0%',
    },
  };
}

function shareAxis(): Spec {
  return {
    field: 'v',
    type: 'quantitative',
    scale: { domain: [0, 1.03], nice: false },
    axis: { title: null, values: [0, 0.25, 0.5, 0.75, 1], format: '.0%' },
  };
}
