import { formatRate, formatSeconds } from '../format.js';
import type { Moment } from './moment.js';
import type { Cells, Panel } from './panel.js';

/** A rectangle of a map: from `t` to `u` in time, from `l` to `h` in value, of shade `s`. */
export interface CellRow {
  t: number;
  u: number;
  l: number;
  h: number;
  s: number;
}

/** How many of the levels a rate reaches; 0 for nothing. */
function shadeOf(rate: number, levels: readonly number[]): number {
  return rate > 0 ? Math.max(1, levels.filter((level) => rate >= level).length) : 0;
}

/** By row: what a rate in it would be if it were as high as a doubling. Rows are not of one height. */
function doublings(bounds: readonly number[]): number[] {
  return bounds.slice(1).map((high, row) => {
    const low = bounds[row] as number;
    // ln(high ÷ low) to 0.5%, without a logarithm, whose last bits differ between machines.
    return Math.LN2 / ((2 * (high - low)) / (high + low));
  });
}

/** The greatest number a second that fell into a cell, on a height of one doubling. */
export function greatestDensity({ bounds, rates }: Cells): number {
  const times = doublings(bounds);
  let most = 0;
  for (const [first = 0, ...inside] of rates) {
    inside.forEach((rate, index) => {
      most = Math.max(most, rate * (times[first + index] ?? 1));
    });
  }
  return most;
}

/** By row, then by column: the shade of each cell. */
function shades({ bounds, rates, levels }: Cells): number[][] {
  return doublings(bounds).map((times, row) =>
    rates.map(([first = 0, ...inside]) => shadeOf(times * (inside[row - first] ?? 0), levels)),
  );
}

/** The rectangles of a map, shade by shade; neighbours in time of one shade are one. */
export function cellRows({ cells }: Panel): CellRow[] {
  if (cells === undefined) return [];
  const { bounds, step } = cells;
  const rows = shades(cells).flatMap((row, number) => {
    const found: CellRow[] = [];
    const l = bounds[number] as number;
    const h = bounds[number + 1] as number;
    row.forEach((s, column) => {
      if (s === 0) return;
      const last = found.at(-1);
      const t = column * step;
      if (last?.s === s && row[column - 1] === s) last.u = t + step;
      else found.push({ t, u: t + step, l, h, s });
    });
    return found;
  });
  return rows.sort((a, b) => a.s - b.s);
}

const SHARES = [0.5, 0.9, 0.99];

/** What is told of a moment of a map. */
export function cellMoment(cells: Cells, seconds: number): Moment | null {
  const { rates, step } = cells;
  const column = Math.floor(seconds / step);
  if (!(column in rates)) return null;
  const from = column * step;
  const to = from + step;
  const title = `${formatSeconds(from)} – ${formatSeconds(to)}`;
  return { from, to, title, texts: cellTexts(cells, column, column + 1) };
}

/** What is told of columns of a map: how many there were, and below what most of them lay. */
export function cellTexts({ bounds, rates }: Cells, from: number, to: number): string[] {
  const columns = rates.slice(from, to);
  const inside = new Array<number>(bounds.length - 1).fill(0);
  for (const [first = 0, ...some] of columns) {
    some.forEach((rate, index) => {
      inside[first + index] = (inside[first + index] ?? 0) + rate / columns.length;
    });
  }
  const all = inside.reduce((sum, rate) => sum + rate, 0);
  const below = SHARES.map((share) => {
    let seen = 0;
    const place = inside.findIndex((rate) => {
      seen += rate;
      return seen >= share * all * (1 - 1e-9);
    });
    const bound = all === 0 ? undefined : bounds[place + 1];
    return bound === undefined ? '–' : `≤ ${formatSeconds(bound)}`;
  });
  return [columns.length === 0 ? '–' : formatRate(all), ...below];
}
