import type { Source } from '../draws.js';

/** A law of durations, ready to be drawn from. */
export interface Distribution {
  /** The law's mean, in nanoseconds. */
  readonly meanNs: number;
  /** The mean of the square, in square nanoseconds; Infinity where the law has none. */
  readonly secondMoment: number;
  /** The one value of a constant law, in nanoseconds; -1 for every other. */
  readonly constantNs: number;
  /** Draws a duration: real nanoseconds, at least 0, not rounded. */
  sample(source: Source): number;
}
