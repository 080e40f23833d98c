import type { Mistake } from '../issue.js';
import type { Refusal } from '../refusal.js';
import { listed, meant } from './wording.js';

// Single values: units, numbers, words, names.

/** A kind of figure, as messages name it. */
export interface Quantity {
  name: string;
  examples: string;
}

export const DURATION: Quantity = { name: 'a duration', examples: '250us, 10ms, 1.5s, 6m30s, 6h' };
export const RATE: Quantity = { name: 'a rate', examples: '900/s, 30/m' };
export const SIZE: Quantity = { name: 'a size', examples: '64KiB, 4GiB, 10MB' };
export const COUNT: Quantity = { name: 'a count', examples: '1, 50, 1000' };
export const SHARE: Quantity = { name: 'a share', examples: '0.1, 10%' };

function like({ name, examples }: Quantity): string {
  return `${name} such as ${examples}`;
}

export function bareNumber(what: Quantity, value: number | string): Refusal {
  const hint = what === DURATION && Number(value) === 0 ? { hint: 'say 0s' } : {};
  const message = 'a bare number where a unit is meant';
  return { code: 'bare_number', message, expected: like(what), ...hint };
}

export function negative(what: Quantity, text: string): Refusal {
  return { code: 'negative', message: `${what.name} is never negative: ${text}` };
}

export function infinite(what: Quantity): Refusal {
  const hint = 'where a limit may be left off, unbounded or none says so';
  return { code: 'infinite', message: `${what.name} is finite`, expected: like(what), hint };
}

export function notANumber(what: Quantity): Refusal {
  return { code: 'not_a_number', message: `${what.name} is a number`, expected: like(what) };
}

export function notA(what: Quantity): Refusal {
  return { code: 'wrong_kind', message: `not ${what.name}`, expected: like(what) };
}

export function malformed(what: Quantity, text: string): Refusal {
  const unit = /^[\d.]+(e\d+)?\s*([a-zA-Zµ%/]+)/.exec(text)?.[2];
  const hint = unit === undefined ? {} : { hint: unitHint(what, text, unit) };
  return { code: 'wrong_unit', message: `not ${what.name}`, expected: like(what), ...hint };
}

function unitHint(what: Quantity, text: string, unit: string): string {
  if (/\s/.test(text)) return 'number and unit stand together';
  if (unit === 'µs') return 'write us';
  if (what === DURATION && unit.includes('/')) return 'that is a rate';
  if (what === DURATION && unit === 'd') return 'write 24h';
  if (what === DURATION && /^(sec|secs|second|seconds)$/.test(unit)) return 'write s';
  if (what === DURATION && /^(min|mins|minute|minutes)$/.test(unit)) return 'write m';
  if (what === RATE && !unit.includes('/')) return 'a rate ends in /s, /m or /h';
  return `the unit ${unit} does not fit`;
}

export function tooFine(text: string): Refusal {
  return { code: 'too_fine', message: `${text} is finer than a nanosecond, the clock's step` };
}

export function tooLong(text: string): Refusal {
  const message = `${text} is longer than the clock counts: at most 104 days (2^53 ns)`;
  return { code: 'too_large', message };
}

export function tooFast(text: string): Refusal {
  return { code: 'too_large', message: `${text} is more than one a nanosecond, the clock's step` };
}

export function tooBig(text: string): Refusal {
  return { code: 'too_large', message: `${text} is more than 2^53 bytes` };
}

export function moreThanAll(text: string): Refusal {
  const message = `${text} is more than the whole`;
  return { code: 'too_large', message, expected: 'a share between 0 and 1 (0% and 100%)' };
}

function counting(least: number, or?: string): string {
  return `a whole number of at least ${least}${or === undefined ? '' : `, or ${or}`}`;
}

export function notACount(least: number, or?: string): Refusal {
  return { code: 'wrong_kind', message: 'not a whole number', expected: counting(least, or) };
}

export function tooFew(least: number, or?: string): Refusal {
  return { code: 'too_small', message: 'too few', expected: counting(least, or) };
}

export function tooMany(most: number, or?: string): Refusal {
  const hint = or === undefined ? {} : { hint: `${or} means no limit` };
  const expected = `at most ${most.toLocaleString('en-US')}`;
  return { code: 'too_large', message: 'too much', expected, ...hint };
}

export function notAFigure(least: number, inclusive: boolean): Refusal {
  const expected = `a number ${inclusive ? 'of at least' : 'above'} ${least}`;
  return { code: 'wrong_kind', message: 'not a number', expected };
}

export function outOfRange(least: number, inclusive: boolean): Refusal {
  const expected = `a number ${inclusive ? 'of at least' : 'above'} ${least}`;
  return { code: 'out_of_range', message: 'out of range', expected };
}

export function notTrueOrFalse(): Refusal {
  return { code: 'wrong_kind', message: 'neither true nor false', expected: 'true or false' };
}

export function notATimeOrQuantile(): Refusal {
  const expected = 'a duration such as 10ms, or a quantile such as p95';
  return { code: 'wrong_kind', message: 'no time for a copy', expected };
}

export function notText(): Refusal {
  return { code: 'wrong_kind', message: 'not a text', expected: 'some text' };
}

export function notAFigureOrText(): Refusal {
  const expected = 'a number, text with a unit, a word, true or false';
  return { code: 'wrong_kind', message: 'not a value', expected };
}

export function noSeed(): Refusal {
  return { code: 'wrong_kind', message: 'not a seed', expected: 'a number or a text' };
}

export function otherVersion(): Refusal {
  return { code: 'wrong_version', message: 'this Spillway reads version 1', expected: '1' };
}

export function notAReference(what: string): Refusal {
  return { code: 'wrong_name', message: 'not a name', expected: what };
}

export function notAName(text: string): Refusal {
  const expected = 'a letter, then letters, digits, _ or -';
  return { code: 'wrong_name', message: `${JSON.stringify(text)} is no name`, expected };
}

export function starIsForPolicies(): Refusal {
  const message = '"*" stands under services in a policy only';
  return { code: 'wrong_name', message };
}

export function notAPattern(text: string): Refusal {
  const expected = '"caller -> callee", each a name, NAME/ROUTE or *';
  const [from, to, more] = text.split('->').map((side) => side.trim());
  const usable = from !== undefined && to !== undefined && more === undefined;
  const cured = `${from} -> ${to}`;
  const isCure = usable && from !== '' && to !== '' && cured !== text;
  const hint = isCure ? { hint: `write "${cured}"` } : {};
  return { code: 'wrong_pattern', message: 'not an edge', expected, ...hint };
}

export function notACondition(): Refusal {
  const expected = 'METRIC OP value, such as services.shop.queue.depth > 100';
  return { code: 'condition', message: 'not a condition', expected };
}

export function notAWord(input: unknown, options: readonly string[], later: string[]): Refusal {
  const known = [...options, ...later];
  const hint = typeof input === 'string' ? meant(input, known) : {};
  return { code: 'unknown_word', message: 'not understood', expected: listed(options), ...hint };
}

/** A mechanism is named by a key of a map, not by a word. */
export function keyForAMap(mistake: Mistake, word: string): Mistake {
  const { expected: _, ...rest } = mistake;
  return { ...rest, message: 'not understood', expected: `a map, such as { ${word}: … }` };
}

export function notYet(key: string): Refusal {
  const message = `not yet: ${key}`;
  return { code: 'not_yet', message, hint: 'it belongs to the language, and is not built' };
}
