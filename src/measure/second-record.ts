/**
 * What a monitoring system would see of one second: what happened in it, and how things stand at its
 * end. The arrays are used again for the next one.
 */
export interface SecondRecord {
  fromNs: number;
  toNs: number;
  /** What clients of successes waited, seconds; NaN without a success. */
  latencyP50: number;
  latencyP99: number;
  /** Over all producers: requests that came, and those that ended good, whenever they had come. */
  offered: number;
  good: number;
  /** By producer: requests that ended, and those of them that failed. */
  ended: Float64Array;
  failed: Float64Array;
  /** By component: attempts that ended at it, and those refused, expired or displaced. */
  left: Float64Array;
  turnedAway: Float64Array;
  /** The share of its workers that were busy, in the mean; NaN where they are unbounded. */
  busyShare: Float64Array;
  /** At the end: what waits at all its replicas; and at the one with the longest queue, as a share
   * of what may wait there (NaN where that is unbounded or nobody may). */
  waiting: Float64Array;
  fullest: Float64Array;
  /** Whether a replica's queue was full at some time. */
  wasFull: Uint8Array;
  /** The age of what has waited longest, seconds; 0 where nothing waits. */
  oldest: Float64Array;
  /** At the end: what its fullest replica takes of its memory, as a share of the limit; 0 without one. */
  memory: Float64Array;
  /** The median wait of what started, seconds; NaN where nothing did. */
  waitP50: Float64Array;
  /** By edge: attempts sent, and those of them that were retries. */
  sent: Float64Array;
  retries: Float64Array;
  /** At the end: whether the pool of a caller is used up and more ask for connections. */
  poolUp: Uint8Array;
  /** By queue that stands by itself: what came in, and what is not done with at the end. */
  published: Float64Array;
  lag: Float64Array;
  /** By queue, as of components: how full it is at the end, whether it was, the age of the oldest. */
  queueFull: Float64Array;
  queueWasFull: Uint8Array;
  queueOldest: Float64Array;
}

/** Who looks at every second when it has ended. */
export interface SecondObserver {
  second(record: SecondRecord): void;
}
