import * as say from '../messages.js';
import { type Read, read, refuse } from '../refusal.js';
import * as units from '../units.js';
import { type Docs, leaf, type Schema } from './kit.js';

/** A duration with its unit, in nanoseconds. */
export const duration: Schema<number> = leaf(units.readDuration, {
  type: 'string',
  pattern: units.DURATION_PATTERN,
  examples: ['250us', '10ms', '1.5s', '6m30s', '6h'],
});

/** A duration, or `none` or `unbounded` for no bound (Infinity). */
export const durationOrNone: Schema<number> = leaf(
  (input) =>
    input === 'none' || input === 'unbounded'
      ? read(Number.POSITIVE_INFINITY)
      : units.readDuration(input),
  {
    type: 'string',
    pattern: `^(none|unbounded)$|${units.DURATION_PATTERN}`,
    examples: ['500ms', 'none'],
  },
);

/** A rate with its unit, per second. */
export const rate: Schema<number> = leaf(units.readRate, {
  type: 'string',
  pattern: units.RATE_PATTERN,
  examples: ['900/s', '30/m'],
});

const sharesDocs: Docs = {
  anyOf: [
    { type: 'number', minimum: 0, maximum: 1 },
    { type: 'string', pattern: units.PERCENT_PATTERN },
  ],
  examples: [0.1, '10%'],
};

/** A share of a whole, 0 to 1. */
export const share: Schema<number> = leaf(units.readShare, sharesDocs);

/** A share, or `none` (null). */
export const shareOrNone: Schema<number | null> = leaf(
  (input): Read<number | null> => (input === 'none' ? read(null) : units.readShare(input)),
  { anyOf: [...(sharesDocs['anyOf'] as unknown[]), { const: 'none' }], examples: ['10%'] },
);

/** More cannot be counted in a run; who means no limit writes `unbounded`. */
const MOST = 1_000_000_000;

/** A whole number of at least `least`. */
export function count(least: number, most = MOST): Schema<number> {
  return leaf((input) => readCount(input, least, undefined, most), {
    type: 'integer',
    minimum: least,
    maximum: most,
  });
}

/** A whole number from `least` to `most`, or `unbounded` (Infinity). */
export function countOrUnbounded(least: number, most = MOST): Schema<number> {
  const reader = (input: unknown): Read<number> =>
    input === 'unbounded'
      ? read(Number.POSITIVE_INFINITY)
      : readCount(input, least, 'unbounded', most);
  return leaf(reader, {
    anyOf: [{ type: 'integer', minimum: least, maximum: most }, { const: 'unbounded' }],
    examples: [100, 'unbounded'],
  });
}

function readCount(input: unknown, least: number, or?: string, most = MOST): Read<number> {
  if (typeof input !== 'number' || Number.isNaN(input)) return refuse(say.notACount(least, or));
  if (input < 0) return refuse(say.negative(say.COUNT, String(input)));
  if (input < least) return refuse(say.tooFew(least, or));
  if (input > most) return refuse(say.tooMany(most, or));
  return Number.isInteger(input) ? read(input) : refuse(say.notACount(least, or));
}

/** A plain number above (or at) `least`: a factor, a shape. It has no unit. */
export function number(least: number, inclusive: boolean): Schema<number> {
  const reader = (input: unknown): Read<number> => {
    if (typeof input !== 'number' || !Number.isFinite(input))
      return refuse(say.notAFigure(least, inclusive));
    const fits = inclusive ? input >= least : input > least;
    if (!fits) return refuse(say.outOfRange(least, inclusive));
    return input > MOST ? refuse(say.tooMany(MOST)) : read(input);
  };
  return leaf(reader, { type: 'number', [inclusive ? 'minimum' : 'exclusiveMinimum']: least });
}

/** `true` or `false`. */
export const truth: Schema<boolean> = leaf(
  (input) => (typeof input === 'boolean' ? read(input) : refuse(say.notTrueOrFalse())),
  { type: 'boolean' },
);

/** Text that says something. */
export const text: Schema<string> = leaf(
  (input) =>
    typeof input === 'string' && input.trim() !== '' ? read(input) : refuse(say.notText()),
  { type: 'string', minLength: 1 },
);

/** A name of the user's choice. */
export const name: Schema<string> = leaf(
  (input) => {
    if (typeof input !== 'string') return refuse(say.notAReference('a name'));
    return /^[A-Za-z][A-Za-z0-9_-]*$/.test(input) ? read(input) : refuse(say.notAName(input));
  },
  { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_-]*$' },
);

const REFERENCE = '[A-Za-z][A-Za-z0-9_-]*';

/** A name, or with `routes` also NAME/ROUTE. */
export function reference(what: string, routes: boolean): Schema<string> {
  const pattern = routes ? `^${REFERENCE}(/${REFERENCE})?$` : `^${REFERENCE}$`;
  const form = new RegExp(pattern);
  return leaf(
    (input) =>
      typeof input === 'string' && form.test(input) ? read(input) : refuse(say.notAReference(what)),
    { type: 'string', pattern },
  );
}
