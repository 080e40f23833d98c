import type * as z from 'zod/mini';
import type { Issues, Mistake } from './issue.js';
import * as say from './messages.js';
import { nearest } from './nearest.js';
import type { Refusal } from './refusal.js';
import type { Schema } from './schema/kit.js';
import { describe, leafOf, placeAt, type Tree, toValue } from './tree.js';

type Raw = z.core.$ZodIssue;

/**
 * Reads a tree by a definition. Mistakes are reported at the places where the values were written,
 * `note` added to those that only a policy brings; the value is null where there were any.
 */
export function check<T>(schema: Schema<T>, tree: Tree, issues: Issues, note?: string): T | null {
  const result = schema.safeParse(toValue(tree));
  if (result.success) return result.data;
  const told = result.error.issues.flatMap((raw) => explain(raw, []));
  // A key that was misspelt is not missing too.
  const misspelt = new Set(
    told.map(({ path, meant }) => textOfPath([...path.slice(0, -1), meant])),
  );
  for (const { keys, path, mistake } of told) {
    const { node } = placeAt(tree, path);
    if (node === undefined && misspelt.has(textOfPath(path))) continue;
    const word = leafOf(node);
    const isKey = typeof word === 'string' && keys?.includes(word) === true;
    reportAt(path, isKey ? say.keyForAMap(mistake, word) : mistake, tree, issues, note);
  }
  return null;
}

/**
 * A mistake on its way to its place; `meant` is the key that an unknown one stands for, `keys` are
 * those of the maps that could have stood there instead.
 */
interface Told {
  path: PropertyKey[];
  mistake: Mistake;
  meant?: string | undefined;
  keys?: readonly string[];
}

function explain(raw: Raw, prefix: PropertyKey[]): Told[] {
  const path = [...prefix, ...raw.path];
  switch (raw.code) {
    case 'unrecognized_keys': {
      const known = raw.message.split(' ');
      return raw.keys.slice(0, MOST_KEYS).map((key) => ({
        path: [...path, key],
        mistake: say.unknownKey(key, known),
        meant: nearest(key, known),
      }));
    }
    case 'invalid_union':
      return flatten(raw).flatMap((inner) => explain(inner, prefix));
    case 'invalid_key':
      return raw.issues.flatMap((inner) => explain(inner, path));
    case 'invalid_type':
      return [{ path, mistake: say.wrongKind(KINDS[raw.expected] ?? raw.expected) }];
    case 'too_small':
      return [{ path, mistake: say.emptyList() }];
    default:
      return [{ path, mistake: refusalOf(raw) ?? say.invalid(), keys: keysBeside.get(raw) ?? [] }];
  }
}

/** By a complaint about a value: the keys of the maps that could have stood there instead. */
const keysBeside = new WeakMap<Raw, readonly string[]>();

/** Of several readings of one value: the keys of those that are maps; their messages carry them. */
function keysOfMaps(readings: readonly Raw[][]): string[] {
  return readings.flat().flatMap((raw) => {
    if (raw.path.length > 0) return [];
    if (raw.code === 'invalid_union') return keysOfMaps(raw.errors);
    return raw.code === 'invalid_type' && raw.expected === 'object' ? raw.message.split(' ') : [];
  });
}

/** More unknown keys in one map than anyone reads about. */
const MOST_KEYS = 200;

function textOfPath(path: (PropertyKey | undefined)[]): string {
  return JSON.stringify(path.map(String));
}

const KINDS: Record<string, string> = { object: 'a map', record: 'a map', array: 'a list' };

function refusalOf(raw: Raw): Refusal | undefined {
  return raw.code === 'custom' ? (raw.params?.['refusal'] as Refusal | undefined) : undefined;
}

/**
 * Of several readings of one value, the one that was meant: not one for another kind of value, then
 * the one that came furthest.
 */
function bestOf(readings: readonly Raw[][]): Raw[] {
  let best: Raw[] = [];
  let most = -1;
  let takesMap = false;
  for (const reading of readings) {
    const flat = reading.flatMap(flatten);
    takesMap ||= flat.some((raw) => raw.path.length === 0 && wantsMap(raw));
    const points = score(flat);
    if (points > most) {
      most = points;
      best = flat;
    }
  }
  return takesMap ? best.map(orMap) : best;
}

function wantsMap(raw: Raw): boolean {
  return raw.code === 'invalid_type' && KINDS[raw.expected] === 'a map';
}

/** Where no word was known, a map might have stood there too. */
function orMap(raw: Raw): Raw {
  const refusal = raw.path.length === 0 ? refusalOf(raw) : undefined;
  if (raw.code !== 'custom' || refusal?.code !== 'unknown_word') return raw;
  const told = { ...refusal, expected: `${refusal.expected}, or a map` };
  return { ...raw, params: { ...raw.params, refusal: told } };
}

/** A choice within a choice is made first. */
function flatten(raw: Raw): Raw[] {
  if (raw.code !== 'invalid_union') return [raw];
  return bestOf(raw.errors).map((inner) => {
    const moved = { ...inner, path: [...raw.path, ...inner.path] };
    const own = inner.path.length === 0 ? keysOfMaps(raw.errors) : keysBeside.get(inner);
    if (own !== undefined) keysBeside.set(moved, own);
    return moved;
  });
}

function score(reading: Raw[]): number {
  const atRoot = reading.filter((raw) => raw.path.length === 0);
  const refusals = atRoot.map(refusalOf);
  if (refusals.some((refusal) => refusal?.code === 'not_yet')) return 4;
  if (atRoot.some((raw) => raw.code === 'invalid_type')) return 0;
  if (refusals.some((refusal) => refusal?.mismatch === true)) return 0;
  const unknown = atRoot.some((raw) => raw.code === 'unrecognized_keys');
  return unknown || refusals.some((refusal) => refusal?.code === 'unknown_word') ? 1 : 2;
}

function reportAt(
  path: PropertyKey[],
  mistake: Mistake,
  tree: Tree,
  issues: Issues,
  note: string | undefined,
): void {
  const { place, node } = placeAt(tree, path);
  const key = path[path.length - 1];
  if (node === undefined) {
    issues.add(place, noted(say.missing(String(key)), note));
    return;
  }
  // A mistake in a value is told at the value, one in a key or a map at the key.
  const atValue = node.kind !== 'map' && mistake.code !== 'unknown_key';
  const { refusal } = split(mistake);
  const found = mistake.found ?? describe(node);
  const told = FOUND_TELLS.has(mistake.code) ? refusal : { ...refusal, found };
  issues.add(atValue ? node.place : place, noted(told, note));
}

/** Where the value itself adds nothing to the message. */
const FOUND_TELLS = new Set([
  ...[
    'unknown_key',
    'not_yet',
    'several',
    'stray_key',
    'branch',
    'need',
    'schedule',
    'wrong_pattern',
  ],
  ...['missing', 'negative', 'too_fine', 'wrong_name'],
]);

function split(mistake: Mistake & { mismatch?: boolean }): { refusal: Mistake } {
  const { mismatch: _, ...refusal } = mistake;
  return { refusal };
}

/** Says under which policy a mistake appears, where the file alone does not show it. */
export function noted(mistake: Mistake, note: string | undefined): Mistake {
  return note === undefined ? mistake : { ...mistake, message: `${mistake.message} ${note}` };
}
