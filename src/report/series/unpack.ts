import { formatSeconds, formatSpan } from '../format.js';
import { cellMoments } from './cells.js';
import type { MomentRow } from './moment.js';
import type { Line, Panel } from './panel.js';

/** A point of a line: seconds, value, policy, kind. */
export interface PointRow {
  t: number;
  v: number | null;
  p: number;
  k: number;
}

/** The values of one policy's lines at one step: `v0`, `v1`, … by kind. */
export type JoinedRow = Record<string, number | boolean | null>;

/** More moments than this are narrower than a pointer can hit. */
const MAX_MOMENTS = 300;

/** The step of every value of a line. */
function stepsOf(line: Line): number[] {
  if (line.gaps === undefined) return line.values.map((_, index) => index);
  let step = 0;
  return line.gaps.map((gap) => {
    step += gap;
    return step;
  });
}

/** The rows that a panel's lines are drawn from; a value stands at the middle of its step. */
export function pointRows(panel: Panel): PointRow[] {
  return panel.lines.flatMap((line) => {
    const steps = stepsOf(line);
    return line.values.map((v, index) => ({
      t: ((steps[index] ?? index) + 0.5) * panel.step,
      v,
      p: line.policy,
      k: line.kind,
    }));
  });
}

/**
 * A row a step of lines with the same steps, as `packTogether` makes them. `alone`: there is nothing
 * before it and nothing after it, so that a line or an area would not show it.
 */
export function joinedRows(panel: Panel): JoinedRow[] {
  const policies = [...new Set(panel.lines.map(({ policy }) => policy))];
  return policies.flatMap((policy) => {
    const lines = panel.lines.filter((line) => line.policy === policy);
    const steps = stepsOf(lines[0] as Line);
    const known = steps.map((_, index) => lines.some(({ values }) => values[index] !== null));
    return steps.map((step, index) => {
      const row: JoinedRow = { t: (step + 0.5) * panel.step, p: policy };
      for (const { kind, values } of lines) row[`v${kind}`] = values[index] ?? null;
      row['alone'] = known[index] === true && !known[index - 1] && !known[index + 1];
      return row;
    });
  });
}

/**
 * The moments of a panel, each saying every line's value there: the least and the greatest where a
 * moment spans several steps.
 */
export function momentRows(panel: Panel): MomentRow[] {
  if (panel.cells !== undefined) return cellMoments(panel.cells);
  const size = Math.ceil(panel.length / MAX_MOMENTS);
  const rows: MomentRow[] = [];
  for (let start = 0; start < panel.length; start += size) {
    const end = Math.min(start + size, panel.length);
    const from = start * panel.step;
    const to = end * panel.step;
    rows.push({ t: from, u: to, title: `${formatSeconds(from)} – ${formatSeconds(to)}` });
  }
  panel.lines.forEach((line, number) => {
    const spans = extremes(line, size, rows.length);
    rows.forEach((row, index) => {
      const span = spans[index];
      row[`l${number}`] = span ? formatSpan(span[0], span[1], panel.format) : '–';
    });
  });
  return rows;
}

function extremes(line: Line, size: number, count: number): ([number, number] | undefined)[] {
  const spans = new Array<[number, number] | undefined>(count).fill(undefined);
  const steps = stepsOf(line);
  line.values.forEach((value, index) => {
    if (value === null) return;
    const place = Math.floor((steps[index] ?? index) / size);
    const span = spans[place];
    spans[place] = span ? [Math.min(span[0], value), Math.max(span[1], value)] : [value, value];
  });
  return spans;
}
