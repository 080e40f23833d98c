import { type Breaker, CLOSED, HALF_OPEN, OPEN } from './breaker.js';
import { type Ending, GO, type Local, REFUSE } from './guard.js';
import type { LibraryDefaults } from './library.js';

/** Hystrix's circuit breaker. */
export interface HystrixBreakerSpec {
  kind: 'hystrix';
  requestVolumeThreshold: number;
  /** In whole percent. */
  errorThresholdPercentage: number;
  sleepWindowNs: number;
  rollingWindowNs: number;
  healthSnapshotNs: number;
}

/** What Hystrix's circuit breaker does where nothing is said. */
export const HYSTRIX_BREAKER: LibraryDefaults = {
  library: 'hystrix',
  part: 'breaker',
  source:
    'Netflix/Hystrix 1.5, hystrix-core: HystrixCommandProperties, HystrixCircuitBreaker, ' +
    'HystrixCommandMetrics, metric/consumer/HealthCountsStream',
  options: [
    {
      name: 'request_volume_threshold',
      default: '20',
      doc: 'Calls that must have ended in the window before it may open.',
    },
    {
      name: 'error_threshold_percentage',
      default: '50%',
      doc: 'Opens at this share of errors, cut to whole percents.',
    },
    {
      name: 'sleep_window',
      default: '5s',
      doc: 'It stays open for this; the first call later than that is the probe.',
    },
    {
      name: 'rolling_window',
      default: '10s',
      doc: 'How far back the health counts reach (metrics.rollingStats.timeInMilliseconds).',
    },
    {
      name: 'health_snapshot_interval',
      default: '500ms',
      doc: 'How often the health counts are taken; it opens on such a tick only.',
    },
  ],
};

/**
 * Hystrix's circuit breaker. Health is a sum over the slices of the rolling window that are over,
 * taken anew every snapshot interval: only at such a tick does it open, at the threshold or above of
 * errors ÷ (errors + successes), truncated to whole percents, over at least the volume of calls. An
 * error is a failure, a timeout, a full pool or semaphore; a call that the breaker refused is none
 * (as in the 1.5 releases; an older line counted it). The first call later than the sleep window is
 * the probe, everything else is refused. While half open any success, even of a call from before,
 * closes it and begins the counts anew; any error, and a call that is given up, opens it again.
 */
export class HystrixBreaker implements Breaker {
  state = CLOSED;
  turnsAtNs = Infinity;
  readonly token = 0;
  readonly askAgainNs = Infinity;
  readonly waitMaxNs = Infinity;
  private openedNs = 0;
  private readonly slices: number;
  /** By slice: calls that ended, and errors; the slice at hand is none of the sums' yet. */
  private readonly totals: Float64Array;
  private readonly errors: Float64Array;
  private totalsSum = 0;
  private errorsSum = 0;
  private beganNs = 0;
  /** Number of the slice at hand since the counts began. */
  private slice = 0;
  private sliceTotal = 0;
  private sliceErrors = 0;

  constructor(private readonly spec: HystrixBreakerSpec) {
    this.slices = Math.max(1, Math.floor(spec.rollingWindowNs / spec.healthSnapshotNs));
    this.totals = new Float64Array(this.slices);
    this.errors = new Float64Array(this.slices);
  }

  ask(nowNs: number): number {
    this.turn(nowNs);
    if (this.state === CLOSED) return GO;
    if (this.state === HALF_OPEN || nowNs <= this.openedNs + this.spec.sleepWindowNs) return REFUSE;
    this.state = HALF_OPEN;
    return GO;
  }

  stopped(nowNs: number, why: Local): void {
    const isFull = why === 'bulkhead_full' || why === 'no_connection';
    this.ended(nowNs, isFull ? 'rejected' : 'given_up');
  }

  ended(nowNs: number, how: Ending): void {
    this.turn(nowNs);
    if (how !== 'given_up') {
      this.sliceTotal++;
      if (how !== 'ok') this.sliceErrors++;
    }
    if (this.state !== HALF_OPEN) {
      this.expect();
      return;
    }
    if (how === 'ok') this.close(nowNs);
    else {
      this.state = OPEN;
      this.openedNs = nowNs;
    }
  }

  turn(nowNs: number): void {
    const slice = Math.floor((nowNs - this.beganNs) / this.spec.healthSnapshotNs);
    if (slice === this.slice) return;
    // After a whole window without a word the sums are empty, and stay so.
    const last = Math.min(slice, this.slice + this.slices + 1);
    while (this.slice < last) this.tick();
    this.slice = slice;
    this.expect();
  }

  /** A slice is over: the snapshot is taken. */
  private tick(): void {
    const { totals, errors, slices, spec } = this;
    const at = this.slice % slices;
    this.totalsSum += this.sliceTotal - totals[at];
    this.errorsSum += this.sliceErrors - errors[at];
    totals[at] = this.sliceTotal;
    errors[at] = this.sliceErrors;
    this.sliceTotal = 0;
    this.sliceErrors = 0;
    this.slice++;
    if (this.state !== CLOSED || !this.isSick()) return;
    this.state = OPEN;
    this.openedNs = this.beganNs + this.slice * spec.healthSnapshotNs;
  }

  private isSick(): boolean {
    const { errorsSum, spec, totalsSum } = this;
    if (totalsSum < spec.requestVolumeThreshold) return false;
    const percentage = totalsSum === 0 ? 0 : Math.floor((errorsSum / totalsSum) * 100);
    return percentage >= spec.errorThresholdPercentage;
  }

  /** It may open at the next tick only if there are errors by then. */
  private expect(): void {
    const mayOpen = this.state === CLOSED && this.errorsSum + this.sliceErrors > 0;
    const next = this.beganNs + (this.slice + 1) * this.spec.healthSnapshotNs;
    this.turnsAtNs = mayOpen ? next : Infinity;
  }

  private close(nowNs: number): void {
    this.state = CLOSED;
    this.totals.fill(0);
    this.errors.fill(0);
    this.totalsSum = 0;
    this.errorsSum = 0;
    this.sliceTotal = 0;
    this.sliceErrors = 0;
    this.beganNs = nowNs;
    this.slice = 0;
    this.turnsAtNs = Infinity;
  }
}
