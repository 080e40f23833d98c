import type { Mistake } from '../issue.js';
import type { Refusal } from '../refusal.js';

// Queues: their order, what they throw out, where copies go.

export function noTimeAtAll(): Refusal {
  return { code: 'out_of_range', message: 'no time at all', expected: 'a duration above 0s' };
}

export function alwaysSo(): Refusal {
  const message = 'a queue is always filled by none of its capacity';
  return { code: 'out_of_range', message, expected: 'a share above 0%' };
}

export function noWeight(): Refusal {
  const message = 'an average that nothing makes new stays at 0';
  return { code: 'out_of_range', message, expected: 'a share above 0%, such as 0.002' };
}

export function tooMuch(most: number): Refusal {
  return { code: 'out_of_range', message: 'too great a weight', expected: `at most ${most}` };
}

export function tooOften(): Refusal {
  const message = 'the probability is looked at too often';
  return { code: 'out_of_range', message, expected: '1ms or more' };
}

export function intervalTooShort(): Refusal {
  const message = 'the interval is no longer than the target';
  const hint = 'folly refuses it: a wait must be able to fall under the target within the interval';
  return { code: 'contradiction', message, expected: 'interval above target', hint };
}

export function standingWaitsLonger(): Refusal {
  const message = 'who joins a standing line (m) may wait longer than who joins any other (n)';
  return { code: 'contradiction', message, expected: 'm at most n' };
}

export function fillBackwards(): Refusal {
  const message = 'all are refused before any is';
  return { code: 'contradiction', message, expected: 'from below to' };
}

export function shareOfNothing(
  parts: readonly string[],
  name: string,
  without: 'room' | 'a bound',
): Mistake {
  const who = `${parts.join(' and ')} ${parts.length > 1 ? 'ask' : 'asks'}`;
  const lacks = without === 'room' ? 'has no room: nobody may wait there' : 'has no bound';
  const message = `${who} how full the queue of ${name} is, which ${lacks}`;
  return { code: 'contradiction', message, hint: 'give it queue: { capacity: N }, N above 0' };
}

export function nobodyHasKeys(name: string): Mistake {
  const message = `nobody sends ${name} a request with a key, so coalesce has nothing to go by`;
  const hint = 'give a producer key: NAME or key: { zipf: { n: 1000, s: 1.1 } }';
  return { code: 'no_effect', severity: 'warning', message, hint };
}

export function nobodyTellsDeadlines(name: string): Mistake {
  const message = `nobody tells ${name} a deadline, so edf serves it in the order of arrival`;
  const hint = 'give a producer a deadline, or the calls on the way deadline: { propagate: true }';
  return { code: 'no_effect', severity: 'warning', message, hint };
}
