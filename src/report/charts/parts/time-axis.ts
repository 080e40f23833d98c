import type { Spec } from '../chart.js';

const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800,
];
const MOST_TICKS = 8;

/** The moments that a time axis marks: at most nine, on round times. */
export function timeTicks(duration: number): number[] {
  let step = STEPS.find((candidate) => duration / candidate <= MOST_TICKS);
  step ??= Math.ceil(duration / MOST_TICKS / 86400) * 86400;
  const count = Math.floor(duration / step);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/** Writes the ticks in the unit in which the distance between them is whole. */
export function timeLabel(duration: number): string {
  const step = timeTicks(duration)[1] ?? duration;
  const [size, unit] = step >= 1800 ? [3600, 'h'] : step >= 60 ? [60, 'min'] : [1, 's'];
  return `datum.value === 0 ? '0' : datum.value / ${size} + ' ${unit}'`;
}

/** The horizontal position of time series: seconds since the run began, readably. */
export function timeAxis(duration: number): Spec {
  return {
    field: 't',
    type: 'quantitative',
    scale: { domain: [0, duration], nice: false },
    axis: {
      title: null,
      grid: false,
      ticks: true,
      values: timeTicks(duration),
      labelExpr: timeLabel(duration),
    },
  };
}
