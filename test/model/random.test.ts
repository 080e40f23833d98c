import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Kernel } from '../../src/kernel/kernel.js';
import type { Measured, Metrics } from '../../src/measure/measured.js';
import { type Plan, World } from '../../src/model/index.js';
import { PlainServices } from '../../src/model/plain-services.js';
import { full } from './kit.js';
import { randomPlan } from './random-plans.js';

/** Facts after which a case is cut short: a storm of retries may be as long as it likes. */
const FACTS_MAX = 60_000;
/** Facts up to which a case is also run one event at a time. */
const FACTS_SMALL = 10_000;
const CASES = full ? 1000 : 100;
const SEED = Number(process.env['SPILLWAY_CASES'] ?? 42);

const OPTIONS = {
  stepNs: 1e9,
  windows: [
    { fromNs: 500e6, toNs: 2500e6 },
    { fromNs: 2e9, toNs: 60e9 },
  ],
  memoryLimitBytes: 8e9,
};

/** Runs a plan in slices; `cut` tells whether it was cut short: never in a single slice. */
function runIn(plan: Plan, slice: number): { ends: Measured; cut: boolean } {
  const world = new World(plan, OPTIONS);
  let cut = false;
  while (!world.advance(slice)) {
    if (world.events < FACTS_MAX) continue;
    cut = true;
    world.stop('interrupted');
  }
  return { ends: world.measured(), cut };
}

/** Names of figures that are no number of 0 or more, nor null. */
function wrongFigures(metrics: Metrics): string[] {
  return Object.entries(metrics).flatMap(([name, value]) => {
    const fine = value === null || (Number.isFinite(value) && value >= 0);
    return fine ? [] : [`${name}: ${value}`];
  });
}

/** Shares beyond 1. Rounding aside: utilization is an area over a time. */
function wrongShares(metrics: Metrics): string[] {
  const shares = /_ratio$|wasted_work$|utilization$/;
  return Object.entries(metrics).flatMap(([name, value]) =>
    shares.test(name) && value !== null && value > 1 + 1e-9 ? [`${name}: ${value}`] : [],
  );
}

/** Quantiles out of order, or above the greatest. */
function wrongQuantiles({ metrics, notes }: Measured): string[] {
  const order = ['p50', 'p90', 'p95', 'p99', 'p999', 'max'];
  return Object.keys(metrics).flatMap((name) => {
    if (!name.endsWith('latency.p50')) return [];
    const prefix = name.slice(0, -3);
    // Ages of the unfinished are in the quantiles, and not in the greatest.
    const bound = notes[name]?.startsWith('lower bound') || notes[name] !== undefined;
    const known = (bound ? order.slice(0, -1) : order).flatMap((q) => metrics[prefix + q] ?? []);
    const sorted = [...known].sort((a, b) => a - b);
    return known.join() === sorted.join() ? [] : [`${prefix}: ${known.join()}`];
  });
}

function wrongSeries({ series, endNs }: Measured): string[] {
  const steps = Math.ceil(endNs / 1e9);
  return Object.entries(series).flatMap(([name, values]) => {
    if (!Array.isArray(values)) return values === 1 ? [] : [`${name}: ${values}`];
    if (values.length !== steps) return [`${name}: ${values.length} of ${steps} steps`];
    const wrong = values.find((value) => value !== null && !(Number.isFinite(value) && value >= 0));
    const tooMuch = name.endsWith('utilization') && values.some((value) => value! > 1 + 1e-9);
    return wrong === undefined && !tooMuch ? [] : [`${name}: ${values.join()}`];
  });
}

/** Sums that must agree between the parts of a result; what stops a run may fall between two steps. */
function wrongSums(ends: Measured, plan: Plan): string[] {
  const { ledger, series, metrics, edges, warmupNs, endNs } = ends;
  const wrong: string[] = [];
  const failed = Object.values(ledger.failed).reduce((a, b) => a + b, 0);
  const ended = ledger.good + ledger.late + ledger.degraded + failed;
  if (ledger.offered !== ended + ledger.unfinished) wrong.push('ledger');
  if (endNs < plan.durationNs) return wrong;
  const total = (name: string): number =>
    (series[name] as (number | null)[]).reduce<number>((sum, value, i) => {
      return sum + (value ?? 0) * Math.min(1, endNs / 1e9 - i);
    }, 0);
  const near = (name: string, sum: number): void => {
    if (Math.abs(total(name) - sum) > 1e-6 * (1 + sum))
      wrong.push(`${name}: ${total(name)}, ${sum}`);
  };
  near('offered', ledger.offered);
  near('goodput', ledger.good);
  near('throughput', ledger.good + ledger.late + ledger.degraded);
  for (const [reason, count] of Object.entries(ledger.failed)) near(`errors.${reason}`, count);
  if (warmupNs > 0) return wrong;
  for (const edge of edges) {
    near(`calls.${edge}.attempts`, metrics[`calls.${edge}.attempts`] ?? NaN);
    near(`calls.${edge}.retries`, metrics[`calls.${edge}.retries`] ?? NaN);
  }
  return wrong;
}

/**
 * As text, to twelve digits: worker times under `ps` are sums of fractions, whose last digit goes by
 * the order of what happens at one nanosecond.
 */
function rounded(ends: Measured): string {
  return JSON.stringify(ends, (_, value) => {
    return typeof value === 'number' && !Number.isInteger(value) ? value.toPrecision(12) : value;
  });
}

/** Everything that is wrong with a result by itself. */
function wrongs(ends: Measured, plan: Plan): string[] {
  const windows = Object.values(ends.windows);
  return [
    ...[ends.metrics, ...windows].flatMap(wrongFigures),
    ...[ends.metrics, ...windows].flatMap(wrongShares),
    ...wrongQuantiles(ends),
    ...wrongSeries(ends),
    ...wrongSums(ends, plan),
  ];
}

afterEach(() => {
  vi.restoreAllMocks();
});

/** The same scenario with every service the plain case. */
function plainer(plan: Plan): Plan {
  const faults = plan.faults.filter(({ kind }) => ['slow', 'surge', 'latency'].includes(kind));
  const edges = plan.edges.map((edge) => ({ ...edge, cancel: false }));
  const components = plan.components.map((component): Plan['components'][number] => {
    const { capacity } = component.queue;
    const queue = { ...component.queue, capacity, discipline: 'fifo', whenFull: 'reject' } as const;
    return {
      ...component,
      io: 'blocking',
      deadlineCheck: false,
      memory: null,
      consumes: null,
      queue: { ...queue, maxAge: null },
    };
  });
  return { ...plan, faults, edges, components };
}

describe('random scenarios', () => {
  it('a plain service does what the service that asks for everything would do', () => {
    fc.assert(
      fc.property(randomPlan.map(plainer), (plan) => {
        vi.restoreAllMocks();
        if (plan.producers.some(({ arrivals }) => arrivals.kind === 'backlog')) return;
        if (runIn(plan, 1000).cut) return;
        const plain = runIn(plan, 1e9);
        vi.spyOn(PlainServices, 'serves').mockReturnValue(false);
        expect(rounded(plain.ends)).toBe(rounded(runIn(plan, 1e9).ends));
      }),
      { numRuns: CASES, seed: SEED },
    );
  });

  it('what would come next anyway and is done at once is the same as if it had been scheduled', () => {
    fc.assert(
      fc.property(randomPlan, (plan) => {
        vi.restoreAllMocks();
        if (runIn(plan, 1000).cut) return;
        const atOnce = runIn(plan, 1e9);
        vi.spyOn(Kernel.prototype, 'isNext').mockReturnValue(false);
        const scheduled = runIn(plan, 1e9);
        expect(rounded(scheduled.ends)).toBe(rounded(atOnce.ends));
      }),
      { numRuns: CASES, seed: SEED + 1 },
    );
  });

  it('run to their end; the books balance, every figure is a figure, repeats and slices agree', () => {
    const seen = { cut: 0, deadlocks: 0, facts: 0 };
    fc.assert(
      fc.property(randomPlan, (plan) => {
        const { ends, cut } = runIn(plan, 1000);
        expect(wrongs(ends, plan)).toEqual([]);
        const text = JSON.stringify(ends);
        expect(text).not.toContain('undefined');
        expect(JSON.stringify(runIn(plan, 1000).ends)).toBe(text);
        seen.facts += ends.events;
        if (cut) {
          seen.cut++;
          return;
        }
        if (ends.deadlock !== null) seen.deadlocks++;
        const slices = ends.events < FACTS_SMALL ? [1, 7, 1e9] : [997, 1e9];
        for (const slice of slices) expect(JSON.stringify(runIn(plan, slice).ends)).toBe(text);
      }),
      { numRuns: CASES, seed: SEED },
    );
    // The cases are worth running: most end by themselves, some deadlock.
    expect(seen.cut).toBeLessThan(CASES / 5);
    expect(seen.facts).toBeGreaterThan(CASES * 500);
    if (full) expect(seen.deadlocks).toBeGreaterThan(0);
  });
});
