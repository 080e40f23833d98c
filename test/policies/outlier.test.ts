import { describe, expect, it } from 'vitest';
import {
  HOST_FAILED,
  HOST_GATEWAY,
  HOST_OK,
  OutlierDetector,
  type OutlierSpec,
} from '../../src/policies/outlier.js';

const S = 1e9;
const half = () => 0.5;

/** Envoy's defaults (outlier_detection.proto). */
const DEFAULTS: OutlierSpec = {
  kind: 'outlier',
  consecutive5xx: 5,
  consecutiveGatewayFailure: 5,
  enforcingConsecutive5xx: 100,
  enforcingConsecutiveGatewayFailure: 0,
  intervalNs: 10 * S,
  baseEjectionTimeNs: 30 * S,
  maxEjectionTimeNs: 300 * S,
  maxEjectionTimeJitterNs: 0,
  maxEjectionPercent: 10,
  alwaysEjectOneHost: false,
  successRateMinimumHosts: 5,
  successRateRequestVolume: 100,
  successRateStdevFactor: 1900,
  enforcingSuccessRate: 100,
  failurePercentageThreshold: 85,
  failurePercentageMinimumHosts: 5,
  failurePercentageRequestVolume: 50,
  enforcingFailurePercentage: 0,
  healthyPanicThreshold: 50,
};

const detector = (hosts: number, more: Partial<OutlierSpec> = {}) =>
  new OutlierDetector({ ...DEFAULTS, ...more }, hosts);

/** So many requests to a host, of which so many fail (spread so that none are in a row). */
function requests(one: OutlierDetector, host: number, all: number, failures: number): void {
  for (let i = 0; i < all; i++) {
    const fails = Math.floor(((i + 1) * failures) / all) > Math.floor((i * failures) / all);
    one.ended(host, fails ? HOST_FAILED : HOST_OK, 0, half);
  }
}

function inARow(one: OutlierDetector, host: number, times: number, how = HOST_FAILED, atNs = 0) {
  for (let i = 0; i < times; i++) one.ended(host, how, atNs, half);
}

const ejected = (one: OutlierDetector) =>
  Array.from({ length: one.hosts }, (_, host) => host).filter((host) => one.isEjected(host));

describe("Envoy's outlier detection", () => {
  it('ejects at the fifth failure in a row (onConsecutive5xx), and a success sets back', () => {
    const one = detector(10);
    inARow(one, 3, 4);
    inARow(one, 3, 1, HOST_OK);
    inARow(one, 3, 4);
    expect(ejected(one)).toEqual([]);
    inARow(one, 3, 1);
    expect(ejected(one)).toEqual([3]);
  });

  it('ejects nobody of fewer than ten hosts with its defaults: 1 of 9 is over 10%', () => {
    const nine = detector(9);
    inARow(nine, 0, 100);
    expect(ejected(nine)).toEqual([]);
    const ten = detector(10);
    inARow(ten, 0, 100);
    inARow(ten, 1, 100);
    expect(ejected(ten)).toEqual([0]);
  });

  it('ejects one of any number with always_eject_one_host, and no second over the share', () => {
    const one = detector(3, { alwaysEjectOneHost: true });
    inARow(one, 2, 5);
    inARow(one, 1, 5);
    expect(ejected(one)).toEqual([2]);
  });

  it('after an ejection that was not allowed needs five more in a row (resetConsecutive5xx)', () => {
    const one = detector(10);
    inARow(one, 0, 5);
    inARow(one, 1, 5);
    one.sweep(10 * S, half);
    one.sweep(40 * S, half);
    expect(ejected(one)).toEqual([]);
    inARow(one, 1, 4);
    expect(ejected(one)).toEqual([]);
    inARow(one, 1, 1);
    expect(ejected(one)).toEqual([1]);
  });

  it('tells gateway failures apart where that is enforced', () => {
    const one = detector(10, { enforcingConsecutiveGatewayFailure: 100, consecutive5xx: 100 });
    inARow(one, 0, 4, HOST_GATEWAY);
    inARow(one, 0, 1, HOST_FAILED);
    inARow(one, 0, 4, HOST_GATEWAY);
    expect(ejected(one)).toEqual([]);
    inARow(one, 0, 1, HOST_GATEWAY);
    expect(ejected(one)).toEqual([0]);
  });

  it('ejects under mean − 1.9 deviations: of 50, 100, 100, 100, 100 the first (threshold 52)', () => {
    const one = detector(5, { maxEjectionPercent: 20 });
    requests(one, 0, 100, 50);
    for (let host = 1; host < 5; host++) requests(one, host, 100, 0);
    one.sweep(10 * S, half);
    expect(ejected(one)).toEqual([0]);
  });

  it('compares only hosts with 100 requests in the interval, and five of them', () => {
    const few = detector(5, { maxEjectionPercent: 100 });
    requests(few, 0, 99, 50);
    for (let host = 1; host < 5; host++) requests(few, host, 100, 0);
    few.sweep(10 * S, half);
    expect(ejected(few)).toEqual([]);
  });

  it('forgets the interval before', () => {
    const one = detector(5, { maxEjectionPercent: 100 });
    requests(one, 0, 60, 30);
    for (let host = 1; host < 5; host++) requests(one, host, 100, 0);
    one.sweep(10 * S, half);
    requests(one, 0, 60, 30);
    for (let host = 1; host < 5; host++) requests(one, host, 100, 0);
    one.sweep(20 * S, half);
    expect(ejected(one)).toEqual([]);
  });

  it('ejects at a share of failures where that is enforced, at the threshold (>=)', () => {
    const by = (failures: number) => {
      const rule = { enforcingFailurePercentage: 100, enforcingConsecutive5xx: 0 };
      const one = detector(5, { ...rule, maxEjectionPercent: 100, enforcingSuccessRate: 0 });
      for (let host = 0; host < 5; host++) requests(one, host, 60, host === 0 ? failures : 0);
      one.sweep(10 * S, half);
      return ejected(one);
    };
    expect(by(50)).toEqual([]);
    expect(by(51)).toEqual([0]);
  });

  it('takes back at a sweep only, and not before the time is over', () => {
    const one = detector(10);
    inARow(one, 0, 5, HOST_FAILED, 1 * S);
    one.sweep(30 * S, half);
    expect(ejected(one)).toEqual([0]);
    one.sweep(40 * S, half);
    expect(ejected(one)).toEqual([]);
  });

  it('doubles the second time, and shortens with each sweep that the host stays in', () => {
    const one = detector(10);
    inARow(one, 0, 5, HOST_FAILED, 0);
    one.sweep(30 * S, half);
    expect(ejected(one)).toEqual([]);
    inARow(one, 0, 5, HOST_FAILED, 31 * S);
    one.sweep(90 * S, half);
    expect(ejected(one)).toEqual([0]);
    one.sweep(100 * S, half);
    expect(ejected(one)).toEqual([]);
    for (let s = 110; s <= 120; s += 10) one.sweep(s * S, half);
    inARow(one, 0, 5, HOST_FAILED, 121 * S);
    one.sweep(151 * S, half);
    expect(ejected(one)).toEqual([]);
  });

  it('never ejects for longer than the greatest time', () => {
    const one = detector(10, { maxEjectionTimeNs: 60 * S });
    let now = 0;
    for (let i = 0; i < 5; i++) {
      inARow(one, 0, 5, HOST_FAILED, now);
      now += 60 * S;
      one.sweep(now, half);
      expect(ejected(one)).toEqual([]);
    }
  });

  it('adds jitter in whole milliseconds', () => {
    const one = detector(10, { maxEjectionTimeJitterNs: 10 * S });
    inARow(one, 0, 5);
    one.sweep(35 * S - 1, half);
    expect(ejected(one)).toEqual([0]);
    one.sweep(35 * S, half);
    expect(ejected(one)).toEqual([]);
  });

  it('carries out a share of ejections where it enforces a share', () => {
    const one = detector(10, { enforcingConsecutive5xx: 40 });
    inARow(one, 0, 5);
    expect(ejected(one)).toEqual([]);
    for (let i = 0; i < 5; i++) one.ended(0, HOST_FAILED, 0, () => 0.39);
    expect(ejected(one)).toEqual([0]);
  });

  it('panics under half', () => {
    const one = detector(10);
    expect([4, 5].map((left) => one.panics(left, 10))).toEqual([true, false]);
    expect(detector(10, { healthyPanicThreshold: 0 }).panics(0, 10)).toBe(false);
  });
});
