/** Figures in words: what a command prints and a lesson says, the same on every machine. */

import type { Unit } from '../measure/names.js';

/** A number with three figures that matter, thousands apart: 0.00123, 4.57, 1,234,567. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return grouped(Math.round(value));
  const rounded = Number(value.toPrecision(3));
  return String(rounded);
}

function grouped(value: number): string {
  // Not toLocaleString: the same text on every machine.
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Seconds in the unit in which one would say them: 250 µs, 45 ms, 12.3 s, 12.5 min, 3.1 h. */
export function duration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size === 0) return '0 s';
  if (size < 1e-6) return `${number(seconds * 1e9)} ns`;
  if (size < 1e-3) return `${number(seconds * 1e6)} µs`;
  if (size < 1) return `${number(seconds * 1e3)} ms`;
  if (size < 600) return `${number(seconds)} s`;
  if (size < 7_200) return `${number(seconds / 60)} min`;
  return `${number(seconds / 3600)} h`;
}

export function rate(perSecond: number): string {
  return `${number(perSecond)}/s`;
}

/** 0.4166 as 41.7%. */
export function share(value: number): string {
  return `${number(value * 100)}%`;
}

/** Bytes in the binary units of the language. */
export function bytes(size: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let left = size;
  while (left >= 1024 && unit < units.length - 1) {
    left /= 1024;
    unit++;
  }
  return `${number(left)} ${units[unit]}`;
}

/** A value in its unit. */
export function figureText(value: number, unit: Unit): string {
  switch (unit) {
    case 'seconds':
      return duration(value);
    case 'per_second':
      return rate(value);
    case 'share':
      return share(value);
    case 'bytes':
      return bytes(value);
    case 'number':
      return number(value);
  }
}
