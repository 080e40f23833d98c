import type { Mistake } from '../issue.js';
import type { Refusal } from '../refusal.js';

// Caches, what empties them, and errors that belong to a key.

export function hitAlone(key: string): Refusal {
  const message = `${key} is of a cache that holds keys; with hit it is drawn who finds something`;
  return { code: 'contradiction', message, expected: 'hit alone, or capacity in its place' };
}

export function notAFill(): Refusal {
  const message = 'not a way to fill a cache';
  return { code: 'wrong_kind', message, expected: 'true, false or always' };
}

export function goodForNoTime(): Refusal {
  const message = 'a key that is good for no time is never found';
  return { code: 'out_of_range', message, expected: 'a duration above 0s, or none' };
}

export function warmWithoutBound(most: number): Refusal {
  const message = 'too many keys to put before the run begins';
  const expected = `with warm a capacity of at most ${most}`;
  return { code: 'contradiction', message, expected };
}

export function missesLeadNowhere(): Refusal {
  const message = 'a cache leads nowhere: it does not say what a miss does';
  return { code: 'missing', message, expected: 'then: [steps that fetch what was missed]' };
}

export function nothingToGoBy(what: 'cache' | 'fail', name: string): Mistake {
  const goes =
    what === 'cache'
      ? `the cache of ${name} goes by keys`
      : `what fails at ${name} goes by keys (per: key)`;
  const message = `${goes}, and no request that comes there has one`;
  const other = what === 'cache' ? ', or write cache: { hit: 95% }' : ', or write per: request';
  const hint = `give a producer key: NAME or key: { zipf: { n: 1000, s: 1.1 } }${other}`;
  return { code: 'no_key', message, hint };
}

export function nothingToFlush(name: string): Mistake {
  return { code: 'no_effect', message: `${name} has no cache to flush` };
}

export function flushOfShare(name: string): Mistake {
  const message = `a cache of ${name} finds a fixed share (hit), which does not come back by refilling`;
  const hint = 'say for how long nothing is found: for: 30s; or give the cache a capacity';
  return { code: 'contradiction', message, hint };
}

export function flushOfShared(name: string): Mistake {
  const message = `all replicas of ${name} share a cache: it is not emptied for some of them`;
  return { code: 'contradiction', message, hint: 'leave out replicas, or shared' };
}
