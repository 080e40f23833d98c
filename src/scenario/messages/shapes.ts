import type { Mistake } from '../issue.js';
import type { Refusal } from '../refusal.js';
import { firstLine, listed, meant, some } from './wording.js';

// Maps, lists, and the file they stand in.

export function unknownKey(key: string, known: readonly string[]): Mistake {
  const expected = known.length === 0 ? {} : { expected: `one of ${some(known)}` };
  const shown = /^[\w-]{1,80}$/.test(key) ? key : JSON.stringify(firstLine(key));
  return {
    code: 'unknown_key',
    message: `unknown key ${shown}`,
    ...expected,
    ...meant(key, known),
  };
}

export function missing(key: string): Mistake {
  return { code: 'missing', message: `${key} is missing` };
}

export function wrongKind(expected: string): Mistake {
  return { code: 'wrong_kind', message: `not ${expected}`, expected };
}

export function emptyList(): Mistake {
  return { code: 'empty_list', message: 'an empty list', expected: 'at least one item' };
}

export function invalid(): Mistake {
  return { code: 'invalid', message: 'not valid here' };
}

export function noneOf(what: string, keys: readonly string[]): Refusal {
  return { code: 'missing', message: `${what} lacks its key`, expected: `one of ${some(keys)}` };
}

export function severalOf(what: string, present: readonly string[]): Refusal {
  const message = `${what} has one of these keys, not several: ${present.join(', ')}`;
  return { code: 'several', message };
}

export function strayCompanion(key: string, owners: readonly string[]): Refusal {
  return { code: 'stray_key', message: `${key} goes with ${listed(owners)}` };
}

export function strikesNothing(): Refusal {
  return { code: 'empty', message: 'a fault of nothing', expected: 'at least one name' };
}

export function struckTwice(name: string): Refusal {
  return { code: 'several', message: `${name} stands there twice` };
}

export function notInABranch(head: string): Refusal {
  const hint = 'put it into a service of its own and call that';
  const message = `${head} in a branch of parallel: branches are calls or lists of calls`;
  return { code: 'branch', message, hint };
}

export function needsTooMany(need: number, branches: number): Refusal {
  return { code: 'need', message: `needs ${need} of ${branches} branches` };
}

export function notARange(): Refusal {
  return { code: 'wrong_kind', message: 'not a range', expected: 'two durations: [5ms, 15ms]' };
}

export function rangeBackwards(): Refusal {
  return { code: 'out_of_range', message: 'the range ends before it begins' };
}

export function sharesDoNotSum(sum: number): Refusal {
  const message = `the shares p make ${Number(sum.toFixed(6))}, not 1`;
  return { code: 'out_of_range', message };
}

export function emptySchedule(): Refusal {
  return { code: 'empty_list', message: 'an empty schedule', expected: 'at least one rate' };
}

export function lateSchedule(): Refusal {
  return { code: 'schedule', message: 'a schedule begins at 0s' };
}

export function unsortedSchedule(index: number): Refusal {
  return { code: 'schedule', message: `step ${index + 1} of the schedule is not after the last` };
}

export function rampPastNext(index: number): Refusal {
  const message = `the ramp of step ${index} of the schedule goes on past the next step`;
  return { code: 'schedule', message };
}

export function noPeriod(): Refusal {
  return { code: 'out_of_range', message: 'a period of no time', expected: 'a duration above 0s' };
}

export function peakOutOfRange(): Refusal {
  const message = 'the peak is not between the mean and twice the mean';
  const hint = 'the trough lies as far below the mean, and no rate is below 0';
  return { code: 'out_of_range', message, hint };
}

export function stateOfNoTime(): Refusal {
  const message = 'a state lasts no time';
  return { code: 'out_of_range', message, expected: 'a mean above 0s for every state' };
}

export function noWeight(): Refusal {
  const message = 'every weight is 0, so there is nobody to send to';
  return { code: 'out_of_range', message, expected: 'one weight above 0 at least' };
}

export function tooLarge(bytes: number, most: number): Mistake {
  const mb = (size: number): string => (size / 1e6).toFixed(1);
  const message = `the file has ${mb(bytes)} MB; a scenario has at most ${mb(most)} MB`;
  return { code: 'too_large', message };
}

export function binary(): Mistake {
  return { code: 'binary', message: 'not a text file', expected: 'YAML in UTF-8' };
}

export function empty(): Mistake {
  const expected = 'a scenario, beginning "spillway: 1"';
  return { code: 'empty', message: 'the file is empty', expected };
}

export function notAMap(found: string): Mistake {
  const expected = 'a map of keys, beginning "spillway: 1"';
  return { code: 'wrong_kind', message: 'not a scenario', expected, found };
}

export function syntax(message: string): Mistake {
  return { code: 'syntax', message: `YAML: ${firstLine(message)}` };
}

export function unreadable(why: string): Mistake {
  return { code: 'syntax', message: `YAML: ${firstLine(why)}` };
}

export function tooDeep(most: number): Mistake {
  return { code: 'too_deep', message: `nested deeper than ${most} levels` };
}

export function duplicateKey(key: string): Mistake {
  return { code: 'duplicate_key', message: `${key} stands twice in this map` };
}

export function badMergeKey(found: string): Mistake {
  return { code: 'merge_key', message: '<< takes a map', expected: 'an alias of a map', found };
}

export function unknownAlias(name: string): Mistake {
  return { code: 'alias', message: `no anchor &${name} stands before this` };
}

export function explodingAlias(most: number): Mistake {
  const message = `aliases repeat more than ${most.toLocaleString('en-US')} values`;
  return { code: 'alias', message };
}
