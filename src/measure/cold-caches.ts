import type { ColdCache } from './measured.js';
import { HITS, MISSES, type Recorder } from './recorder.js';

/** Seconds before the first fault that tell what a cache usually finds. */
const USUAL_SECONDS = 10;
/** Fewer questions say nothing. */
const ASKED_MIN = 10;
/** Misses are so many times as many, and the share found is less by this. */
const TIMES = 2;
const LESS = 0.05;

/** One cache's component: hits and questions up to the last borders of seconds, and to faults. */
interface Seen {
  component: number;
  /** Pairs of hits and questions, the last border first. */
  borders: [number, number][];
  /** What it found of what it was asked before the first fault; NaN before that, or if never asked. */
  usual: number;
  atFault: [number, number];
  told: boolean;
}

/**
 * Tells, when something saturates, whether a cache finds much less than before the first fault: then
 * that is where the load comes from. Each is told of once.
 */
export class ColdCaches {
  private readonly seen: Seen[];

  constructor(private readonly recorder: Recorder) {
    this.seen = recorder.subjects.caches.flatMap((isCached, component) => {
      const none: [number, number] = [0, 0];
      return isCached ? { component, borders: [none], usual: NaN, atFault: none, told: false } : [];
    });
  }

  /** A whole second has ended. */
  second(): void {
    for (const { borders, component } of this.seen) {
      borders.unshift(this.upToNow(component));
      if (borders.length > USUAL_SECONDS) borders.pop();
    }
  }

  /** A fault begins; `first`: none did before. */
  faultBegins(first: boolean): void {
    for (const one of this.seen) {
      one.atFault = this.upToNow(one.component);
      if (first) one.usual = found(one.borders[one.borders.length - 1], one.atFault);
    }
  }

  /** The cache that finds less than before, and was not told of yet; null where there is none. */
  tell(): ColdCache | null {
    let most: Seen | null = null;
    let least = 1;
    for (const one of this.seen) {
      const share = this.nowFound(one);
      const { usual, told } = one;
      if (told || !(1 - share >= TIMES * (1 - usual) && usual - share >= LESS)) continue;
      if (share >= least) continue;
      most = one;
      least = share;
    }
    if (most === null) return null;
    most.told = true;
    const { name } = this.recorder.subjects.components[most.component];
    return { component: name, found: least, before: most.usual };
  }

  /** Of what was asked in the last second or two, and since the last fault began; NaN if too few. */
  private nowFound({ atFault, borders, component }: Seen): number {
    const recent = borders[Math.min(1, borders.length - 1)];
    const from = recent[1] > atFault[1] ? recent : atFault;
    const now = this.upToNow(component);
    return now[1] - from[1] < ASKED_MIN ? NaN : found(from, now);
  }

  private upToNow(component: number): [number, number] {
    const hits = this.recorder.caches.total(component, HITS);
    return [hits, hits + this.recorder.caches.total(component, MISSES)];
  }
}

function found(from: [number, number], to: [number, number]): number {
  return (to[0] - from[0]) / (to[1] - from[1]);
}
