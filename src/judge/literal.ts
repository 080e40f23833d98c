import type { Unit } from '../measure/names.js';

/** A value as written: in seconds, per second, shares or bytes; `number` where no unit stood. */
export interface Literal {
  value: number;
  unit: Unit;
}

/** Nanoseconds of a unit; whole, so that sums of parts are exact. Longest first, as they follow. */
const DURATIONS: readonly [string, number][] = [
  ['d', 86_400e9],
  ['h', 3_600e9],
  ['m', 60e9],
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
  ['ns', 1],
];

const SIZES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 1024,
  MiB: 1024 * 1024,
  GiB: 1024 * 1024 * 1024,
  TiB: 1024 * 1024 * 1024 * 1024,
};

const PARTS = /(\d+(?:\.\d+)?)([a-z]+)/y;

/** A value of the language, without spaces; null where it is none. */
export function readLiteral(text: string): Literal | null {
  const sign = text.startsWith('-') ? -1 : 1;
  const bare = sign < 0 ? text.slice(1) : text;
  if (/^\d+(\.\d+)?(e[+-]?\d+)?$/.test(bare)) return { value: sign * Number(bare), unit: 'number' };
  const share = /^(\d+(?:\.\d+)?)%$/.exec(bare);
  if (share) return { value: (sign * Number(share[1])) / 100, unit: 'share' };
  const rate = /^(\d+(?:\.\d+)?)\/(ms|s|m|h|d)$/.exec(bare);
  if (rate) return { value: sign * perSecond(Number(rate[1]), rate[2]), unit: 'per_second' };
  const size = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(bare);
  if (size && Object.hasOwn(SIZES, size[2])) {
    return { value: sign * Number(size[1]) * SIZES[size[2]], unit: 'bytes' };
  }
  const ns = readDurationNs(bare);
  return ns === null ? null : { value: (sign * ns) / 1e9, unit: 'seconds' };
}

/** `6m30s` in whole nanoseconds; null where it is no duration. The greater unit stands first. */
export function readDurationNs(text: string): number | null {
  let ns = 0;
  let least = -1;
  PARTS.lastIndex = 0;
  while (PARTS.lastIndex < text.length) {
    const part = PARTS.exec(text);
    if (part === null) return null;
    const unit = DURATIONS.findIndex(([name]) => name === part[2]);
    if (unit <= least) return null;
    least = unit;
    ns += Number(part[1]) * DURATIONS[unit][1];
  }
  return least < 0 ? null : Math.round(ns);
}

function perSecond(count: number, unit: string): number {
  const ns = DURATIONS.find(([name]) => name === unit)![1];
  return ns < 1e9 ? count * (1e9 / ns) : count / (ns / 1e9);
}
