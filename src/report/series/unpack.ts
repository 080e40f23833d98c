import { formatSeconds, formatSpan } from '../format.js';
import { cellMoment, cellTexts } from './cells.js';
import type { Moment, Span } from './moment.js';
import type { Line, Panel } from './panel.js';
import { thin } from './thin.js';
import { sumOf } from './together.js';

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

/** Steps are asked for again and again while a pointer moves. */
const known = new WeakMap<Line, number[]>();

/** The step of every value of a line. */
function stepsOf(line: Line): number[] {
  let steps = known.get(line);
  if (steps) return steps;
  let step = 0;
  steps = line.values.map((_, index) => {
    step += line.gaps?.[index] ?? (index > 0 ? 1 : 0);
    return step;
  });
  known.set(line, steps);
  return steps;
}

/** The first place in rising numbers that is at least so much. */
function placeOf(steps: readonly number[], least: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Which points of a panel's lines to draw. */
export interface Wanted {
  /** The whole run where there is none; a point on each side is drawn too, so that lines go on. */
  span?: Span | null;
  /** Points a line at most, about. */
  limit?: number;
}

/** The places of a line's values that lie in a stretch, and of the one on each side. */
function within(line: Line, step: number, span: Span | null): [from: number, to: number] {
  if (!span) return [0, line.values.length];
  const steps = stepsOf(line);
  const from = Math.max(0, placeOf(steps, span[0] / step - 0.5) - 1);
  return [from, placeOf(steps, span[1] / step - 0.5) + 1];
}

/** Places in values, at most so many: those of the least and the greatest ones. */
function kept(values: readonly (number | null)[], limit: number): number[] {
  return values.length <= limit ? values.map((_, place) => place) : thin(values, limit).at;
}

/** The rows that a panel's lines are drawn from; a value stands at the middle of its step. */
export function pointRows(
  panel: Panel,
  { span = null, limit = Infinity }: Wanted = {},
): PointRow[] {
  return panel.lines.flatMap((line) => {
    const steps = stepsOf(line);
    const [from, to] = within(line, panel.step, span);
    const values = line.values.slice(from, to);
    return kept(values, limit).map((place) => ({
      t: ((steps[from + place] as number) + 0.5) * panel.step,
      v: values[place] as number | null,
      p: line.policy,
      k: line.kind,
    }));
  });
}

/**
 * A row a step of lines with the same steps, as `packTogether` makes them. `alone`: there is nothing
 * before it and nothing after it, so that a line or an area would not show it.
 */
export function joinedRows(
  panel: Panel,
  { span = null, limit = Infinity }: Wanted = {},
): JoinedRow[] {
  const policies = [...new Set(panel.lines.map(({ policy }) => policy))];
  return policies.flatMap((policy) => {
    const lines = panel.lines.filter((line) => line.policy === policy);
    const [first] = lines as [Line];
    const steps = stepsOf(first);
    const [from, to] = within(first, panel.step, span);
    const all = lines.map(({ values }) => values.slice(from, to));
    const sums = (all[0] ?? []).map((_, place) => sumOf(all.map((one) => one[place] ?? null)));
    const shown = kept(sums, limit);
    return shown.map((place, index) => {
      const row: JoinedRow = { t: ((steps[from + place] as number) + 0.5) * panel.step, p: policy };
      lines.forEach(({ kind }, number) => {
        row[`v${kind}`] = all[number]?.[place] ?? null;
      });
      const isKnown = (at: number | undefined) => at !== undefined && (sums[at] ?? null) !== null;
      row['alone'] = isKnown(place) && !isKnown(shown[index - 1]) && !isKnown(shown[index + 1]);
      return row;
    });
  });
}

/** Steps that one moment takes together, so that there are not more of them than can be hit. */
function momentSteps(panel: Panel, span: Span | null): number {
  const shown = span ? (span[1] - span[0]) / panel.step : panel.length;
  const widest = Math.max(1, ...panel.lines.map(({ gaps }) => (gaps ? greatest(gaps) : 1)));
  return Math.max(widest, Math.ceil(shown / MAX_MOMENTS));
}

/** How long a moment of a panel is, where this stretch is shown; seconds. */
export function momentSeconds(panel: Panel, span: Span | null = null): number {
  return panel.cells?.step ?? momentSteps(panel, span) * panel.step;
}

function greatest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}

/** What a panel says of the moment in which this time lies; null beyond the panel's end. */
export function momentAt(panel: Panel, seconds: number, span: Span | null = null): Moment | null {
  if (panel.cells) return cellMoment(panel.cells, seconds);
  const size = momentSteps(panel, span);
  const first = Math.floor(seconds / panel.step / size) * size;
  const end = Math.min(first + size, panel.length);
  if (first < 0 || first >= end) return null;
  const from = first * panel.step;
  const to = end * panel.step;
  const texts = stepTexts(panel, first, end);
  return { from, to, title: `${formatSeconds(from)} – ${formatSeconds(to)}`, texts };
}

/** What each line was from one step up to another: its least and its greatest value. */
function stepTexts(panel: Panel, first: number, end: number): string[] {
  return panel.lines.map((line) => {
    const steps = stepsOf(line);
    let low = Infinity;
    let high = -Infinity;
    for (let at = placeOf(steps, first); at < steps.length && (steps[at] as number) < end; at++) {
      const value = line.values[at] ?? null;
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return low > high ? '–' : formatSpan(low, high, panel.format);
  });
}

/** The least stretch of which a panel has something to say, in seconds. */
export function finestSeconds({ cells, lines, step }: Panel): number {
  if (cells) return cells.step;
  return step * Math.max(1, ...lines.map(({ gaps }) => (gaps ? greatest(gaps) : 1)));
}

/** What a panel says of the steps that begin in a stretch. */
export function textsWithin(panel: Panel, [from, to]: Span): string[] {
  const step = panel.cells?.step ?? panel.step;
  const [first, end] = [Math.ceil(from / step - 1e-6), Math.ceil(to / step - 1e-6)];
  return panel.cells ? cellTexts(panel.cells, first, end) : stepTexts(panel, first, end);
}
