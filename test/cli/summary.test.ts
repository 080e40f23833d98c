import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { actualText, expectationLines } from '../../src/cli/support/expectation-lines.js';
import { story, summaryTable, sweepTable } from '../../src/cli/support/summary.js';
import type { ExpectResult, PolicyResult, RunResult } from '../../src/study/result.js';

const plain = pc.createColors(false);

function policy(more: Partial<PolicyResult> = {}): PolicyResult {
  const verdict: PolicyResult['verdict'] = {
    is: 'recovered',
    recovered: true,
    recovery_time: 4,
    contained: false,
    first_saturated: 'payments-db',
    deadlock: null,
    cascade: [
      {
        at: 61.23,
        component: 'payments-db',
        what: 'saturated',
        text: '61.2 s  payments-db: all 50 workers busy, queue growing by 720/s',
      },
    ],
  };
  return {
    fingerprint: 'f',
    events: 1,
    ledger: { offered: 1, good: 1, late: 0, degraded: 0, failed: {}, unfinished: 0 },
    metrics: {
      offered: 900,
      goodput: 612.4,
      'latency.p50': 0.045,
      'latency.p99': 12.34,
      amplification: 1.0999,
      wasted_work: 0.416,
      'services.checkout.queue.depth.max': 100,
      'dependencies.payments-db.queue.depth.max': 12345,
    },
    notes: { 'latency.p99': 'lower bound: 812 unfinished, counted at their age' },
    intervals: {},
    series: {
      step: 1,
      goodput: [900, 0, 450],
      'dependencies.payments-db.queue.depth': [0, 12000, 6000],
    },
    verdict,
    faults: [],
    alerts: [],
    theory: { capacity: null, bottleneck: null, stable_below: null, reason: null },
    replications: [{ seed: '42', fingerprint: 'f', metrics: {}, verdict }],
    ...more,
  };
}

function result(policies: Record<string, PolicyResult>): RunResult {
  return {
    spillway: 1,
    version: '0',
    title: 'T',
    seed: '42',
    scenario_sha256: '',
    partial: false,
    policies,
    expect: [],
  };
}

describe('the table of a run', () => {
  it('has a row a policy, with sparklines beside the figures', () => {
    expect(summaryTable(result({ unbounded: policy() }), plain, 200)).toEqual([
      'policy     offered  goodput    p50      p99  attempts  wasted  deepest queue       verdict' +
        '           goodput over time  that queue over time',
      'unbounded    900/s    612/s  45 ms  ≥12.3 s     ×1.10   41.6%  payments-db 12,345  ' +
        'recovered in 4 s  █▁▅                ▁█▅',
    ]);
  });

  it('puts words and sparklines beneath where the terminal is narrow', () => {
    const lines = summaryTable(result({ unbounded: policy() }), plain, 80);
    expect(lines.at(-1)).toBe('  recovered in 4 s; goodput █▁▅; payments-db 12,345 ▁█▅');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('says how many replications agree, and how far goodput scatters', () => {
    const [one] = policy().replications;
    const other = { ...one!, verdict: { ...one!.verdict, is: 'metastable' as const } };
    const several = policy({
      replications: [one!, one!, other],
      intervals: { goodput: [600, 624.8] },
    });
    const [, row] = summaryTable(result({ unbounded: several }), plain, 200);
    expect(row).toContain('612/s ±12.4');
    expect(row).toContain('recovered 2 of 3');
  });

  it('leaves a dash where nothing was measured', () => {
    const empty = policy({ metrics: {}, series: { step: 1 } });
    const [, row] = summaryTable(result({ base: empty }), plain, 200);
    expect(row).toMatch(/^base +– +– +– +– +– +– +– +recovered/);
  });
});

describe('the story', () => {
  it('tells the verdict and the cascade in words', () => {
    expect(story(result({ unbounded: policy() }), plain)).toEqual([
      'unbounded: recovered in 4 s; first saturated: payments-db',
      '     61.2 s  payments-db: all 50 workers busy, queue growing by 720/s',
    ]);
  });

  it('says so where the run was cut short', () => {
    const cut = policy({ notes: { partial: 'seed 42: interrupted' } });
    expect(story(result({ unbounded: cut }), plain)).toContain('  (seed 42: interrupted)');
  });
});

it('the table of a sweep has a row a cell and policy', () => {
  const sweep = [{ where: { load: 1.5 }, policies: { unbounded: policy() } }];
  const lines = sweepTable({ ...result({}), sweep }, plain);
  expect(lines[0]).toMatch(/^load {2}policy/);
  expect(lines[1]).toMatch(/^150% {2}unbounded/);
});

describe('expectations', () => {
  const expectation = (that: string, actual: ExpectResult['actual'], passed = true) => ({
    that,
    policy: 'a',
    passed,
    actual,
    held: '20 of 20',
  });

  it.each([
    ['recovery_time < 30s', 4.25, '4.25 s', 'seconds'],
    ['latency.p99 <= 250ms', 0.1234, '123 ms', 'seconds'],
    ['goodput_ratio @ 90s..120s < 5%', 0.0123, '1.23%', 'share'],
    ['goodput > 800/s', 812.3, '812/s', 'per_second'],
    ['services.a.memory.max < 4GiB', 1024 ** 3, '1 GiB', 'bytes'],
    ['amplification < 1.2', 1.0987, '1.1', 'number'],
    ['recovered == false', true, 'true', undefined],
    ['verdict == metastable', 'recovered', 'recovered', undefined],
    ['recovery_time < 30s', null, 'nothing', 'seconds'],
  ] as const)('%s: %s is said as %s', (that, actual, text, unit) => {
    const expected = expectation(that, actual);
    expect(actualText(unit === undefined ? expected : { ...expected, unit })).toBe(text);
  });

  it('a dash where the study was stopped before it could be judged', () => {
    const open = { ...expectation('goodput > 800/s', null, false), held: '0 of 0' };
    expect(expectationLines([open], plain)).toEqual(['– a: goodput > 800/s  not judged']);
  });

  it('a tick or a cross, the value beside the limit, and why', () => {
    const failed = { ...expectation('recovery_time < 30s', null, false), held: '3 of 20' };
    expect(
      expectationLines(
        [
          { ...expectation('goodput > 800/s', 812), unit: 'per_second' },
          { ...failed, detail: 'recovery_time is null' },
        ],
        plain,
      ),
    ).toEqual([
      '✓ a: goodput > 800/s  measured 812/s, held 20 of 20',
      '✗ a: recovery_time < 30s  measured nothing, held 3 of 20',
      '    recovery_time is null',
    ]);
  });
});
