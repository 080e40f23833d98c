import * as say from './messages.js';
import { type Read, type Refusal, read, refuse } from './refusal.js';

/** The longest time the clock can tell apart to the nanosecond: 2^53 ns, a little over 104 days. */
export const LONGEST_NS = Number.MAX_SAFE_INTEGER;

/** One arrival a nanosecond: the clock cannot tell more apart. */
const FASTEST = 1e9;

const NS: Record<string, bigint> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600 };
const BYTES: Record<string, bigint> = {
  B: 1n,
  kB: 1000n,
  MB: 1000n ** 2n,
  GB: 1000n ** 3n,
  TB: 1000n ** 4n,
  KiB: 1024n,
  MiB: 1024n ** 2n,
  GiB: 1024n ** 3n,
  TiB: 1024n ** 4n,
};

/** The forms as regular expressions, which the JSON Schema prints too. */
export const DURATION_PATTERN =
  '^(?=.)(\\d+(\\.\\d+)?h)?(\\d+(\\.\\d+)?m)?(\\d+(\\.\\d+)?s)?(\\d+(\\.\\d+)?ms)?' +
  '(\\d+(\\.\\d+)?us)?(\\d+(\\.\\d+)?ns)?$';
export const RATE_PATTERN = '^\\d+(\\.\\d+)?/[smh]$';
export const SIZE_PATTERN = '^\\d+(\\.\\d+)?(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)$';
export const PERCENT_PATTERN = '^\\d+(\\.\\d+)?%$';

const durationForm = new RegExp(DURATION_PATTERN);
const rateForm = new RegExp(RATE_PATTERN);
const sizeForm = new RegExp(SIZE_PATTERN);
const percentForm = new RegExp(PERCENT_PATTERN);

/** No figure needs more digits; longer ones only cost time. */
const LONGEST_TEXT = 60;

/** What every unit refuses alike: bare numbers, signs, words that are no numbers. */
function unfit(input: unknown, what: say.Quantity): Refusal {
  if (typeof input === 'number') {
    if (Number.isNaN(input)) return say.notANumber(what);
    if (!Number.isFinite(input)) return say.infinite(what);
    if (input < 0) return say.negative(what, String(input));
    return say.bareNumber(what, input);
  }
  if (typeof input !== 'string') return say.notA(what);
  if (/^-\s*[\d.]/.test(input)) return say.negative(what, input);
  if (/^[+-]?\.?inf/i.test(input)) return say.infinite(what);
  if (/^\.?nan/i.test(input)) return say.notANumber(what);
  if (/^\d+(\.\d+)?$/.test(input)) return say.bareNumber(what, input);
  return say.malformed(what, input);
}

/** `value` × `unit` as a whole number of the smallest unit, or null where it is finer than that. */
function whole(value: string, unit: bigint): bigint | null {
  const [integer = '0', fraction = ''] = value.split('.');
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(integer + fraction) * unit;
  return scaled % scale === 0n ? scaled / scale : null;
}

/**
 * Reads a duration: `250us`, `10ms`, `1.5s`, `6m30s`, `6h`. Gives integer nanoseconds. Refused: bare
 * numbers (`0` too: say `0s`), signs, parts finer than a nanosecond, more than 104 days.
 */
export function readDuration(input: unknown): Read<number> {
  if (typeof input !== 'string' || input.length > LONGEST_TEXT || !durationForm.test(input)) {
    return refuse(unfit(input, say.DURATION));
  }
  let sum = 0n;
  for (const [, value = '', unit = ''] of input.matchAll(/([\d.]+)([a-z]+)/g)) {
    const ns = whole(value, NS[unit] ?? 1n);
    if (ns === null) return refuse(say.tooFine(input));
    sum += ns;
  }
  if (sum > BigInt(LONGEST_NS)) return refuse(say.tooLong(input));
  return read(Number(sum));
}

/** Reads a rate: `900/s`, `30/m`, `5/h`. Gives the rate per second. Refused: over one a nanosecond. */
export function readRate(input: unknown): Read<number> {
  if (typeof input !== 'string' || input.length > LONGEST_TEXT || !rateForm.test(input)) {
    return refuse(unfit(input, say.RATE));
  }
  const perSecond = Number(input.slice(0, -2)) / (SECONDS[input.slice(-1)] ?? 1);
  return perSecond > FASTEST ? refuse(say.tooFast(input)) : read(perSecond);
}

/** Reads a size: `64KiB`, `4GiB`, `10MB`, `512B`. Gives whole bytes. Refused: over 2^53 bytes. */
export function readSize(input: unknown): Read<number> {
  if (typeof input !== 'string' || input.length > LONGEST_TEXT || !sizeForm.test(input)) {
    return refuse(unfit(input, say.SIZE));
  }
  const [, value = '', unit = ''] = /^([\d.]+)(.+)$/.exec(input) ?? [];
  const bytes = whole(value, BYTES[unit] ?? 1n);
  if (bytes === null) return refuse(say.malformed(say.SIZE, input));
  return bytes > BigInt(LONGEST_NS) ? refuse(say.tooBig(input)) : read(Number(bytes));
}

/** Reads `0.1` or `10%` with no upper bound: 150% is 1.5. */
export function readFactor(input: unknown): Read<number> {
  if (typeof input === 'number' && Number.isFinite(input) && input >= 0) return read(input);
  if (typeof input !== 'string' || input.length > LONGEST_TEXT || !percentForm.test(input)) {
    return refuse(unfit(input, say.SHARE));
  }
  // The exponent in the text, not a division, gives the double nearest to the decimal figure.
  return read(Number(`${input.slice(0, -1)}e-2`));
}

/** Reads a share of a whole: `0.1` or `10%`. Gives 0 to 1; more than the whole is refused. */
export function readShare(input: unknown): Read<number> {
  const share = readFactor(input);
  if (share.ok && share.value > 1) return refuse(say.moreThanAll(String(input)));
  return share;
}

const STEPS: [number, string][] = [
  [3_600_000_000_000, 'h'],
  [60_000_000_000, 'm'],
  [1_000_000_000, 's'],
  [1_000_000, 'ms'],
  [1_000, 'us'],
  [1, 'ns'],
];

/** A duration as a scenario would write it: 390e9 gives `6m30s`; Infinity gives `none`. */
export function formatDuration(ns: number): string {
  if (!Number.isFinite(ns)) return 'none';
  if (ns === 0) return '0s';
  const [size, unit] = STEPS.find(([step]) => ns >= step) ?? [1, 'ns'];
  if (unit !== 'h' && unit !== 'm') return `${plain(ns / size)}${unit}`;
  const whole = Math.floor(ns / size);
  const rest = ns - whole * size;
  return `${whole}${unit}${rest > 0 ? formatDuration(rest) : ''}`;
}

/** A rate as a scenario would write it: 900 gives `900/s`; slow ones go by the minute or hour. */
export function formatRate(perSecond: number): string {
  if (perSecond === 0 || perSecond >= 1) return `${plain(perSecond)}/s`;
  return perSecond * 60 >= 1 ? `${plain(perSecond * 60)}/m` : `${plain(perSecond * 3600)}/h`;
}

/** A share as a percentage: 0.1 gives `10%`. */
export function formatShare(share: number): string {
  return `${plain(share * 100)}%`;
}

const SIZES: [number, string][] = [
  [1024 ** 4, 'TiB'],
  [1024 ** 3, 'GiB'],
  [1024 ** 2, 'MiB'],
  [1024, 'KiB'],
];

/** A size as a scenario would write it: 4294967296 gives `4GiB`. */
export function formatSize(bytes: number): string {
  const [size, unit] = SIZES.find(([step]) => bytes >= step) ?? [1, 'B'];
  return `${plain(bytes / size)}${unit}`;
}

/** A number without the noise of binary fractions. */
export function plain(value: number): string {
  return String(Number(value.toPrecision(9)));
}
