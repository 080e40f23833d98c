import { durationOrNone, truth } from './figures.js';
import { map, optional, perForm, type Schema, word } from './kit.js';

/** A lock as written: what all steps that take it have in common. */
export interface Lock {
  scope: 'scenario' | 'replica';
  order: 'fifo' | 'priority';
  inherit: boolean;
  /** Infinity for no bound. */
  wait: number;
}

/** What a lock is that nothing is said of. */
export const USUAL_LOCK: Lock = {
  scope: 'scenario',
  order: 'fifo',
  inherit: false,
  wait: Number.POSITIVE_INFINITY,
};

/** A lock. */
export const lock = perForm(
  (): Schema<Lock> =>
    map({
      scope: optional(
        word(['scenario', 'replica']),
        'scenario: one for all who take it, as the lock of a row or table; replica: one in each ' +
          'replica that takes it, as a mutex of its process.',
        'scenario',
        'scenario',
      ),
      order: optional(
        word(['fifo', 'priority']),
        'Who is first in line: first come first served, or the most important (first come first ' +
          'served among equals). It goes straight to the first in line when it is given back.',
        'fifo',
        'fifo',
      ),
      inherit: optional(
        truth,
        'While somebody more important waits for it, its holder is as important as that one: for ' +
          'preemptive priority at its replica, in the line of another lock that it waits for ' +
          '(order: priority), and it hands it on to the holder of that (Sha, Rajkumar and Lehoczky ' +
          '1990). Calls that it makes go with the priority of their request.',
        false,
        false,
      ),
      wait: optional(
        durationOrNone,
        'Whoever waits longer than that gives up: the step fails, and with it the handler. 0s: it ' +
          'fails at once where another holds the lock. A step may say another bound.',
        Number.POSITIVE_INFINITY,
        'none',
      ),
    }) as unknown as Schema<Lock>,
);
