import type { ReportInput } from '../../src/report/index.js';
import type {
  ExpectResult,
  FaultSpan,
  HockeyPoint,
  PolicyResult,
  Theory,
  Verdict,
} from '../../src/study/result.js';

/** What tells the made-up policies apart. */
interface Shape {
  name: string;
  verdict: Verdict;
  /** Goodput as a share of the offered load, by the second. */
  good: (second: number) => number;
  depth: (second: number) => number;
  amplification: number;
  p99: (second: number) => number | null;
  stableBelow: number;
}

const OFFERED = 900;
const CAPACITY = 1250;

/** A small wobble that is the same in every run of the tests. */
function wobble(second: number, salt: number): number {
  return 1 + 0.03 * Math.sin(second * 1.7 + salt) + 0.02 * Math.cos(second * 0.61 + 3 * salt);
}

function verdict(is: Verdict['is'], recoveryTime: number | null, cascade: [number, string][]) {
  return {
    is,
    recovered: is === 'recovered' || is === 'unharmed',
    recovery_time: recoveryTime,
    contained: is === 'recovered',
    first_saturated: 'payments-db',
    deadlock: null,
    cascade: cascade.map(([at, text]) => ({
      at,
      component: text.split(':')[0] ?? '',
      what: 'saturated',
      text: `${at.toFixed(1)} s  ${text}`,
    })),
  } satisfies Verdict;
}

const SHAPES: Shape[] = [
  {
    name: 'unbounded',
    verdict: verdict('recovering', null, [
      [61.2, 'payments-db: all 50 workers busy, queue growing by 720/s'],
      [61.9, 'checkout: all 60 workers busy, queue growing by 840/s'],
    ]),
    good: (t) => (t < 61 ? 1 : t < 270 ? 0.01 : 0.3),
    depth: (t) => (t < 60 ? 3 : t < 120 ? (t - 60) * 840 : Math.max(0, 50_400 - (t - 120) * 260)),
    amplification: 1.02,
    p99: (t) => (t < 60 ? 0.16 : t < 262 ? Math.min(62, 0.2 + (t - 60) * 0.9) : 30),
    stableBelow: CAPACITY,
  },
  {
    name: 'bounded-reject',
    verdict: verdict('recovered', 3, [
      [61.2, 'payments-db: all 50 workers busy, queue of 100 full'],
      [61.6, 'checkout: all 60 workers busy, queue of 100 full'],
    ]),
    good: (t) => (t < 61 || t > 122 ? 1 : 0.08),
    depth: (t) => (t < 60 || t > 122 ? 3 : 100),
    amplification: 1,
    p99: (t) => (t < 60 || t > 122 ? 0.16 : 0.98),
    stableBelow: CAPACITY,
  },
  {
    name: 'retry-storm',
    verdict: verdict('metastable', null, [
      [61.1, 'payments-db: all 50 workers busy, queue growing by 1,940/s'],
      [61.4, 'checkout: all 60 workers busy, queue growing by 2,600/s'],
      [63, 'gateway: all 200 workers busy, queue growing by 900/s'],
    ]),
    good: (t) => (t < 61 ? 1 : 0.004),
    depth: (t) => (t < 60 ? 3 : Math.min(260_000, (t - 60) * 2600)),
    amplification: 3.92,
    p99: (t) => (t < 60 ? 0.17 : t % 9 === 0 ? 1 : null),
    stableBelow: CAPACITY / 4,
  },
  {
    name: 'retry-budget',
    verdict: verdict('recovered', 4, [
      [61.2, 'payments-db: all 50 workers busy, queue of 100 full'],
    ]),
    good: (t) => (t < 61 || t > 123 ? 1 : 0.11),
    depth: (t) => (t < 60 || t > 123 ? 3 : 98),
    amplification: 1.1,
    p99: (t) => (t < 60 || t > 123 ? 0.18 : 0.99),
    stableBelow: CAPACITY / 1.1,
  },
];

function seriesFor(shape: Shape, salt: number, seconds: number): PolicyResult['series'] {
  const each = (value: (second: number) => number | null): (number | null)[] =>
    Array.from({ length: seconds }, (_, second) => {
      const exact = value((second * 300) / seconds);
      return exact === null ? null : exact * wobble(second, salt);
    });
  const inFault = (t: number): boolean => shape.depth(t) > 50;
  return {
    step: 1,
    offered: each(() => OFFERED),
    attempts: each((t) => OFFERED * (inFault(t) ? shape.amplification : 1)),
    goodput: each((t) => OFFERED * shape.good(t)),
    throughput: each((t) => OFFERED * Math.min(1, shape.good(t) * 1.1)),
    'latency.p50': each((t) => (shape.p99(t) ?? 0.5) / 3),
    'latency.p99': each(shape.p99),
    'services.checkout.queue.depth': each((t) => shape.depth(t) * 0.8),
    'services.gateway.queue.depth': each((t) => (inFault(t) ? shape.depth(t) * 0.02 : 0)),
    'services.payments-db.queue.depth': each(shape.depth),
    'services.stock.queue.depth': each(() => 0),
  };
}

function policyFor(shape: Shape, salt: number, seconds: number, theory?: Theory): PolicyResult {
  const series = seriesFor(shape, salt, seconds);
  const goodputs = series['goodput'] as number[];
  const goodput = goodputs.reduce((sum, value) => sum + value, 0) / goodputs.length;
  const storm = shape.name === 'retry-storm';
  return {
    fingerprint: `9f${salt}c41d7be02a`,
    events: 1_234_567 * (salt + 1),
    ledger: {
      offered: 270_000,
      good: Math.round(goodput * 300),
      late: 1200,
      degraded: 0,
      failed: { timeout: 31_000, rejected: 12_000 * salt },
      unfinished: storm ? 61_000 : 12,
    },
    metrics: {
      offered: OFFERED + 0.4,
      goodput,
      goodput_ratio: goodput / OFFERED,
      'latency.p50': storm ? null : 0.0532,
      'latency.p99': storm ? null : (shape.p99(90) ?? 1),
      amplification: shape.amplification,
      wasted_work: storm ? 0.973 : 0.02 * salt,
      'services.checkout.queue.depth.max': shape.depth(119) * 0.8,
      'services.payments-db.queue.depth.max': shape.depth(119),
      'services.payments-db.routes.pay.queue.depth.max': 1e9,
      recovery_time: shape.verdict.recovery_time,
    },
    notes: storm
      ? { 'latency.p50': 'fewer than 20 samples', 'latency.p99': 'fewer than 1,000 samples' }
      : shape.name === 'unbounded'
        ? { 'latency.p99': '6.1% of the requests were unfinished and count at their age' }
        : {},
    intervals: storm ? {} : { goodput: [goodput * 0.98, goodput * 1.02] },
    series,
    verdict: shape.verdict,
    faults: [{ from: 60, to: 120, text: 'payments-db slow ×22.5' }],
    alerts: [],
    theory: theory ?? {
      capacity: CAPACITY,
      bottleneck: 'payments-db',
      stable_below: shape.stableBelow,
      reason: null,
    },
    replications: [],
  };
}

function hockeyPoints(): HockeyPoint[] {
  return SHAPES.flatMap(({ name, amplification }) =>
    Array.from({ length: 20 }, (_, index) => {
      const load = (index + 1) / 10;
      const offered = OFFERED * load;
      const use = offered / CAPACITY;
      const storm = amplification > 2;
      const bounded = name === 'bounded-reject' || name === 'retry-budget';
      const durationSeconds = Math.max(30, 20_000 / offered);
      const waits = use < 1 ? 1 / (1 - use) : durationSeconds * 20 * (use - 0.99);
      const p50 = 0.05 * (bounded ? Math.min(waits, 14) : waits);
      const kept = use < 1 ? 1 : bounded ? 1 / use : storm ? 0.01 : 0.05;
      return {
        policy: name,
        load,
        offered,
        goodput: offered * kept,
        latencyP50: p50,
        latencyP99: storm && use > 1.3 ? null : p50 * 3.4,
        steady: use < 1 || bounded,
        durationSeconds,
      };
    }),
  );
}

const EXPECT: ExpectResult[] = [
  {
    that: 'recovered == false',
    policy: 'retry-storm',
    passed: true,
    actual: false,
    held: '1 of 1',
  },
  {
    that: 'recovery_time < 30s',
    policy: 'retry-budget',
    passed: true,
    actual: 4,
    limit: 30,
    unit: 'seconds',
    held: '1 of 1',
  },
  {
    that: 'goodput(retry-budget) > 1.5 * goodput(retry-storm)',
    policy: null,
    passed: false,
    actual: 742.123,
    limit: 812.3,
    unit: 'per_second',
    held: '0 of 1',
    detail: 'the other side was 812.3',
  },
];

const SCENARIO = `spillway: 1
title: One slow dependency
seed: 42
duration: 5m
producers:
  shoppers: { arrivals: { poisson: 900/s }, to: gateway }
faults:
  - { at: 60s, for: 60s, slow: payments-db, factor: 22.5 }
`;

/** What a fixture differs in. */
export interface FixtureOptions {
  /** Names of the policies, at most four of them told anew. */
  rename?: Record<string, string>;
  seconds?: number;
  /** Copies of the four policies, so that there are four times as many. */
  times?: number;
  theory?: Theory;
}

/** A made-up report input: four policies, 300 s, a fault from 60 s to 120 s. */
export function fixtureInput(options: FixtureOptions = {}): ReportInput {
  const { rename = {}, seconds = 300, times = 1, theory } = options;
  const renamed = (name: string): string => rename[name] ?? name;
  const policies: [string, PolicyResult][] = [];
  for (let copy = 0; copy < times; copy++) {
    SHAPES.forEach((shape, index) => {
      const name = renamed(shape.name) + (copy > 0 ? `-${copy + 1}` : '');
      policies.push([name, policyFor(shape, index + 4 * copy, seconds, theory)]);
    });
  }
  return {
    result: {
      spillway: 1,
      version: '0.1.0',
      title: 'One slow dependency',
      seed: '42',
      scenario_sha256: '5b0c4d1f'.repeat(8),
      partial: false,
      policies: Object.fromEntries(policies),
      expect: EXPECT,
      differences: {},
      pairs: {},
      command: 'spillway run scenarios/one-slow-dependency.yaml --seed 42',
      scenario: {
        file: 'scenarios/one-slow-dependency.yaml',
        text: SCENARIO,
        description: 'The payments database goes from 40 ms to 900 ms for a minute.',
        resolved: 'producers:\n  users: poisson 900/s\n',
      },
      hockey_stick: {
        points: hockeyPoints().map((point) => ({ ...point, policy: renamed(point.policy) })),
      },
    },
  };
}

/** Every fault under every policy. */
export function allFaults({ result }: ReportInput): FaultSpan[] {
  return Object.values(result.policies).flatMap(({ faults }) => faults);
}
