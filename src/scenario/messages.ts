import type { Mistake } from './issue.js';
import { nearest } from './nearest.js';
import type { Refusal } from './refusal.js';

// Every text a user can get from this room, one small function each.

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

/** "did you mean …?", if a name is near. */
function meant(wrong: string, names: Iterable<string>): { hint?: string } {
  const near = nearest(wrong, names);
  return near === undefined ? {} : { hint: `did you mean ${near}?` };
}

function listed(names: readonly string[]): string {
  if (names.length <= 1) return names.join('');
  return `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`;
}

function some(names: readonly string[]): string {
  return names.length > 12 ? `${names.slice(0, 12).join(', ')}, …` : names.join(', ');
}

// Units

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

// Numbers, words, names

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

export function notText(): Refusal {
  return { code: 'wrong_kind', message: 'not a text', expected: 'some text' };
}

export function notAFigureOrText(): Refusal {
  return { code: 'wrong_kind', message: 'not a value', expected: 'a number, or text with a unit' };
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
  const hint = usable && from !== '' && to !== '' ? { hint: `write "${from} -> ${to}"` } : {};
  return { code: 'wrong_pattern', message: 'not an edge', expected, ...hint };
}

export function notAWord(input: unknown, options: readonly string[], later: string[]): Refusal {
  const known = [...options, ...later];
  const hint = typeof input === 'string' ? meant(input, known) : {};
  return { code: 'unknown_word', message: 'not understood', expected: listed(options), ...hint };
}

export function notYet(key: string): Refusal {
  const message = `not yet: ${key}`;
  return { code: 'not_yet', message, hint: 'it belongs to the language, and is not built' };
}

// Maps and lists

export function unknownKey(key: string, known: readonly string[]): Mistake {
  const expected = known.length === 0 ? {} : { expected: `one of ${some(known)}` };
  return { code: 'unknown_key', message: `unknown key ${key}`, ...expected, ...meant(key, known) };
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

// Files

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
  return { code: 'syntax', message: `YAML: ${message.split('\n')[0]}` };
}

export function unreadable(why: string): Mistake {
  return { code: 'syntax', message: `YAML: ${why.split('\n')[0]}` };
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

// Policies

export function emptyPolicy(): Refusal {
  const expected = 'a map, {} for the scenario as it stands, or preset';
  return { code: 'empty_policy', message: 'an empty policy', expected };
}

export function unknownPolicy(name: string, known: readonly string[]): Mistake {
  const message = `no policy is named ${name}`;
  return { code: 'unknown_name', message, expected: `one of ${some(known)}`, ...meant(name, known) };
}

export function extendsItself(circle: readonly string[]): Mistake {
  return { code: 'extends_cycle', message: `a policy extends itself: ${circle.join(' -> ')}` };
}

export function tooManyLayers(most: number): Mistake {
  return { code: 'too_many', message: `extends lays more than ${most} policies over each other` };
}

// Names, and figures that do not go together

export function nameTaken(name: string): Mistake {
  const message = `${name} stands for something else already`;
  const hint = 'producers, services and dependencies share one set of names';
  return { code: 'name_taken', message, hint };
}

export function unknownComponent(name: string, known: readonly string[]): Mistake {
  const message = `no service or dependency is named ${name}`;
  return { code: 'unknown_name', message, expected: `one of ${some(known)}`, ...meant(name, known) };
}

export function unknownProducer(name: string, known: readonly string[]): Mistake {
  const message = `no producer is named ${name}`;
  return { code: 'unknown_name', message, expected: `one of ${some(known)}`, ...meant(name, known) };
}

export function unknownCaller(name: string, known: readonly string[]): Mistake {
  const message = `nothing is named ${name}`;
  return { code: 'unknown_name', message, expected: `one of ${some(known)}`, ...meant(name, known) };
}

export function ambiguousRoute(name: string, routes: readonly string[]): Mistake {
  const expected = listed(routes.map((route) => `${name}/${route}`));
  return { code: 'ambiguous_route', message: `${name} has several routes`, expected };
}

export function unknownRoute(name: string, route: string, routes: readonly string[]): Mistake {
  if (routes.length === 0) {
    return { code: 'unknown_name', message: `${name} has no routes`, expected: name };
  }
  const message = `${name} has no route ${route}`;
  const expected = `one of ${some(routes)}`;
  return { code: 'unknown_name', message, expected, ...meant(route, routes) };
}

export function asIsTaken(id: string): Mistake {
  const message = `${id} is a component; the name of an edge is another`;
  return { code: 'name_taken', message };
}

export function asNamesTwo(edge: string, one: string, other: string): Mistake {
  const message = `the edge ${edge} leads to ${one}, and cannot lead to ${other} too`;
  return { code: 'name_taken', message };
}

export function endless(names: readonly string[]): Mistake {
  const message = `calls that never end: ${names.join(' -> ')}`;
  return { code: 'endless', message, hint: 'a chance on the way would end them' };
}

export function noTime(): Mistake {
  return { code: 'out_of_range', message: 'a run of no time', expected: 'a duration above 0s' };
}

export function warmupTooLong(): Mistake {
  return { code: 'out_of_range', message: 'the warm-up is as long as the run or longer' };
}

export function backlogUnbounded(name: string): Mistake {
  const message = `a backlog sends without end into ${name}, which neither blocks nor limits`;
  const hint = 'give it workers, and queue: { capacity: N, when_full: block }';
  return { code: 'backlog', message, hint };
}

export function faultAfterTheEnd(): Mistake {
  return { code: 'out_of_range', message: 'the fault begins when the run is over' };
}

export function faultOfNoTime(): Mistake {
  return { code: 'out_of_range', message: 'the fault lasts no time', hint: 'leave out for: for good' };
}

export function unusedPattern(): Mistake {
  return { code: 'unused_pattern', severity: 'warning', message: 'no call takes this edge' };
}

export function jitterWithoutBackoff(jitter: string): Mistake {
  const message = `jitter ${jitter} has no wait to spread: backoff is none`;
  return { code: 'jitter', severity: 'warning', message };
}

export function retryWithoutAttempts(): Mistake {
  const message = 'retry says nothing of attempts, so nothing is retried';
  return { code: 'no_attempts', severity: 'warning', message };
}

export function uncalled(name: string): Mistake {
  return { code: 'uncalled', severity: 'warning', message: `nothing calls ${name}` };
}

// Files that a scenario names

export function noFiles(path: string): Mistake {
  return { code: 'file', message: `${path} cannot be read here: no files are at hand` };
}

export function unreadableFile(path: string, why: string): Mistake {
  return { code: 'file', message: `${path} cannot be read: ${why.split('\n')[0]}` };
}

export function badLatency(path: string, line: number, text: string): Mistake {
  const found = JSON.stringify(text.slice(0, 40));
  const message = `line ${line} of ${path} is no latency`;
  return { code: 'file', message, expected: 'seconds, such as 0.012', found };
}

export function noLatencies(path: string): Mistake {
  return { code: 'file', message: `${path} holds no latencies` };
}

// Sweeps

export function badAxis(path: string): Mistake {
  const message = `${JSON.stringify(path)} is no axis`;
  return { code: 'sweep', message, expected: 'load, or a dotted path into the scenario' };
}

export function noSuchPath(path: string, step: string, known: readonly string[]): Mistake {
  const message = `${path} leads nowhere: there is no ${step}`;
  return { code: 'sweep', message, ...meant(step, known) };
}

export function badLoad(): Mistake {
  const expected = 'a share above 0, such as 0.5 or 150%';
  return { code: 'sweep', message: 'not a load', expected };
}

export function badRange(): Mistake {
  const expected = 'from, to and step in one unit, the step above 0, to not under from';
  return { code: 'sweep', message: 'not a range of values', expected };
}

export function tooManyCells(cells: number, most: number): Mistake {
  const count = cells.toLocaleString('en-US');
  const message = `the sweep has ${count} cells; at most ${most.toLocaleString('en-US')}`;
  return { code: 'sweep', message };
}
