import type { SweepResult } from '../../study/result.js';
import { formatShare, formatValue, type ValueFormat } from '../format.js';
import type { Spec } from './chart.js';

export type StudyAxis = SweepResult['axes'][number];

/** How figures of a metric are written. */
export function figureFormat({ units }: SweepResult, metric: string): ValueFormat {
  const unit = units[metric] ?? 'number';
  return unit === 'per_second' ? 'rate' : unit;
}

/** A figure of a study in the unit of its metric. */
export function studyFigure(result: SweepResult, metric: string, value: number | null): string {
  return formatValue(value, figureFormat(result, metric));
}

/** The values of an axis as they are read: loads as shares, others as they were written. */
export function axisLabels({ path, values }: StudyAxis): string[] {
  return values.map((value) =>
    path === 'load' && typeof value === 'number' ? formatShare(value) : String(value),
  );
}

/** The parameter that holds an axis's labels: a place along it is no value. */
export function labelsParam(name: string, axis: StudyAxis): Spec {
  return { name, value: axisLabels(axis) };
}

/** One step a value, whatever the values are; at most `most` of them are labelled. */
export function placesAxis(
  axis: StudyAxis,
  { field, labels, most }: { field: string; labels: string; most: number },
): Spec {
  const count = axis.values.length;
  const every = Math.ceil(count / most);
  const places = Array.from({ length: count }, (_, place) => place + 0.5);
  const values = places.filter((_, place) => place % every === 0);
  return {
    field,
    type: 'quantitative',
    scale: { domain: [0, count], nice: false, zero: false },
    axis: {
      title: axis.path,
      values,
      tickCount: 2 * values.length,
      labelExpr: `${labels}[floor(datum.value)]`,
      labelOverlap: false,
      labelLimit: 90,
      // Wide labels beside an upright axis push its title away, instead of being written over.
      maxExtent: 130,
      grid: false,
      ticks: true,
    },
  };
}
