import { type Breaker, CLOSED, HALF_OPEN, OPEN } from './breaker.js';
import { nextToken } from './consecutive-breaker.js';
import { type Ending, GO, type Local, REFUSE } from './guard.js';
import type { LibraryDefaults } from './library.js';

/** opossum's circuit breaker. */
export interface OpossumBreakerSpec {
  kind: 'opossum';
  /** In percent. */
  errorThresholdPercentage: number;
  resetTimeoutNs: number;
  rollingCountTimeoutNs: number;
  rollingCountBuckets: number;
  volumeThreshold: number;
  allowWarmUp: boolean;
}

/** What opossum's circuit breaker does where nothing is said. */
export const OPOSSUM_BREAKER: LibraryDefaults = {
  library: 'opossum',
  part: 'breaker',
  source: 'nodeshift/opossum@59421c572a (npm 10.0.0), lib/circuit.js, lib/status.js',
  options: [
    {
      name: 'error_threshold_percentage',
      default: '50%',
      doc: 'Opens when failures ÷ calls begun in the window is above this.',
    },
    {
      name: 'reset_timeout',
      default: '30s',
      doc: 'It stays open for this; a timer then turns it half open.',
    },
    {
      name: 'rolling_count_timeout',
      default: '10s',
      doc: 'How far back the counts reach.',
    },
    {
      name: 'rolling_count_buckets',
      default: '10',
      doc: 'In how many slices the window moves on.',
    },
    {
      name: 'volume_threshold',
      default: '0',
      doc: 'It opens only once so many calls have begun in the window.',
    },
    {
      name: 'allow_warm_up',
      default: 'false',
      doc: 'No failure opens it in the first rolling_count_timeout.',
    },
  ],
};

const MS = 1e6;

/**
 * opossum's circuit breaker. Only a failure makes it look: it opens when failures ÷ fires, both in
 * the rolling window, is above the threshold. A fire is every call that comes, also one that is still
 * out or that was refused. A timer turns it half open; exactly one call then passes. While half open
 * any success, even of a call from before it opened, closes it, and any failure opens it. The counts
 * are not begun anew when it closes. A full pool or semaphore is a failure. A probe that its caller
 * gave up, or that was stopped elsewhere, is no verdict: the next call is the probe.
 */
export class OpossumBreaker implements Breaker {
  state = CLOSED;
  turnsAtNs = Infinity;
  token = 0;
  readonly askAgainNs = Infinity;
  readonly waitMaxNs = Infinity;
  private mayProbe = false;
  private readonly sliceNs: number;
  private readonly fires: Float64Array;
  private readonly failures: Float64Array;
  private firesSum = 0;
  private failuresSum = 0;
  private slice = 0;

  constructor(private readonly spec: OpossumBreakerSpec) {
    const buckets = spec.rollingCountBuckets;
    this.sliceNs = Math.max(1, Math.floor(spec.rollingCountTimeoutNs / MS / buckets)) * MS;
    this.fires = new Float64Array(buckets);
    this.failures = new Float64Array(buckets);
  }

  ask(nowNs: number): number {
    this.turn(nowNs);
    this.move(nowNs);
    this.fires[this.slice % this.fires.length]++;
    this.firesSum++;
    if (this.state === CLOSED) return GO;
    if (!this.mayProbe) return REFUSE;
    this.mayProbe = false;
    this.token = nextToken(this.token);
    return GO;
  }

  stopped(nowNs: number, why: Local, token: number): void {
    this.turn(nowNs);
    if (why === 'bulkhead_full' || why === 'no_connection') this.failed(nowNs);
    else this.noVerdict(token);
  }

  ended(nowNs: number, how: Ending, _tookNs: number, token: number): void {
    this.turn(nowNs);
    if (how === 'given_up') this.noVerdict(token);
    else if (how !== 'ok') this.failed(nowNs);
    else if (this.state === HALF_OPEN) this.become(CLOSED);
  }

  turn(nowNs: number): void {
    if (this.state !== OPEN || nowNs < this.turnsAtNs) return;
    this.become(HALF_OPEN);
    this.mayProbe = true;
  }

  private failed(nowNs: number): void {
    const { spec } = this;
    this.move(nowNs);
    this.failures[this.slice % this.failures.length]++;
    this.failuresSum++;
    if (spec.allowWarmUp && nowNs < spec.rollingCountTimeoutNs) return;
    if (this.firesSum < spec.volumeThreshold && this.state !== HALF_OPEN) return;
    const percentage = (this.failuresSum / this.firesSum) * 100;
    if (percentage <= spec.errorThresholdPercentage && this.state !== HALF_OPEN) return;
    if (this.state === OPEN) return;
    this.become(OPEN);
    this.turnsAtNs = nowNs + spec.resetTimeoutNs;
  }

  private noVerdict(token: number): void {
    if (this.state === HALF_OPEN && token === this.token) this.mayProbe = true;
  }

  private become(state: number): void {
    this.state = state;
    this.turnsAtNs = Infinity;
    this.mayProbe = false;
    this.token = nextToken(this.token);
  }

  /** Drops the slices that are a window old. */
  private move(nowNs: number): void {
    const slice = Math.floor(nowNs / this.sliceNs);
    const buckets = this.fires.length;
    const gone = Math.min(buckets, slice - this.slice);
    for (let i = 1; i <= gone; i++) {
      const at = (this.slice + i) % buckets;
      this.firesSum -= this.fires[at];
      this.failuresSum -= this.failures[at];
      this.fires[at] = 0;
      this.failures[at] = 0;
    }
    this.slice = slice;
  }
}
