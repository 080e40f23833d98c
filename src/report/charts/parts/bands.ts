import type { HockeyPoint } from '../../../study/result.js';
import { own } from '../../input.js';
import type { ChartContext, Spec } from '../chart.js';
import { fullLoad } from './capacity.js';

/** The three bands of load, by theory. */
export type BandName = 'stable' | 'vulnerable' | 'unstable';

/** A stretch of the load's axis, as shares of the load of the file. */
interface Band {
  name: BandName;
  from: number;
  to: number;
}

/** Policies whose bands are the same, and where these lie. */
export interface Banded {
  policies: string[];
  bands: Band[];
}

const COLOURS: Record<BandName, { fill: string; opacity: number }> = {
  stable: { fill: '#2a9d5c', opacity: 0.13 },
  vulnerable: { fill: '#e6a100', opacity: 0.17 },
  unstable: { fill: '#d5432b', opacity: 0.13 },
};
const X = { field: 't', type: 'quantitative' };
const STRIP_HEIGHT = 16;
/** Share of the axis below which a band is too narrow for its name. */
const NAMED_MIN = 0.11;

/** The bands of all policies that theory gives a capacity, those with the same ones together. */
export function bandsOf(
  context: ChartContext,
  points: readonly HockeyPoint[],
  end: number,
): Banded[] {
  const full = fullLoad(points);
  if (!(full > 0)) return [];
  const groups = new Map<string, Banded>();
  for (const { name } of context.policies) {
    const theory = own(context.result.policies, name)?.theory;
    const capacity = theory?.capacity ?? null;
    if (capacity === null) continue;
    const stable = theory?.stable_below ?? null;
    const key = `${capacity.toPrecision(6)} ${stable?.toPrecision(6)}`;
    const bands = cut((stable ?? 0) / full, capacity / full, end);
    const known = groups.get(key) ?? { policies: [], bands };
    known.policies.push(name);
    groups.set(key, known);
  }
  return [...groups.values()];
}

function cut(stable: number, capacity: number, end: number): Band[] {
  const edges = [0, Math.min(stable, end), Math.min(capacity, end), end];
  return (['stable', 'vulnerable', 'unstable'] as const)
    .map((name, index) => ({ name, from: edges[index] as number, to: edges[index + 1] as number }))
    .filter(({ from, to }) => to - from > 1e-9 * end);
}

/** Layers behind a panel, for bands that all policies share; `named` writes what they are. */
export function bandLayers({ bands }: Banded, end: number, named: boolean): Spec[] {
  const shades = bands.map(({ name, from, to }) => ({
    data: { values: [{ t: from, u: to }] },
    mark: { type: 'rect', fill: COLOURS[name].fill, fillOpacity: COLOURS[name].opacity },
    encoding: { x: X, x2: { field: 'u' } },
  }));
  return named ? [...shades, bandNames(bands, end, { value: { expr: 'height - 4' } }, X)] : shades;
}

function bandNames(bands: readonly Band[], end: number, y: Spec, x: Spec): Spec {
  const values = bands
    .filter(({ from, to }) => to - from > NAMED_MIN * end)
    .map(({ name, from, to }) => ({ t: (from + to) / 2, text: name }));
  return {
    data: { values },
    mark: { type: 'text', baseline: 'bottom', fontSize: 10, color: { expr: 'muted' } },
    encoding: { x, y, text: { field: 'text', type: 'nominal' } },
  };
}

/** A panel of its own where policies differ: a strip each group of them, its names beneath. */
export function bandStrips(
  groups: readonly Banded[],
  end: number,
  x: Spec,
): { height: number; layers: Spec[] } {
  const row = STRIP_HEIGHT * 2;
  const layers = groups.flatMap(({ policies, bands }, index): Spec[] => {
    const top = index * row;
    const strips = bands.map(({ name, from, to }) => ({
      data: { values: [{ t: from, u: to }] },
      mark: {
        type: 'rect',
        fill: COLOURS[name].fill,
        fillOpacity: COLOURS[name].opacity * 2.5,
      },
      encoding: {
        x,
        x2: { field: 'u' },
        y: { value: top + STRIP_HEIGHT },
        y2: { value: top + 2 * STRIP_HEIGHT - 2 },
      },
    }));
    const who = {
      data: { values: [{ t: 0, text: policies.join(', ') }] },
      mark: {
        type: 'text',
        align: 'left',
        baseline: 'bottom',
        fontSize: 10,
        color: { expr: 'ink' },
        limit: { expr: 'width' },
      },
      encoding: {
        x,
        y: { value: top + STRIP_HEIGHT - 2 },
        text: { field: 'text', type: 'nominal' },
      },
    };
    return [...strips, bandNames(bands, end, { value: top + 2 * STRIP_HEIGHT - 3 }, x), who];
  });
  return { height: groups.length * row, layers };
}
