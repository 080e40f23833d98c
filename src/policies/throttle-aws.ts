import { pow } from '../kernel/math.js';
import { type Ending, GO, type Guard, REFUSE, WAIT } from './guard.js';
import type { LibraryDefaults } from './library.js';

/** The client-side rate limiter of the AWS SDKs' adaptive retry mode: its numbers. */
export interface AwsThrottleSpec {
  beta: number;
  scaleConstant: number;
  smoothing: number;
  timeBucketRangeNs: number;
  minRate: number;
  maxRateAdjustScale: number;
  /** How long one waits for a token; the SDK waits as long as it takes (Infinity). */
  waitNs: number;
}

/** The constants of botocore's adaptive mode. */
export const AWS_THROTTLE_DEFAULTS: AwsThrottleSpec = {
  beta: 0.7,
  scaleConstant: 0.4,
  smoothing: 0.8,
  timeBucketRangeNs: 500e6,
  minRate: 0.5,
  maxRateAdjustScale: 2,
  waitNs: Infinity,
};

export const AWS_THROTTLE: LibraryDefaults = {
  library: 'aws_adaptive',
  part: 'throttle',
  source: 'boto/botocore botocore/retries/{adaptive,throttling,bucket}.py',
  options: [
    { name: 'beta', default: '0.7', doc: 'A throttling error multiplies the rate by this.' },
    { name: 'scale_constant', default: '0.4', doc: 'How steeply the rate grows (C of CUBIC).' },
    { name: 'smoothing', default: '80%', doc: 'Weight of the newest bucket in the measured rate.' },
    { name: 'time_bucket_range', default: '500ms', doc: 'Buckets in which the rate is measured.' },
    { name: 'min_rate', default: '0.5', doc: 'The bucket fills no slower, a second.' },
    {
      name: 'max_rate_adjust_scale',
      default: '2',
      doc: 'At most so many times the measured rate.',
    },
    { name: 'wait', default: 'none', doc: 'How long one waits for a token.' },
  ],
};

/**
 * The client-side rate limiter of the AWS SDKs' adaptive mode, which waits for a token before it sends.
 * Off until the first throttling error (here: a refusal by the callee). Each such error sets the rate to
 * 0.7 of the least of measured and allowed; each other answer lets it grow along CUBIC's curve, at most to
 * twice the measured rate. The bucket holds one second's worth, at least one token; empty at first,
 * it fills from then on, also while the limiter is off
 * [boto/botocore botocore/retries/{adaptive,throttling,bucket}.py].
 */
export class AwsThrottle implements Guard {
  readonly token = 0;
  askAgainNs = Infinity;
  readonly waitMaxNs: number;
  private enabled = false;
  /** CUBIC: the rate at the last error, the time until it is reached again, when that error was. */
  private rateMax = 0;
  private zeroSeconds = 0;
  private lastErrorNs = 0;
  /** The bucket. */
  private fillRate = 1;
  private capacity = 1;
  private tokens = 0;
  private filledNs = 0;
  /** The measured rate of answers. */
  private measured = 0;
  private answers = 0;
  private lastBucketNs = 0;

  constructor(private readonly spec: AwsThrottleSpec) {
    this.waitMaxNs = spec.waitNs;
  }

  ask(nowNs: number): number {
    if (!this.enabled) return GO;
    this.fill(nowNs);
    if (this.tokens >= 1) {
      this.tokens--;
      return GO;
    }
    if (this.waitMaxNs === 0) return REFUSE;
    this.askAgainNs = nowNs + Math.ceil(((1 - this.tokens) / this.fillRate) * 1e9);
    return WAIT;
  }

  stopped(): void {
    // Its token is spent.
  }

  ended(nowNs: number, how: Ending): void {
    if (how === 'given_up') return;
    const measured = this.measure(nowNs);
    let rate: number;
    if (how === 'rejected') {
      const used = this.enabled ? Math.min(measured, this.fillRate) : measured;
      rate = this.failed(nowNs, used);
      this.enabled = true;
    } else rate = this.succeeded(nowNs);
    this.allow(nowNs, Math.min(rate, this.spec.maxRateAdjustScale * measured));
  }

  private failed(nowNs: number, rate: number): number {
    const { beta, scaleConstant } = this.spec;
    this.rateMax = rate;
    this.zeroSeconds = pow((rate * (1 - beta)) / scaleConstant, 1 / 3);
    this.lastErrorNs = nowNs;
    return rate * beta;
  }

  private succeeded(nowNs: number): number {
    const past = (nowNs - this.lastErrorNs) / 1e9 - this.zeroSeconds;
    return this.spec.scaleConstant * past * past * past + this.rateMax;
  }

  private measure(nowNs: number): number {
    const { smoothing, timeBucketRangeNs } = this.spec;
    const bucketNs = Math.floor(nowNs / timeBucketRangeNs) * timeBucketRangeNs;
    this.answers++;
    if (bucketNs > this.lastBucketNs) {
      const rate = (this.answers * 1e9) / (bucketNs - this.lastBucketNs);
      this.measured = rate * smoothing + this.measured * (1 - smoothing);
      this.answers = 0;
      this.lastBucketNs = bucketNs;
    }
    return this.measured;
  }

  /** Sets the rate, from now on; what was saved up until now came at the old one. */
  private allow(nowNs: number, rate: number): void {
    this.fill(nowNs);
    this.fillRate = Math.max(rate, this.spec.minRate);
    this.capacity = Math.max(1, rate);
    this.tokens = Math.min(this.tokens, this.capacity);
  }

  private fill(nowNs: number): void {
    const come = ((nowNs - this.filledNs) / 1e9) * this.fillRate;
    this.tokens = Math.min(this.capacity, this.tokens + come);
    this.filledNs = nowNs;
  }
}
