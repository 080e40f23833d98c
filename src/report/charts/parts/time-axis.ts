import type { Spec } from '../chart.js';

const STEPS = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900,
  1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800,
];
const MOST_TICKS = 8;

/** The stretch of time that a page shows, as `[from, to]` in seconds; `null` for the whole run. */
export const TIME_SPAN = 'timeSpan';
/** The moments that are marked on the stretch. */
export const TIME_TICKS = 'timeTicks';
/** How moments on the stretch are written: `[seconds in a unit, the unit]`. */
export const TIME_UNIT = 'timeUnit';

/** The parameters through which a page zooms every time axis at once; a file shows the whole run. */
export const TIME_PARAMS: readonly Spec[] = [
  { name: TIME_SPAN, value: null },
  { name: TIME_TICKS, value: [] },
  { name: TIME_UNIT, value: [1, 's'] },
];

/** A round stretch of time of which at most so many make up a length. */
export function stepOf(length: number, mostTicks: number): number {
  const step = STEPS.find((candidate) => length / candidate <= mostTicks);
  return step ?? Math.ceil(length / mostTicks / 86400) * 86400;
}

/** The moments that a time axis marks: at most nine, on round times. */
export function timeTicks(duration: number): number[] {
  return ticksWithin(0, duration);
}

/** The round times from one moment to another, at most nine. */
export function ticksWithin(from: number, to: number): number[] {
  const step = stepOf(to - from, MOST_TICKS);
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first;
  // Whole steps, so that a tenth is written as a tenth.
  return Array.from({ length: Math.max(0, count + 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** The unit in which the distance between the ticks of a stretch is whole. */
export function unitWithin(from: number, to: number): [size: number, unit: string] {
  const step = stepOf(to - from, MOST_TICKS);
  if (step >= 1800) return [3600, 'h'];
  return step >= 60 ? [60, 'min'] : [1, 's'];
}

/** Writes the ticks in the unit in which the distance between them is whole. */
export function timeLabel(duration: number): string {
  const [size, unit] = unitWithin(0, duration);
  const whole = `datum.value / ${size} + ' ${unit}'`;
  const part = `format(datum.value / ${TIME_UNIT}[0], '.10~r') + ' ' + ${TIME_UNIT}[1]`;
  return `datum.value === 0 ? '0' : ${TIME_SPAN} ? ${part} : ${whole}`;
}

/**
 * The horizontal position of time series: seconds since the run began, readably. Every chart with
 * this axis shows the stretch that `TIME_PARAMS` (declared by `stack`) say.
 */
export function timeAxis(duration: number): Spec {
  return {
    field: 't',
    type: 'quantitative',
    scale: {
      domain: [
        { expr: `${TIME_SPAN} ? ${TIME_SPAN}[0] : 0` },
        { expr: `${TIME_SPAN} ? ${TIME_SPAN}[1] : ${duration}` },
      ],
      nice: false,
      zero: false,
    },
    axis: {
      title: null,
      grid: false,
      ticks: true,
      values: { expr: `${TIME_SPAN} ? ${TIME_TICKS} : ${JSON.stringify(timeTicks(duration))}` },
      labelExpr: timeLabel(duration),
    },
  };
}

/** Whether a layer is drawn over the time axis. */
export function isTimeLayer(layer: Spec): boolean {
  const x = (layer['encoding'] as { x?: { scale?: { domain?: unknown } } } | undefined)?.x;
  return JSON.stringify(x?.scale?.domain ?? null).includes(TIME_SPAN);
}
