import { type Ending, GO, type Guard, type Local, REFUSE } from './guard.js';
import type { Limit } from './limit.js';

/** What a limit of concurrency makes of an ending. */
export type Learns = 'sample' | 'drop' | 'nothing';

/**
 * As the listener of Netflix's limits has it: an answer is a sample; what timed out or was refused from
 * without is a drop; an operation that failed says nothing [Netflix/concurrency-limits@78a74b9878
 * concurrency-limits-core/…/Limiter.java, docs of `Listener`].
 */
export const NETFLIX_LEARNS: Readonly<Record<Ending, Learns>> = {
  ok: 'sample',
  timeout: 'drop',
  rejected: 'drop',
  error: 'nothing',
  given_up: 'nothing',
};

/**
 * As Envoy's filter has it: whatever reply passes back is a sample, those of failures too; a request
 * that was reset is none [envoyproxy/envoy source/extensions/filters/http/adaptive_concurrency/
 * adaptive_concurrency_filter.cc].
 */
export const ENVOY_LEARNS: Readonly<Record<Ending, Learns>> = {
  ok: 'sample',
  timeout: 'sample',
  rejected: 'sample',
  error: 'sample',
  given_up: 'nothing',
};

/** A limit of concurrency before sending: beyond it an attempt is refused at once. */
export class LimitGuard implements Guard {
  token = 0;
  readonly askAgainNs = Infinity;
  readonly waitMaxNs = 0;
  private inFlight = 0;

  constructor(
    readonly limit: Limit,
    private readonly learns: Readonly<Record<Ending, Learns>>,
  ) {}

  ask(): number {
    if (this.inFlight >= Math.floor(this.limit.limit)) return REFUSE;
    this.token = ++this.inFlight;
    return GO;
  }

  stopped(_nowNs: number, _why: Local, _token: number): void {
    this.inFlight--;
  }

  ended(nowNs: number, how: Ending, tookNs: number, token: number): void {
    this.inFlight--;
    const learns = this.learns[how];
    if (learns !== 'nothing') this.limit.sample(nowNs, tookNs, token, learns === 'drop');
  }
}
