import * as say from '../messages.js';
import { refuse } from '../refusal.js';
import { DURATION_PATTERN, formatDuration, formatShare, readDuration } from '../units.js';
import { share } from './figures.js';
import { leaf, optional, type Schema } from './kit.js';

// Options of named libraries: each has the default of its library.

export function option<T>(schema: Schema<T>, description: string, fallback: T): Schema<T> {
  return optional(schema, description, fallback, fallback) as Schema<T>;
}

/** An option that is a time. */
export function time(
  schema: Schema<number>,
  description: string,
  fallbackNs: number,
): Schema<number> {
  return optional(schema, description, fallbackNs, formatDuration(fallbackNs)) as Schema<number>;
}

/** An option that is a share. */
export function part(description: string, fallback: number): Schema<number> {
  return optional(share, description, fallback, formatShare(fallback)) as Schema<number>;
}

/** A duration of so much or more. */
export function atLeast(leastNs: number): Schema<number> {
  return leaf(
    (input) => {
      const reading = readDuration(input);
      return reading.ok && reading.value < leastNs
        ? refuse(say.tooShort(formatDuration(leastNs)))
        : reading;
    },
    { type: 'string', pattern: DURATION_PATTERN, examples: ['100ms', '1s'] },
  );
}
