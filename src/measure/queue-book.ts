import { Levels } from './levels.js';
import { Tallies } from './tallies.js';

/** Columns of counts: dead letters that were put there; those for which there was no room, or no longer. */
export const DEAD_LETTERED = 0;
export const LOST = 1;

/** When what lies in a queue was put there, the oldest first, as a ring. */
interface Ring {
  sinceNs: Float64Array;
  head: number;
}

/** What is counted of queues that stand by themselves: how much lies there, since when, what was lost. */
export class QueueBook {
  readonly levels: Levels;
  readonly counts: Tallies;
  private readonly rings: Ring[];
  /** Greatest age by queue and epoch of the clock. */
  private readonly ages: Float64Array;
  private epoch = 0;

  constructor(
    readonly queues: number,
    private readonly epochs: number,
    private readonly clock: Float64Array,
  ) {
    this.levels = new Levels(queues, epochs, clock);
    this.counts = new Tallies(queues, epochs, 2);
    this.rings = Array.from({ length: queues }, () => ({ sinceNs: new Float64Array(16), head: 0 }));
    this.ages = new Float64Array(queues * epochs);
  }

  /** One is put into a queue. */
  put(queue: number): void {
    const ring = this.rings[queue];
    const count = this.levels.level[queue];
    if (count === ring.sinceNs.length) {
      const { head, sinceNs } = ring;
      const longer = new Float64Array(Math.ceil(count * 1.5));
      // What lay before the head comes behind the rest.
      longer.set(sinceNs.subarray(head), 0);
      longer.set(sinceNs.subarray(0, head), count - head);
      ring.sinceNs = longer;
      ring.head = 0;
    }
    ring.sinceNs[(ring.head + count) % ring.sinceNs.length] = this.clock[0];
    this.levels.enter(queue);
  }

  /** The oldest leaves a queue; there must be one. */
  takeOldest(queue: number): void {
    const ring = this.rings[queue];
    this.noteAge(queue);
    this.levels.leave(queue, ring.sinceNs, ring.head);
    ring.head = (ring.head + 1) % ring.sinceNs.length;
  }

  beginEpoch(epoch: number): void {
    this.noteAges();
    this.epoch = epoch;
    this.levels.beginEpoch(epoch);
  }

  /** Greatest age in the epochs [first, last), nanoseconds; up to now in that of the clock. */
  ageMaxNs(queue: number, first: number, last: number): number {
    this.noteAges();
    let max = 0;
    for (let e = first; e < last; e++) max = Math.max(max, this.ages[queue * this.epochs + e]);
    return max;
  }

  /** Counts all that lie there at the end of the run, at their age. */
  reckon(): void {
    this.rings.forEach(({ head, sinceNs }, queue) => {
      const count = this.levels.level[queue];
      for (let i = 0; i < count; i++) {
        const since = sinceNs[(head + i) % sinceNs.length];
        this.levels.times.add(queue, this.clock[0] - since);
      }
    });
  }

  private noteAges(): void {
    for (let queue = 0; queue < this.queues; queue++) this.noteAge(queue);
  }

  private noteAge(queue: number): void {
    if (this.levels.level[queue] === 0) return;
    const { head, sinceNs } = this.rings[queue];
    const at = queue * this.epochs + this.epoch;
    this.ages[at] = Math.max(this.ages[at], this.clock[0] - sinceNs[head]);
  }
}
