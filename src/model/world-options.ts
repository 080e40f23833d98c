import type { Window } from '../measure/measured.js';
import type { SecondObserver } from '../measure/second-record.js';
import type { RequestObserver } from './fates.js';
import type { Witness } from './witness.js';

/** How a world is run, and who looks on. */
export interface WorldOptions {
  /** Length of a step of the series; whole seconds in nanoseconds. */
  stepNs: number;
  /** Windows to measure beside the whole run. */
  windows: readonly Window[];
  /** Stops the run when rows and timers take more bytes than this. */
  memoryLimitBytes: number;
  /** Goes on to the end of the run whatever is deadlocked, to see whether it really is. */
  goesOnDeadlocked?: boolean;
  /** Sees the record of every whole second. */
  observer?: SecondObserver | null;
  /** Hears of every producer's request. */
  requests?: RequestObserver | null;
  /** Sees every fact. */
  witness?: Witness | null;
}
