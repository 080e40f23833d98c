import * as z from 'zod/mini';
import * as say from '../messages.js';
import { type Read, type Refusal, refuse } from '../refusal.js';

// A scenario is checked once, so code made for speed would not pay, and a strict content security
// policy (the browser lab) forbids making it.
z.config({ jitless: true });

/** A definition: what may be written (as JSON Schema) and the typed value it is read into. */
export type Schema<T> = z.ZodMiniType<T, unknown>;

/** What a definition adds to its JSON Schema: description, default, examples, pattern. */
export type Docs = Record<string, unknown>;

/** The documents of every definition, by definition. */
export const documents = z.registry<Docs>();

/**
 * Definitions come in two forms: of a whole scenario, where required keys must stand, and of a
 * patch (a policy), which may say as little as it likes.
 */
export type Form = 'whole' | 'patch';

/** Made once for each form, when it is first asked for: definitions are dear to make. */
export function perForm<T>(make: (form: Form) => T): (form: Form) => T {
  const made = new Map<Form, T>();
  return (form) => {
    const known = made.get(form) ?? make(form);
    made.set(form, known);
    return known;
  };
}

/** An issue that carries its refusal; `explain` finds the place. */
function complain(input: unknown, refusal: Refusal): z.core.$ZodRawIssue {
  return { code: 'custom', input, message: refusal.message, params: { refusal } };
}

function documented<T>(schema: unknown, docs: Docs): Schema<T> {
  documents.add(schema as Schema<T>, docs);
  return schema as Schema<T>;
}

const anything = z.any();

/** A value read by `reader`; `docs` says in JSON Schema what it takes. */
export function leaf<T>(reader: (input: unknown) => Read<T>, docs: Docs): Schema<T> {
  const reading = z.transform((input: unknown, context) => {
    const result = reader(input);
    if (result.ok) return result.value;
    const mismatch = typeof input === 'object' && input !== null;
    context.issues.push(complain(input, mismatch ? { ...result.why, mismatch } : result.why));
    return z.NEVER;
  });
  return documented(z.pipe(anything, reading), docs);
}

/** One of some words; `later` are words of the language that are not built yet. */
export function word<T extends string>(options: readonly T[], later: string[] = []): Schema<T> {
  const reader = (input: unknown): Read<T> => {
    if (options.includes(input as T)) return { ok: true, value: input as T };
    const keys = typeof input === 'object' && input !== null ? Object.keys(input) : [];
    const chosen = typeof input === 'string' ? input : keys[0];
    if (chosen !== undefined && later.includes(chosen)) return refuse(say.notYet(chosen));
    return refuse(say.notAWord(input, options, later));
  };
  return leaf(reader, { enum: [...options] });
}

const withoutNull = z.transform((value: unknown) => value ?? undefined);

/** A key that may be left out or taken away with `null`; `fallback` then holds. */
export function optional<T, const D = undefined>(
  schema: Schema<T>,
  description: string,
  fallback?: D,
  shown?: unknown,
): Schema<T | D> {
  const reading =
    fallback === undefined
      ? withoutNull
      : z.transform((value: T | null | undefined) => value ?? fallback);
  const docs: Docs = { description };
  if (shown !== undefined) docs['default'] = shown;
  return documented(z.pipe(z.nullish(schema), reading as never), docs);
}

/** A key that a whole scenario must have and a patch may have. */
export function required<T>(form: Form, schema: Schema<T>, description: string): Schema<T> {
  if (form === 'patch') return optional(schema, description) as Schema<T>;
  const { id: _, ...inherited } = documents.get(schema) ?? {};
  const copy = schema.clone(schema._zod.def as never);
  return documented(copy, { ...inherited, description });
}

const notYetMade = new Map<string, Schema<undefined>>();

/** A key of the language that is not built yet: known, and refused by name. */
export function notYet(key: string): Schema<undefined> {
  const made = notYetMade.get(key) ?? refusedAsNotYet(key);
  notYetMade.set(key, made);
  return made;
}

function refusedAsNotYet(key: string): Schema<undefined> {
  const refusing = leaf<undefined>(() => refuse(say.notYet(key)), { not: {} });
  return optional(refusing, `Not yet: ${key} belongs to the language, and is not built.`);
}

/** Keys that are not built yet. */
export function notYets<K extends string>(...keys: K[]): Record<K, Schema<undefined>> {
  return Object.fromEntries(keys.map((key) => [key, notYet(key)])) as Record<K, Schema<undefined>>;
}

/** The definitions of a map's keys. */
type Shape<T> = { [K in keyof T]: Schema<T[K]> };

/** A map with an unknown key is no reading of the value: another one may fit it better. */
function unknownKeysSpoil(): unknown {
  const checking = z.check((payload) => {
    for (const issue of payload.issues) {
      if (issue.code === 'unrecognized_keys') (issue as { continue?: boolean }).continue = false;
    }
  });
  checking._zod.def.when = () => true;
  return checking;
}

/** A map with these keys and no others. */
export function map<T extends object>(shape: Shape<T>, docs: Docs = {}): Schema<T> {
  // The message carries the names for "did you mean"; `explain` makes the sentence.
  const error = (): string => Object.keys(shape).join(' ');
  const schema = z.strictObject(shape as never, { error });
  return documented(schema.check(unknownKeysSpoil() as never), docs);
}

/** A map whose single key names the mechanism: a distribution, arrivals, a backoff. */
export function mechanism<T extends object>(shape: Shape<T>, what: string): Schema<Partial<T>> {
  const docs = { minProperties: 1, maxProperties: 1 };
  const checked = also(map(shape) as Schema<Partial<T>>, (value) =>
    oneOf(value, Object.keys(shape), what),
  );
  return documented(checked, docs);
}

/** Complains unless exactly one of `keys` is there. */
export function oneOf(value: object, keys: string[], what: string): Refusal | undefined {
  const present = keys.filter((key) => (value as Docs)[key] !== undefined);
  if (present.length === 1) return undefined;
  return present.length === 0 ? say.noneOf(what, keys) : say.severalOf(what, present);
}

/** Names of the user's choice, each with a value. */
export function named<T>(form: Form, schema: Schema<T>, star = false): Schema<Record<string, T>> {
  const name = (input: unknown): Read<string> => {
    const text = String(input);
    if (star && text === '*') return { ok: true, value: text };
    return /^[A-Za-z][A-Za-z0-9_-]*$/.test(text)
      ? { ok: true, value: text }
      : refuse(text === '*' ? say.starIsForPolicies() : say.notAName(text));
  };
  const pattern = star ? '^(\\*|[A-Za-z][A-Za-z0-9_-]*)$' : '^[A-Za-z][A-Za-z0-9_-]*$';
  const key = also(z.string() as unknown as Schema<string>, (value) => {
    const result = name(value);
    return result.ok ? undefined : result.why;
  });
  documents.add(key, { pattern });
  const value = form === 'patch' ? optional(schema, 'null takes it away') : schema;
  return documented(z.record(key as never, value), {});
}

/** A list. */
export function list<T>(schema: Schema<T>, docs: Docs = {}): Schema<T[]> {
  return documented(z.array(schema), docs);
}

/** Either a single value or one of several kinds of collection, told apart by their kind. */
export function either<T extends Schema<unknown>[]>(
  ...options: T
): Schema<T[number] extends Schema<infer V> ? V : never> {
  return z.union(options as never) as never;
}

/** The value of a definition, turned into another. */
export function into<A, B>(schema: Schema<A>, turn: (value: A) => B): Schema<B> {
  const { id: _, ...inherited } = documents.get(schema) ?? {};
  return documented(z.pipe(schema, z.transform(turn)), inherited);
}

/** A further condition, checked even where parts are wrong, so that all mistakes show at once. */
export function also<T>(schema: Schema<T>, check: (value: T) => Refusal | undefined): Schema<T> {
  const checking = z.check<T>((payload) => {
    const { value, issues } = payload;
    const readable = typeof value === 'string' || (typeof value === 'object' && value !== null);
    const spoilt = issues.some(
      ({ code, path }) =>
        code === 'unrecognized_keys' || (code === 'invalid_type' && (path ?? []).length === 0),
    );
    if (!readable || spoilt) return;
    const refusal = check(value);
    if (refusal !== undefined) issues.push(complain(value, refusal) as never);
  });
  checking._zod.def.when = () => true;
  return documented(schema.check(checking as never), documents.get(schema) ?? {});
}
