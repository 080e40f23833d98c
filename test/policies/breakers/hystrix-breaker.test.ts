import { describe, expect, it } from 'vitest';
import { HystrixBreaker } from '../../../src/policies/hystrix-breaker.js';
import { MS, played, type Row, S, stateOf, statesOf } from './drive.js';

/** Hystrix's defaults (HystrixCommandProperties). */
const breaker = () =>
  new HystrixBreaker({
    kind: 'hystrix',
    requestVolumeThreshold: 20,
    errorThresholdPercentage: 50,
    sleepWindowNs: 5 * S,
    rollingWindowNs: 10 * S,
    healthSnapshotNs: 500 * MS,
  });

/** Open since 0.5 s. */
function opened(): HystrixBreaker {
  const one = breaker();
  statesOf(one, 'F'.repeat(20));
  one.turn(500 * MS);
  return one;
}

describe("Hystrix's breaker", () => {
  it('does not open at a failure, but at the next tick of the health counts', () => {
    const one = breaker();
    expect(statesOf(one, 'F'.repeat(25), 100 * MS)).toBe('C'.repeat(25));
    expect(one.turnsAtNs).toBe(500 * MS);
    one.turn(500 * MS);
    expect(stateOf(one)).toBe('O');
  });

  it('lets everything through until that tick', () => {
    const one = breaker();
    statesOf(one, 'F'.repeat(40), 499 * MS);
    expect(statesOf(one, 'F', 500 * MS)).toBe('O');
  });

  it.each([
    ['19 calls are under the volume', 'F'.repeat(19), 'C'],
    ['20 calls are enough', 'F'.repeat(20), 'O'],
    ['half of them may not fail (>=)', 'SF'.repeat(10), 'O'],
    ['49.5% are 49% (truncated)', `${'F'.repeat(100)}${'S'.repeat(102)}`, 'C'],
  ])('%s', (_, outcomes, state) => {
    const one = breaker();
    statesOf(one, outcomes);
    one.turn(500 * MS);
    expect(stateOf(one)).toBe(state);
  });

  it('sums the slices of the last ten seconds that are over (HealthCountsStream)', () => {
    const one = breaker();
    statesOf(one, 'F'.repeat(10), 100 * MS);
    statesOf(one, 'F'.repeat(10), 9900 * MS);
    expect(one.turnsAtNs).toBe(10 * S);
    one.turn(10 * S);
    expect(stateOf(one)).toBe('O');
    const other = breaker();
    statesOf(other, 'F'.repeat(10), 100 * MS);
    statesOf(other, 'F'.repeat(10), 10_000 * MS);
    other.turn(10_500 * MS);
    expect(stateOf(other)).toBe('C');
  });

  it('gives the same, however seldom it is asked', () => {
    const asked = breaker();
    const left = breaker();
    for (const one of [asked, left]) statesOf(one, 'F'.repeat(20), 100 * MS);
    for (let ms = 100; ms <= 60_000; ms += 100) asked.turn(ms * MS);
    left.turn(60 * S);
    expect([stateOf(asked), stateOf(left)]).toEqual(['O', 'O']);
    expect(statesOf(left, 'S', 60 * S)).toBe(statesOf(asked, 'S', 60 * S));
  });

  it('lets one probe through after the sleep window, refuses the others, closes at its success', () => {
    const rows: Row[] = [
      [600 * MS, 'a?', 'no', 'O'],
      [5500 * MS, 'a?', 'no', 'O', 'isAfterSleepWindow: strictly after'],
      [5501 * MS, 'a?', 'go', 'H', 'attemptExecution: CAS to HALF_OPEN'],
      [5502 * MS, 'b?', 'no', 'H'],
      [5600 * MS, 'a ok', '', 'C', 'markSuccess'],
      [5600 * MS, 'c?', 'go', 'C'],
    ];
    expect(played(opened(), rows)).toEqual(rows);
  });

  it('opens again at the failure of the probe, and sleeps anew', () => {
    const rows: Row[] = [
      [5501 * MS, 'a?', 'go', 'H'],
      [6000 * MS, 'a timeout', '', 'O', 'markNonSuccess'],
      [11_000 * MS, 'b?', 'no', 'O'],
      [11_001 * MS, 'b?', 'go', 'H'],
    ];
    expect(played(opened(), rows)).toEqual(rows);
  });

  it('opens again when the probe is given up (an unsubscribed command)', () => {
    const rows: Row[] = [
      [5501 * MS, 'a?', 'go', 'H'],
      [6000 * MS, 'a given_up', '', 'O'],
    ];
    expect(played(opened(), rows)).toEqual(rows);
  });

  it('closes at any success while half open, and counts from nothing again', () => {
    const one = breaker();
    const rows: Row[] = [
      [0, 'late?', 'go', 'C'],
      [500 * MS, 'turn', '', 'O'],
      [5501 * MS, 'probe?', 'go', 'H'],
      [5502 * MS, 'late ok', '', 'C'],
      [5503 * MS, 'probe error', '', 'C'],
    ];
    statesOf(one, 'F'.repeat(20));
    expect(played(one, rows)).toEqual(rows);
    statesOf(one, 'F'.repeat(18), 5600 * MS);
    one.turn(6002 * MS);
    expect(stateOf(one)).toBe('C');
    statesOf(one, 'F', 6100 * MS);
    one.turn(6502 * MS);
    expect(stateOf(one)).toBe('O');
  });

  it('counts a full pool or semaphore as an error, and its own refusals as nothing', () => {
    const one = breaker();
    for (let i = 0; i < 20; i++) {
      one.ask(0);
      one.stopped(0, i % 2 === 0 ? 'bulkhead_full' : 'no_connection');
    }
    one.turn(500 * MS);
    expect(stateOf(one)).toBe('O');
    const other = opened();
    for (let i = 0; i < 1000; i++) other.ask(1 * S);
    other.ask(5501 * MS);
    other.ended(5501 * MS, 'ok');
    expect(stateOf(other)).toBe('C');
  });
});
