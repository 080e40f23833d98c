import type { Window } from './measured.js';

/** Epochs are kept in a byte per request. */
const EPOCHS_MAX = 255;

/**
 * The run's time cut at the warm-up's end and at the borders of every window asked for. What follows
 * the requests (counts, shares, latencies) is kept by the epoch of the request's arrival; what goes
 * by the clock (rates, averages) is read off at the borders. A window is a run of whole epochs.
 */
export class Epochs {
  /** The beginning of each epoch, the first at 0; the last one ends with the run. */
  readonly fromNs: number[];

  constructor(
    readonly warmupNs: number,
    readonly windows: readonly Window[],
    durationNs: number,
  ) {
    const borders = new Set([0, warmupNs]);
    for (const window of windows) borders.add(window.fromNs).add(window.toNs);
    this.fromNs = [...borders].filter((at) => at < durationNs || at === 0).sort((a, b) => a - b);
    if (this.fromNs.length > EPOCHS_MAX) {
      throw new RangeError(`at most ${EPOCHS_MAX} borders of windows, not ${this.fromNs.length}`);
    }
  }

  get count(): number {
    return this.fromNs.length;
  }

  /** The epochs [first, last) that a window spans. */
  spanOf(window: Window): { first: number; last: number } {
    const first = this.fromNs.findIndex((at) => at >= window.fromNs);
    const last = this.fromNs.findIndex((at) => at >= window.toNs);
    const count = this.fromNs.length;
    return { first: first < 0 ? count : first, last: last < 0 ? count : last };
  }
}
