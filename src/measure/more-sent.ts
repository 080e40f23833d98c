import type { Change } from './measured.js';
import { OFFERED, type Recorder } from './recorder.js';

/** What comes from producers is kept of so many seconds; from so many on they tell what is usual. */
const SECONDS = 12;
const USUAL_SECONDS = 5;
/** Shorter times say nothing. */
const SPAN_NS = 5e8;
/** A producer sends more by this factor, and by more standard deviations than chance lets it. */
const MORE = 1.1;
const SIGMAS = 3;
/** For so long after a fault it is looked at who sends more since; in so many looks chance has more. */
const LOOKS = 30;
const SIGMAS_OF_LOOKS = 4;
/** With many producers the books are not read every second. */
const CELLS_MAX = 50_000;

export type Senders = NonNullable<Change['senders']>;

/** What came from producers in the `ns` up to a moment. */
interface Offered {
  atNs: number;
  ns: number;
  byProducer: readonly number[];
}

/**
 * Tells, where there are several producers, which of them send more than in the last seconds before
 * the first fault; without faults, than up to ten seconds ago and more. Told once in a run, since it is
 * the same for whoever is saturated by it.
 */
export class MoreSent {
  private usual: Offered | null = null;
  private next: Offered | null = null;
  private offered: Offered[] = [];
  private isTold = false;
  private hasBegun = false;
  /** Since the last fault began, who sends more. */
  private atFault: Offered | null = null;
  private looks = 0;
  private found: Senders = [];
  private readonly isOff: boolean;

  constructor(
    private readonly recorder: Recorder,
    private readonly clock: Float64Array,
  ) {
    const { length } = recorder.subjects.producers;
    this.isOff = length < 2 || length * recorder.epochs.count > CELLS_MAX;
  }

  faultBegins(): void {
    if (this.isOff) return;
    this.atFault = this.read();
    this.offered.push(this.atFault);
    this.looks = LOOKS;
    if (this.hasBegun) return;
    this.hasBegun = true;
    this.isTold = false;
    this.usual = this.lately(this.atFault);
  }

  /** A whole second has ended. */
  second(): void {
    if (this.isOff) return;
    const now = this.read();
    this.offered.push(now);
    if (this.offered.length > SECONDS) this.offered.shift();
    if (this.looks === 0 || this.atFault === null) return;
    this.looks--;
    this.found = this.between(this.atFault, now, SIGMAS_OF_LOOKS);
    if (this.found.length > 0) this.looks = 0;
  }

  /** No fault has begun, and what is usual is known anew. */
  renew(): void {
    if (this.isOff) return;
    this.usual = this.next;
    this.next = this.offered.at(-1) as Offered;
    this.usual ??= this.next;
  }

  /** Who sends more since a moment; nobody where that was told before. */
  since(ns: number): Senders {
    const from = this.offered.findLast(({ atNs }) => atNs <= ns);
    if (from === undefined || this.isTold) return [];
    return this.told(this.between(from, this.read(), SIGMAS));
  }

  /** Who was found to send more since a fault that had begun by a moment; nobody if told before. */
  sinceFault(ns: number): Senders {
    if (this.isTold || this.atFault === null || this.atFault.atNs > ns) return [];
    return this.told(this.found);
  }

  private told(senders: Senders): Senders {
    this.isTold = senders.length > 0;
    return senders;
  }

  private between(from: Offered, to: Offered, sigmas: number): Senders {
    const { usual } = this;
    const spanNs = to.atNs - from.atNs;
    if (usual === null || usual.ns === 0 || usual.atNs > from.atNs || spanNs < SPAN_NS) return [];
    const unsure = sigmas * Math.sqrt(1 + spanNs / usual.ns);
    const senders = this.recorder.subjects.producers.flatMap((name, p) => {
      const came = to.byProducer[p] - from.byProducer[p];
      const rate = usual.byProducer[p] / usual.ns;
      if (!isMore(came, rate * spanNs, MORE, unsure)) return [];
      return [{ name, perSecond: (came / spanNs) * 1e9, before: rate * 1e9 }];
    });
    return senders.sort((a, b) => grown(b) - grown(a)).slice(0, 2);
  }

  /** What came in the last seconds up to now, where they are enough; else all that has. */
  private lately(now: Offered): Offered {
    const [from] = this.offered;
    const ns = now.atNs - from.atNs;
    if (ns < USUAL_SECONDS * 1e9) return now;
    return { ...now, ns, byProducer: now.byProducer.map((sum, p) => sum - from.byProducer[p]) };
  }

  private read(): Offered {
    const { requests, subjects } = this.recorder;
    const byProducer = subjects.producers.map((_, p) => requests.total(p, OFFERED));
    return { atNs: this.clock[0], ns: this.clock[0], byProducer };
  }
}

export function grown({ before, perSecond }: Senders[number]): number {
  return perSecond - before;
}

/** Whether more came than was expected: by a factor, and by more standard deviations than chance lets it. */
export function isMore(came: number, expected: number, factor: number, sigmas = SIGMAS): boolean {
  return came >= factor * expected && came - expected > sigmas * Math.sqrt(Math.max(1, expected));
}
