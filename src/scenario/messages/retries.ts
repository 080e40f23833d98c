import type { Mistake } from '../issue.js';
import type { Refusal } from '../refusal.js';

// Retries, their budgets, and what a refusal costs.

export function tooManyRetries(most: number): Refusal {
  return {
    code: 'too_many',
    message: `more than ${most} retries for each request`,
    expected: `a share of at most ${most}, as Finagle takes it`,
  };
}

export function ttlOutOfRange(): Refusal {
  return {
    code: 'out_of_range',
    message: 'Finagle takes a ttl of 1s to 60s',
    expected: 'a duration from 1s to 60s',
  };
}

export function ratioTooFine(): Refusal {
  return {
    code: 'out_of_range',
    message: 'gRPC looks at three decimals of a token ratio: this one is 0',
    expected: 'a number from 0.001 to 1000',
  };
}

export function allAreRetries(): Refusal {
  return {
    code: 'more_than_all',
    message: 'retries are always less than all attempts: a ratio of 100% limits nothing',
    expected: 'a share below 100%, or budget: none',
  };
}

export function notTokens(): Refusal {
  return { code: 'type', message: 'not a number of tokens', expected: 'a number' };
}

export function bucketTooSmall(): Refusal {
  return {
    code: 'out_of_range',
    message: 'a retry needs more than one token, so a bucket of 1 never lets one out',
    expected: 'a size above 1',
  };
}

export function depositOutOfRange(): Refusal {
  return {
    code: 'more_than_all',
    message: 'a deposit of more than 1 is a budget of more than 100%',
    expected: 'a number from 0 to 1',
  };
}

export function onlyWith(key: string, kind: string): Refusal {
  return {
    code: 'contradiction',
    message: `${key} and kind: ${kind} go together, one without the other means nothing`,
    expected: `both kind: ${kind} and ${key}, or neither`,
  };
}

export function startBeyondMaximum(): Refusal {
  return {
    code: 'contradiction',
    message: 'the first wait is 0 or longer than the longest',
    expected: 'a start above 0 and at most the maximum',
  };
}

export function jitterNeedsMaximum(): Refusal {
  return {
    code: 'contradiction',
    message: "Finagle's jittered waits have a maximum",
    expected: 'a maximum that is a duration',
  };
}

export function ownJitter(backoff: string, jitter: string): Mistake {
  const message = `jitter ${jitter} is without effect: ${backoff} brings its own`;
  return { code: 'jitter', severity: 'warning', message };
}

export function noCopies(): Mistake {
  const message = 'no copy ever goes out: the try has timed out by then';
  return { code: 'no_copies', severity: 'warning', message };
}

export function nobodyTells(callee: string): Mistake {
  const message = `${callee} tells nobody how long to wait, so retry_after is without effect`;
  const hint = `give ${callee} reject: { retry_after: 5s }`;
  return { code: 'no_retry_after', severity: 'warning', message, hint };
}

export function nobodyRefuses(): Mistake {
  const message = 'under ps all share the workers, so none of them could serve refusals first';
  const hint = 'take the cost of refusing away, or another discipline';
  return { code: 'contradiction', message, hint };
}
