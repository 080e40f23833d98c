import { pow } from '../kernel/math.js';
import { type Ending, GO, type Guard, REFUSE } from './guard.js';
import type { LibraryDefaults } from './library.js';

/** Envoy's admission control filter: its options. */
export interface EnvoyThrottleSpec {
  samplingWindowNs: number;
  srThreshold: number;
  aggression: number;
  maxRejectionProbability: number;
  rpsThreshold: number;
}

/** The defaults of Envoy's admission control filter. */
export const ENVOY_THROTTLE_DEFAULTS: EnvoyThrottleSpec = {
  samplingWindowNs: 30e9,
  srThreshold: 0.95,
  aggression: 1,
  maxRejectionProbability: 0.8,
  rpsThreshold: 0,
};

export const ENVOY_THROTTLE: LibraryDefaults = {
  library: 'envoy',
  part: 'throttle',
  source:
    'envoyproxy/envoy source/extensions/filters/http/admission_control, ' +
    'api/envoy/extensions/filters/http/admission_control/v3',
  options: [
    { name: 'sampling_window', default: '30s', doc: 'What ended so long ago is forgotten.' },
    { name: 'sr_threshold', default: '95%', doc: 'Share of successes that is well.' },
    { name: 'aggression', default: '1', doc: 'More: refuses sooner, as the root of this degree.' },
    { name: 'max_rejection_probability', default: '80%', doc: 'Never refuses a greater share.' },
    { name: 'rps_threshold', default: '0', doc: 'Refuses nobody below this many a second.' },
  ],
};

const GRANULE_NS = 1e9;

/**
 * Envoy's admission control: refuses with probability `max(0, (n − successes ÷ 0.95) ÷ (n + 1))` to the
 * power 1 ÷ aggression, at most 80%, over what was *forwarded* and ended in the last 30 s; what it
 * refused itself is not counted. Anything but an answer is a failure (Envoy's default calls statuses
 * below 500 a success). Kept in entries that begin with a sample and last a second
 * [envoyproxy/envoy source/extensions/filters/http/admission_control/{admission_control,
 * thread_local_controller}.cc].
 */
export class EnvoyThrottle implements Guard {
  readonly token = 0;
  readonly askAgainNs = Infinity;
  readonly waitMaxNs = 0;
  /** Entries in a ring: when each began, how many ended in it, how many of them well. */
  private begun = new Float64Array(32);
  private requests = new Float64Array(32);
  private successes = new Float64Array(32);
  private oldest = 0;
  private entries = 0;
  private requestsSum = 0;
  private successesSum = 0;

  constructor(private readonly spec: EnvoyThrottleSpec) {}

  ask(nowNs: number, u: number): number {
    this.turn(nowNs);
    return u < this.refuses(nowNs) ? REFUSE : GO;
  }

  stopped(): void {
    // It was never forwarded.
  }

  ended(nowNs: number, how: Ending): void {
    if (how === 'given_up') return;
    this.turn(nowNs);
    const newest = (this.oldest + this.entries - 1) % this.begun.length;
    this.requests[newest]++;
    this.requestsSum++;
    if (how !== 'ok') return;
    this.successes[newest]++;
    this.successesSum++;
  }

  private refuses(nowNs: number): number {
    const { aggression, maxRejectionProbability, rpsThreshold, srThreshold } = this.spec;
    if (this.perSecond(nowNs) < rpsThreshold) return 0;
    const excess = this.requestsSum - this.successesSum / srThreshold;
    const share = Math.max(0, excess / (this.requestsSum + 1));
    return Math.min(maxRejectionProbability, pow(share, 1 / aggression));
  }

  private perSecond(nowNs: number): number {
    if (this.requestsSum === 0) return 0;
    const age = Math.floor((nowNs - this.begun[this.oldest]) / 1e9);
    return this.requestsSum / Math.max(1, age);
  }

  /** Drops entries that are too old, and begins one where the newest has had its second. */
  private turn(nowNs: number): void {
    const size = this.begun.length;
    while (this.entries > 0 && nowNs - this.begun[this.oldest] >= this.spec.samplingWindowNs) {
      this.requestsSum -= this.requests[this.oldest];
      this.successesSum -= this.successes[this.oldest];
      this.oldest = (this.oldest + 1) % size;
      this.entries--;
    }
    const newest = (this.oldest + this.entries - 1 + size) % size;
    if (this.entries > 0 && nowNs - this.begun[newest] < GRANULE_NS) return;
    if (this.entries === size) this.grow();
    const next = (this.oldest + this.entries) % this.begun.length;
    this.begun[next] = nowNs;
    this.requests[next] = 0;
    this.successes[next] = 0;
    this.entries++;
  }

  /** Twice the room, the oldest entry first. */
  private grow(): void {
    this.begun = unrolled(this.begun, this.oldest);
    this.requests = unrolled(this.requests, this.oldest);
    this.successes = unrolled(this.successes, this.oldest);
    this.oldest = 0;
  }
}

function unrolled(ring: Float64Array, from: number): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(2 * ring.length);
  longer.set(ring.subarray(from));
  longer.set(ring.subarray(0, from), ring.length - from);
  return longer;
}
