/** Figures as a reader meets them; no locale of the machine, so the bytes are the same everywhere. */

const DASH = '–';
/** A number and its unit stay on one line. */
const NBSP = '\u00a0';

function grouped(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Three significant digits, never fewer than the whole part: `0.0123`, `12.3`, `54,321`. */
export function formatNumber(value: number | null): string {
  if (value === null) return DASH;
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e15) return value.toExponential(2);
  if (size >= 99.95) return grouped(value.toFixed(0));
  if (size < 1e-4) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

/** A duration in the unit in which it reads best: `40 ms`, `12.3 s`, `2 min 5 s`, `1 h 2 min`. */
export function formatSeconds(value: number | null): string {
  if (value === null) return DASH;
  const size = Math.abs(value);
  if (size === 0) return `0${NBSP}s`;
  if (size < 0.9995e-3) return `${formatNumber(value * 1e6)}${NBSP}µs`;
  if (size < 0.9995) return `${formatNumber(value * 1e3)}${NBSP}ms`;
  if (size < 119.5) return `${formatNumber(value)}${NBSP}s`;
  const whole = Math.round(value);
  if (size < 7170) return twoUnits(whole, 60, 'min', 's');
  return twoUnits(Math.round(value / 60), 60, 'h', 'min');
}

function twoUnits(value: number, size: number, big: string, small: string): string {
  const rest = value % size;
  const whole = `${grouped(String((value - rest) / size))}${NBSP}${big}`;
  return rest === 0 ? whole : `${whole} ${rest}${NBSP}${small}`;
}

/** A share of one in per cent; only a whole one is called 100%. */
export function formatShare(value: number | null): string {
  if (value === null) return DASH;
  const percent = value * 100;
  if (percent > 99.9 && percent < 100) return `>${NBSP}99.9%`;
  return `${formatNumber(percent)}%`;
}

/** `883/s`. */
export function formatRate(value: number | null): string {
  return value === null ? DASH : `${formatNumber(value)}/s`;
}

/** `3.92×`. */
export function formatTimes(value: number | null): string {
  return value === null ? DASH : `${formatNumber(value)}×`;
}

/** A moment on the clock of the run, to a tenth of a second: `61.2 s`, `12 min 5 s`. */
export function formatMoment(value: number): string {
  return value < 120 ? `${value.toFixed(1)}${NBSP}s` : formatSeconds(value);
}

/** A size: `512 MiB`, `3.99 GiB`. */
export function formatBytes(value: number | null): string {
  if (value === null) return DASH;
  const unit = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = value;
  let at = 0;
  for (; size >= 1024 && at < unit.length - 1; at++) size /= 1024;
  return `${formatNumber(size)}${NBSP}${unit[at]}`;
}

/** How a panel's values are written in its tooltips. */
export type ValueFormat = 'number' | 'rate' | 'seconds' | 'bytes' | 'share' | 'times';

const WRITERS = {
  number: formatNumber,
  rate: formatRate,
  seconds: formatSeconds,
  bytes: formatBytes,
  share: formatShare,
  times: formatTimes,
};

/** A value as panels of its format write it. */
export function formatValue(value: number | null, format: ValueFormat): string {
  return WRITERS[format](value);
}

/** The least and the greatest of a span, as one figure where they read the same. */
export function formatSpan(low: number, high: number, format: ValueFormat): string {
  const write = WRITERS[format];
  const from = write(low);
  const to = write(high);
  return from === to ? from : `${from} ${DASH} ${to}`;
}
