import type { RateBreakerSpec, RecordedEnd } from '../../policies/rate-breaker.js';
import * as say from '../messages.js';
import { read, refuse } from '../refusal.js';
import { readDuration, readShare } from '../units.js';
import { leaf, optional, type Schema } from './kit.js';

// Figures of breakers, and how they are written.

export const MS = 1e6;
export const S = 1e9;
/** Outcomes and seconds that a breaker keeps at most. */
export const WINDOW_MAX = 1_000_000;
export const SECONDS_MAX = 86_400;
export const RECORDED: readonly RecordedEnd[] = ['timeout', 'rejected', 'error', 'bulkhead_full'];

/** A share above 0. */
export const someShare: Schema<number> = leaf(
  (input) => {
    const result = readShare(input);
    return result.ok && result.value === 0 ? refuse(say.noShare()) : result;
  },
  { anyOf: [{ type: 'number', exclusiveMinimum: 0, maximum: 1 }, { type: 'string' }] },
);

/** A time above 0. */
export const someTime: Schema<number> = leaf(
  (input) => {
    const result = readDuration(input);
    return result.ok && result.value < MS ? refuse(say.underAMillisecond()) : result;
  },
  { type: 'string', examples: ['10s'] },
);

/** So many calls, or whole seconds, as a window of time goes by them. */
export const window: Schema<RateBreakerSpec['window']> = leaf<RateBreakerSpec['window']>(
  (input) => {
    if (typeof input === 'number') {
      if (!Number.isInteger(input) || input < 1) return refuse(say.notACount(1));
      return input > WINDOW_MAX ? refuse(say.tooMany(WINDOW_MAX)) : read({ calls: input });
    }
    const result = readDuration(input);
    if (!result.ok) return result;
    const seconds = result.value / S;
    if (!Number.isInteger(seconds) || seconds < 1) return refuse(say.notWholeSeconds());
    if (seconds > SECONDS_MAX) return refuse(say.tooMany(SECONDS_MAX));
    return read({ seconds });
  },
  {
    anyOf: [{ type: 'integer', minimum: 1, maximum: WINDOW_MAX }, { type: 'string' }],
    examples: [100, '10s'],
  },
);

/** 50% as 50, and 29% as 29, not 28.999999999999996. */
export function percent(of: number): number {
  return Math.round(of * 1e9) / 1e7;
}

/** An option of the library that the call has a key of its own for. */
export function elsewhere(key: string, own: string): Schema<undefined> {
  const refusing = leaf<undefined>(() => refuse(say.aKeyOfTheCall(key, own)), { not: {} });
  return optional(refusing, `Not here: ${own} of the call says it.`);
}
