import { type Breaker, CLOSED, HALF_OPEN, OPEN } from './breaker.js';
import { type Ending, GO, type Local, REFUSE } from './guard.js';
import type { LibraryDefaults } from './library.js';
import { CountWindow, type OutcomeWindow, TimeWindow } from './outcome-windows.js';

/** What may count as a failure, or as nothing. */
export type RecordedEnd = 'timeout' | 'rejected' | 'error' | 'bulkhead_full';

/** A breaker by rates over a window, by resilience4j's rules. Shares between 0 and 1. */
export interface RateBreakerSpec {
  kind: 'rate';
  /** So many last calls, or whole seconds. */
  window: { calls: number } | { seconds: number };
  failureRate: number;
  /** What takes longer is slow; Infinity for nothing. */
  slowOverNs: number;
  slowRate: number;
  minCalls: number;
  openForNs: number;
  /** Calls let through while half open. */
  probes: number;
  /** Whether it turns half open by a timer, not only when a call comes. */
  opensHalfByTimer: boolean;
  /** How long it stays half open at most; Infinity for as long as the probes take. */
  halfOpenMaxNs: number;
  /** Whether a full bulkhead within it is a failure. */
  countsFullBulkhead: boolean;
  /** Ends that count as failures (others count as successes), and ends that count for nothing. */
  records: readonly RecordedEnd[];
  ignores: readonly RecordedEnd[];
}

/** What resilience4j's circuit breaker does where nothing is said. */
export const RESILIENCE4J_BREAKER: LibraryDefaults = {
  library: 'resilience4j',
  part: 'breaker',
  source:
    'resilience4j/resilience4j@af9e7c979f, resilience4j-circuitbreaker: ' +
    'CircuitBreakerConfig, internal/CircuitBreakerStateMachine, internal/CircuitBreakerMetrics',
  options: [
    { name: 'failure_rate_threshold', default: '50%', doc: 'Opens at this share of failures.' },
    {
      name: 'slow_call_rate_threshold',
      default: '100%',
      doc: 'Opens at this share of slow calls.',
    },
    { name: 'slow_call_duration_threshold', default: '60s', doc: 'A call over this is slow.' },
    {
      name: 'sliding_window_type',
      default: 'count_based',
      doc: 'Whether sliding_window_size is in calls, or (time_based) in seconds.',
    },
    {
      name: 'sliding_window_size',
      default: '100',
      doc: 'How many last calls, or seconds, the rates are over.',
    },
    {
      name: 'minimum_number_of_calls',
      default: '100',
      doc: 'No rate stands before so many calls; at most the window, where that is in calls.',
    },
    {
      name: 'wait_duration_in_open_state',
      default: '60s',
      doc: 'It stays open for this; the first call later than that turns it half open.',
    },
    {
      name: 'automatic_transition_from_open_to_half_open_enabled',
      default: 'false',
      doc: 'Turns half open by a timer instead.',
    },
    {
      name: 'permitted_number_of_calls_in_half_open_state',
      default: '10',
      doc:
        'Calls let through while half open. It decides when min(minimum_number_of_calls, this) ' +
        'have ended.',
    },
    {
      name: 'max_wait_duration_in_half_open_state',
      default: '0s',
      doc: 'After this in half open it opens again; 0s waits for the probes.',
    },
    {
      name: 'record_exceptions',
      default: '[timeout, rejected, error, bulkhead_full]',
      doc: 'What counts as a failure; what else ends counts as a success.',
    },
    {
      name: 'ignore_exceptions',
      default: '[]',
      doc: 'What counts for nothing: the permission is given back.',
    },
  ],
};

/**
 * A breaker by rates over a window: resilience4j's CircuitBreakerStateMachine. It opens when, over
 * at least the minimum of calls, the share of failures or of slow calls (longer than the limit) is
 * at its threshold or above. The first call later than `openForNs` turns it half open; there so many
 * probes pass and everything else is refused. A probe decides when min(minimum, probes) calls have
 * ended, so perhaps before all came back. Late results of calls let go in another state are counted
 * by the state of now; while it is open they change nothing. What is never sent, or given up, gives
 * its permission back.
 */
export class RateBreaker implements Breaker {
  state = CLOSED;
  turnsAtNs = Infinity;
  readonly token = 0;
  readonly askAgainNs = Infinity;
  readonly waitMaxNs = Infinity;
  private openUntilNs = 0;
  private permits = 0;
  private readonly closedWindow: OutcomeWindow;
  private readonly closedMin: number;
  private readonly probeWindow: CountWindow;
  private readonly probeMin: number;
  /** In percent, single precision, as the library compares. */
  private readonly failurePercent: number;
  private readonly slowPercent: number;

  constructor(private readonly spec: RateBreakerSpec) {
    const { window, minCalls, probes } = spec;
    const counts = 'calls' in window;
    this.closedWindow = counts ? new CountWindow(window.calls) : new TimeWindow(window.seconds);
    this.closedMin = counts ? Math.min(minCalls, window.calls) : minCalls;
    this.probeWindow = new CountWindow(probes);
    this.probeMin = Math.min(minCalls, probes);
    this.failurePercent = single(spec.failureRate * 100);
    this.slowPercent = single(spec.slowRate * 100);
  }

  ask(nowNs: number): number {
    this.turn(nowNs);
    if (this.state === CLOSED) return GO;
    if (this.state === OPEN) {
      if (nowNs <= this.openUntilNs) return REFUSE;
      this.halfOpen(nowNs);
    }
    if (this.permits === 0) return REFUSE;
    this.permits--;
    return GO;
  }

  stopped(nowNs: number, why: Local): void {
    if (why === 'bulkhead_full' && this.spec.countsFullBulkhead) this.end(nowNs, why, 0);
    else this.release(nowNs);
  }

  ended(nowNs: number, how: Ending, tookNs: number): void {
    if (how === 'given_up') this.release(nowNs);
    else this.end(nowNs, how, tookNs);
  }

  turn(nowNs: number): void {
    if (nowNs < this.turnsAtNs) return;
    const at = this.turnsAtNs;
    if (this.state === OPEN) this.halfOpen(at);
    else this.open(at);
    // The timer that the new state sets may have run out as well.
    if (nowNs >= this.turnsAtNs) this.turn(nowNs);
  }

  private end(nowNs: number, how: 'ok' | RecordedEnd, tookNs: number): void {
    this.turn(nowNs);
    const { spec } = this;
    if (how !== 'ok' && spec.ignores.includes(how)) {
      this.release(nowNs);
      return;
    }
    if (this.state === OPEN) return;
    const failed = how !== 'ok' && spec.records.includes(how);
    const window = this.state === CLOSED ? this.closedWindow : this.probeWindow;
    window.record(nowNs, failed, tookNs > spec.slowOverNs);
    const min = this.state === CLOSED ? this.closedMin : this.probeMin;
    if (window.total < min) return;
    const over =
      this.rate(window.failures, window.total) >= this.failurePercent ||
      this.rate(window.slow, window.total) >= this.slowPercent;
    if (over) this.open(nowNs);
    else if (this.state === HALF_OPEN) this.close(nowNs);
  }

  private rate(part: number, whole: number): number {
    return single((part * 100) / whole);
  }

  private release(nowNs: number): void {
    this.turn(nowNs);
    if (this.state === HALF_OPEN) this.permits++;
  }

  private open(nowNs: number): void {
    this.state = OPEN;
    this.openUntilNs = nowNs + this.spec.openForNs;
    this.turnsAtNs = this.spec.opensHalfByTimer ? this.openUntilNs : Infinity;
  }

  private halfOpen(nowNs: number): void {
    this.state = HALF_OPEN;
    this.permits = this.spec.probes;
    this.probeWindow.clear();
    this.turnsAtNs = nowNs + this.spec.halfOpenMaxNs;
  }

  private close(nowNs: number): void {
    this.state = CLOSED;
    this.turnsAtNs = Infinity;
    this.closedWindow.clear(nowNs);
  }
}

const cell = new Float32Array(1);

/** In single precision, as the library's `float` has it. */
function single(value: number): number {
  cell[0] = value;
  return cell[0];
}
