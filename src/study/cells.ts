import type { Cell } from '../scenario/index.js';

/** "load 1.5, services.shop.workers 3" */
export function cellText(cell: Cell): string {
  return Object.entries(cell)
    .map(([axis, value]) => `${axis} ${value}`)
    .join(', ');
}

/** Whether an expectation's `where` picks this cell: equal on every axis that it names. */
export function picks(where: Cell | undefined, cell: Cell): boolean {
  if (where === undefined) return false;
  return Object.entries(where).every(([axis, value]) => same(value, cell[axis]));
}

function same(a: number | string, b: number | string | undefined): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  // Loads made by steps carry rounding.
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
}
