import { Histograms } from './histograms.js';
import { Levels } from './levels.js';
import { Tallies } from './tallies.js';

/** Columns of counts, by the epoch in which the message's request arrived. */
export const PUBLISHED = 0;
/** Messages that a handler has done with; deliveries again; what was handled once more. */
export const MESSAGES_HANDLED = 1;
export const REDELIVERED = 2;
export const DUPLICATED = 3;
/** Messages that came there as dead letters; those thrown away. */
export const DEAD_LETTERED = 4;
export const LOST = 5;
const COLUMNS = 6;

/** What is counted of queues that stand by themselves: what is ready there, what is not yet done with. */
export class QueueBook {
  /** Ready to be delivered. */
  readonly ready: Levels;
  /** Published and not done with: ready, or being handled. */
  readonly held: Levels;
  /** Greatest level of `held` that lasted, by queue and epoch; and since when it is what it is. */
  private readonly heldMost: Float64Array;
  private readonly heldSinceNs: Float64Array;
  readonly counts: Tallies;
  /** Times from being ready to the first delivery, by queue and epoch of arrival. */
  readonly waits: Histograms;
  /** Times from the request's arrival until its handler had done with it. */
  readonly endToEnd: Histograms;
  /** By queue and epoch of the clock. */
  readonly rebalances: Float64Array;
  /** When the oldest that is ready was published, by queue; Infinity for none. */
  oldestNs: (queue: number) => number = () => Infinity;
  /** Greatest age by queue and epoch of the clock. */
  private readonly ages: Float64Array;
  private readonly came: Float64Array;
  private epoch = 0;

  constructor(
    readonly queues: number,
    private readonly epochs: number,
    private readonly clock: Float64Array,
  ) {
    this.ready = new Levels(queues, epochs, clock);
    this.held = new Levels(queues, epochs, clock);
    this.heldMost = new Float64Array(queues * epochs);
    this.heldSinceNs = new Float64Array(queues);
    this.counts = new Tallies(queues, epochs, COLUMNS);
    this.waits = new Histograms(queues * epochs);
    this.endToEnd = new Histograms(queues * epochs);
    this.rebalances = new Float64Array(queues * epochs);
    this.ages = new Float64Array(queues * epochs);
    this.came = new Float64Array(queues);
  }

  /** A message waited so long for its first delivery. */
  waited(queue: number, epoch: number, ns: number): void {
    this.waits.record(queue * this.epochs + epoch, ns);
  }

  /** A message was done with, so long after its request had arrived. */
  done(queue: number, epoch: number, ns: number): void {
    this.endToEnd.record(queue * this.epochs + epoch, ns);
  }

  /** How many messages came to a queue so far. */
  cameInAll(queue: number): number {
    return this.came[queue];
  }

  /** A message has come to a queue. */
  published(queue: number, epoch: number): void {
    this.counts.add(queue, epoch, PUBLISHED);
    this.came[queue]++;
    this.noteHeld(queue);
    this.held.enter(queue);
  }

  /** A message that came at `since[row]` is done with, or goes to another queue. */
  left(queue: number, since: Float64Array, row: number): void {
    this.noteHeld(queue);
    this.held.leave(queue, since, row);
  }

  /**
   * The most that were held for any time in the epochs [first, last): where one that is done with makes
   * room for the next, both are held at that nanosecond and for none of it.
   */
  heldMostBetween(queue: number, first: number, last: number): number {
    this.noteHeld(queue);
    let most = 0;
    for (let e = first; e < last; e++)
      most = Math.max(most, this.heldMost[queue * this.epochs + e]);
    return most;
  }

  rebalanced(queue: number): void {
    this.rebalances[queue * this.epochs + this.epoch]++;
  }

  /** One that was published at `putNs` is ready no longer. */
  noteAge(queue: number, putNs: number): void {
    const at = queue * this.epochs + this.epoch;
    const age = this.clock[0] - putNs;
    if (age > this.ages[at]) this.ages[at] = age;
  }

  beginEpoch(epoch: number): void {
    this.noteAges();
    for (let queue = 0; queue < this.queues; queue++) this.noteHeld(queue);
    this.epoch = epoch;
    this.ready.beginEpoch(epoch);
    this.held.beginEpoch(epoch);
  }

  /** Greatest age in the epochs [first, last), nanoseconds; up to now in that of the clock. */
  ageMaxNs(queue: number, first: number, last: number): number {
    this.noteAges();
    let max = 0;
    for (let e = first; e < last; e++) max = Math.max(max, this.ages[queue * this.epochs + e]);
    return max;
  }

  /** Rebalances in the epochs [first, last) of the clock. */
  rebalancesBetween(queue: number, first: number, last: number): number {
    let sum = 0;
    for (let e = first; e < last; e++) sum += this.rebalances[queue * this.epochs + e];
    return sum;
  }

  /** Before what is held changes, and before it is asked: what it was until now. */
  private noteHeld(queue: number): void {
    const now = this.clock[0];
    if (this.heldSinceNs[queue] === now) return;
    this.heldSinceNs[queue] = now;
    const at = queue * this.epochs + this.epoch;
    const level = this.held.level[queue];
    if (level > this.heldMost[at]) this.heldMost[at] = level;
  }

  private noteAges(): void {
    for (let queue = 0; queue < this.queues; queue++) {
      const oldest = this.oldestNs(queue);
      if (oldest < Infinity) this.noteAge(queue, oldest);
    }
  }
}
