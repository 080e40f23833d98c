/** What a rule says of an attempt that is about to be sent. */
export const GO = 0;
export const REFUSE = 1;
/** Not now: it asks again at `askAgainNs`, or when the rule has been told something. */
export const WAIT = 2;

/** How an attempt that was sent ended, as far as a rule of its caller cares. */
export type Ending =
  | 'ok'
  | 'timeout'
  /** The callee refused it before any work: refused, shed, expired, displaced. */
  | 'rejected'
  | 'error'
  /** Its caller needed the answer no longer (another copy was faster, cancelled): no verdict. */
  | 'given_up';

/** Why an attempt that a rule let go was never sent. */
export type Local =
  | 'throttled'
  | 'breaker_open'
  | 'rate_limited'
  | 'bulkhead_full'
  | 'no_connection'
  | 'deadline'
  | 'given_up';

/**
 * A rule that stands before sending on one edge, one for each client: a throttle, a breaker, a rate
 * limit, a limit of concurrency. A pure state machine: the time and the draw are passed in. Of what it
 * let go it hears exactly once, as `stopped` or as `ended`.
 */
export interface Guard {
  /** GO, REFUSE or WAIT for one that asks at `nowNs`; `u` in [0, 1) is the attempt's own draw. */
  ask(nowNs: number, u: number): number;
  /** After GO: a small number that is handed back when the attempt has ended. */
  readonly token: number;
  /** After WAIT: when the one in front is to ask again; Infinity: only once the rule was told more. */
  readonly askAgainNs: number;
  /** How long one waits at most before it is refused; Infinity for as long as it takes. */
  readonly waitMaxNs: number;
  /** One that was let go was stopped further in, and never sent. */
  stopped(nowNs: number, why: Local, token: number): void;
  /** One that was sent has ended for its caller, `tookNs` after its sending. */
  ended(nowNs: number, how: Ending, tookNs: number, token: number): void;
}
