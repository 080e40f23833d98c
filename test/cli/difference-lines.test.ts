import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { differenceLines, effectText } from '../../src/cli/support/difference-lines.js';
import { untilLines } from '../../src/cli/support/until.js';
import type { CompareResult, Difference, PairKind, UntilResult } from '../../src/study/result.js';

const plain = pc.createColors(false);

/** B against A, with half an interval of `half` (null: none). */
function difference(a: number, b: number, half: number | null, gain: number | null = null) {
  const estimate = a - b;
  const interval: Difference['interval'] =
    half === null ? null : [estimate - half, estimate + half];
  const shown = interval !== null && (interval[0] > 0 || interval[1] < 0);
  return { a, b, estimate, interval, shown, gain };
}

const effect = (
  metric: string,
  a: number,
  b: number,
  half: number | null,
  kind: PairKind = 'paired',
) => effectText(metric, difference(a, b, half), { kind });

describe('an effect in words is what the second policy does to the first', () => {
  it.each([
    [effect('goodput', 300, 312.3, 0.5), 'higher by 12.3/s (4.1%) [11.8, 12.8], better'],
    [effect('goodput', 300, 30, 2), 'lower by 270/s (90%) [268, 272], worse'],
    [effect('latency.p99', 1, 2.1, 0.1), 'higher by 1.1 s (2.1 times) [1 s, 1.2 s], worse'],
    [effect('latency.p99', 2, 1.5, 0.1), 'lower by 500 ms (25%) [400 ms, 600 ms], better'],
    [effect('success_ratio', 0.9, 0.95, 0.01), 'higher by 5 points [4, 6], better'],
    [effect('services.s.crashes', 0, 3, 1), 'higher by 3 [2, 4], worse'],
    [effect('calls.a -> b.attempts', 100, 90, 1), 'lower by 10 (10%) [9, 11]'],
    [effect('services.s.memory.max', 2 ** 30, 2 ** 31, null), 'higher by 1 GiB (2 times)'],
    [effect('goodput', 300, 301, 2), 'higher by 1/s (0.333%) [-1, 3]'],
    [effect('goodput', 300, 303, null, 'single'), 'higher by 3/s (1%)'],
    [effect('goodput', 300, 303, 0, 'exact'), 'higher by 3/s (1%), exact, better'],
    [effect('goodput', 300, 300, 0), 'the same'],
  ])('%s', (told, expected) => expect(told).toBe(expected));
});

function compared(
  differences: Record<string, Difference>,
  more: Partial<CompareResult['pairs'][string]> = {},
  names = ['x vs y'],
): CompareResult {
  const pair = {
    a: 'x',
    b: 'y',
    kind: 'paired' as const,
    replications: [10, 10] as [number, number],
  };
  return {
    policies: { x: { notes: {} }, y: { notes: { 'latency.p99': 'lower bound: 3 unfinished' } } },
    differences: Object.fromEntries(names.map((name) => [name, differences])),
    pairs: Object.fromEntries(names.map((name) => [name, { ...pair, notes: [], ...more }])),
  } as unknown as CompareResult;
}

describe('a pair is told', () => {
  const lines = (result: CompareResult, telling = {}) =>
    differenceLines(result, { all: false, ...telling }, plain);

  it('with what differs, what does not, what has no figure, and what pairing was worth', () => {
    const none = { estimate: null, interval: null, shown: false, a: null, b: 3, gain: null };
    const told = lines(
      compared({
        goodput: difference(300, 312.3, 0.5, 9),
        'latency.p50': difference(0.1, 0.101, 0.01, 4),
        'latency.p99': difference(1, 2.1, 0.1, 0.25),
        amplification: difference(1, 1, 0),
        recovered: difference(1, 0, 0.3),
        recovery_time: none,
        'services.s.crashes': difference(0, 3, 1),
        'services.s.rejected': difference(0, 0, 0),
      }),
    );
    expect(told).toEqual([
      'x vs y (10 seeds, each run by both; 95% intervals)',
      '                      x        y  under y',
      '  goodput         300/s    312/s  higher by 12.3/s (4.1%) [11.8, 12.8], better',
      '  latency.p99       1 s   ≥2.1 s  higher by 1.1 s (2.1 times) [1 s, 1.2 s], worse',
      '  recovered    10 of 10  0 of 10  lower by 100 points [70, 130], worse',
      '  no difference shown: latency.p50',
      '  the same in every run: amplification',
      '  recovery_time: no figure; x has no value in some run',
      '  1 of 1 further metrics differ (--all tells which)',
      '  pairing by seed was worth 9 times as many independent runs for goodput (an interval 3 times narrower), 0.25 for latency.p99 (0.5)',
    ]);
  });

  it('without an interval where there is one seed, and says the cure', () => {
    const result = compared(
      { goodput: difference(300, 303, null) },
      { kind: 'single', replications: [1, 1] },
    );
    expect(lines(result)).toEqual([
      'x vs y (one seed: no interval; --replications 10 gives one)',
      '               x      y  under y',
      '  goodput  300/s  303/s  higher by 3/s (1%)',
    ]);
  });

  it('with a line each where there are many', () => {
    const names = Array.from({ length: 7 }, (_, index) => `x vs y${index}`);
    const differences = { goodput: difference(300, 312.3, 0.5), recovered: difference(1, 1, 0.3) };
    const told = lines(compared(differences, {}, names));
    expect(told).toHaveLength(8);
    expect(told[0]).toBe('x vs y0: goodput higher by 12.3/s (4.1%) [11.8, 12.8], better');
    expect(told[7]).toMatch(/^7 pairs, a line each; name two policies/);
    expect(lines(compared({ goodput: difference(1, 1, 0) }, {}, names))[0]).toBe(
      'x vs y0: no difference shown',
    );
  });
});

describe('how far replications were added', () => {
  const until = (more: Partial<UntilResult>): UntilResult => ({
    share: 0.02,
    metrics: ['goodput'],
    replicationsMax: 200,
    reached: true,
    rounds: [10, 17],
    extents: [{ of: 'goodput of x', share: 0.019 }],
    ...more,
  });

  it.each([
    [
      until({}),
      'until 2%: reached with 17 replications (10, then 17); the widest is goodput of x, ±1.9%',
    ],
    [
      until({ reached: false, rounds: [10, 200], extents: [{ of: 'goodput of x', share: 0.03 }] }),
      'until 2%: not reached with 200 replications (10, then 200), the most allowed (--replications-max): goodput of x ±3%',
    ],
  ])('is told in a line', (result, expected) => {
    expect(untilLines({ until: result })).toEqual([expected]);
  });

  it('names what could not be judged', () => {
    const extents = [{ of: 'latency.p99 of x', share: null, why: 'it was run once' }];
    expect(untilLines({ until: until({ reached: false, rounds: [10], extents }) })).toEqual([
      'until 2%: there is nothing to judge by, after 10 replications',
      '  not judged: latency.p99 of x: it was run once',
    ]);
  });
});
