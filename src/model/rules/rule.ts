/** What a rule says of an attempt that comes to its replica. */
export const LET_IN = 0;
export const REFUSED = 1;
/** It is to wait `delayNs`, and then goes on to the next rule. */
export const DELAYED = 2;

/** How one that a rule let in was gone again. */
export const WENT_OK = 0;
export const WENT_WRONG = 1;
/** For want of room or time: refused by a full queue, displaced, expired. */
export const WENT_DROPPED = 2;
/** Its caller needed it no longer, or its replica went down: nothing is to be learned. */
export const WENT_AWAY = 3;

/**
 * A rule of one component's `admission`, with a state for each replica. Of each attempt that it let
 * in it hears once that it has `ended`, perhaps at once, where a later rule refused it.
 */
export abstract class Rule {
  /** After DELAYED: for how long. */
  readonly delayNs: number = 0;
  /** Whether it refuses for want of room, as a full queue does. */
  readonly isFull: boolean = false;

  abstract ask(attempt: number, replica: number): number;

  /** It has got its worker, after waiting so long in the queue. */
  started(_attempt: number, _replica: number, _waitedNs: number): void {}

  ended(_attempt: number, _replica: number, _how: number): void {}

  /** Its process is gone, and what it knew with it. All it had let in has ended. */
  crashed(_replica: number): void {}

  /** What is watched was so in the last second: which of the rule's conditions hold. */
  second(_holds: readonly boolean[]): void {}
}
