import { formatIssue, type Issue, Issues } from './issue.js';
import { layAndCheck } from './lay.js';
import * as say from './messages.js';
import type { Cell, ScenarioSource, SweepAxis } from './scenario.js';
import { child } from './tree.js';

/** Layouts at load, of values and of combinations: more would take longer than one waits for. */
const VALUES_MAX = 1_000;
const CELLS_MAX = 1_000;
/** Of each policy after the first, whatever their number. */
const VALUES_LEAST = 20;
const CELLS_LEAST = 100;
/** Of more axes not every corner is looked at. */
const CORNER_AXES_MAX = 6;

/**
 * Each value of each axis by itself, then combinations: what is sound by itself may not go together.
 * Where there are many, the corners and some in between are looked at: bounds that contradict each
 * other do so at a corner first. The rest is laid out when its turn comes (`layCell`). Of the load
 * there is nothing to be laid out.
 */
export function checkCells(
  source: ScenarioSource,
  policies: readonly string[],
  sweep: readonly SweepAxis[],
  issues: Issues,
): void {
  const axes = sweep.filter(({ path }) => path !== 'load');
  const others = Math.max(1, policies.length - 1);
  for (const [index, policy] of policies.entries()) {
    const before = issues.errors;
    const most = index === 0 ? VALUES_MAX : Math.max(VALUES_LEAST, VALUES_MAX / others);
    for (const { path, values } of axes) {
      for (const place of spread(values.length, most / axes.length)) {
        layAndCheck(source, policy, { [path]: values[place]! }, issues);
      }
    }
    if (axes.length < 2 || issues.errors > before) continue;
    checkTogether(source, policy, { axes, issues, most: CELLS_MAX / policies.length });
  }
}

function checkTogether(
  source: ScenarioSource,
  policy: string,
  { axes, issues, most }: { axes: readonly SweepAxis[]; issues: Issues; most: number },
): void {
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  const places = new Set(spread(count, Math.max(CELLS_LEAST, most)));
  if (places.size < count) for (const corner of cornersOf(axes)) places.add(corner);
  for (const place of [...places].sort((a, b) => a - b)) {
    const issue = cellIssue(source, policy, cellAt(axes, place));
    if (issue === null) continue;
    issues.add(child(source.root, 'sweep')!.place, issue);
    // One combination that cannot be is enough to be told of.
    return;
  }
}

/** What keeps these values from going together; null where nothing does. */
function cellIssue(source: ScenarioSource, policy: string, cell: Cell) {
  const found = new Issues('');
  if (layAndCheck(source, policy, cell, found) !== null) return null;
  const [first] = found.list().filter(({ severity }) => severity === 'error');
  const where = Object.entries(cell).map(([path, value]) => `${path} ${value}`);
  return say.notTogether(where.join(', '), first?.message ?? 'refused');
}

/** A cell that cannot be, found when its turn came: a mistake in the file, told with its place. */
export class CellMistake extends Error {
  constructor(issue: Issue) {
    super(formatIssue(issue));
    this.name = 'CellMistake';
  }
}

/** What is wrong with a cell that could not be laid out. */
export function cellMistake(
  source: ScenarioSource,
  file: string,
  { policy, cell }: { policy: string; cell: Cell },
): CellMistake | null {
  const mistake = cellIssue(source, policy, cell);
  const place = child(source.root, 'sweep')?.place;
  if (mistake === null || place === undefined) return null;
  const issues = new Issues(file);
  issues.add(place, mistake);
  return new CellMistake(issues.list()[0]!);
}

/** At most so many of the numbers below a count, the first and the last among them. */
function spread(count: number, most: number): number[] {
  const many = Math.max(2, Math.floor(most));
  if (count <= many) return Array.from({ length: count }, (_, index) => index);
  // A step that no axis is a multiple of, so that all its values come up: the golden ratio.
  const inside = Array.from({ length: many - 2 }, (_, index) => {
    return 1 + Math.floor((((index + 1) * 0.618_033_988_749_895) % 1) * (count - 2));
  });
  return [0, ...new Set(inside), count - 1];
}

/** Cells of which each value is the first or the last of its axis. */
function cornersOf(axes: readonly SweepAxis[]): number[] {
  let corners = [0];
  for (const [index, { values }] of axes.entries()) {
    const ends = index < CORNER_AXES_MAX ? [0, values.length - 1] : [0];
    corners = corners.flatMap((corner) => ends.map((end) => corner * values.length + end));
  }
  return corners;
}

/** The cell of this place, the last axis running fastest. */
function cellAt(axes: readonly SweepAxis[], place: number): Cell {
  let rest = place;
  const cell: Cell = {};
  for (const { path, values } of [...axes].reverse()) {
    cell[path] = values[rest % values.length]!;
    rest = Math.floor(rest / values.length);
  }
  return Object.fromEntries(Object.entries(cell).reverse());
}
