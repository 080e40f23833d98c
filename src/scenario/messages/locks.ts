import type { Mistake } from '../issue.js';
import type { Refusal } from '../refusal.js';

/** Mistakes with locks. */

export function lockWithoutThen(): Refusal {
  return {
    code: 'missing',
    message: 'a lock without then: it is held for the steps that stand there',
    expected: 'then: [ … ]',
  };
}

export function lockNameTaken(name: string): Mistake {
  const message = `${name} stands for something else already`;
  const hint =
    'the cascade calls locks by their names, as it does services: give it one of its own';
  return { code: 'name_taken', message, hint };
}

export function nobodyTakesLock(name: string): Mistake {
  const message = `no step takes the lock ${name}`;
  return { code: 'unused', severity: 'warning', message };
}

export function heldAlready(name: string): Mistake {
  const message = `${name} is held here already: taking it again changes nothing`;
  return { code: 'without_effect', severity: 'warning', message };
}

export function nothingByImportance(name: string): Mistake {
  const message = `inherit changes nothing for ${name}: where its holder is, nothing goes by importance`;
  const hint =
    'preemptive priority at a service that takes it would, or order: priority of another lock ' +
    'that is taken while it is held';
  return { code: 'without_effect', severity: 'warning', message, hint };
}

export function oneImportance(name: string, key: string): Mistake {
  const message = `${key} changes nothing for ${name}: all producers have one priority`;
  return { code: 'without_effect', severity: 'warning', message };
}
