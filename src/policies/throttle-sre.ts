import { type Ending, GO, type Guard, type Local, REFUSE } from './guard.js';
import { TrailingCounts } from './trailing-counts.js';

/** Google's adaptive throttling: its numbers, with their defaults. */
export interface SreThrottleSpec {
  /** K, 2: requests beyond K times those accepted are refused more and more. */
  k: number;
  /** The trailing window, 2 minutes. */
  windowNs: number;
  /** How an attempt ends that was not accepted: timeout, rejected, error. */
  refusals: readonly Ending[];
  /** So many a second pass whatever the rule says; 0, as in the book: none. */
  floorPerSecond: number;
}

/** [Google SRE book, "Handling Overload", client-side throttling]: K = 2 over two minutes. */
export const SRE_THROTTLE_DEFAULTS: SreThrottleSpec = {
  k: 2,
  windowNs: 120e9,
  refusals: ['timeout', 'rejected', 'error'],
  floorPerSecond: 0,
};

const SLICES = 120;

/**
 * Google's client-side throttling: refuses with probability `max(0, (requests − K × accepts) ÷
 * (requests + 1))` over the trailing two minutes. `requests` counts every attempt that the application
 * made, those refused here included, so what gets through is at most K times what the callee accepts. There
 * is no floor: after an outage as long as the window nearly nothing gets through, and it takes minutes
 * to learn that the callee is back [Google SRE book, "Handling Overload"].
 *
 * The window is kept in 120 slices. What ends without a verdict, or was stopped further in and never
 * sent, does not count.
 */
export class SreThrottle implements Guard {
  token = 0;
  readonly askAgainNs = Infinity;
  readonly waitMaxNs = 0;
  private readonly counts: TrailingCounts;
  private readonly floorGapNs: number;
  private lastPassNs = -Infinity;

  constructor(private readonly spec: SreThrottleSpec) {
    this.counts = new TrailingCounts(spec.windowNs, SLICES);
    this.floorGapNs = spec.floorPerSecond > 0 ? 1e9 / spec.floorPerSecond : Infinity;
  }

  ask(nowNs: number, u: number): number {
    const { counts } = this;
    counts.turn(nowNs);
    const refused = (counts.firsts - this.spec.k * counts.seconds) / (counts.firsts + 1);
    this.token = counts.addFirst(nowNs);
    if (u < refused && nowNs - this.lastPassNs < this.floorGapNs) return REFUSE;
    this.lastPassNs = nowNs;
    return GO;
  }

  stopped(nowNs: number, _why: Local, token: number): void {
    this.counts.takeBackFirst(nowNs, token);
  }

  ended(nowNs: number, how: Ending, _tookNs: number, token: number): void {
    if (how === 'given_up') this.counts.takeBackFirst(nowNs, token);
    else if (!this.spec.refusals.includes(how)) this.counts.addSecond(nowNs);
  }
}
