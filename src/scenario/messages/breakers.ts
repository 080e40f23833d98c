import type { Mistake } from '../issue.js';
import type { Refusal } from '../refusal.js';

// Breakers: settings that contradict each other, or come to nothing.

export function noShare(): Refusal {
  const expected = 'a share above 0';
  return { code: 'range', message: 'would open it without a single failure', expected };
}

export function notInside(): Refusal {
  const expected = 'a share above 0 and below 100%';
  return {
    code: 'range',
    message: 'not inside 0 and 100%: it opens above its threshold',
    expected,
  };
}

export function underAMillisecond(): Refusal {
  return { code: 'range', message: 'under a millisecond', expected: '1ms or more' };
}

export function notWholeSeconds(): Refusal {
  const message = 'a window of time goes by whole seconds';
  return { code: 'range', message, expected: '1s, 10s, 2m' };
}

export function aKeyOfTheCall(key: string, own: string): Refusal {
  const message = `${key} is not the breaker's here`;
  return { code: 'elsewhere', message, hint: `${own} of the call says it` };
}

export function severalBreakers(one: string, other: string): Mistake {
  return { code: 'several', message: `a breaker goes by ${one} or by ${other}, not by both` };
}

export function noBreaker(): Mistake {
  const message = 'a breaker of no kind';
  const expected =
    'window, failure_rate or slow; consecutive; or one of resilience4j, hystrix, opossum, ' +
    'cockatiel, outlier';
  return { code: 'missing', message, expected };
}

export function minimumOverWindow(minimum: number, window: number): Mistake {
  const message = `it never opens: ${minimum} calls are asked for, and ${window} are kept`;
  return { code: 'contradiction', message };
}

export function sliceOverWindow(what: string, window: string): Mistake {
  return { code: 'contradiction', message: `${what} is longer than ${window}` };
}

export function tooManySlices(): Mistake {
  const message = 'more slices than milliseconds in rolling_count_timeout';
  return { code: 'contradiction', message };
}

export function maximumUnderBase(): Mistake {
  const message = 'max_ejection_time is less than base_ejection_time';
  return { code: 'contradiction', message };
}

export function nobodyToEject(name: string): Mistake {
  const message = `${name} has one replica: whoever ejects it uses it all the same`;
  return { code: 'no_effect', severity: 'warning', message };
}
