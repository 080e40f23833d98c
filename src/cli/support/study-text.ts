import type { FigureUnit, SweepResult, SweepSummary } from '../../study/index.js';
import { bytes, duration, known, number, rate, share } from './format.js';
import type { Colors } from './terminal.js';

/** A study, and how it is to be shown. */
export interface StudyView {
  result: SweepResult;
  /** Asked for; none for those that say most. */
  metrics: readonly string[];
  colors: Colors;
  width: number;
}

const WRITERS: Record<FigureUnit, (value: number) => string> = {
  seconds: duration,
  per_second: rate,
  share,
  bytes,
  number,
};

/** A metric's value as one would say it. */
export function figureText(unit: FigureUnit, value: number | null | undefined): string {
  return known(value, WRITERS[unit]);
}

/** "98.2% ±0.4%", "≥1.2 s"; of `recovered` the interval itself, which is never symmetrical. */
export function summaryFigure(result: SweepResult, summary: SweepSummary, name: string): string {
  const unit = result.units[name] ?? 'number';
  const value = summary.metrics[name];
  const text = figureText(unit, value);
  if (value === null || value === undefined) return text;
  const bound = summary.lower_bounds?.includes(name) === true ? '≥' : '';
  const interval = summary.intervals[name] ?? null;
  if (interval === null) return bound + text;
  const [low, high] = interval;
  if (name === 'recovered') return `${text} (${share(low)} – ${share(high)})`;
  return `${bound}${text} ±${figureText(unit, (high - low) / 2)}`;
}

/** "metastable 14 of 20, recovered 6"; nothing where there was nothing to judge. */
export function verdictsText({ verdicts, replications, stopped }: SweepSummary): string {
  const sorted = Object.entries(verdicts).sort((a, b) => b[1] - a[1]);
  const told = sorted.filter(([is]) => is !== 'none' || sorted.length > 1);
  const words = told.map(([is, times], index) => {
    const word = is.replace('_', ' ');
    if (times === replications) return word;
    return index === 0 ? `${word} ${times} of ${replications}` : `${word} ${times}`;
  });
  if (stopped !== undefined) words.push(`stopped ${stopped}`);
  return words.join(', ');
}

/** A value of an axis: loads as shares, others as they were written. */
export function axisText(path: string, value: string | number | undefined): string {
  return path === 'load' && typeof value === 'number' ? share(value) : String(value ?? '–');
}
