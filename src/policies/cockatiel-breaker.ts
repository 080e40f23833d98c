import { type Breaker, CLOSED, HALF_OPEN, OPEN } from './breaker.js';
import { nextToken } from './consecutive-breaker.js';
import { type Ending, GO, REFUSE, WAIT } from './guard.js';
import type { LibraryDefaults } from './library.js';

/** cockatiel's circuit breaker, with one of its three rules for when it opens. */
export interface CockatielBreakerSpec {
  kind: 'cockatiel';
  halfOpenAfterNs: number;
  opensBy: ConsecutiveRule | CountRule | SamplingRule;
  /** While half open so many calls pass; more than this share of failures among them opens it. */
  halfOpenSampling: { calls: number; threshold: number };
}

export interface ConsecutiveRule {
  kind: 'consecutive';
  failures: number;
}

export interface CountRule {
  kind: 'count';
  threshold: number;
  size: number;
  minimumNumberOfCalls: number;
}

export interface SamplingRule {
  kind: 'sampling';
  threshold: number;
  durationNs: number;
  /** Calls a second below which it never opens; null for 5 ÷ threshold. */
  minimumRps: number | null;
}

/** What cockatiel's circuit breaker does where nothing is said. */
export const COCKATIEL_BREAKER: LibraryDefaults = {
  library: 'cockatiel',
  part: 'breaker',
  source:
    'connor4312/cockatiel@f475a690ee (npm 4.0.0), src/CircuitBreakerPolicy.ts, src/breaker; ' +
    'half_open_after and the rule have no default there: these are those of its readme',
  options: [
    {
      name: 'half_open_after',
      default: '10s',
      doc: 'It stays open for this; the next call then is the probe, and the others wait for it.',
    },
    { name: 'consecutive', default: '5', doc: 'Opens at so many failures in a row.' },
    {
      name: 'count',
      default: 'none',
      doc:
        'Instead: { threshold, size, minimum_number_of_calls (default: size) }. Opens when more ' +
        'than the threshold of the last calls failed.',
    },
    {
      name: 'sampling',
      default: 'none',
      doc:
        'Instead: { threshold, duration, minimum_rps (default: 5/s ÷ threshold) }. Opens when ' +
        'more than the threshold of the calls of that time failed.',
    },
    {
      name: 'half_open_sampling',
      default: '{ calls: 1, threshold: 0 }',
      doc: 'While half open so many calls pass; more than this share of failures opens it again.',
    },
  ],
};

/** Says of a failure whether the breaker is to open. */
interface Rule {
  succeeded(nowNs: number, closes: boolean): void;
  failed(nowNs: number): boolean;
}

/**
 * cockatiel's circuit breaker. Once `halfOpenAfterNs` is over the next call is the probe; other
 * calls wait for its verdict, and then run, or are refused. A late failure of a call from before it
 * opened is still told to the rule, and may open it again. Beyond the samples a half-open breaker
 * lets nobody pass, and it closes when all samples are back. A probe that its caller gave up, or
 * that was never sent, is no verdict: the next one waiting is the probe. (In the library the promise
 * would go on; here nobody hears of it.)
 */
export class CockatielBreaker implements Breaker {
  state = CLOSED;
  readonly turnsAtNs = Infinity;
  readonly askAgainNs = Infinity;
  readonly waitMaxNs = Infinity;
  /** 0 for a call let go while closed, else which half-open time it is a probe of. */
  token = 0;
  private readonly rule: Rule;
  private openedNs = 0;
  private halfOpenTime = 0;
  private inFlight = 0;
  private successes = 0;
  private failures = 0;

  constructor(private readonly spec: CockatielBreakerSpec) {
    this.rule = ruleOf(spec.opensBy);
  }

  ask(nowNs: number): number {
    if (this.state === CLOSED) {
      this.token = 0;
      return GO;
    }
    if (this.state === OPEN) {
      if (nowNs - this.openedNs < this.spec.halfOpenAfterNs) return REFUSE;
      this.state = HALF_OPEN;
      this.halfOpenTime = nextToken(this.halfOpenTime) || 1;
      this.inFlight = 0;
      this.successes = 0;
      this.failures = 0;
    }
    if (this.successes + this.failures + this.inFlight >= this.spec.halfOpenSampling.calls) {
      return WAIT;
    }
    this.inFlight++;
    this.token = this.halfOpenTime;
    return GO;
  }

  stopped(_nowNs: number, _why: unknown, token: number): void {
    if (this.isProbe(token)) this.inFlight--;
  }

  ended(nowNs: number, how: Ending, _tookNs: number, token: number): void {
    if (how === 'given_up') this.stopped(nowNs, how, token);
    else if (token === 0) this.endedFromBefore(nowNs, how === 'ok');
    else if (this.isProbe(token)) this.probed(nowNs, how === 'ok');
  }

  turn(): void {}

  private isProbe(token: number): boolean {
    return this.state === HALF_OPEN && token === this.halfOpenTime;
  }

  private endedFromBefore(nowNs: number, isOk: boolean): void {
    if (isOk) this.rule.succeeded(nowNs, false);
    else if (this.rule.failed(nowNs) && this.state !== OPEN) this.open(nowNs);
  }

  private probed(nowNs: number, isOk: boolean): void {
    const { calls, threshold } = this.spec.halfOpenSampling;
    this.inFlight--;
    if (isOk) this.successes++;
    else if (++this.failures > threshold * calls) {
      this.rule.failed(nowNs);
      this.open(nowNs);
      return;
    }
    if (this.successes + this.failures < calls || this.inFlight > 0) return;
    this.rule.succeeded(nowNs, true);
    this.state = CLOSED;
  }

  private open(nowNs: number): void {
    this.state = OPEN;
    this.openedNs = nowNs;
  }
}

function ruleOf(rule: CockatielBreakerSpec['opensBy']): Rule {
  switch (rule.kind) {
    case 'consecutive':
      return new Consecutive(rule);
    case 'count':
      return new Count(rule);
    case 'sampling':
      return new Sampling(rule);
  }
}

/** `ConsecutiveBreaker`. */
class Consecutive implements Rule {
  private inARow = 0;

  constructor(private readonly rule: ConsecutiveRule) {}

  succeeded(): void {
    this.inARow = 0;
  }

  failed(): boolean {
    return ++this.inARow >= this.rule.failures;
  }
}

const NOTHING = 0;
const SUCCESS = 1;
const FAILURE = 2;

/** `CountBreaker`: a ring of the last calls. */
class Count implements Rule {
  private readonly samples: Uint8Array;
  private next = 0;
  private total = 0;
  private failures = 0;

  constructor(private readonly rule: CountRule) {
    this.samples = new Uint8Array(rule.size);
  }

  succeeded(_nowNs: number, closes: boolean): void {
    if (closes) {
      this.samples.fill(NOTHING);
      this.total = 0;
      this.failures = 0;
    }
    this.sample(SUCCESS);
  }

  failed(): boolean {
    const { minimumNumberOfCalls, threshold } = this.rule;
    this.sample(FAILURE);
    return this.total >= minimumNumberOfCalls && this.failures > threshold * this.total;
  }

  private sample(outcome: number): void {
    const before = this.samples[this.next];
    if (before === NOTHING) this.total++;
    if (before === FAILURE) this.failures--;
    if (outcome === FAILURE) this.failures++;
    this.samples[this.next] = outcome;
    this.next = this.next + 1 === this.samples.length ? 0 : this.next + 1;
  }
}

const MS = 1e6;

/**
 * `SamplingBreaker`: sums over slices of the time. Only a call moves the slices on, and by one at
 * most: after a silence old slices linger.
 */
class Sampling implements Rule {
  private readonly sliceNs: number;
  private readonly least: number;
  private readonly totals: Float64Array;
  private readonly failuresBy: Float64Array;
  private total = 0;
  private failures = 0;
  private at = 0;
  private sinceNs = -Infinity;

  constructor(private readonly rule: SamplingRule) {
    const durationMs = rule.durationNs / MS;
    const slices = Math.max(5, Math.ceil(durationMs / 1000));
    const sliceMs = Math.floor(durationMs / slices + 0.5);
    const perMs = rule.minimumRps === null ? 5 / (rule.threshold * 1000) : rule.minimumRps / 1000;
    this.sliceNs = sliceMs * MS;
    this.least = sliceMs * slices * perMs;
    this.totals = new Float64Array(slices);
    this.failuresBy = new Float64Array(slices);
  }

  succeeded(nowNs: number, closes: boolean): void {
    if (closes) {
      this.totals.fill(0);
      this.failuresBy.fill(0);
      this.total = 0;
      this.failures = 0;
      this.sinceNs = -Infinity;
    }
    this.push(nowNs, false);
  }

  failed(nowNs: number): boolean {
    this.push(nowNs, true);
    return this.total >= this.least && this.failures > this.rule.threshold * this.total;
  }

  private push(nowNs: number, failed: boolean): void {
    if (nowNs - this.sinceNs >= this.sliceNs) {
      this.at = (this.at + 1) % this.totals.length;
      this.total -= this.totals[this.at];
      this.failures -= this.failuresBy[this.at];
      this.totals[this.at] = 0;
      this.failuresBy[this.at] = 0;
      this.sinceNs = nowNs;
    }
    this.totals[this.at]++;
    this.total++;
    if (!failed) return;
    this.failuresBy[this.at]++;
    this.failures++;
  }
}
