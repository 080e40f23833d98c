import type { Guard } from './guard.js';

/** What a breaker lets through: everything, nothing, or probes. */
export const CLOSED = 0;
export const OPEN = 1;
export const HALF_OPEN = 2;

/**
 * A guard that stops calling what fails. Its state is that of the last time it was told anything;
 * what its timers do meanwhile it does itself at the next word, or when it is asked to `turn`.
 */
export interface Breaker extends Guard {
  /** CLOSED, OPEN or HALF_OPEN. */
  readonly state: number;
  /** When a timer of its own may change its state next; Infinity for none. */
  readonly turnsAtNs: number;
  /** Does what its timers would have done up to that time. */
  turn(nowNs: number): void;
}
