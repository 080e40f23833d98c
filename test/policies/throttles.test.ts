import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ending, GO, type Guard, REFUSE, WAIT } from '../../src/policies/guard.js';
import type { LibraryDefaults } from '../../src/policies/library.js';
import { AWS_THROTTLE, AWS_THROTTLE_DEFAULTS } from '../../src/policies/throttle-aws.js';
import { ENVOY_THROTTLE, ENVOY_THROTTLE_DEFAULTS } from '../../src/policies/throttle-envoy.js';
import {
  FINAGLE_THROTTLE,
  FINAGLE_THROTTLE_DEFAULTS,
} from '../../src/policies/throttle-finagle.js';
import { SRE_THROTTLE_DEFAULTS } from '../../src/policies/throttle-sre.js';
import { type ThrottleSpec, throttleOf } from '../../src/policies/throttles.js';

const full = process.env['SPILLWAY_FULL'] === '1';
const SECOND = 1e9;
const SRE: ThrottleSpec = { kind: 'sre', ...SRE_THROTTLE_DEFAULTS };
const ENVOY: ThrottleSpec = { kind: 'envoy', ...ENVOY_THROTTLE_DEFAULTS };
const FINAGLE: ThrottleSpec = { kind: 'finagle', ...FINAGLE_THROTTLE_DEFAULTS };
const AWS: ThrottleSpec = { kind: 'aws_adaptive', ...AWS_THROTTLE_DEFAULTS };

/** So many attempts at one moment that all end so at once; how many were let go. */
function send(guard: Guard, nowNs: number, count: number, how: Ending, u = 1 - 1e-12): number {
  let sent = 0;
  for (let i = 0; i < count; i++) {
    if (guard.ask(nowNs, u) !== GO) continue;
    sent++;
    guard.ended(nowNs, how, 0, guard.token);
  }
  return sent;
}

/** The probability of refusal that a throttle has now, to 1e-9, by asking at every draw. */
function refusal(make: () => Guard, at: number): number {
  let [low, high] = [0, 1];
  while (high - low > 1e-10) {
    const u = (low + high) / 2;
    if (make().ask(at, u) === REFUSE) low = u;
    else high = u;
  }
  return low;
}

describe("Google's throttle", () => {
  it.each<[string, number, number, number]>([
    // (requests − K × accepts) ÷ (requests + 1)
    ['nothing yet', 0, 0, 0],
    ['all accepted', 100, 0, 0],
    ['half accepted', 50, 50, 0],
    ['a quarter accepted', 25, 75, 50 / 101],
    ['none accepted', 0, 100, 100 / 101],
  ])('%s', (_, accepted, refused, expected) => {
    const make = (): Guard => {
      const guard = throttleOf(SRE);
      send(guard, SECOND, accepted, 'ok');
      send(guard, SECOND, refused, 'rejected');
      return guard;
    };
    expect(refusal(make, SECOND)).toBeCloseTo(expected, 6);
  });

  it('counts what it refused itself: ten more asked in vain and it refuses more', () => {
    const make = (): Guard => {
      const guard = throttleOf(SRE);
      send(guard, SECOND, 10, 'rejected');
      for (let i = 0; i < 10; i++) expect(guard.ask(SECOND, 0)).toBe(REFUSE);
      return guard;
    };
    expect(refusal(make, SECOND)).toBeCloseTo(20 / 21, 6);
  });

  it('forgets after two minutes', () => {
    const make = (): Guard => {
      const guard = throttleOf(SRE);
      send(guard, SECOND, 10, 'timeout');
      return guard;
    };
    expect(refusal(make, 120 * SECOND)).toBeCloseTo(10 / 11, 6);
    expect(refusal(make, 121 * SECOND)).toBe(0);
  });

  it('what was never sent, or ends without a verdict, does not count', () => {
    const guard = throttleOf(SRE);
    for (let i = 0; i < 10; i++) {
      expect(guard.ask(SECOND, 0.999)).toBe(GO);
      if (i % 2 === 0) guard.stopped(SECOND, 'bulkhead_full', guard.token);
      else guard.ended(2 * SECOND, 'given_up', 0, guard.token);
    }
    expect(guard.ask(2 * SECOND, 0)).toBe(GO);
  });

  it('counts as refusals what it is told to, and lets its floor pass', () => {
    const patient = throttleOf({ ...SRE, refusals: ['rejected'] } as ThrottleSpec);
    send(patient, SECOND, 100, 'error');
    expect(patient.ask(SECOND, 0)).toBe(GO);
    const floored = throttleOf({ ...SRE, floorPerSecond: 2 } as ThrottleSpec);
    send(floored, SECOND, 100, 'rejected');
    const asks = [1, 1.4, 1.5, 1.6, 2].map((s) => floored.ask(s * SECOND, 0));
    expect(asks).toEqual([REFUSE, REFUSE, GO, REFUSE, GO]);
  });
});

describe("Envoy's admission control", () => {
  it.each<[string, Partial<typeof ENVOY_THROTTLE_DEFAULTS>, number, number, number]>([
    // ((n − ok ÷ 0.95) ÷ (n + 1)) ^ (1 ÷ aggression), at most 0.8
    ['95% well', {}, 95, 5, 0],
    ['half well', {}, 50, 50, (100 - 50 / 0.95) / 101],
    ['half well, aggression 2', { aggression: 2 }, 50, 50, Math.sqrt((100 - 50 / 0.95) / 101)],
    ['none well', {}, 0, 100, 0.8],
    ['none well, no cap', { maxRejectionProbability: 1 }, 0, 100, 100 / 101],
    ['none well, below its rate', { rpsThreshold: 200 }, 0, 100, 0],
    ['none well, threshold of a half', { srThreshold: 0.5 }, 40, 60, 20 / 101],
  ])('%s', (_, options, well, failed, expected) => {
    const make = (): Guard => {
      const guard = throttleOf({ ...ENVOY, ...options } as ThrottleSpec);
      send(guard, SECOND, well, 'ok', 0.9999999);
      for (let i = 0; i < failed; i++) guard.ended(SECOND, 'error', 0, 0);
      return guard;
    };
    expect(refusal(make, SECOND)).toBeCloseTo(expected, 6);
  });

  it('counts only what it forwarded and what ended, and forgets after 30 s', () => {
    const make = (asked: number): Guard => {
      const guard = throttleOf(ENVOY);
      for (let i = 0; i < 4; i++) guard.ended(SECOND, i < 1 ? 'ok' : 'timeout', 0, 0);
      for (let i = 0; i < asked; i++) guard.ask(SECOND, 0);
      guard.ended(SECOND, 'given_up', 0, 0);
      return guard;
    };
    const expected = (4 - 1 / 0.95) / 5;
    expect(refusal(() => make(0), SECOND)).toBeCloseTo(expected, 6);
    expect(refusal(() => make(50), 30.999 * SECOND)).toBeCloseTo(expected, 6);
    expect(refusal(() => make(50), 31 * SECOND)).toBe(0);
  });

  it('keeps more entries than it had room for at first', () => {
    const guard = throttleOf({ ...ENVOY, samplingWindowNs: 300 * SECOND } as ThrottleSpec);
    for (let s = 0; s < 300; s++) guard.ended(s * SECOND, s < 150 ? 'ok' : 'error', 0, 0);
    const p = (150 + 150 - 150 / 0.95) / 301;
    expect(guard.ask(299 * SECOND, p - 1e-9)).toBe(REFUSE);
    expect(guard.ask(299 * SECOND, p + 1e-9)).toBe(GO);
    // A hundred seconds later a hundred successes are gone.
    const later = (200 - 50 / 0.95) / 201;
    expect(guard.ask(399 * SECOND, later - 1e-9)).toBe(REFUSE);
    expect(guard.ask(399 * SECOND, later + 1e-9)).toBe(GO);
  });
});

describe("Finagle's NackAdmissionFilter", () => {
  /** Refusals of a share of what is forwarded, evenly spread, ten a second for ten minutes. */
  function nacked(share: number, how: Ending = 'rejected', perSecond = 10): Guard {
    const guard = throttleOf(FINAGLE);
    for (let i = 0; i < 600 * perSecond; i++) {
      const now = (i * SECOND) / perSecond;
      guard.ask(now, 0.9999);
      const nacks = Math.floor((i + 1) * share) > Math.floor(i * share);
      guard.ended(now, nacks ? how : 'ok', 0, 0);
    }
    return guard;
  }

  it.each<[number, number]>([
    // 1 − (1 − nacks) ÷ 0.5, at most 0.75
    [0.3, 0],
    [0.6, 0.2],
    [0.75, 0.5],
    [0.85, 0.7],
    [0.95, 0.75],
    [1, 0.75],
  ])('refuses with %d nacked: %d', (share, expected) => {
    expect(refusal(() => nacked(share), 600 * SECOND)).toBeCloseTo(expected, 1);
  });

  it('takes only a refusal for a nack, and nothing for one below five requests a second', () => {
    expect(nacked(1, 'timeout').ask(600 * SECOND, 0)).toBe(GO);
    expect(nacked(1, 'error').ask(600 * SECOND, 0)).toBe(GO);
    expect(nacked(1, 'rejected', 4).ask(600 * SECOND, 0)).toBe(GO);
    expect(nacked(1, 'rejected', 5).ask(600 * SECOND, 0)).toBe(REFUSE);
  });

  it('weighs by time: a nack after τ counts 1 − 1/e', () => {
    const guard = throttleOf({ ...FINAGLE, rpsThreshold: 0 } as ThrottleSpec);
    guard.ended(120 * SECOND, 'rejected', 0, 0);
    const average = Math.exp(-1);
    const p = 1 - average / 0.5;
    expect(guard.ask(120 * SECOND, p - 1e-9)).toBe(REFUSE);
    expect(guard.ask(120 * SECOND, p + 1e-9)).toBe(GO);
  });
});

describe("the AWS SDKs' adaptive mode", () => {
  /** Ten answers a second for two seconds, then a throttling error at 2 s. */
  function throttled(): Guard {
    const guard = throttleOf(AWS);
    for (let i = 1; i < 20; i++) guard.ended(i * 0.1 * SECOND, 'ok', 0, 0);
    guard.ended(2 * SECOND, 'rejected', 0, 0);
    return guard;
  }

  it('sends freely before the first throttling error; timeouts and errors are none', () => {
    const guard = throttleOf(AWS);
    for (let i = 0; i < 1000; i++) {
      expect(guard.ask(i, 0)).toBe(GO);
      guard.ended(i, i % 2 === 0 ? 'timeout' : 'error', 0, 0);
    }
  });

  it('then fills at 0.7 of the measured rate', () => {
    const guard = throttled();
    // What came while it was off: never more than it holds.
    while (guard.ask(2 * SECOND, 0) === GO);
    // Measured in buckets of half a second, smoothed by 0.8: 10 · (1 − 0.2³) and 12/s at the first.
    const first = guard.askAgainNs;
    expect(guard.ask(first - 2, 0)).toBe(WAIT);
    expect(guard.ask(first, 0)).toBe(GO);
    expect(guard.ask(first, 0)).toBe(WAIT);
    const perSecond = SECOND / (guard.askAgainNs - first);
    expect(perSecond).toBeGreaterThan(0.7 * 9.5);
    expect(perSecond).toBeLessThan(0.7 * 10.5);
  });

  it('grows along CUBIC: back at its old rate after (w · 0.3 ÷ 0.4)^(1/3) s', () => {
    const guard = throttled();
    const back = Math.cbrt((10 * 0.3) / 0.4);
    // One answer each 100 ms keeps the measured rate at 10/s, so that the curve decides.
    let now = 2 * SECOND;
    while (now < (2 + back) * SECOND) {
      now += 0.1 * SECOND;
      guard.ended(now, 'ok', 0, 0);
    }
    while (guard.ask(now, 0) === GO);
    const gap = (guard.askAgainNs - now) / SECOND;
    expect(1 / gap).toBeGreaterThan(9);
  });

  it('refuses who finds no token, where nobody may wait', () => {
    const guard = throttleOf({ ...AWS, waitNs: 0 } as ThrottleSpec);
    expect(guard.ask(0, 0)).toBe(GO);
    guard.ended(1, 'rejected', 0, 0);
    expect(guard.ask(2, 0)).toBe(REFUSE);
    expect(guard.ask(2 + 2 * SECOND, 0)).toBe(GO);
  });

  it('never fills slower than one token in two seconds', () => {
    const guard = throttleOf(AWS);
    guard.ended(1, 'rejected', 0, 0);
    guard.ended(2, 'rejected', 0, 0);
    expect(guard.ask(2, 0)).toBe(WAIT);
    expect(guard.askAgainNs).toBeLessThanOrEqual(2 + 2 * SECOND);
    expect(guard.ask(2 + 2 * SECOND, 0)).toBe(GO);
  });
});

describe('every throttle', () => {
  const step = fc.record({
    gap: fc.oneof(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 2e11 })),
    u: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    what: fc.constantFrom<Ending | 'stopped' | 'nothing'>(
      ...(['ok', 'ok', 'timeout', 'rejected', 'rejected', 'error', 'given_up'] as const),
      'stopped',
      'nothing',
    ),
  });

  it.each<[string, ThrottleSpec]>([
    ['sre', SRE],
    ['sre with K 1', { ...SRE, k: 1, windowNs: SECOND } as ThrottleSpec],
    ['envoy', ENVOY],
    ['envoy, at its extremes', { ...ENVOY, aggression: 1e6, srThreshold: 1e-6 } as ThrottleSpec],
    ['finagle', FINAGLE],
    ['aws_adaptive', AWS],
    ['aws_adaptive, steep', { ...AWS, scaleConstant: 1e9, smoothing: 1 } as ThrottleSpec],
  ])('%s lets all pass while all is well, and answers whatever happens', (_, spec) => {
    const well = throttleOf(spec);
    for (let i = 0; i < 1000; i++) {
      expect(well.ask(i * 1e7, i / 1000)).toBe(GO);
      well.ended(i * 1e7, 'ok', 1e6, well.token);
    }
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const guard = throttleOf(spec);
        let now = 0;
        for (const { gap, u, what } of steps) {
          now += gap;
          const answer = guard.ask(now, u);
          expect([GO, REFUSE, WAIT]).toContain(answer);
          if (answer === WAIT) expect(guard.askAgainNs).toBeGreaterThan(now);
          if (answer !== GO) continue;
          expect(Number.isInteger(guard.token)).toBe(true);
          if (what === 'stopped') guard.stopped(now, 'bulkhead_full', guard.token);
          else if (what !== 'nothing') guard.ended(now, what, 0, guard.token);
        }
      }),
      { numRuns: full ? 1000 : 100 },
    );
  });
});

describe('the defaults of the libraries', () => {
  const libraries: [LibraryDefaults, object][] = [
    [ENVOY_THROTTLE, ENVOY_THROTTLE_DEFAULTS],
    [FINAGLE_THROTTLE, FINAGLE_THROTTLE_DEFAULTS],
    [AWS_THROTTLE, AWS_THROTTLE_DEFAULTS],
  ];

  it.each(libraries)('$library: told as they are', ({ options }, defaults) => {
    const told = options.map(({ name }) => name.replace(/_([a-z])/g, (_, c) => c.toUpperCase()));
    const known = Object.keys(defaults).map((key) => key.replace(/Ns$/, ''));
    expect(told.sort()).toEqual(known.sort());
  });
});
