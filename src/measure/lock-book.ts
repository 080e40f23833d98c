import { Areas } from './areas.js';
import { Histograms } from './histograms.js';
import { Levels } from './levels.js';
import type { LockHolder, LockLine, Mark } from './measured.js';
import { Tallies } from './tallies.js';

/** Columns of counts: taken, waits that a bound ended, given back; and the time held until then, ns. */
export const ACQUIRED = 0;
export const TIMED_OUT = 1;
export const RELEASED = 2;
export const HELD_NS = 3;

/** Growth counts when it is more than so many standard deviations of a line that only wanders. */
const SIGMAS = 4;
/** For how long a line must have grown, or stood as long as it can be. */
const SPAN_NS = 1e9;

/** What is measured of a lock: its name, and how many there are of it at first (one a replica, or one). */
export interface SubjectLock {
  name: string;
  count: number;
}

/** What the look at a lock asks of the model. */
export interface LockSource {
  /** Who has held it longest: one that holds it now, or `before`, for `beforeNs`, whose turn is over. */
  holderOf(lock: number, beforeNs: number, before: number): LockHolder;
  /** Whether all workers of a replica wait for this lock, or hold it while others wait. */
  takesAll(lock: number): boolean;
}

/**
 * What is counted of locks, by name: who waits, who holds, how long they waited and held; and when a
 * lock saturates. As with workers that is when all there is of it is held without a break and its
 * line grows for a second, by more than chance would let it (4 standard deviations of a walk with
 * that many comings and goings); or when for a second somebody always waited, and all workers of a
 * replica stand there, or waits come to their bounds. Waits count when they end with the lock, those of 0 included.
 */
export class LockBook {
  readonly waiting: Levels;
  readonly held: Levels;
  /** How many there are of a name. */
  readonly there: Areas;
  readonly waits: Histograms;
  readonly counts: Tallies;
  /** Since when all of a name are held, and somebody waits; Infinity where not. */
  private readonly heldSinceNs: Float64Array;
  private readonly waitedSinceNs: Float64Array;
  /** When a wait last came to its bound. */
  private readonly gaveUpNs: Float64Array;
  /** The last low of the line in this episode: when, how long, how much had come and gone. */
  private readonly lowNs: Float64Array;
  private readonly lowDepth: Float64Array;
  private readonly lowFlow: Float64Array;
  private readonly flow: Float64Array;
  /** The longest that it was held at a time since that low, now over: how long, and by whom. */
  private readonly longestNs: Float64Array;
  private readonly longest: Int32Array;
  private readonly open: (Mark | null)[];
  private readonly kept: (Mark | null)[];
  private readonly first: (Mark | null)[];
  private firstFaultNs: number;
  /** How long each was held on average before the first fault; NaN where that is not known. */
  private readonly usualNs: Float64Array;

  constructor(
    readonly locks: readonly SubjectLock[],
    private readonly epochs: number,
    private readonly clock: Float64Array,
  ) {
    const n = locks.length;
    this.waiting = new Levels(n, epochs, clock);
    this.held = new Levels(n, epochs, clock);
    const counts = locks.map(({ count }) => count);
    this.there = new Areas(counts, epochs, clock);
    this.waits = new Histograms(n * epochs);
    this.counts = new Tallies(n, epochs, 4);
    this.heldSinceNs = new Float64Array(n).fill(Infinity);
    this.waitedSinceNs = new Float64Array(n).fill(Infinity);
    this.gaveUpNs = new Float64Array(n).fill(-Infinity);
    this.lowNs = new Float64Array(n);
    this.lowDepth = new Float64Array(n);
    this.lowFlow = new Float64Array(n);
    this.flow = new Float64Array(n);
    this.longestNs = new Float64Array(n);
    this.longest = new Int32Array(n);
    this.open = locks.map(() => null);
    this.kept = locks.map(() => null);
    this.first = locks.map(() => null);
    this.firstFaultNs = Infinity;
    this.usualNs = new Float64Array(n).fill(NaN);
  }

  /** One begins to wait. */
  comes(lock: number): void {
    this.waiting.enter(lock);
    this.flow[lock]++;
    if (this.waiting.level[lock] === 1) this.waitedSinceNs[lock] = this.clock[0];
  }

  /** One that waited since `since[row]` waits no longer. */
  leaves(lock: number, since: Float64Array, row: number): void {
    this.waiting.leave(lock, since, row);
    this.flow[lock]++;
    if (this.waiting.level[lock] === 0) this.waitedSinceNs[lock] = Infinity;
  }

  /** A wait of a request of `epoch` came to its bound. */
  gaveUp(lock: number, epoch: number): void {
    this.counts.add(lock, epoch, TIMED_OUT);
    this.gaveUpNs[lock] = this.clock[0];
  }

  /** A request of `epoch` has the lock after a wait of `ns`. */
  taken(lock: number, epoch: number, ns: number): void {
    this.held.enter(lock);
    this.waits.record(lock * this.epochs + epoch, ns);
    this.counts.add(lock, epoch, ACQUIRED);
    if (this.held.level[lock] >= this.there.level[lock]) this.begins(lock);
  }

  /**
   * A request of `epoch` that had it since `since[row]` gives it back; `who` is a number by which
   * the model knows what to tell of it.
   */
  freed(lock: number, epoch: number, since: Float64Array, row: number, who: number): void {
    const ns = this.clock[0] - since[row];
    this.held.leave(lock, since, row);
    this.counts.add(lock, epoch, RELEASED);
    this.counts.add(lock, epoch, HELD_NS, ns);
    if (ns <= this.longestNs[lock]) return;
    this.longestNs[lock] = ns;
    this.longest[lock] = who;
  }

  /** One of the name is free, and nobody waits for it. */
  idle(lock: number): void {
    this.heldSinceNs[lock] = Infinity;
    const open = this.open[lock];
    if (open === null) return;
    open.untilNs = this.clock[0];
    this.open[lock] = null;
  }

  /** So many there are of a name from now on, since replicas came or went. */
  counted(lock: number, count: number): void {
    this.there.set(lock, count);
    if (this.held.level[lock] < count) this.idle(lock);
    else if (count > 0) this.begins(lock);
  }

  beginEpoch(epoch: number): void {
    this.waiting.beginEpoch(epoch);
    this.held.beginEpoch(epoch);
    this.there.beginEpoch(epoch);
  }

  /** Faults are to come: only what reaches into the first of them, or comes later, is kept. */
  faultBegins(): void {
    if (this.firstFaultNs < Infinity) return;
    this.firstFaultNs = this.clock[0];
    this.usualNs.forEach((_, lock) => {
      this.usualNs[lock] = this.counts.total(lock, HELD_NS) / this.counts.total(lock, RELEASED);
    });
  }

  /** Looks at every lock; to be called at every whole second. */
  second(source: LockSource): void {
    const now = this.clock[0];
    for (let l = 0; l < this.locks.length; l++) {
      if (this.heldSinceNs[l] < now && this.open[l] === null) this.look(l, now, source);
    }
  }

  marks(): Mark[] {
    const marks = this.firstFaultNs === Infinity ? this.first : this.kept;
    return marks.filter((mark) => mark !== null);
  }

  private begins(lock: number): void {
    if (this.heldSinceNs[lock] !== Infinity) return;
    this.heldSinceNs[lock] = this.clock[0];
    this.low(lock);
  }

  private low(lock: number): void {
    this.lowNs[lock] = this.clock[0];
    this.lowDepth[lock] = this.waiting.level[lock];
    this.lowFlow[lock] = this.flow[lock];
    this.longestNs[lock] = 0;
  }

  private look(lock: number, now: number, source: LockSource): void {
    const waitedSince = this.waitedSinceNs[lock];
    if (now - waitedSince >= SPAN_NS) {
      const line = source.takesAll(lock) ? 'has_all' : 'gives_up';
      if (line === 'has_all' || this.gaveUpNs[lock] >= now - SPAN_NS) {
        this.mark(lock, waitedSince, line, 0, source);
        return;
      }
    }
    const grown = this.waiting.level[lock] - this.lowDepth[lock];
    if (grown <= 0) {
      this.low(lock);
      return;
    }
    const since = now - this.lowNs[lock];
    const passed = this.flow[lock] - this.lowFlow[lock];
    if (since < SPAN_NS || grown <= SIGMAS * Math.sqrt(passed)) return;
    this.mark(lock, this.lowNs[lock], 'grows', (grown / since) * 1e9, source);
  }

  private mark(
    lock: number,
    atNs: number,
    line: LockLine,
    growthPerSecond: number,
    source: LockSource,
  ): void {
    const { name } = this.locks[lock];
    const holder = source.holderOf(lock, this.longestNs[lock], this.longest[lock]);
    const usualNs = this.usualNs[lock];
    if (usualNs > 0) holder.usualNs = usualNs;
    const mark: Mark = {
      atNs,
      component: name,
      what: 'saturated',
      how: 'lock',
      edge: null,
      lock: { line, holder },
      workers: this.there.level[lock],
      depth: this.waiting.level[lock],
      capacity: Infinity,
      growthPerSecond,
      untilNs: Infinity,
    };
    this.open[lock] = mark;
    this.first[lock] ??= mark;
    const kept = this.kept[lock];
    if (kept === null || kept.untilNs < this.firstFaultNs) this.kept[lock] = mark;
  }
}
