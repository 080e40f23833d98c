import type { Mistake } from '../issue.js';
import type { Refusal } from '../refusal.js';
import { listed, meant } from './wording.js';

// Rules of admission.

export function ruleTwice(kind: string): Refusal {
  const message = `${kind} stands twice in this list`;
  return { code: 'several', message, hint: 'a policy could not tell which of them it changes' };
}

export function handTooLarge(hand: number, queues: number): Refusal {
  const message = `a hand of ${hand} distinct queues cannot be dealt from ${queues}`;
  return { code: 'out_of_range', message, expected: `a hand of ${queues} or less` };
}

export function tooManyHands(hand: number, queues: number): Refusal {
  const message = `there are more hands of ${hand} from ${queues} queues than a hash tells apart`;
  return { code: 'too_large', message, hint: 'fewer queues, or a smaller hand' };
}

export function noLevels(): Refusal {
  const expected = 'levels such as { priority: 2, above: 60% }';
  return { code: 'empty', message: 'nobody is ever refused: there are no levels', expected };
}

export function levelTwice(priority: number): Refusal {
  return { code: 'several', message: `priority ${priority} has two levels` };
}

export function importantFirst(more: number, less: number): Refusal {
  const message = `priority ${more} would be refused sooner than ${less}, which is less important`;
  return { code: 'contradiction', message, hint: '0 is the most important' };
}

export function noCondition(): Refusal {
  const expected = 'METRIC OP value, such as services.shop.queue.depth > 100';
  return { code: 'condition', message: 'a signal without a condition', expected };
}

export function linesHaveAnOrder(discipline: string): Mistake {
  const message = `fair_queues are the order of the line, and so is discipline ${discipline}`;
  return { code: 'contradiction', message, hint: 'leave one of them out' };
}

export function nobodyEverWaits(name: string): Mistake {
  const message = `${name} has workers: unbounded, so nobody waits in fair_queues`;
  return { code: 'nobody_waits', message, expected: 'workers: N' };
}

export function backlogRefused(name: string): Mistake {
  const message = `a backlog whose requests ${name} may refuse at once sends again without end`;
  const hint = 'give the edge a network delay, or let the service block instead of refusing';
  return { code: 'backlog', message, hint };
}

export function noSuchTenant(name: string, known: readonly string[]): Mistake {
  const message = `no tenant or producer is named ${name}`;
  const expected = `one of ${listed(known)}`;
  return { code: 'unknown_name', message, expected, ...meant(name, known) };
}

export function shedsNothing(of: string, why: string): Mistake {
  const message = `priority_shed of ${of} refuses nobody: ${why}`;
  return { code: 'no_effect', severity: 'warning', message };
}

export function noWaitToGoBy(name: string): Mistake {
  const message = `dagor goes by waits in the queue, and at ${name} nobody waits: it refuses nobody`;
  return { code: 'no_effect', severity: 'warning', message };
}

export function levelOfNobody(priority: number): Mistake {
  const message = `no producer has priority ${priority} or a less important one`;
  return { code: 'no_effect', severity: 'warning', message };
}

export function noDeadlineKnown(name: string): Mistake {
  const message = `${name} is told no deadline, so can_finish lets everybody in`;
  const hint = 'a producer has deadline; an edge hands it on with deadline: { propagate: true }';
  return { code: 'no_effect', severity: 'warning', message, hint };
}

export function limitOutOfReach(limit: number, room: number): Mistake {
  const message = `no more than ${room} find room anyway, so a limit of ${limit} refuses nobody`;
  return { code: 'no_effect', severity: 'warning', message };
}
