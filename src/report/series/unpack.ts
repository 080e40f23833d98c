import { formatSeconds, formatSpan } from '../format.js';
import type { Line, Panel } from './panel.js';
import { thin } from './thin.js';

/** A point of a line: seconds, value, policy, kind. */
export interface PointRow {
  t: number;
  v: number | null;
  p: number;
  k: number;
}

/** A stretch of time, in seconds. */
export type Span = readonly [from: number, to: number];

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

/** Which points of a line to draw. */
interface Wanted {
  /** The whole run where there is none; a point on each side is drawn too, so that lines go on. */
  span?: Span | null;
  /** Points at most, about. */
  limit?: number;
}

/** The rows that a panel's lines are drawn from; a value stands at the middle of its step. */
export function pointRows(
  panel: Panel,
  { span = null, limit = Infinity }: Wanted = {},
): PointRow[] {
  return panel.lines.flatMap((line) => {
    const steps = stepsOf(line);
    const from = span ? Math.max(0, placeOf(steps, span[0] / panel.step - 0.5) - 1) : 0;
    const to = span ? placeOf(steps, span[1] / panel.step - 0.5) + 1 : steps.length;
    const values = line.values.slice(from, to);
    const row = (v: number | null, index: number): PointRow => ({
      t: ((steps[from + index] as number) + 0.5) * panel.step,
      v,
      p: line.policy,
      k: line.kind,
    });
    if (values.length <= limit) return values.map(row);
    const { at, values: kept } = thin(values, limit);
    return kept.map((v, index) => row(v, at[index] as number));
  });
}

/** What a panel's lines were over a moment. */
export interface Moment {
  /** Seconds. */
  from: number;
  to: number;
  /** "120 s – 121 s" */
  title: string;
  /** A text a line, in the panel's order: the least and the greatest where it spans several steps. */
  texts: string[];
}

/** Steps that one moment takes together, so that there are not more of them than can be hit. */
export function momentSteps(panel: Panel, span: Span | null = null): number {
  const shown = span ? (span[1] - span[0]) / panel.step : panel.length;
  const widest = Math.max(1, ...panel.lines.map(({ gaps }) => (gaps ? greatest(gaps) : 1)));
  return Math.max(widest, Math.ceil(shown / MAX_MOMENTS));
}

function greatest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}

/** What a panel says of the moment in which this time lies; null beyond the panel's end. */
export function momentAt(panel: Panel, seconds: number, span: Span | null = null): Moment | null {
  const size = momentSteps(panel, span);
  const first = Math.floor(seconds / panel.step / size) * size;
  const end = Math.min(first + size, panel.length);
  if (first < 0 || first >= end) return null;
  const from = first * panel.step;
  const to = end * panel.step;
  const texts = panel.lines.map((line) => {
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
  return { from, to, title: `${formatSeconds(from)} – ${formatSeconds(to)}`, texts };
}
