import type { Mistake } from '../issue.js';
import type { Refusal } from '../refusal.js';

// The memory of a replica.

export function noRestart(): Refusal {
  const message = 'a process that has died takes time to come back';
  return { code: 'out_of_range', message, expected: 'a duration above 0s' };
}

export function gcFromTheEnd(): Refusal {
  const message = 'at the limit a replica crashes: there is nothing left to slow';
  return { code: 'out_of_range', message, expected: 'less than 100%' };
}

export function capBelowFrom(): Refusal {
  const message = 'the longest restart (cap) is shorter than the first one (from)';
  return { code: 'cap_below_from', message };
}

export function nothingFits(): Refusal {
  const message = 'what the replica takes with nothing to do (base) fills its memory (limit)';
  return { code: 'nothing_fits', message, hint: 'a base below the limit' };
}

/** A request by itself is more than a replica can hold. */
export function tooLarge(producer: string, component: string): Mistake {
  const message =
    `every request of ${producer} crashes ${component}: its size is more than the limit of ` +
    'its memory leaves beside the base';
  return { code: 'nothing_fits', message, hint: 'a smaller size, or a higher limit' };
}

export function sizeOfNothing(): Mistake {
  const message = 'size has no effect: no service, dependency or queue has a memory';
  return { code: 'no_effect', severity: 'warning', message };
}

export function backlogLost(name: string): Mistake {
  const message = `a backlog whose requests fail at once while ${name} restarts sends again without end`;
  return { code: 'backlog', message, hint: 'give the edge a network delay' };
}
