import { FullMarks } from './full-marks.js';
import type { LagMark, Mark, Pace } from './measured.js';
import type { QueueBook } from './queue-book.js';

/** As of components: growth counts when chance alone would not make it, see `saturation.ts`. */
const SIGMAS = 4;
const SPAN_NS = 1e9;
/** And so many looks in a row found it higher. */
const RISES = 3;
/** What was usual is taken over so many seconds before the growth began. */
const SECONDS_BEFORE = 20;
/** How many seconds are remembered. */
const SECONDS_KEPT = 512;

/**
 * Finds when the lag of a queue that somebody consumes begins to grow for good: without a moment in
 * which nothing was ready it has, for a second at least, grown by more than chance would let it (4
 * standard deviations of a walk with as many arrivals and departures), and was higher at three looks in
 * a row. The mark is set to the lowest point before, at the nanosecond where nothing had been ready;
 * or, where the lag then stayed low for longer than chance would keep it under the straight line from
 * there, to the second in which it was furthest under that. A load that comes in batches and is done with between them makes none, unless a batch lasts for seconds.
 */
export class QueueMarks {
  /** Whether anybody consumes it: dead letters that lie where nobody looks are no lag. */
  readonly isConsumed: Uint8Array;
  /** Since when something has been ready without a break; Infinity where nothing is. */
  private readonly sinceNs: Float64Array;
  private readonly lowNs: Float64Array;
  private readonly low: Float64Array;
  private readonly lowCame: Float64Array;
  private readonly lastHeld: Float64Array;
  /** At how many seconds in a row it was found to have grown. */
  private readonly rises: Float64Array;
  /** By queue: what had come, and what had been done with, at the end of the last seconds. */
  private readonly came: Float64Array[];
  private readonly gone: Float64Array[];
  private seconds = 0;
  private readonly open: (Mark | null)[];
  private readonly kept: (Mark | null)[];
  private readonly first: (Mark | null)[];
  private firstFaultNs = Infinity;
  /** By queue: that nobody asks it for more. */
  private readonly standing: (Mark | null)[];
  private readonly stoodFirst: (Mark | null)[];
  private readonly stoodKept: (Mark | null)[];
  /** That a queue is full. */
  readonly full: FullMarks;

  constructor(
    private readonly names: readonly string[],
    private readonly book: QueueBook,
    private readonly clock: Float64Array,
  ) {
    const make = (): Float64Array => new Float64Array(names.length);
    this.isConsumed = new Uint8Array(names.length);
    this.sinceNs = make().fill(Infinity);
    this.lowNs = make();
    this.low = make();
    this.lowCame = make();
    this.lastHeld = make();
    this.rises = make();
    this.came = names.map(() => new Float64Array(SECONDS_KEPT));
    this.gone = names.map(() => new Float64Array(SECONDS_KEPT));
    this.open = names.map(() => null);
    this.kept = names.map(() => null);
    this.first = names.map(() => null);
    this.standing = names.map(() => null);
    this.stoodFirst = names.map(() => null);
    this.stoodKept = names.map(() => null);
    this.full = new FullMarks(names, book.ready.level, clock);
  }

  /**
   * Nobody asks a stream for more from now on, all that was asked for being done: `by` forgot to, at
   * `atNs`.
   */
  stands(q: number, by: string, atNs: number): void {
    if (this.standing[q] !== null) return;
    const mark: Mark = {
      atNs,
      component: this.names[q],
      what: 'saturated',
      how: 'unasked',
      edge: null,
      workers: 0,
      depth: this.book.ready.level[q],
      capacity: Infinity,
      growthPerSecond: 0,
      unasked: { by, lastNs: this.clock[0] - atNs },
      untilNs: Infinity,
    };
    this.standing[q] = mark;
    this.stoodFirst[q] ??= mark;
    const kept = this.stoodKept[q];
    if (kept === null || kept.untilNs < this.firstFaultNs) this.stoodKept[q] = mark;
  }

  /** Somebody has asked a stream for more. */
  flows(q: number): void {
    const mark = this.standing[q];
    if (mark === null) return;
    mark.untilNs = this.clock[0];
    this.standing[q] = null;
  }

  /** The first message is ready where nothing was. */
  begins(q: number): void {
    this.sinceNs[q] = this.clock[0];
    this.setLow(q, this.clock[0], this.book.held.level[q] - 1);
  }

  /** Nothing is ready any more. */
  ends(q: number): void {
    this.sinceNs[q] = Infinity;
    const open = this.open[q];
    if (open === null) return;
    open.untilNs = this.clock[0];
    this.open[q] = null;
  }

  faultBegins(): void {
    this.firstFaultNs = Math.min(this.firstFaultNs, this.clock[0]);
  }

  /** A whole second has ended. */
  second(): void {
    this.full.second(this.firstFaultNs);
    for (let q = 0; q < this.names.length; q++) {
      if (this.isConsumed[q] === 0) continue;
      const held = this.book.held.level[q];
      this.look(q, held);
      this.lastHeld[q] = held;
      const at = (this.seconds + 1) % this.came[q].length;
      this.came[q][at] = this.book.cameInAll(q);
      this.gone[q][at] = this.came[q][at] - held;
    }
    this.seconds++;
  }

  marks(): Mark[] {
    const marks =
      this.firstFaultNs < Infinity
        ? [...this.kept, ...this.stoodKept]
        : [...this.first, ...this.stoodFirst];
    marks.push(...this.full.marks(this.firstFaultNs));
    return marks.filter((mark) => mark !== null);
  }

  private look(q: number, held: number): void {
    const now = this.clock[0];
    if (this.open[q] !== null || this.sinceNs[q] > now) return;
    const grown = held - this.low[q];
    if (grown <= 0) {
      this.setLow(q, now, held);
      return;
    }
    const came = this.book.cameInAll(q) - this.lowCame[q];
    const passed = 2 * came - grown;
    const since = now - this.lowNs[q];
    this.rises[q] = held > this.lastHeld[q] ? this.rises[q] + 1 : 0;
    if (this.rises[q] < RISES || since < SPAN_NS || grown <= SIGMAS * Math.sqrt(passed)) return;
    this.turn(q, held, Math.sqrt(passed));
    const begun = this.lowNs[q];
    this.mark(q, held, held - this.low[q], this.book.cameInAll(q) - this.lowCame[q], now - begun);
  }

  /** Sets the low of a queue whose lag was found to grow to where that began. */
  private turn(q: number, held: number, sigma: number): void {
    const [came, gone] = [this.came[q], this.gone[q]];
    const [lowNs, low] = [this.lowNs[q], this.low[q]];
    const slope = (held - low) / (this.clock[0] - lowNs);
    const first = Math.max(Math.ceil(lowNs / 1e9), this.seconds + 2 - SECONDS_KEPT);
    // A walk between two points goes further than this from their line once in twenty times.
    let furthest = 1.22 * sigma;
    for (let second = first; second <= this.seconds; second++) {
      const at = second % SECONDS_KEPT;
      const there = came[at] - gone[at];
      const under = low + slope * (second * 1e9 - lowNs) - there;
      if (under <= furthest) continue;
      furthest = under;
      this.lowNs[q] = second * 1e9;
      this.low[q] = there;
      this.lowCame[q] = came[at];
    }
  }

  private setLow(q: number, now: number, held: number): void {
    this.rises[q] = 0;
    this.lowNs[q] = now;
    this.low[q] = held;
    this.lowCame[q] = this.book.cameInAll(q) - (held < this.book.held.level[q] ? 1 : 0);
  }

  private mark(q: number, held: number, grown: number, came: number, since: number): void {
    const perSecond = (n: number): number => (n * 1e9) / since;
    const before = this.before(q);
    const lag: LagMark = {
      comePerSecond: perSecond(came),
      donePerSecond: perSecond(came - grown),
      ...(before === null ? {} : { before }),
    };
    const mark: Mark = {
      atNs: this.lowNs[q],
      component: this.names[q],
      what: 'saturated',
      how: 'lag',
      edge: null,
      workers: 0,
      depth: held,
      capacity: Infinity,
      growthPerSecond: perSecond(grown),
      lag,
      untilNs: Infinity,
    };
    this.open[q] = mark;
    this.first[q] ??= mark;
    const kept = this.kept[q];
    if (kept === null || kept.untilNs < this.firstFaultNs) this.kept[q] = mark;
  }

  /** What came and went a second before the growth began; null where that is not known. */
  private before(q: number): Pace | null {
    const end = Math.floor(this.lowNs[q] / 1e9);
    const begin = Math.max(0, end - SECONDS_BEFORE, this.seconds - SECONDS_BEFORE);
    const length = SECONDS_KEPT;
    if (end - begin < 2) return null;
    const since = (of: Float64Array): number =>
      (of[end % length] - of[begin % length]) / (end - begin);
    return { comePerSecond: since(this.came[q]), donePerSecond: since(this.gone[q]) };
  }
}
