import { InvalidArgumentError } from 'commander';
import { readDuration } from '../../scenario/index.js';

const REPLICATIONS_MAX = 10_000;
/** More than any machine has cores; each thread has its own copy of the program. */
const THREADS_MAX = 1024;

/** `--replications N`. */
export function wholeNumber(text: string): number {
  return wholeUpTo(REPLICATIONS_MAX, text);
}

/** `--threads N`. */
export function threadNumber(text: string): number {
  return wholeUpTo(THREADS_MAX, text);
}

function wholeUpTo(max: number, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > max) {
    throw new InvalidArgumentError(`Expected a whole number from 1 to ${max}.`);
  }
  return value;
}

/** `--step 5s`, in seconds; series count by the second. */
export function wholeSeconds(text: string): number {
  const result = readDuration(text);
  if (!result.ok || result.value <= 0 || result.value % 1e9 !== 0) {
    throw new InvalidArgumentError('Expected whole seconds with their unit, such as 5s.');
  }
  return result.value / 1e9;
}

/** `--seed TEXT`: any text but none at all. */
export function seedText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Expected a number or a text.');
  return text;
}

/** `--drift 5%`, as a share of one. */
export function percent(text: string): number {
  const [, count] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError('Expected a share such as 5%.');
  return Number(count) / 100;
}

const UNIT_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `--older 30d`, in milliseconds. */
export function age(text: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)([mhd])$/.exec(text) ?? [];
  if (count === undefined) {
    throw new InvalidArgumentError('Expected minutes, hours or days, such as 90m, 12h or 30d.');
  }
  return Number(count) * UNIT_MS[unit!]!;
}

/** `--policy NAME`, again and again. */
export function collect(name: string, names: string[] | undefined): string[] {
  return names?.includes(name) ? names : [...(names ?? []), name];
}
