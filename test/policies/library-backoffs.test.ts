import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStream, unit53 } from '../../src/kernel/draws.js';
import { type Backoff, type Jitter, pauseBefore } from '../../src/policies/backoff.js';
import type { CockatielBackoff } from '../../src/policies/cockatiel-backoff.js';
import type { FinagleBackoff } from '../../src/policies/finagle-backoff.js';
import type { GrpcBackoff } from '../../src/policies/grpc-backoff.js';

const full = process.env['SPILLWAY_FULL'] === '1';
const MS = 1e6;

/** Waits of one call before retries 1 … n, each from a draw; milliseconds. */
function waits(
  backoff: Backoff,
  draws: readonly number[],
  { jitter = 'none' as Jitter, told = [] as readonly number[] } = {},
): number[] {
  const pause = { ns: 0, memory: 0 };
  return draws.map((u, i) => {
    pauseBefore(backoff, jitter, i + 1, (told[i] ?? 0) * MS, u, pause);
    return pause.ns / MS;
  });
}

const finagle = (form: FinagleBackoff['form'], of: Partial<FinagleBackoff> = {}): Backoff => ({
  kind: 'finagle',
  form,
  startNs: 5 * MS,
  maximumNs: 200 * MS,
  offsetNs: 0,
  multiplier: 1,
  ...of,
});

const grpc: GrpcBackoff = { kind: 'grpc', initialNs: 100 * MS, maxNs: 1000 * MS, multiplier: 2 };

const cockatiel = (generator: CockatielBackoff['generator']): CockatielBackoff => ({
  kind: 'cockatiel',
  generator,
  initialNs: 128 * MS,
  maxNs: 30_000 * MS,
  exponent: 2,
});

const HALVES = Array.from({ length: 9 }, () => 0.5);

// twitter/finagle, finagle-core/src/main/scala/com/twitter/finagle/Backoff.scala
describe('Finagle waits', () => {
  it.each<[string, Backoff, number[]]>([
    ['const: start, always', finagle('const'), [5, 5, 5]],
    ['linear: offset more each time', finagle('linear', { offsetNs: 70 * MS }), [5, 75, 145, 200]],
    ['exponential: multiplied', finagle('exponential', { multiplier: 4 }), [5, 20, 80, 200, 200]],
    ['exponential by 1 is const', finagle('exponential', { startNs: 300 * MS }), [300, 300]],
    // start; then h + U(0, h) with h = start · 2^(n−1), n from 1: 5, 10, 20, 40, 80; 160 + 80 > 200
    ['equal_jittered', finagle('equal_jittered'), [5, 7.5, 15, 30, 60, 120, 200, 200]],
    // U(0, prev · 2^n): 10/2, then 5·4/2 = 10, 10·8/2 = 40, and 40·16 is beyond the maximum
    ['exponential_jittered', finagle('exponential_jittered'), [5, 5, 10, 40, 200, 200]],
    // U(prev, 3·prev): the middle is 2·prev; from 80 on the range ends at the maximum: 140, 170 …
    ['decorrelated_jittered', finagle('decorrelated_jittered'), [5, 10, 20, 40, 80, 140, 170, 185]],
    [
      'a start that is the maximum is const',
      finagle('equal_jittered', { startNs: 200 * MS }),
      [200, 200],
    ],
  ])('%s', (_, backoff, expected) => {
    expect(waits(backoff, HALVES.slice(0, expected.length))).toEqual(expected);
  });

  it('the first wait has no jitter, whatever the draw', () => {
    for (const form of [
      'equal_jittered',
      'exponential_jittered',
      'decorrelated_jittered',
    ] as const) {
      for (const u of [0, 0.3, 0.999]) expect(waits(finagle(form), [u])).toEqual([5]);
    }
  });

  it('what has reached the maximum stays there without jitter; decorrelated never falls', () => {
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const forms = fc.constantFrom(
      'equal_jittered',
      'exponential_jittered',
      'decorrelated_jittered',
    );
    fc.assert(
      fc.property(forms, fc.array(draw, { maxLength: 40 }), (form, draws) => {
        const all = waits(finagle(form), draws);
        all.forEach((wait, i) => {
          const before = all[i - 1] ?? 0;
          expect(wait).toBeLessThanOrEqual(200);
          if (before === 200) expect(wait).toBe(200);
          if (form === 'decorrelated_jittered') expect(wait).toBeGreaterThanOrEqual(before);
        });
      }),
      { numRuns: full ? 5000 : 500 },
    );
  });

  it('exponential_jittered is not full jitter: the draw is what grows', () => {
    // A small draw early makes all that follow small: U(0, 0.05·4) and so on.
    expect(waits(finagle('exponential_jittered'), [0, 0.005, 0.5, 0.5])).toEqual([
      5, 0.05, 0.1, 0.4,
    ]);
  });
});

// grpc/proposal, A6-client-retries.md: min(initial · multiplier^(n−1), max) · U(0.8, 1.2)
describe('gRPC waits', () => {
  it.each([
    [0, [80, 160, 320, 640, 800, 800]],
    [0.5, [100, 200, 400, 800, 1000, 1000]],
    [1, [120, 240, 480, 960, 1200, 1200]],
  ])('±20%% around the exponential, at the maximum too (draw %d)', (u, expected) => {
    expect(
      waits(
        grpc,
        expected.map(() => u),
      ),
    ).toEqual(expected);
  });

  it('told how long, it waits exactly as long and begins the sequence again', () => {
    const draws = [0.5, 0.5, 0.9, 0.5, 0.5];
    expect(waits(grpc, draws, { told: [0, 0, 7000, 0, 0] })).toEqual([100, 200, 7000, 100, 200]);
    expect(waits(grpc, [0.9], { told: [1] })).toEqual([1]);
  });

  it('a multiplier below 1 shrinks the waits, an initial wait of 0 stays 0', () => {
    expect(waits({ ...grpc, multiplier: 0.5 }, [0.5, 0.5, 0.5])).toEqual([100, 50, 25]);
    expect(waits({ ...grpc, initialNs: 0 }, HALVES)).toEqual(HALVES.map(() => 0));
  });
});

/** Mean waits before retries 1 … 8 over so many calls, and their standard errors; milliseconds. */
function means(backoff: Backoff, calls: number): { mean: number; error: number }[] {
  const draw = openStream('means', 'cockatiel', 'jitter');
  const all = Array.from({ length: calls }, () =>
    waits(
      backoff,
      HALVES.slice(1).map(() => unit53(draw)),
    ),
  );
  return HALVES.slice(1).map((_, i) => {
    const of = all.map((list) => list[i] as number);
    const mean = of.reduce((a, b) => a + b, 0) / calls;
    const variance = of.reduce((a, b) => a + (b - mean) ** 2, 0) / (calls - 1);
    return { mean, error: Math.sqrt(variance / calls) };
  });
}

// connor4312/cockatiel 4.0.0, src/backoff/ExponentialBackoffGenerators.ts; means seen by running it
describe('cockatiel waits', () => {
  it('none: 128 ms doubling to 16,384 ms, and 30 s at most', () => {
    const expected = [128, 256, 512, 1024, 2048, 4096, 8192, 16384, 30000];
    expect(waits(cockatiel('none'), HALVES)).toEqual(expected);
    expect(waits({ ...cockatiel('none'), exponent: 7 }, HALVES)).toEqual(expected);
  });

  it('half: between half and all of that, in whole milliseconds', () => {
    expect(waits(cockatiel('half'), [0, 0.5, 0.999, 0.1])).toEqual([64, 192, 511, 563]);
  });

  it.each([
    ['full', [64, 128, 254, 510, 1030, 2058, 4093, 8191]],
    ['decorrelated', [111, 148, 267, 530, 1052, 2109, 4209, 8477]],
  ] as const)('%s has the means that the real one has', (generator, expected) => {
    // The published means have errors of their own, as great as those of 10,000 calls.
    means(cockatiel(generator), full ? 100_000 : 20_000).forEach(({ mean, error }, i) => {
      const slack = 4 * error * (full ? 3.3 : 1.7) + 1;
      expect(Math.abs(mean - (expected[i] as number)), `retry ${i + 1}: ${mean}`).toBeLessThan(
        slack,
      );
    });
  });

  it('decorrelated: by hand, from its formula', () => {
    const f = (t: number) => 2 ** t * Math.tanh(Math.sqrt(4 * t));
    const expected = [f(0.25), f(1.5) - f(0.25), f(2.75) - f(1.5)].map((x) => (x * 128) / 1.4);
    waits(cockatiel('decorrelated'), [0.25, 0.5, 0.75]).forEach((wait, i) => {
      expect(wait).toBeCloseTo(expected[i] as number, 5);
    });
  });
});

describe('told how long to wait (Retry-After)', () => {
  const plain: Backoff = { kind: 'exponential', baseNs: 100 * MS, capNs: 1000 * MS, factor: 2 };

  it('what chance spreads is added to it, never taken off', () => {
    expect(waits(plain, [0.5], { jitter: 'full', told: [5000] })).toEqual([5050]);
    expect(waits(plain, [0.5], { jitter: 'equal', told: [5000] })).toEqual([5075]);
    expect(waits(plain, [0], { jitter: 'full', told: [5000] })).toEqual([5000]);
    expect(waits(finagle('equal_jittered'), [0.5, 0.5], { told: [0, 50] })).toEqual([5, 57.5]);
  });

  it('a wait without chance is as long as the longer of the two', () => {
    expect(waits(plain, [0, 0], { told: [5000, 50] })).toEqual([5000, 200]);
    expect(waits({ kind: 'none' }, [0.3], { jitter: 'full', told: [70] })).toEqual([70]);
  });

  it('the rule remembers its own wait, not the longer one', () => {
    // decorrelated: U(100, 3 · 200), not 3 · 5200
    expect(waits(plain, [0.5, 0.5], { jitter: 'decorrelated', told: [5000, 0] })).toEqual([
      5200, 350,
    ]);
  });
});

describe('every backoff', () => {
  const ns = fc.oneof(fc.constantFrom(0, 1, 5 * MS), fc.nat(1e12));
  const any: fc.Arbitrary<Backoff> = fc.oneof(
    fc
      .record({
        form: fc.constantFrom<FinagleBackoff['form'][]>(
          ...(['const', 'linear', 'exponential', 'equal_jittered'] as const),
          ...(['exponential_jittered', 'decorrelated_jittered'] as const),
        ),
        startNs: ns,
        more: ns,
        offsetNs: ns,
        multiplier: fc.integer({ min: 1, max: 1000 }),
        endless: fc.boolean(),
      })
      .map(({ more, endless, ...of }): Backoff => {
        const jittered = of.form.endsWith('jittered');
        const maximumNs = endless && !jittered ? Infinity : of.startNs + more;
        return { kind: 'finagle', ...of, maximumNs };
      }),
    fc.record({
      kind: fc.constant('grpc' as const),
      initialNs: ns,
      maxNs: ns,
      multiplier: fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
    }),
    fc.record({
      kind: fc.constant('cockatiel' as const),
      generator: fc.constantFrom('none', 'full', 'half', 'decorrelated'),
      initialNs: ns,
      maxNs: fc.oneof(ns, fc.constant(Infinity)),
      exponent: fc.double({ min: 1, max: 1e9, noNaN: true }),
    }),
  );

  it('waits whole nanoseconds, never less than it was told, for any settings, draws and retries', () => {
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const step = fc.tuple(draw, fc.constantFrom(0, 0, 0, 1, 1e9));
    fc.assert(
      fc.property(any, fc.array(step, { maxLength: 80 }), (backoff, steps) => {
        const pause = { ns: 0, memory: 0 };
        steps.forEach(([u, told], i) => {
          pauseBefore(backoff, 'full', i + 1, told, u, pause);
          expect(Number.isSafeInteger(pause.ns)).toBe(true);
          expect(pause.ns).toBeGreaterThanOrEqual(told);
        });
      }),
      { numRuns: full ? 10_000 : 1000 },
    );
  });
});
