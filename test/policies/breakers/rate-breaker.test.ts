import { describe, expect, it } from 'vitest';
import { RateBreaker, type RateBreakerSpec } from '../../../src/policies/rate-breaker.js';
import { MS, played, type Row, S, stateOf, statesOf } from './drive.js';

/** resilience4j's defaults (CircuitBreakerConfig). */
const DEFAULTS: RateBreakerSpec = {
  kind: 'rate',
  window: { calls: 100 },
  failureRate: 0.5,
  slowOverNs: 60 * S,
  slowRate: 1,
  minCalls: 100,
  openForNs: 60 * S,
  probes: 10,
  opensHalfByTimer: false,
  halfOpenMaxNs: Infinity,
  countsFullBulkhead: true,
  records: ['timeout', 'rejected', 'error', 'bulkhead_full'],
  ignores: [],
};

const small = (more: Partial<RateBreakerSpec> = {}): RateBreaker =>
  new RateBreaker({ ...DEFAULTS, window: { calls: 4 }, minCalls: 4, probes: 2, ...more });

describe("a breaker by resilience4j's rules, closed", () => {
  it('says nothing before the minimum of calls, however many failed (getFailureRate: -1)', () => {
    expect(statesOf(new RateBreaker(DEFAULTS), 'F'.repeat(100))).toBe(`${'C'.repeat(99)}O`);
  });

  it('opens at the threshold, not only above it (checkIfThresholdsExceeded: >=)', () => {
    expect(statesOf(small(), 'SSFF')).toBe('CCCO');
  });

  it('looks also when a call succeeds (onSuccess checks the thresholds too)', () => {
    expect(statesOf(small(), 'FFSS')).toBe('CCCO');
  });

  it('forgets what has left the ring of last calls', () => {
    expect(statesOf(small(), 'FSSSSF')).toBe('CCCCCC');
  });

  it('takes at most the window as the minimum where the window counts calls', () => {
    expect(statesOf(small({ minCalls: 100 }), 'FFFF')).toBe('CCCO');
  });

  it('calls slow what takes longer than the limit, and not what takes just as long', () => {
    const slow = { failureRate: 1, slowOverNs: 100 * MS, slowRate: 0.5 };
    expect(statesOf(small(slow), 'SSSS', 0, 100 * MS)).toBe('CCCC');
    expect(statesOf(small(slow), 'SSSS', 0, 100 * MS + 1)).toBe('CCCO');
  });

  it('counts a slow failure in both rates', () => {
    const breaker = small({ failureRate: 0.75, slowOverNs: 100 * MS, slowRate: 0.5 });
    expect(statesOf(breaker, 'FF', 0, 200 * MS)).toBe('CC');
    expect(statesOf(breaker, 'SS', 0, 0)).toBe('CO');
  });

  it('over a time drops whole seconds of the clock (SlidingTimeWindowMetrics)', () => {
    const breaker = () => small({ window: { seconds: 2 }, minCalls: 3 });
    const held = breaker();
    expect(statesOf(held, 'FF', 0.9 * S)).toBe('CC');
    expect(statesOf(held, 'F', 1.99 * S)).toBe('O');
    const gone = breaker();
    expect(statesOf(gone, 'FF', 0.9 * S)).toBe('CC');
    expect(statesOf(gone, 'F', 2 * S)).toBe('C');
  });

  it('over a time may need more calls than could come: the minimum is not lowered', () => {
    expect(
      statesOf(small({ window: { seconds: 2 }, minCalls: 100 }), 'F'.repeat(99)),
    ).not.toContain('O');
  });

  it('compares in single precision, as the library does: 333 of 1000 are 33.3%', () => {
    const breaker = new RateBreaker({
      ...DEFAULTS,
      window: { calls: 1000 },
      minCalls: 1000,
      failureRate: 0.333,
    });
    expect(statesOf(breaker, `${'F'.repeat(333)}${'S'.repeat(667)}`).at(-1)).toBe('O');
  });
});

/** Each line is a rule of CircuitBreakerStateMachine. */
const OPEN_AND_BACK: Row[] = [
  [0, 'a?', 'go', 'C'],
  [0, 'b?', 'go', 'C'],
  [0, 'c?', 'go', 'C'],
  [0, 'd?', 'go', 'C'],
  [0, 'late?', 'go', 'C'],
  [0, 'a error', '', 'C', 'below the minimum'],
  [0, 'b error', '', 'C'],
  [0, 'c ok', '', 'C'],
  [0, 'd ok', '', 'O', '2 of 4: ClosedState.checkIfThresholdsExceeded'],
  [1 * S, 'e?', 'no', 'O', 'OpenState.tryAcquirePermission'],
  [60 * S, 'e?', 'no', 'O', 'isAfter: at the very moment still open'],
  [90 * S, 'turn', '', 'O', 'nobody came: it stays open for ever'],
  [90 * S, 'f?', 'go', 'H', 'the first call after it turns it half open'],
  [90 * S, 'g?', 'go', 'H', 'permittedNumberOfCallsInHalfOpenState: 2'],
  [90 * S, 'h?', 'no', 'H', 'HalfOpenState.tryAcquirePermission'],
  [91 * S, 'late ok', '', 'H', 'a late result counts in the state of now'],
  [92 * S, 'f ok', '', 'C', 'two results: decided, though g is still out'],
  [93 * S, 'g error', '', 'C', 'counts in the fresh window of closed'],
  [94 * S, 'i?', 'go', 'C'],
];

describe("a breaker by resilience4j's rules, open and half open", () => {
  it('does what CircuitBreakerStateMachine does, line by line', () => {
    expect(played(small(), OPEN_AND_BACK)).toEqual(OPEN_AND_BACK);
  });

  it('opens again at the threshold of the probes, and waits anew', () => {
    const rows: Row[] = [
      [60 * S + 1, 'a?', 'go', 'H'],
      [60 * S + 1, 'b?', 'go', 'H'],
      [61 * S, 'a ok', '', 'H'],
      [62 * S, 'b error', '', 'O', '1 of 2 is 50%'],
      [122 * S, 'c?', 'no', 'O'],
      [122 * S + 1, 'c?', 'go', 'H'],
    ];
    const breaker = small();
    statesOf(breaker, 'FFFF');
    expect(played(breaker, rows)).toEqual(rows);
  });

  it('decides after min(minimum, permitted) probes, perhaps before all are back', () => {
    const breaker = small({ minCalls: 1, probes: 3, failureRate: 1 });
    statesOf(breaker, 'F');
    const rows: Row[] = [
      [61 * S, 'a?', 'go', 'H'],
      [61 * S, 'b?', 'go', 'H'],
      [61 * S, 'c?', 'go', 'H'],
      [62 * S, 'c ok', '', 'C', 'the first of three decides'],
    ];
    expect(played(breaker, rows)).toEqual(rows);
  });

  it('is not moved by a late result while it is open', () => {
    const rows: Row[] = [
      [0, 'late?', 'go', 'C'],
      [0, 'x?', 'go', 'C'],
      [0, 'x error', '', 'O'],
      [1 * S, 'late ok', '', 'O'],
    ];
    expect(played(small({ minCalls: 1 }), rows)).toEqual(rows);
  });

  it('gives the permission of what is given up or not sent back (releasePermission)', () => {
    const breaker = small({ probes: 1 });
    statesOf(breaker, 'FFFF');
    const rows: Row[] = [
      [61 * S, 'a?', 'go', 'H'],
      [61 * S, 'b?', 'no', 'H'],
      [62 * S, 'a given_up', '', 'H'],
      [62 * S, 'c?', 'go', 'H'],
      [62 * S, 'c stopped', '', 'H'],
      [62 * S, 'd?', 'go', 'H'],
      [62 * S, 'd ok', '', 'C'],
    ];
    expect(played(breaker, rows)).toEqual(rows);
  });

  it('takes a full bulkhead for a failure where it is told to, and for nothing elsewhere', () => {
    const rows = (state: string): Row[] => [
      [0, 'a?', 'go', 'C'],
      [0, 'a full', '', state],
    ];
    const counts = rows('O');
    expect(played(small({ minCalls: 1 }), counts)).toEqual(counts);
    const not = rows('C');
    expect(played(small({ minCalls: 1, countsFullBulkhead: false }), not)).toEqual(not);
  });

  it('ignores what it is told to ignore, and takes for success what it does not record', () => {
    const ignoring = small({ minCalls: 1, ignores: ['error'] });
    expect(statesOf(ignoring, 'FFFF')).toBe('CCCC');
    const recording = small({ records: ['timeout'] });
    expect(statesOf(recording, 'FFFF')).toBe('CCCC');
    const rows: Row[] = [
      [0, 'a?', 'go', 'C'],
      [0, 'a timeout', '', 'C', '1 of 4: the four errors were successes'],
    ];
    expect(played(recording, rows)).toEqual(rows);
  });

  it('turns half open by a timer where it is told to', () => {
    const breaker = small({ opensHalfByTimer: true });
    statesOf(breaker, 'FFFF');
    expect(breaker.turnsAtNs).toBe(60 * S);
    breaker.turn(60 * S);
    expect(stateOf(breaker)).toBe('H');
  });

  it('opens again when it was half open for too long', () => {
    const breaker = small({ opensHalfByTimer: true, halfOpenMaxNs: 5 * S });
    statesOf(breaker, 'FFFF');
    breaker.turn(60 * S);
    expect(breaker.turnsAtNs).toBe(65 * S);
    breaker.turn(70 * S);
    expect(stateOf(breaker)).toBe('O');
    expect(breaker.turnsAtNs).toBe(125 * S);
  });
});
