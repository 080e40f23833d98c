import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DistributionSpec } from '../../src/kernel/distributions.js';
import { openStream } from '../../src/kernel/draws.js';
import { unitExponential } from '../../src/kernel/ziggurat.js';
import { openArrivals } from '../../src/model/open-arrivals.js';
import type { ArrivalsPlan, Plan, ProducerPlan, RatePlan } from '../../src/model/plan.js';
import { Wave } from '../../src/model/wave.js';
import { producer, plan as sample } from '../judge/sample.js';
import { meanOf } from './kit.js';

const S = 1e9;

interface Surge {
  atNs: number;
  forNs: number;
  factor: number;
}

/** A plan of one producer. */
function planWith(
  arrivals: ArrivalsPlan,
  more: Partial<ProducerPlan> = {},
  surges: Surge[] = [],
): Plan {
  return sample({
    seed: '5',
    durationNs: 100 * S,
    producers: [producer('users', 0, { arrivals, ...more })],
    faults: surges.map((of) => ({
      ...{ ...of, text: '', kind: 'surge', producer: 0 },
      ...{ when: null, everyNs: Infinity },
    })),
  });
}

/** Its moments before the run ends. */
function momentsOf(plan: Plan): number[] {
  const arrivals = openArrivals(plan, 0)!;
  const end = Math.min(plan.producers[0]!.untilNs, plan.durationNs);
  const moments: number[] = [];
  for (let at = arrivals.next(); at < end; at = arrivals.next()) moments.push(at);
  return moments;
}

/** Λ(t) of a flat rate or a wave, by the words of the rule. */
function expectedBy(rate: RatePlan, ns: number): number {
  if (Array.isArray(rate)) return (rate[0]!.perSecond * ns) / S;
  const { meanPerSecond: mean, peakPerSecond: peak, periodNs: period } = rate;
  const turn = (2 * Math.PI * ns) / period;
  return (mean * ns + (((peak - mean) * period) / (2 * Math.PI)) * (1 - Math.cos(turn))) / S;
}

/** Λ(t) with surges in force and the window in which it sends. */
function actual(
  rate: RatePlan,
  { fromNs, untilNs }: ProducerPlan,
  surges: Surge[],
  ns: number,
): number {
  const borders = [0, ns, fromNs, untilNs, ...surges.flatMap((s) => [s.atNs, s.atNs + s.forNs])];
  const cuts = [...new Set(borders.filter((at) => at <= ns))].sort((a, b) => a - b);
  let sum = 0;
  for (let i = 1; i < cuts.length; i++) {
    const [from, to] = [cuts[i - 1]!, cuts[i]!];
    if (from < fromNs || from >= untilNs) continue;
    const on = surges.filter((s) => s.atNs <= from && from < s.atNs + s.forNs);
    const factor = on.reduce((product, s) => product * s.factor, 1);
    sum += factor * (expectedBy(rate, to) - expectedBy(rate, from));
  }
  return sum;
}

const wholeMs = (most: number) => fc.integer({ min: 0, max: most }).map((ms) => ms * 1e6);
const anyRate: fc.Arbitrary<RatePlan> = fc.oneof(
  fc.integer({ min: 1, max: 50 }).map((n) => [{ atNs: 0, perSecond: n, rampNs: 0 }]),
  fc
    .tuple(
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom(0, 0.3, 0.99, 1),
      fc.constantFrom(7e6, 1.3 * S, 40 * S, 86_400 * S),
    )
    .map(([mean, swing, periodNs]) => {
      const peakPerSecond = mean * (1 + swing);
      return { kind: 'diurnal' as const, meanPerSecond: mean, peakPerSecond, periodNs };
    }),
);
const anySurges = fc.array(
  fc.record({
    atNs: wholeMs(90_000),
    forNs: wholeMs(30_000).map((ns) => ns + 1e6),
    factor: fc.constantFrom(0, 0.3, 2.5, 7),
  }),
  { maxLength: 3 },
);
const anyWindow = fc.record({
  fromNs: fc.constantFrom(0, 0, 12.3 * S),
  untilNs: fc.constantFrom(Infinity, 77.7 * S),
});

describe('rule 5: open arrivals are Λ⁻¹ of their sums', () => {
  it('constant: Λ at the k-th is k, for any rate, surges and window', () => {
    fc.assert(
      fc.property(anyRate, anySurges, anyWindow, (rate, surges, window) => {
        const plan = planWith({ kind: 'constant', rate }, window, surges);
        const moments = momentsOf(plan);
        const by = (ns: number) => actual(rate, plan.producers[0]!, surges, ns);
        moments.forEach((at, i) => {
          // A nanosecond either way embraces it; rates are at most 50·2·7³ a second.
          expect(by(at - 1)).toBeLessThanOrEqual(i + 1 + 1e-6);
          expect(by(at + 1)).toBeGreaterThanOrEqual(i + 1 - 1e-6);
        });
        const whole = by(Math.min(window.untilNs, plan.durationNs));
        expect(Math.abs(moments.length - whole)).toBeLessThanOrEqual(1 + 1e-6);
      }),
      { numRuns: 150, seed: 42 },
    );
  });

  it('Poisson and batch: Λ at the k-th is E₁ + … + E_k of the producer’s stream', () => {
    fc.assert(
      fc.property(anyRate, anySurges, anyWindow, fc.boolean(), (rate, surges, window, batch) => {
        const of: ArrivalsPlan = batch
          ? { kind: 'batch', rate, size: 3 }
          : { kind: 'poisson', rate };
        const plan = planWith(of, window, surges);
        const stream = openStream('5', 'users', 'arrivals');
        let sum = 0;
        for (const at of momentsOf(plan)) {
          sum += unitExponential(stream);
          const by = (ns: number) => actual(rate, plan.producers[0]!, surges, ns);
          expect(by(at - 1)).toBeLessThanOrEqual(sum + 1e-6);
          expect(by(at + 1)).toBeGreaterThanOrEqual(sum - 1e-6);
        }
      }),
      { numRuns: 100, seed: 42 },
    );
  });

  it('counts of a wave match its integral in every part of the period', () => {
    const rate: RatePlan = {
      kind: 'diurnal',
      meanPerSecond: 50,
      peakPerSecond: 95,
      periodNs: 10 * S,
    };
    const counts = new Float64Array(8);
    const runs = 40;
    for (let seed = 0; seed < runs; seed++) {
      const plan = { ...planWith({ kind: 'poisson', rate }), seed: String(seed) };
      for (const at of momentsOf(plan)) counts[Math.floor(((at % (10 * S)) / (10 * S)) * 8)]!++;
    }
    counts.forEach((count, i) => {
      const share = expectedBy(rate, ((i + 1) / 8) * 10 * S) - expectedBy(rate, (i / 8) * 10 * S);
      const expected = share * 10 * runs;
      expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected));
    });
  });

  it('a wave’s inverse undoes its integral and goes forward, over days too', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1e4, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(1e6, S, 3600 * S, 86_400 * S),
        fc.integer({ min: 0, max: 86_400 }),
        fc.array(fc.double({ min: 0, max: 2.5, noNaN: true }), { maxLength: 30 }),
        (mean, swing, periodNs, fromS, parts) => {
          const of = {
            kind: 'diurnal' as const,
            meanPerSecond: mean,
            peakPerSecond: mean * (1 + swing),
            periodNs,
          };
          const wave = new Wave(of, fromS * S);
          for (const part of parts.sort((a, b) => a - b)) {
            const ns = part * periodNs;
            const back = wave.inverse(wave.expected(ns));
            // Near a rate of 0 many moments have nearly one integral.
            const lost = Math.abs(wave.expected(back) - wave.expected(ns));
            expect(Math.abs(back - ns) < 0.3 || lost < 1e-9 * (1 + wave.expected(ns))).toBe(true);
          }
        },
      ),
      { numRuns: 300, seed: 42 },
    );
  });
});

describe('rule 5: renewal', () => {
  const constant: DistributionSpec = { kind: 'constant', ns: 1e8 };
  const ms = (values: number[]) => values.map((value) => Math.floor(value * 1e6 + 0.5));

  it('distances are divided by the surge in force, through its borders', () => {
    const surges = [{ atNs: 250e6, forNs: 300e6, factor: 3 }];
    const plan = planWith(
      { kind: 'renewal', between: constant, load: 1 },
      { untilNs: 0.75 * S },
      surges,
    );
    // 250 at 250 ms, then three for one until 550 ms, at which 1150 have gone by.
    const third = 100 / 3;
    expect(momentsOf(plan)).toEqual(
      ms([
        100,
        200,
        250 + third / 2,
        300,
        300 + third,
        300 + 2 * third,
        400,
        400 + third,
        400 + 2 * third,
        500,
        500 + third,
        600,
        700,
      ]),
    );
  });

  it('at twice the load they are halved; from a moment on they begin there', () => {
    const plan = planWith(
      { kind: 'renewal', between: constant, load: 2 },
      { fromNs: 1e9, untilNs: 1.2e9 },
    );
    expect(momentsOf(plan)).toEqual(ms([1050, 1100, 1150]));
  });

  it('the sum is rounded, never the gap', () => {
    const plan = {
      ...planWith({ kind: 'renewal', between: constant, load: 3 }),
      durationNs: 33 * S + 1,
    };
    const moments = momentsOf(plan);
    expect(moments.length).toBe(990);
    expect(moments.at(-1)).toBe(33 * S);
  });

  it('Erlang-2 counts have the mean and the variance of renewal theory', () => {
    // N(t) = ⌊M/2⌋ with M Poisson of mean 2t/μ: every second phase is an arrival.
    const phases = 11;
    let [p, mean, square] = [Math.exp(-phases), 0, 0];
    for (let m = 0; m < 80; p *= phases / ++m) {
      mean += p * Math.floor(m / 2);
      square += p * Math.floor(m / 2) ** 2;
    }
    const variance = square - mean ** 2;
    expect(variance / mean).toBeLessThan(0.56);
    const runs = 6000;
    const counts = Array.from({ length: runs }, (_, seed) => {
      const between: DistributionSpec = { kind: 'erlang', meanNs: 2 * S, k: 2 };
      const plan = planWith({ kind: 'renewal', between, load: 1 }, { untilNs: phases * S });
      return momentsOf({ ...plan, seed: String(seed) }).length;
    });
    const found = meanOf(counts);
    const spread = meanOf(counts.map((n) => (n - found) ** 2));
    expect(Math.abs(found - mean)).toBeLessThan(4 * Math.sqrt(variance / runs));
    expect(Math.abs(spread / variance - 1)).toBeLessThan(4 * Math.sqrt(2.2 / runs));
  });
});

describe('rule 5: mmpp', () => {
  const states = [
    { perSecond: 20, meanNs: 2 * S },
    { perSecond: 200, meanNs: 0.5 * S },
  ];
  const mmpp = (of = states): ArrivalsPlan => ({ kind: 'mmpp', states: of });

  it('goes through its states in turn, each for an exponential time of the stream of states', () => {
    const loud = [
      { perSecond: 0, meanNs: 2 * S },
      { perSecond: 5000, meanNs: 0.5 * S },
      { perSecond: 0, meanNs: 1 * S },
    ];
    const stream = openStream('5', 'users', 'states');
    const spans: { from: number; to: number }[] = [];
    for (let at = 0, i = 0; at < 100 * S; i = (i + 1) % 3) {
      const to = at + loud[i]!.meanNs * unitExponential(stream);
      if (i === 1) spans.push({ from: at, to });
      at = to;
    }
    const moments = momentsOf(planWith(mmpp(loud)));
    expect(
      moments.every((at) => spans.some(({ from, to }) => from - 1 <= at && at <= to + 1)),
    ).toBe(true);
    for (const { from, to } of spans) {
      const there = moments.filter((at) => from <= at && at <= to).length;
      const expected = (5000 * (Math.min(to, 100 * S) - from)) / S;
      expect(Math.abs(there - expected)).toBeLessThan(5 * Math.sqrt(expected + 1));
    }
  });

  it('load and surges multiply the rates and leave the states where they were', () => {
    const one = momentsOf(planWith(mmpp()));
    const doubled = states.map(({ perSecond, meanNs }) => ({ perSecond: 2 * perSecond, meanNs }));
    const surge = [{ atNs: 0, forNs: Infinity, factor: 2 }];
    const two = momentsOf(planWith(mmpp(doubled)));
    expect(momentsOf(planWith(mmpp(), {}, surge))).toEqual(two);
    expect(two.length / one.length).toBeGreaterThan(1.8);
  });

  it('a surge that begins while it sends is as one known beforehand', () => {
    const plan = planWith(mmpp());
    const open = openArrivals(plan, 0)!;
    const surges = [{ fromNs: 30 * S, toNs: 40 * S, factor: 3 }];
    const moments: number[] = [];
    for (let at = open.next(); at < 100 * S; at = open.next()) {
      if (at >= 30 * S && surges.length === 1) {
        at = open.bend(surges, []);
        surges.push({ fromNs: 40 * S, toNs: 50 * S, factor: 1 });
      }
      moments.push(at);
    }
    const known = [{ atNs: 30 * S, forNs: 10 * S, factor: 3 }];
    expect(moments).toEqual(momentsOf(planWith(mmpp(), {}, known)));
    expect(moments).not.toEqual(momentsOf(plan));
  });

  it('its index of dispersion of counts is that of theory', () => {
    const [m1, m2] = [2, 0.5];
    const [r1, r2] = [1 / m1, 1 / m2];
    const window = 1;
    const r = r1 + r2;
    const factor = 1 - (1 - Math.exp(-r * window)) / (r * window);
    // Fischer and Meier-Hellstern, "The Markov-modulated Poisson process (MMPP) cookbook", 1993.
    const theory = 1 + ((2 * 180 ** 2 * r1 * r2) / (r ** 2 * (20 * r2 + 200 * r1))) * factor;
    const counts: number[] = [];
    for (let seed = 0; seed < 40; seed++) {
      const plan = { ...planWith(mmpp()), seed: String(seed), durationNs: 500 * S };
      const seconds = new Array<number>(500).fill(0);
      for (const at of momentsOf(plan)) seconds[Math.floor(at / S)]!++;
      counts.push(...seconds.slice(20));
    }
    const mean = meanOf(counts);
    const index = meanOf(counts.map((n) => (n - mean) ** 2)) / mean;
    expect(theory).toBeGreaterThan(30);
    expect(Math.abs(mean / ((20 * 2 + 200 * 0.5) / 2.5) - 1)).toBeLessThan(0.03);
    expect(Math.abs(index / theory - 1)).toBeLessThan(0.05);
  });
});

describe('rule 6: streams belong to a producer', () => {
  const kinds: ArrivalsPlan[] = [
    { kind: 'poisson', rate: [{ atNs: 0, perSecond: 9, rampNs: 0 }] },
    { kind: 'renewal', between: { kind: 'exponential', meanNs: 1e8 }, load: 1 },
    {
      kind: 'mmpp',
      states: [
        { perSecond: 9, meanNs: S },
        { perSecond: 90, meanNs: S },
      ],
    },
    { kind: 'batch', rate: [{ atNs: 0, perSecond: 3, rampNs: 0 }], size: 4 },
  ];

  it.each(kinds)('$kind: another producer changes no arrival', (arrivals) => {
    const alone = planWith(arrivals);
    const others = kinds.map((of, i) => producer(`other${i}`, 0, { arrivals: of }));
    const together = { ...alone, producers: [...alone.producers, ...others] };
    const moments = momentsOf(alone);
    expect(moments.length).toBeGreaterThan(100);
    expect(momentsOf(together)).toEqual(moments);
    expect(momentsOf({ ...together, producers: [others[0]!] })).not.toEqual(moments);
  });
});
