import { type Breaker, CLOSED, HALF_OPEN, OPEN } from './breaker.js';
import { type Ending, GO, REFUSE } from './guard.js';

/** A breaker that opens at so many failures in a row. */
export interface ConsecutiveBreakerSpec {
  kind: 'consecutive';
  failures: number;
  openForNs: number;
}

/**
 * The plainest breaker: it opens at the n-th failure in a row. Once `openForNs` is over, the next
 * call is its probe and everything else is refused: if the probe succeeds it closes, else it stays
 * open as long again. Results of calls let go before it opened change nothing any more. A probe that
 * is never sent, or given up, is no verdict: the next call is the probe.
 */
export class ConsecutiveBreaker implements Breaker {
  state = CLOSED;
  readonly turnsAtNs = Infinity;
  readonly askAgainNs = Infinity;
  readonly waitMaxNs = Infinity;
  /** Which closed time a call was let go in; probes count on. */
  token = 0;
  private inARow = 0;
  private openUntilNs = 0;
  private probeIsOut = false;

  constructor(private readonly spec: ConsecutiveBreakerSpec) {}

  ask(nowNs: number): number {
    if (this.state === CLOSED) return GO;
    if (this.state === OPEN) {
      if (nowNs < this.openUntilNs) return REFUSE;
      this.state = HALF_OPEN;
      this.probeIsOut = false;
    }
    if (this.probeIsOut) return REFUSE;
    this.probeIsOut = true;
    this.token = nextToken(this.token);
    return GO;
  }

  stopped(_nowNs: number, _why: unknown, token: number): void {
    if (this.state === HALF_OPEN && token === this.token) this.probeIsOut = false;
  }

  ended(nowNs: number, how: Ending, _tookNs: number, token: number): void {
    if (token !== this.token || this.state === OPEN) return;
    if (how === 'given_up') this.stopped(nowNs, how, token);
    else if (this.state === HALF_OPEN) this.decide(nowNs, how === 'ok');
    else if (how === 'ok') this.inARow = 0;
    else if (++this.inARow >= this.spec.failures) this.open(nowNs);
  }

  turn(): void {}

  private decide(nowNs: number, isOk: boolean): void {
    if (!isOk) {
      this.open(nowNs);
      return;
    }
    this.state = CLOSED;
    this.inARow = 0;
    this.token = nextToken(this.token);
  }

  private open(nowNs: number): void {
    this.state = OPEN;
    this.openUntilNs = nowNs + this.spec.openForNs;
    // What is still out from before shall not be taken for a probe.
    this.token = nextToken(this.token);
  }
}

/** The next number of a generation; it fits 31 bits. */
export function nextToken(token: number): number {
  return (token + 1) & 0x7fffffff;
}
