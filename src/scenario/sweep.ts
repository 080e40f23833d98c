import type { Issues, Mistake, Place } from './issue.js';
import * as say from './messages.js';
import type { Cell, Scenario, SweepAxis } from './scenario.js';
import { child, entriesOf, leafOf, type MapTree, type Tree } from './tree.js';
import { plain, readFactor } from './units.js';

/** More cells than that nobody looks at. */
const MOST_CELLS = 10_000;

/** All cells of the sweep, the last axis running fastest; none where there is no sweep. */
export function cellsOf(scenario: Pick<Scenario, 'sweep'>): Cell[] {
  if (scenario.sweep.length === 0) return [];
  let cells: Cell[] = [{}];
  for (const { path, values } of scenario.sweep) {
    cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [path]: value })));
  }
  return cells;
}

/** Reads the axes of a sweep; what is no axis is reported. */
export function axesOf(root: MapTree, issues: Issues): SweepAxis[] {
  const sweep = child(root, 'sweep');
  const axes: SweepAxis[] = [];
  let cells = 1;
  for (const [path, { key, value }] of entriesOf(sweep)) {
    if (path.split('.').some((step) => step === '') || path === '__proto__') {
      issues.add(key, say.badAxis(path));
      continue;
    }
    const values = value.kind === 'list' ? listed(path, value.items) : ranged(path, value);
    if (!Array.isArray(values)) {
      issues.add(values.place ?? value.place, values.mistake);
      continue;
    }
    cells *= values.length;
    axes.push({ path, values });
  }
  if (cells > MOST_CELLS && sweep !== undefined) {
    issues.add(sweep.place, say.tooManyCells(cells, MOST_CELLS));
    return [];
  }
  return axes;
}

interface Wrong {
  mistake: Mistake;
  place?: Place;
}

function listed(path: string, items: Tree[]): (number | string)[] | Wrong {
  if (items.length === 0) return { mistake: say.emptyList() };
  const values: (number | string)[] = [];
  for (const item of items) {
    const value = valueOf(item);
    if (value === undefined) return { mistake: say.notAFigureOrText(), place: item.place };
    const load = path === 'load' ? loadOf(value) : value;
    if (load === null) return { mistake: say.badLoad(), place: item.place };
    values.push(load);
  }
  return values;
}

/** A value of an axis: a number or a text, which `true` and `false` are too; else undefined. */
export function valueOf(item: Tree): number | string | undefined {
  const value = leafOf(item);
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' || typeof value === 'string' ? value : undefined;
}

/** What a value of an axis is in a scenario: the texts "true" and "false" are these. */
export function asWritten(value: number | string): number | string | boolean {
  return value === 'true' || value === 'false' ? value === 'true' : value;
}

/** A load as a factor, or null if it is none. */
export function loadOf(value: unknown): number | null {
  const factor = readFactor(value);
  return factor.ok && factor.value > 0 ? factor.value : null;
}

const FIGURE = /^(\d+(?:\.\d+)?)(.*)$/;

function ranged(path: string, tree: Tree): (number | string)[] | Wrong {
  const ends = ['from', 'to', 'step'].map((key) => {
    const [, digits, unit = ''] = FIGURE.exec(String(leafOf(child(tree, key)) ?? '')) ?? [];
    return digits === undefined ? null : { value: Number(digits), unit };
  });
  const [from, to, step] = ends;
  if (!from || !to || !step) return { mistake: say.badRange() };
  if (from.unit !== to.unit || from.unit !== step.unit) return { mistake: say.badRange() };
  if (step.value <= 0 || to.value < from.value) return { mistake: say.badRange() };
  // A step that reaches the end but for a rounding error reaches it.
  const count = Math.floor((to.value - from.value) / step.value + 1e-9) + 1;
  if (count > MOST_CELLS) return { mistake: say.tooManyCells(count, MOST_CELLS) };
  const values: (number | string)[] = [];
  for (let i = 0; i < count; i++) {
    const figure = plain(from.value + i * step.value);
    const value = from.unit === '' ? Number(figure) : `${figure}${from.unit}`;
    const load = path === 'load' ? loadOf(value) : value;
    if (load === null) return { mistake: say.badLoad() };
    values.push(load);
  }
  return values;
}
