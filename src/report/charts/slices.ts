import type { SweepResult } from '../../study/result.js';

type Where = Readonly<Record<string, number | string>>;

/** A study of two axes that is part of one of more. */
export interface Slice {
  slice: SweepResult;
  /** The values of the others. */
  held: Where;
}

/** More maps of one policy nobody lays beside each other. */
const SLICES_MAX = 9;

/**
 * A study as maps of its first two axes: one for each combination of the others' values, or for
 * some that are spread over all of them, the first and the last among them.
 */
export function slicesOf(result: SweepResult): Slice[] {
  const [across, up, ...others] = result.axes;
  if (across === undefined || up === undefined) return [];
  return some(combinationsOf(others)).map((held) => ({
    slice: { ...result, axes: [across, up], cells: cellsAt(result, held) },
    held,
  }));
}

/** How many maps of a policy there would be, and how many are drawn. */
export function slicesDrawn(result: SweepResult): { drawn: number; all: number } {
  const all = result.axes.slice(2).reduce((product, { values }) => product * values.length, 1);
  return { drawn: Math.min(all, SLICES_MAX), all };
}

function combinationsOf(axes: SweepResult['axes']): Where[] {
  return axes.reduce<Where[]>(
    (wheres, { path, values }) =>
      wheres.flatMap((where) => values.map((value) => ({ ...where, [path]: value }))),
    [{}],
  );
}

function some<T>(all: readonly T[]): T[] {
  if (all.length <= SLICES_MAX) return [...all];
  const step = (all.length - 1) / (SLICES_MAX - 1);
  return Array.from({ length: SLICES_MAX }, (_, index) => all[Math.round(index * step)]!);
}

function cellsAt({ cells }: SweepResult, held: Where): SweepResult['cells'] {
  const paths = Object.keys(held);
  return {
    *[Symbol.iterator]() {
      for (const cell of cells) {
        if (paths.every((path) => cell.where[path] === held[path])) yield cell;
      }
    },
  };
}
