import type { Mark, NoRoom } from './measured.js';

/** As of services: full again and again for so long is no accident. */
const SPAN_NS = 1e9;

/**
 * Finds when a queue that stands by itself is full for good: one that came found no room, and so did
 * another in every second since, for a second at least. The mark is set to the first of them. It ends
 * with the first whole second in which there was room for all.
 */
export class FullMarks {
  /** Since when there has been none in every second; Infinity where there was. */
  private readonly sinceNs: Float64Array;
  private readonly lastNs: Float64Array;
  private readonly count: Float64Array;
  private readonly became: NoRoom['became'][];
  private readonly open: (Mark | null)[];
  private readonly kept: (Mark | null)[];
  private readonly first: (Mark | null)[];
  /** Whether it ever happened: most queues are looked at no further. */
  private isAny = false;

  constructor(
    private readonly names: readonly string[],
    private readonly ready: Float64Array,
    private readonly clock: Float64Array,
  ) {
    this.sinceNs = new Float64Array(names.length).fill(Infinity);
    this.lastNs = new Float64Array(names.length);
    this.count = new Float64Array(names.length);
    this.became = names.map(() => 'refused');
    this.open = names.map(() => null);
    this.kept = names.map(() => null);
    this.first = names.map(() => null);
  }

  /** One that came found no room, or another was thrown out to make it. */
  noRoom(q: number, became: NoRoom['became']): void {
    this.isAny = true;
    if (this.sinceNs[q] === Infinity) {
      this.sinceNs[q] = this.clock[0];
      this.count[q] = 0;
    }
    this.lastNs[q] = this.clock[0];
    this.became[q] = became;
    this.count[q]++;
  }

  /** Whether any found none in the second that ends now. */
  wasFull(q: number): boolean {
    return this.sinceNs[q] < Infinity && this.lastNs[q] > this.clock[0] - SPAN_NS;
  }

  /** A whole second has ended; `firstFaultNs` Infinity before any fault. */
  second(firstFaultNs: number): void {
    if (!this.isAny) return;
    for (let q = 0; q < this.names.length; q++) {
      if (this.sinceNs[q] === Infinity) continue;
      if (!this.wasFull(q)) this.ends(q);
      else if (this.open[q] === null && this.clock[0] - this.sinceNs[q] >= SPAN_NS) {
        this.mark(q, firstFaultNs);
      }
    }
  }

  marks(firstFaultNs: number): (Mark | null)[] {
    return firstFaultNs < Infinity ? this.kept : this.first;
  }

  private ends(q: number): void {
    this.sinceNs[q] = Infinity;
    const open = this.open[q];
    if (open === null) return;
    open.untilNs = this.lastNs[q];
    this.open[q] = null;
  }

  private mark(q: number, firstFaultNs: number): void {
    const ns = this.clock[0] - this.sinceNs[q];
    const mark: Mark = {
      atNs: this.sinceNs[q],
      component: this.names[q],
      what: 'saturated',
      how: 'no_room',
      edge: null,
      workers: 0,
      depth: this.ready[q],
      capacity: Infinity,
      growthPerSecond: 0,
      noRoom: { became: this.became[q], perSecond: (this.count[q] * 1e9) / ns },
      untilNs: Infinity,
    };
    this.open[q] = mark;
    this.first[q] ??= mark;
    const kept = this.kept[q];
    if (kept === null || kept.untilNs < firstFaultNs) this.kept[q] = mark;
  }
}
