import { describe, expect, it } from 'vitest';
import { Gathering } from '../../src/study/gathering.js';
import type { Kept, Outcome } from '../../src/study/outcome.js';
import type { Theory, Verdict } from '../../src/study/result.js';
import { verdictMetrics } from '../../src/study/verdicts.js';

const NO_THEORY: Theory = { capacity: null, bottleneck: null, stable_below: null, reason: 'none' };
const PLAIN = { title: undefined, description: undefined, theory: NO_THEORY };

function outcome(
  figures: Kept['metrics'],
  more: { notes?: Record<string, string>; stopped?: string; verdict?: Partial<Verdict> } = {},
): Outcome {
  const verdict: Verdict = {
    is: null,
    recovered: null,
    recovery_time: null,
    contained: null,
    first_saturated: null,
    deadlock: null,
    cascade: [],
    ...more.verdict,
  };
  const metrics = { ...figures, ...verdictMetrics(verdict) };
  const measured: Kept = {
    endNs: 10e9,
    warmupNs: 0,
    events: 10,
    fingerprint: `f${JSON.stringify(figures)}`,
    ledger: { offered: 5, good: 3, late: 0, degraded: 0, failed: { timeout: 1 }, unfinished: 1 },
    metrics,
    notes: more.notes ?? {},
    windows: {},
    series: { step: 5, goodput: [metrics['goodput'] ?? null, 1] },
    latencyMap: {
      step: 5,
      bounds: [0.001048576, 0.00131072, 0.001572864],
      counts: [[0, 2, 1], []],
    },
    stopped:
      more.stopped === undefined ? null : { why: 'interrupted', atNs: 5e9, text: more.stopped },
  };
  return { measured, verdict, firstFaultNs: null, faults: [], alerts: [], scalings: [] };
}

function gathered(outcomes: Outcome[]) {
  const gathering = new Gathering();
  for (const [index, one] of outcomes.entries()) gathering.add(`42/${index + 1}`, one);
  return gathering.result(PLAIN);
}

describe('the replications of a policy as one result', () => {
  it('one is handed on as it is', () => {
    const result = gathered([outcome({ goodput: 7 }, { verdict: { recovered: true } })]);
    expect(result.metrics).toEqual({ goodput: 7, recovered: 1, recovery_time: null });
    expect(result.intervals).toEqual({});
    expect(result.fingerprint).toBe(result.replications[0]!.fingerprint);
  });

  it('metrics and series are means, ledgers and events sums, with 95% intervals', () => {
    const result = gathered([outcome({ goodput: 6 }), outcome({ goodput: 8 })]);
    expect(result.metrics['goodput']).toBe(7);
    // t(0.975, 1) = 12.706, standard error 1.
    expect(result.intervals['goodput']![0]).toBeCloseTo(7 - 12.7062, 3);
    expect(result.intervals['goodput']![1]).toBeCloseTo(7 + 12.7062, 3);
    expect(result.series).toEqual({ step: 5, goodput: [7, 1] });
    expect(result.latency_map).toEqual({
      step: 5,
      bounds: [0.001048576, 0.00131072, 0.001572864],
      counts: [[0, 4, 2], []],
    });
    expect(result.ledger).toEqual({
      offered: 10,
      good: 6,
      late: 0,
      degraded: 0,
      failed: { timeout: 2 },
      unfinished: 2,
    });
    expect(result.events).toBe(20);
    expect(result.replications.map(({ seed }) => seed)).toEqual(['42/1', '42/2']);
  });

  it('a metric that one replication lacks is null, and says so', () => {
    const result = gathered([
      outcome({ 'latency.p99': 1 }),
      outcome({ 'latency.p99': null }, { notes: { 'latency.p99': 'too few' } }),
    ]);
    expect(result.metrics['latency.p99']).toBeNull();
    expect(result.intervals['latency.p99']).toBeNull();
    expect(result.notes['latency.p99']).toBe('only 1 of 2 replications have a value: too few');
  });

  it('recovered is a share, with Wilson’s interval', () => {
    const recovered = (value: boolean) => outcome({}, { verdict: { recovered: value } });
    const result = gathered([true, true, true, false].map(recovered));
    expect(result.metrics['recovered']).toBe(0.75);
    expect(result.intervals['recovered']![0]).toBeCloseTo(0.3006, 4);
    expect(result.intervals['recovered']![1]).toBeCloseTo(0.9544, 4);
    expect(result.verdict.recovered).toBe(false);
  });

  it('a replication cut short counts only where there is no other', () => {
    const cut = outcome({ goodput: 100 }, { stopped: 'interrupted' });
    const kept = gathered([outcome({ goodput: 7 }), cut]);
    expect(kept.metrics['goodput']).toBe(7);
    expect(kept.notes['partial']).toBe('seed 42/2: interrupted');
    const only = gathered([cut]);
    expect(only.metrics['goodput']).toBe(100);
    expect(only.notes['partial']).toBe('seed 42/1: interrupted');
  });
});
