import { describe, expect, it } from 'vitest';
import {
  type BaselinePolicy,
  type BaselineScenario,
  baselineText,
  readBaseline,
} from '../../src/study/baseline.js';
import { driftOf } from '../../src/study/drift.js';

type Values = Record<string, (number | null)[]>;

function policyOf(values: Values, more: Partial<BaselinePolicy> = {}): BaselinePolicy {
  const count = Object.values(values)[0]!.length;
  return {
    seeds: Array.from({ length: count }, (_, index) => `42/${index + 1}`),
    chance: true,
    verdict: 'recovered',
    figures: Object.fromEntries(
      Object.entries(values).map(([name, one]) => [
        name,
        { mean: null, interval: null, values: one },
      ]),
    ),
    ...more,
  };
}

const scenarioOf = (policy: BaselinePolicy, sha = 'a'): BaselineScenario => ({
  scenario_sha256: sha,
  policies: { p: policy },
});

/** What became of one metric of policy p. */
function drift(metric: string, now: (number | null)[], was: (number | null)[], band = 0.05) {
  const found = driftOf(
    scenarioOf(policyOf({ [metric]: now })),
    scenarioOf(policyOf({ [metric]: was })),
    band,
  );
  return found.drifts[0]!;
}

const around = (middle: number): number[] => [-1, 0, 1, 2, -2].map((step) => middle + step / 10);

describe('a figure beside its baseline', () => {
  it.each([
    ['goodput', around(300), around(300), 'same', false],
    ['goodput', around(310), around(300), 'within', false],
    ['goodput', around(330), around(300), 'improved', false],
    ['goodput', around(270), around(300), 'regressed', true],
    ['latency.p99', around(330), around(300), 'regressed', true],
    ['latency.p99', around(270), around(300), 'improved', false],
    ['services.shop.utilization', around(330), around(300), 'changed', false],
    ['calls.a -> b.retries', around(330), around(300), 'changed', false],
    // Much apart, and as much by chance.
    ['goodput', [100, 500, 200, 600, 50], [300, 310, 290, 300, 100], 'same', false],
    ['wasted_work', around(1), [0, 0, 0, 0, 0], 'regressed', true],
    ['recovery_time', [null, 1, 2, 3, 4], [0, 1, 2, 3, 4], 'lost', true],
    ['services.shop.utilization', [null, 1, 2, 3, 4], [0, 1, 2, 3, 4], 'lost', false],
    ['recovery_time', [0, 1, 2, 3, 4], [null, 1, 2, 3, 4], 'found', false],
    ['goodput', [250], [300], 'unsure', false],
    ['goodput', [299], [300], 'same', false],
    ['no_such_metric', around(330), around(300), 'changed', false],
  ] as const)('%s %j, was %j: %s', (metric, now, was, is, worse) => {
    expect(drift(metric, [...now], [...was])).toMatchObject({ is, worse });
  });

  it('tells no change that lies within the band, however sure', () => {
    expect(drift('goodput', around(270), around(300), 0.2).is).toBe('within');
    expect(drift('goodput', around(270), around(300), 0).is).toBe('regressed');
  });

  it('is exact where nothing is left to chance, whatever the seeds', () => {
    const once = (value: number, seed: string) =>
      scenarioOf(policyOf({ goodput: [value] }, { chance: false, seeds: [seed] }));
    expect(driftOf(once(280, 'a'), once(300, 'b'), 0.05).drifts[0]!.is).toBe('regressed');
    expect(driftOf(once(300, 'a'), once(300, 'b'), 0.05).drifts[0]!.is).toBe('same');
  });

  it('says what limits it, and that the verdict is another', () => {
    const now = scenarioOf(policyOf({ goodput: around(300) }, { verdict: 'metastable' }), 'b');
    const was = scenarioOf(policyOf({ goodput: around(300) }, { seeds: [...'vwxyz'] }));
    expect(driftOf(now, was, 0.05).notes).toEqual([
      'the file has changed since the baseline',
      'p: they share no seeds, so they are not paired: the interval is wider',
      'p: verdict metastable, was recovered',
    ]);
  });
});

describe('a baseline as a file', () => {
  it('reads as it was written, whatever files and policies are called', () => {
    const scenarios = Object.fromEntries(
      ['__proto__', 'a "b".yaml', 'constructor'].map((name) => [
        name,
        {
          scenario_sha256: 'f',
          policies: Object.fromEntries([
            ['__proto__', policyOf({ goodput: [1, null], __proto: [1, 2] })],
          ]),
          cells: { 'load 1.5': { p: policyOf({ goodput: [1, 2] }) }, 'load "2"': {} },
        },
      ]),
    );
    const baseline = { spillway_baseline: 1 as const, version: '1.0.0', scenarios };
    const read = readBaseline(baselineText(baseline));
    expect(read).toEqual({ baseline });
    expect(Object.keys('baseline' in read ? read.baseline.scenarios : {})).toContain('__proto__');
  });

  it('of nothing is one too', () => {
    const empty = { spillway_baseline: 1 as const, version: '1', scenarios: {} };
    expect(readBaseline(baselineText(empty))).toEqual({ baseline: empty });
  });
});
