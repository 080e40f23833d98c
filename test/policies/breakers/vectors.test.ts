import { describe, expect, it } from 'vitest';
import {
  CockatielBreaker,
  type CockatielBreakerSpec,
} from '../../../src/policies/cockatiel-breaker.js';
import { ConsecutiveBreaker } from '../../../src/policies/consecutive-breaker.js';
import { OpossumBreaker } from '../../../src/policies/opossum-breaker.js';
import { MS, played, type Row, S, stateOf, statesOf } from './drive.js';

const opossum = (volumeThreshold = 0, errorThresholdPercentage = 50) =>
  new OpossumBreaker({
    kind: 'opossum',
    errorThresholdPercentage,
    resetTimeoutNs: 30 * S,
    rollingCountTimeoutNs: 10 * S,
    rollingCountBuckets: 10,
    volumeThreshold,
    allowWarmUp: false,
  });

describe("opossum's breaker", () => {
  it.each([
    ['F', 'O'],
    ['SF', 'CC'],
    ['SFF', 'CCO'],
    ['SSSSFFFFF', 'CCCCCCCCO'],
  ])('after %s has been %s', (outcomes, states) => {
    expect(statesOf(opossum(), outcomes)).toBe(states);
  });

  it('with a volume threshold of 5 after FFFFFF has been CCCCOO', () => {
    expect(statesOf(opossum(5), 'FFFFFF')).toBe('CCCCOO');
  });

  it('stays closed with 9 in flight and 9 failures: half of 18; the 10th failure opens it', () => {
    const breaker = opossum();
    for (let i = 0; i < 18; i++) breaker.ask(0);
    const states = Array.from({ length: 10 }, () => {
      breaker.ended(0, 'error', 0, 0);
      return stateOf(breaker);
    });
    expect(states.join('')).toBe('CCCCCCCCCO');
  });

  it('lets one of three through while half open', () => {
    const rows: Row[] = [
      [0, 'x?', 'go', 'C'],
      [0, 'x error', '', 'O'],
      [29.9 * S, 'a?', 'no', 'O'],
      [30 * S, 'turn', '', 'H', 'a timer, not a call'],
      [30 * S, 'a?', 'go', 'H'],
      [30 * S, 'b?', 'no', 'H'],
      [30 * S, 'c?', 'no', 'H'],
      [31 * S, 'a error', '', 'O', 'any failure opens it again'],
    ];
    expect(played(opossum(), rows)).toEqual(rows);
  });

  it('is closed by the success of an old call while half open', () => {
    const rows: Row[] = [
      [0, 'old?', 'go', 'C'],
      [0, 'x?', 'go', 'C'],
      [0, 'x error', '', 'C', '1 of 2'],
      [0, 'y?', 'go', 'C'],
      [0, 'y error', '', 'O', '2 of 3'],
      [31 * S, 'old ok', '', 'C'],
    ];
    expect(played(opossum(), rows)).toEqual(rows);
  });

  it('with one place and two calls stays closed: the refusal is 1 failure of 2', () => {
    const rows: Row[] = [
      [0, 'a?', 'go', 'C'],
      [0, 'b?', 'go', 'C'],
      [0, 'b full', '', 'C'],
    ];
    expect(played(opossum(), rows)).toEqual(rows);
  });

  it('opens when a call fails after all calls of the window have left it: 1 of 0', () => {
    const rows: Row[] = [
      [0, 'a?', 'go', 'C'],
      [11 * S, 'a timeout', '', 'O'],
    ];
    expect(played(opossum(0, 100), rows)).toEqual(rows);
  });

  it('counts its own refusals as calls begun, which holds the rate down', () => {
    const breaker = opossum();
    statesOf(breaker, 'FFFF');
    for (let i = 0; i < 100; i++) breaker.ask(25 * S);
    expect(statesOf(breaker, 'S', 30 * S)).toBe('C');
    expect(statesOf(breaker, 'FFFF', 30 * S)).toBe('CCCC');
  });
});

const cockatiel = (opensBy: CockatielBreakerSpec['opensBy']) =>
  new CockatielBreaker({
    kind: 'cockatiel',
    halfOpenAfterNs: 10 * S,
    opensBy,
    halfOpenSampling: { calls: 1, threshold: 0 },
  });
const ofThree = () => cockatiel({ kind: 'consecutive', failures: 3 });
const count = (size: number, minimumNumberOfCalls = size) =>
  cockatiel({ kind: 'count', threshold: 0.5, size, minimumNumberOfCalls });
const sampling = (minimumRps: number | null) =>
  cockatiel({ kind: 'sampling', threshold: 0.5, durationNs: 10 * S, minimumRps });

describe("cockatiel's breaker", () => {
  it('by three in a row after FFSFFF has been CCCCCO', () => {
    expect(statesOf(ofThree(), 'FFSFFF')).toBe('CCCCCO');
  });

  it('by count of 10 opens at the 11th of SSSSSFFFFFF: 6 of 10, since 5 of 10 are not above', () => {
    expect(statesOf(count(10), 'SSSSSFFFFFF')).toBe('CCCCCCCCCCO');
  });

  it('by count of 10 opens at the 10th failure', () => {
    expect(statesOf(count(10), 'F'.repeat(10))).toBe('CCCCCCCCCO');
  });

  it('by count of 4 with a minimum of 1 opens at the first failure', () => {
    expect(statesOf(count(4, 1), 'F')).toBe('O');
  });

  it('by sampling over 10 s opens at the 100th failure in a row, with 1 rps at the 10th', () => {
    expect(statesOf(sampling(null), 'F'.repeat(100))).toBe(`${'C'.repeat(99)}O`);
    expect(statesOf(sampling(1), 'F'.repeat(10))).toBe('CCCCCCCCCO');
  });

  it('by sampling moves on by one window a call: after a silence old failures linger', () => {
    const breaker = sampling(1);
    statesOf(breaker, 'FFFFFFFFF', 0);
    expect(statesOf(breaker, 'F', 3600 * S)).toBe('O');
  });

  it('lets others wait for the probe: they run when it succeeds', () => {
    const rows: Row[] = [
      [10 * S, 'probe?', 'go', 'H'],
      [10 * S, 'b?', 'wait', 'H'],
      [10.06 * S, 'probe ok', '', 'C'],
      [10.06 * S, 'b?', 'go', 'C'],
    ];
    const breaker = ofThree();
    statesOf(breaker, 'FFF');
    expect(played(breaker, rows)).toEqual(rows);
  });

  it('refuses those who waited when the probe fails', () => {
    const rows: Row[] = [
      [10 * S, 'probe?', 'go', 'H'],
      [10 * S, 'b?', 'wait', 'H'],
      [11 * S, 'probe error', '', 'O'],
      [11 * S, 'b?', 'no', 'O'],
    ];
    const breaker = ofThree();
    statesOf(breaker, 'FFF');
    expect(played(breaker, rows)).toEqual(rows);
  });

  it('is opened by the late failure of a call from before', () => {
    const rows: Row[] = [
      [0, 'late?', 'go', 'C'],
      [0, 'x?', 'go', 'C'],
      [0, 'x error', '', 'O'],
      [10 * S, 'probe?', 'go', 'H'],
      [11 * S, 'late error', '', 'O'],
      [12 * S, 'probe ok', '', 'O', 'a verdict on another half-open time'],
    ];
    expect(played(cockatiel({ kind: 'consecutive', failures: 1 }), rows)).toEqual(rows);
  });

  it('takes another probe when the first is given up', () => {
    const rows: Row[] = [
      [10 * S, 'probe?', 'go', 'H'],
      [10 * S, 'b?', 'wait', 'H'],
      [11 * S, 'probe given_up', '', 'H'],
      [11 * S, 'b?', 'go', 'H'],
    ];
    const breaker = ofThree();
    statesOf(breaker, 'FFF');
    expect(played(breaker, rows)).toEqual(rows);
  });
});

describe('the plain breaker by failures in a row', () => {
  const plain = () =>
    new ConsecutiveBreaker({ kind: 'consecutive', failures: 3, openForNs: 10 * S });

  it('opens at the third, and a success sets back', () => {
    expect(statesOf(plain(), 'FFSFFF')).toBe('CCCCCO');
  });

  it('takes one probe, refuses the others, and hears nothing of calls from before', () => {
    const rows: Row[] = [
      [0, 'late?', 'go', 'C'],
      [0, 'later?', 'go', 'C'],
      [0, 'x?', 'go', 'C'],
      [0, 'x error', '', 'C'],
      [0, 'y?', 'go', 'C'],
      [0, 'y error', '', 'C'],
      [0, 'z?', 'go', 'C'],
      [0, 'z error', '', 'O'],
      [1 * S, 'late error', '', 'O'],
      [10 * S - 1, 'a?', 'no', 'O'],
      [10 * S, 'a?', 'go', 'H'],
      [10 * S, 'b?', 'no', 'H'],
      [11 * S, 'later error', '', 'H'],
      [12 * S, 'a stopped', '', 'H'],
      [12 * S, 'b?', 'go', 'H'],
      [13 * S, 'b ok', '', 'C'],
      [13 * S, 'c?', 'go', 'C'],
      [13 * S + MS, 'c error', '', 'C', 'counted from nothing'],
    ];
    expect(played(plain(), rows)).toEqual(rows);
  });
});
