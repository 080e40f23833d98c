import type { Mistake } from '../issue.js';

// Health checks: settings that contradict each other, or come to nothing.

export function noWorkAround(): Mistake {
  const message = 'a check that goes around the queue has no worker to do any work';
  return { code: 'contradiction', message, hint: 'via: queue takes one' };
}

export function onlyOfRestarting(key: string): Mistake {
  const message = `${key} has no effect: nothing is restarted`;
  return { code: 'no_effect', severity: 'warning', message, hint: 'then: restart does' };
}

export function onlyOfEjecting(key: string): Mistake {
  const message = `${key} has no effect: nothing is ejected`;
  const hint = 'who was restarted is back in rotation when it is up';
  return { code: 'no_effect', severity: 'warning', message, hint };
}

export function usedAllTheSame(name: string): Mistake {
  const message =
    `${name} has one replica: when it is ejected fewer than the share of panic are healthy, and ` +
    'it is used all the same';
  const hint = 'panic: none leaves callers with nobody then';
  return { code: 'no_effect', severity: 'warning', message, hint };
}
