import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CycleLimit } from '../../src/policies/cycle-limit.js';
import { burstFor, TokenBucket } from '../../src/policies/token-bucket.js';

const full = process.env['SPILLWAY_FULL'] === '1';
const numRuns = full ? 1000 : 100;
const MS = 1e6;
const SECOND = 1e9;

describe('a token bucket', () => {
  it('is full at first, then passes its rate', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 3 });
    const passes = [0, 0, 0, 0, 99, 100, 150, 200, 1000, 1000, 1000, 1000].map((ms) =>
      bucket.take(ms * MS),
    );
    // Three at once; then one each 100 ms; after 800 ms of rest three again, not eight.
    expect(passes).toEqual([
      ...[true, true, true, false],
      ...[false, true, false, true],
      ...[true, true, true, false],
    ]);
  });

  it('says when the next token is there, and then it is', () => {
    const bucket = new TokenBucket({ perSecond: 3, burst: 1 });
    expect(bucket.take(5)).toBe(true);
    expect(bucket.nextNs(5)).toBe(Math.ceil(5 + SECOND / 3));
    expect(bucket.take(Math.floor(5 + SECOND / 3))).toBe(false);
    expect(bucket.take(bucket.nextNs(5))).toBe(true);
  });

  it('used as a queue it lets one through each 1/rate and refuses waits beyond the longest', () => {
    // NGINX limit_req rate=10r/s burst=3: one at once, three delayed by 100, 200, 300 ms, the rest refused.
    const bucket = new TokenBucket({ perSecond: 10, burst: 1 });
    const waits = Array.from({ length: 6 }, () => bucket.reserve(0, 300 * MS));
    expect(waits).toEqual([0, 100 * MS, 200 * MS, 300 * MS, -1, -1]);
    bucket.giveBack();
    expect(bucket.reserve(0, 300 * MS)).toBe(300 * MS);
    expect(bucket.tokens(0)).toBeCloseTo(-3, 9);
  });

  it('holds what comes in a second, and one token at least, where nothing was said', () => {
    expect([0.1, 1, 20, 1e9].map(burstFor)).toEqual([1, 1, 20, 1e9]);
  });

  const bucketAndTimes = fc.record({
    perSecond: fc.oneof(
      fc.double({ min: 1e-4, max: 1e9, noNaN: true }),
      fc.integer({ min: 1, max: 1e5 }),
    ),
    burst: fc.oneof(
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 1, max: 1e9, noNaN: true }),
    ),
    gaps: fc.array(fc.integer({ min: 0, max: 2e8 }), { minLength: 1, maxLength: 200 }),
  });

  it('passes at most burst + rate × T in any stretch T', () => {
    fc.assert(
      fc.property(bucketAndTimes, ({ perSecond, burst, gaps }) => {
        const bucket = new TokenBucket({ perSecond, burst });
        const passed: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          if (bucket.take(now)) passed.push(now);
        }
        for (let i = 0; i < passed.length; i++) {
          for (let j = i; j < passed.length; j++) {
            const most = burst + (perSecond * ((passed[j] ?? 0) - (passed[i] ?? 0))) / SECOND;
            expect(j - i + 1).toBeLessThanOrEqual(most * (1 + 1e-9) + 1e-6);
          }
        }
      }),
      { numRuns },
    );
  });

  it('keeps its word: a token is there at the moment it named, and not a nanosecond before', () => {
    fc.assert(
      fc.property(bucketAndTimes, ({ perSecond, burst, gaps }) => {
        const bucket = new TokenBucket({ perSecond, burst });
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          if (bucket.take(now)) continue;
          const next = bucket.nextNs(now);
          expect(next).toBeGreaterThan(now);
          expect(Number.isSafeInteger(next)).toBe(true);
          expect(bucket.take(next - 1)).toBe(false);
          expect(bucket.take(next)).toBe(true);
          now = next;
        }
      }),
      { numRuns },
    );
  });
});

describe("resilience4j's rate limiter", () => {
  it('counts by cycles and saves nothing up', () => {
    const limit = new CycleLimit({ limitForPeriod: 2, limitRefreshPeriodNs: 100 });
    const passes = [0, 0, 99, 100, 100, 100, 950, 950, 950].map((at) => limit.take(at));
    expect(passes).toEqual([true, true, false, true, true, false, true, true, false]);
  });

  it('reserves permits of later cycles, as far as the wait allows', () => {
    const limit = new CycleLimit({ limitForPeriod: 2, limitRefreshPeriodNs: 100 });
    const waits = Array.from({ length: 7 }, () => limit.reserve(30, 170));
    expect(waits).toEqual([0, 0, 70, 70, 170, 170, -1]);
    expect(limit.reserve(100, 0)).toBe(-1);
    expect(limit.nextNs(250)).toBe(300);
    expect(limit.reserve(300, 0)).toBe(0);
  });

  it('by default limits nothing in practice: 50 each 500 ns', () => {
    const limit = new CycleLimit({ limitForPeriod: 50, limitRefreshPeriodNs: 500 });
    for (let i = 0; i < 10_000; i++) expect(limit.take(i * 10)).toBe(true);
  });
});
