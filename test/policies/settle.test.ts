import { describe, expect, it } from 'vitest';
import { openStream, unit53 } from '../../src/kernel/draws.js';
import { GO, type Guard } from '../../src/policies/guard.js';
import type { Limit } from '../../src/policies/limit.js';
import { AIMD_DEFAULTS } from '../../src/policies/limit-aimd.js';
import { ENVOY_LIMIT_DEFAULTS } from '../../src/policies/limit-envoy.js';
import { GRADIENT2_DEFAULTS } from '../../src/policies/limit-gradient.js';
import { VEGAS_DEFAULTS } from '../../src/policies/limit-vegas.js';
import { limitOf } from '../../src/policies/limits.js';
import { ENVOY_THROTTLE_DEFAULTS } from '../../src/policies/throttle-envoy.js';
import { FINAGLE_THROTTLE_DEFAULTS } from '../../src/policies/throttle-finagle.js';
import { SRE_THROTTLE_DEFAULTS } from '../../src/policies/throttle-sre.js';
import { type ThrottleSpec, throttleOf } from '../../src/policies/throttles.js';
import { TokenBucket } from '../../src/policies/token-bucket.js';

// Published and computed figures, the rules alone against the simplest of servers: what throttles
// forward in the long run, how long they doubt after an outage, where limits of concurrency rest.

const full = process.env['SPILLWAY_FULL'] === '1';
const seeds = Array.from({ length: full ? 20 : 3 }, (_, i) => `${i + 1}`);
const MS = 1e6;
const SECOND = 1e9;

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const SRE: ThrottleSpec = { kind: 'sre', ...SRE_THROTTLE_DEFAULTS };
const ENVOY: ThrottleSpec = { kind: 'envoy', ...ENVOY_THROTTLE_DEFAULTS };

interface Demand {
  perSecond: number;
  seconds: number;
  seed: string;
  /** Whether the server takes one that came through. */
  takes(nowNs: number, u: number): boolean;
  seen(nowNs: number, forwarded: boolean, taken: boolean): void;
}

/** Poisson demand through a throttle to a server that answers at once. */
function demand(guard: Guard, { perSecond, seconds, seed, takes, seen }: Demand): void {
  const stream = openStream(seed, 'apps', 'arrivals');
  let now = 0;
  for (;;) {
    now += Math.floor((-Math.log(1 - unit53(stream)) / perSecond) * SECOND);
    if (now > seconds * SECOND) return;
    const forwarded = guard.ask(now, unit53(stream)) === GO;
    const taken = forwarded && takes(now, unit53(stream));
    if (forwarded) guard.ended(now, taken ? 'ok' : 'rejected', 0, guard.token);
    seen(now, forwarded, taken);
  }
}

/** Forwarded and taken a second, from the fourth minute to the tenth, by a server that takes 100/s. */
function longRun(spec: ThrottleSpec, perSecond: number, seed: string): [number, number] {
  const bucket = new TokenBucket({ perSecond: 100, burst: 10 });
  let [forwards, takes] = [0, 0];
  demand(throttleOf(spec), {
    perSecond,
    seconds: 600,
    seed,
    takes: (now) => bucket.take(now),
    seen: (now, forwarded, taken) => {
      if (now < 240 * SECOND) return;
      if (forwarded) forwards++;
      if (taken) takes++;
    },
  });
  return [forwards / 360, takes / 360];
}

describe('what a throttle forwards to a server that takes 100/s', () => {
  it.each([
    [50, 50],
    [150, 150],
    [300, 200],
    [1000, 200],
  ])("Google's with K = 2, of %d/s: min(R, 200) = %d/s", (demanded, expected) => {
    for (const seed of seeds) {
      const [forwarded, taken] = longRun(SRE, demanded, seed);
      expect(Math.abs(forwarded / expected - 1)).toBeLessThan(0.04);
      expect(taken).toBeGreaterThan(0.97 * Math.min(demanded, 100));
    }
  });

  it("Google's with K = 1.1: 110 for each 100 taken, which costs the server 2 to 3%", () => {
    for (const seed of seeds) {
      const [forwarded, taken] = longRun({ ...SRE, k: 1.1 } as ThrottleSpec, 500, seed);
      expect(forwarded / taken).toBeCloseTo(1.1, 1);
      expect(taken).toBeGreaterThan(96);
      expect(taken).toBeLessThan(99);
    }
  });

  it.each([150, 400, 1000])("Envoy's, of %d/s: √(100 R ÷ 0.95)", (demanded) => {
    for (const seed of seeds) {
      const [forwarded] = longRun(ENVOY, demanded, seed);
      expect(Math.abs(forwarded / Math.sqrt((100 * demanded) / 0.95) - 1)).toBeLessThan(0.03);
    }
  });

  it("Envoy's, of 5000/s: its cap of 80% lets a fifth through", () => {
    const [forwarded] = longRun(ENVOY, 5000, '1');
    expect(Math.abs(forwarded / 1000 - 1)).toBeLessThan(0.02);
  });

  it.each([
    [250, Math.sqrt(2 * 250 * 100)],
    [400, Math.sqrt(2 * 400 * 100)],
    [2000, Math.sqrt(2 * 2000 * 100)],
    [4000, 1000],
  ])(
    "Finagle's, of %d/s, taken by chance: √(2 R C), or 0.25 R if that is more",
    (demanded, expected) => {
      // Of what came in the last second 100 are taken, whichever they are.
      for (const seed of seeds) {
        let [forwards, rate, last] = [0, 100, 0];
        const guard = throttleOf({ kind: 'finagle', ...FINAGLE_THROTTLE_DEFAULTS });
        let inSecond = 0;
        demand(guard, {
          perSecond: demanded,
          seconds: 900,
          seed,
          takes: (_, u) => u < 100 / Math.max(100, rate),
          seen: (now, forwarded) => {
            if (Math.floor(now / SECOND) > last) {
              rate = 0.9 * rate + 0.1 * inSecond;
              inSecond = 0;
              last = Math.floor(now / SECOND);
            }
            if (forwarded) inSecond++;
            if (forwarded && now >= 600 * SECOND) forwards++;
          },
        });
        expect(Math.abs(forwards / 300 / expected - 1)).toBeLessThan(0.05);
      }
    },
  );
});

/** Seconds after an outage of two minutes until 90% of what was asked lately is answered. */
function doubt(spec: ThrottleSpec, perSecond: number, windowSeconds: number, seed: string): number {
  const [from, until] = [200, 320];
  const asked = new Float64Array(3000);
  const answered = new Float64Array(3000);
  demand(throttleOf(spec), {
    perSecond,
    seconds: 2999,
    seed,
    takes: (now) => now < from * SECOND || now >= until * SECOND,
    seen: (now, _, taken) => {
      asked[Math.floor(now / SECOND)]++;
      if (taken) answered[Math.floor(now / SECOND)]++;
    },
  });
  for (let at = until; at < 3000; at++) {
    const window = [at - windowSeconds, at] as const;
    const sum = (of: Float64Array): number => of.slice(...window).reduce((a, b) => a + b, 0);
    if (sum(answered) >= 0.9 * sum(asked)) return at - until;
  }
  return Number.POSITIVE_INFINITY;
}

describe('after an outage of two minutes', () => {
  const trials = Array.from({ length: full ? 200 : 40 }, (_, i) => `${i + 1}`);

  it.each([
    // The median of 200 trials has a standard error of some 10 s at 1/s; of 20 trials, 30 s.
    [1, 453, 70],
    [100, 890, 100],
  ])(
    "Google's throttle without a floor doubts for minutes: at %d/s some %d s",
    (rate, expected, off) => {
      const some = rate > 10 ? trials.slice(0, full ? 60 : 15) : trials;
      const found = median(some.map((seed) => doubt(SRE, rate, 120, seed)));
      expect(Math.abs(found - expected)).toBeLessThan(off);
    },
  );

  it("Envoy's is back after some 24 s", () => {
    const found = median(trials.map((seed) => doubt(ENVOY, 20, 10, seed)));
    expect(found).toBeGreaterThan(18);
    expect(found).toBeLessThan(32);
  });

  it('a floor of one a second makes it less than half as long at 100/s', () => {
    const floored = { ...SRE, floorPerSecond: 1 } as ThrottleSpec;
    const found = median(trials.slice(0, 5).map((seed) => doubt(floored, 100, 120, seed)));
    expect(found).toBeLessThan(500);
  });
});

/** A saturated server, rtt = 10 ms × max(1, L ÷ knee) of the limit as it is; the limit after each answer. */
function saturate(limit: Limit, knee: number, answers: number): number[] {
  const seen: number[] = [];
  let now = 0;
  for (let i = 0; i < answers; i++) {
    const inFlight = Math.floor(limit.limit);
    const tookNs = Math.floor(10 * MS * Math.max(1, inFlight / knee));
    now += tookNs / inFlight;
    limit.sample(Math.floor(now), tookNs, inFlight, false);
    seen.push(limit.limit);
  }
  return seen;
}

const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('where a limit of concurrency rests before a saturated server', () => {
  const draw = (seed: string) => {
    const stream = openStream(seed, 'edge', 'concurrency');
    return () => unit53(stream);
  };

  it.each([10, 20, 50, 100, 300])("Envoy's, knee at %d: 1.25 L0 + √(1.25 L0)", (knee) => {
    const limit = limitOf({ kind: 'envoy', ...ENVOY_LIMIT_DEFAULTS }, draw('1'));
    const seen = saturate(limit, knee, 200_000).slice(-1000);
    const expected = 1.25 * knee + Math.sqrt(1.25 * knee);
    // It counts in whole numbers, and the lower of two.
    for (const value of [seen[0] ?? 0, seen[999] ?? 0]) {
      expect(value).toBeLessThanOrEqual(expected);
      expect(value).toBeGreaterThan(expected - 2.5);
    }
  });

  it("Envoy's with L0 = 50: 70", () => {
    const limit = limitOf({ kind: 'envoy', ...ENVOY_LIMIT_DEFAULTS }, draw('1'));
    expect(saturate(limit, 50, 200_000).at(-1)).toBe(70);
  });

  it('AIMD with timeouts above 60: a sawtooth from 54 to 61, 57.5 in the mean', () => {
    // 10 ms × 60 ÷ 50 is the last that is in time.
    const spec = { kind: 'aimd' as const, ...AIMD_DEFAULTS, timeoutNs: 12 * MS, windowed: null };
    const seen = saturate(limitOf(spec, draw('1')), 50, 10_000).slice(1000);
    expect(Math.min(...seen)).toBe(54);
    expect(Math.max(...seen)).toBe(61);
    expect(mean(seen)).toBeCloseTo(57.5, 1);
  });

  it('Vegas with L0 = 20 rests at 26, and ratchets up through its probes', () => {
    for (const seed of seeds) {
      const spec = { kind: 'vegas' as const, ...VEGAS_DEFAULTS, windowed: null };
      const limit = limitOf(spec, draw(seed));
      // A probe comes after 0.5 to 1 times 30 times the limit.
      const first = saturate(limit, 20, 300);
      expect(first.at(-1)).toBe(26);
      const later = saturate(limit, 20, 20_000);
      expect(later.at(-1)).toBeGreaterThan(60);
      for (let i = 1; i < later.length; i++) {
        expect(later[i] ?? 0).toBeGreaterThanOrEqual((later[i - 1] ?? 0) - 1);
      }
    }
  });

  it.each([200, 500, 2000])('Gradient2 drifts up until its maximum of %d stops it', (maximum) => {
    const spec = { ...GRADIENT2_DEFAULTS, maxConcurrency: maximum, windowed: null };
    const limit = limitOf({ kind: 'gradient2', ...spec }, draw('1'));
    const seen = saturate(limit, 50, 20_000);
    expect(seen.at(-1)).toBe(maximum);
    // Never by more than 0.8 a sample, and by all of that while its long average is high enough.
    const steps = seen.slice(1).map((value, i) => value - (seen[i] ?? 0));
    expect(Math.max(...steps)).toBeCloseTo(0.8, 9);
    const rising = steps.slice(0, seen.indexOf(maximum));
    expect(mean(rising)).toBeGreaterThan(0);
  });
});
