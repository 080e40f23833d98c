import { exp } from '../kernel/math.js';
import { type Ending, GO, type Guard, REFUSE } from './guard.js';
import type { LibraryDefaults } from './library.js';
import { TrailingCounts } from './trailing-counts.js';

/** Finagle's NackAdmissionFilter: its options. */
export interface FinagleThrottleSpec {
  windowNs: number;
  nackRateThreshold: number;
  maxDropProbability: number;
  rpsThreshold: number;
}

/** The defaults of Finagle's NackAdmissionFilter. */
export const FINAGLE_THROTTLE_DEFAULTS: FinagleThrottleSpec = {
  windowNs: 120e9,
  nackRateThreshold: 0.5,
  maxDropProbability: 0.75,
  rpsThreshold: 5,
};

export const FINAGLE_THROTTLE: LibraryDefaults = {
  library: 'finagle',
  part: 'throttle',
  source:
    'twitter/finagle@4feb34cb94 finagle-core/src/main/scala/com/twitter/finagle/filter/' +
    'NackAdmissionFilter.scala',
  options: [
    { name: 'window', default: '2m', doc: 'Mean age of what the moving average remembers.' },
    { name: 'nack_rate_threshold', default: '50%', doc: 'Share of nacks that is tolerated.' },
    { name: 'max_drop_probability', default: '75%', doc: 'Never refuses a greater share.' },
    { name: 'rps_threshold', default: '5', doc: 'Below this many a second all counts as well.' },
  ],
};

const RPS_WINDOW_NS = 1e9;
const RPS_SLICES = 10;

/**
 * Finagle's NackAdmissionFilter: a moving average of the share of forwarded requests that were not
 * nacked, 1 at first. Below half it refuses with probability `min(0.75, 1 − average ÷ 0.5)`. A nack is
 * a refusal by the callee and nothing else: a timeout or an error counts as well done. With fewer than
 * five requests in the last second every answer counts as well done. Without the cap of 0.75 no news
 * would come any more, says its source [twitter/finagle@4feb34cb94 …/filter/NackAdmissionFilter.scala].
 */
export class FinagleThrottle implements Guard {
  readonly token = 0;
  readonly askAgainNs = Infinity;
  readonly waitMaxNs = 0;
  private readonly asked = new TrailingCounts(RPS_WINDOW_NS, RPS_SLICES);
  private average = 1;
  private updatedNs = 0;

  constructor(private readonly spec: FinagleThrottleSpec) {}

  ask(nowNs: number, u: number): number {
    this.asked.addFirst(nowNs);
    const { maxDropProbability, nackRateThreshold } = this.spec;
    const wanted = 1 - nackRateThreshold;
    if (this.average >= wanted) return GO;
    return u < Math.min(maxDropProbability, 1 - this.average / wanted) ? REFUSE : GO;
  }

  stopped(): void {
    // It was never forwarded.
  }

  ended(nowNs: number, how: Ending): void {
    this.asked.turn(nowNs);
    const nacked = how === 'rejected' && this.asked.firsts >= this.spec.rpsThreshold;
    const weight = exp(-(nowNs - this.updatedNs) / this.spec.windowNs);
    this.average = (nacked ? 0 : 1) * (1 - weight) + this.average * weight;
    this.updatedNs = nowNs;
  }
}
