import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  cellsOf,
  checkPolicy,
  loadScenario,
  PRESETS,
  planFor,
  understood,
} from '../../src/scenario/index.js';
import { planOf, small, sound } from './support.js';

const example = readFileSync(new URL('fixtures/one-slow-dependency.yaml', import.meta.url), 'utf8');

describe("the language page's whole scenario", () => {
  const { scenario, issues } = loadScenario({ text: example, file: 'example.yaml' });

  it('loads without a word', () => {
    expect(issues).toEqual([]);
    expect(scenario).toMatchObject({
      title: 'One slow dependency',
      proves: ['C1', 'B4'],
      seed: '42',
      durationNs: 300e9,
      warmupNs: 30e9,
      replications: 1,
      policies: [
        { name: 'unbounded' },
        { name: 'bounded-reject' },
        { name: 'retry-storm' },
        { name: 'retry-budget' },
      ],
    });
  });

  it('keeps what is expected, with its place', () => {
    expect(scenario?.expect).toMatchObject([
      { policy: 'retry-storm', that: 'recovered == false', line: 58 },
      { policy: 'retry-budget', that: 'recovery_time < 30s' },
      { that: 'goodput(retry-budget) > 1.5 * goodput(retry-storm)' },
      { policy: 'unbounded', that: 'goodput_ratio @ 90s..120s < 5%' },
    ]);
    const lines = example.split('\n');
    for (const { that, line, column } of scenario?.expect ?? []) {
      expect(lines[line - 1]?.slice(column - 1).startsWith(that)).toBe(true);
    }
  });

  it('is planned under every policy, all names resolved', () => {
    const plan = planFor(sound(example), 'retry-budget');
    expect(
      plan.components.map(({ name, workers, queue }) => [name, workers, queue.capacity]),
    ).toEqual([
      ['gateway', 200, 100],
      ['checkout', 60, 100],
      ['payments-db', 50, Infinity],
      ['stock', Infinity, Infinity],
    ]);
    expect(plan.edges[2]).toMatchObject({
      name: 'checkout -> payments-db',
      timeoutNs: 5e8,
      retry: { attempts: 4, backoff: { kind: 'none' }, budget: { kind: 'percent', share: 0.1 } },
    });
    expect(plan.faults).toEqual([
      {
        atNs: 60e9,
        when: null,
        everyNs: Number.POSITIVE_INFINITY,
        forNs: 60e9,
        kind: 'slow',
        component: 2,
        route: null,
        factor: 22.5,
        toNs: null,
        share: 1,
        replicas: 1,
        text: 'slow payments-db × 22.5',
      },
    ]);
    expect(structuredClone(plan)).toEqual(plan);
  });

  it('is said back in a few lines', () => {
    const text = understood(sound(example));
    expect(text).toContain('shoppers: poisson 900/s to gateway, good within 1s');
    expect(text).toContain('retry-budget: timeout 1s; 4 attempts, budget 10%');
    expect(text).toContain('expectations: 4');
  });

  it('a scenario may be sent to a worker and planned there', () => {
    const scenario = sound(example);
    expect(planFor(structuredClone(scenario), 'retry-storm')).toEqual(
      planFor(scenario, 'retry-storm'),
    );
  });
});

const workOf = (law: string): unknown => {
  const [step] = planOf(small().replace('5ms', law)).components[0]?.routes[0]?.steps ?? [];
  return step?.op === 'work' ? step.time : step;
};

describe('distributions', () => {
  it.each([
    ['10ms', { kind: 'constant', ns: 1e7 }],
    ['{ exponential: 10ms }', { kind: 'exponential', meanNs: 1e7 }],
    ['{ uniform: [5ms, 15ms] }', { kind: 'uniform', fromNs: 5e6, toNs: 15e6 }],
    ['{ normal: { mean: 10ms, sd: 2ms } }', { kind: 'normal', meanNs: 1e7, sdNs: 2e6 }],
    ['{ lognormal: { mean: 10ms, cv: 1.5 } }', { kind: 'lognormal', meanNs: 1e7, cv: 1.5 }],
    ['{ erlang: { mean: 10ms, k: 4 } }', { kind: 'erlang', meanNs: 1e7, k: 4 }],
    ['{ gamma: { mean: 10ms, cv: 0.7 } }', { kind: 'gamma', meanNs: 1e7, cv: 0.7 }],
    ['{ weibull: { mean: 10ms, shape: 0.8 } }', { kind: 'weibull', meanNs: 1e7, shape: 0.8 }],
    ['{ pareto: { mean: 10ms, shape: 2.2 } }', { kind: 'pareto', meanNs: 1e7, shape: 2.2 }],
    [
      '{ hyperexponential: [ { p: 0.9, mean: 5ms }, { p: 10%, mean: 200ms } ] }',
      {
        kind: 'hyperexponential',
        phases: [
          { p: 0.9, meanNs: 5e6 },
          { p: 0.1, meanNs: 2e8 },
        ],
      },
    ],
    [
      '{ mixture: [ { p: 0.99, of: { exponential: 10ms } }, { p: 0.01, of: 1s } ] }',
      {
        kind: 'mixture',
        parts: [
          { p: 0.99, of: { kind: 'exponential', meanNs: 1e7 } },
          { p: 0.01, of: { kind: 'constant', ns: 1e9 } },
        ],
      },
    ],
    ['{ of: { exponential: 10ms }, per: attempt }', { kind: 'exponential', meanNs: 1e7 }],
    ['{ lognormal: { mean: 10ms, cv: 0 } }', { kind: 'constant', ns: 1e7 }],
  ])('%s', (law, spec) => {
    expect(workOf(law)).toEqual(spec);
  });

  it('a file of latencies is read in seconds, through what reads files', () => {
    const text = small().replace('5ms', '{ empirical: lat.csv }');
    const readFile = (path: string): string =>
      path === 'lat.csv' ? 'seconds\n0.010\n# a pause\n0.5\n' : '';
    const { scenario } = loadScenario({ text, file: 'f', readFile });
    const steps = planFor(scenario!, 'base').components[0]?.routes[0]?.steps;
    expect(steps?.[0]).toEqual({
      op: 'work',
      time: { kind: 'empirical', valuesNs: [1e7, 5e8] },
      perRequest: false,
    });
  });
});

describe('the rest of the language that is built', () => {
  it('arrivals', () => {
    const arrivals = (text: string) =>
      planOf(small().replace('100/s', text)).producers[0]?.arrivals;
    const at = (perSecond: number, atNs = 0, rampNs = 0) => ({ atNs, perSecond, rampNs });
    expect(arrivals('900/s')).toEqual({ kind: 'poisson', rate: [at(900)] });
    expect(arrivals('{ constant: 30/m }')).toEqual({ kind: 'constant', rate: [at(0.5)] });
    expect(
      arrivals('{ poisson: [ { at: 0s, rate: 6/s }, { at: 10s, rate: 15/s, ramp: 5s } ] }'),
    ).toEqual({ kind: 'poisson', rate: [at(6), at(15, 10e9, 5e9)] });
    expect(arrivals('{ closed: { users: 3, think: { exponential: 1s } } }')).toEqual({
      kind: 'closed',
      users: 3,
      think: { kind: 'exponential', meanNs: 1e9 },
    });
  });

  it('steps', () => {
    const handler = `[ { parallel: [ { call: db }, [ { call: db }, { call: db, as: again } ] ], need: 1 },
      { chance: 20%, then: [ { fail: 1% } ], else: [ { fail: { share: 0.5 } } ] } ]`;
    const text = small().replace('[ { work: 5ms }, { call: db } ]', handler);
    expect(planOf(text).components[0]?.routes[0]?.steps).toMatchObject([
      { op: 'parallel', need: 1, branches: [[{ to: { edge: 1 } }], [{}, { to: { edge: 2 } }]] },
      { op: 'chance', share: 0.2, then: [{ op: 'fail', share: 0.01 }], else: [{ share: 0.5 }] },
    ]);
  });

  it('an objective of a producer over that of the scenario', () => {
    const text = small('objective: { latency: 1s }');
    expect(planOf(text).producers[0]?.objectiveNs).toBe(1e9);
    const own = text.replace('to: shop', 'to: shop, objective: { latency: 2s }');
    expect(planOf(own).producers[0]?.objectiveNs).toBe(2e9);
    expect(planOf(small()).producers[0]?.objectiveNs).toBe(Infinity);
  });

  it('the cells of a sweep, the last axis running fastest', () => {
    const scenario = sound(
      small('sweep: { load: { from: 10%, to: 30%, step: 10% }, services.shop.workers: [1, 2] }'),
    );
    expect(cellsOf(scenario)).toEqual(
      [0.1, 0.2, 0.3].flatMap((load) =>
        [1, 2].map((workers) => ({ load, 'services.shop.workers': workers })),
      ),
    );
  });

  it('merge keys, anchors and JSON', () => {
    const text = small().replace(
      'shop: { workers: 4',
      'shop: { <<: &w { workers: 4, replicas: 3 }',
    );
    expect(planOf(text).components[0]).toMatchObject({ workers: 4, replicas: 3 });
    const json = JSON.stringify({
      spillway: 1,
      duration: '1s',
      producers: { u: { arrivals: '1/s', to: 's' } },
      services: { s: { workers: 1 } },
    });
    expect(planOf(json).components).toHaveLength(1);
  });

  it('a seed of many digits keeps them all', () => {
    expect(sound(small('seed: 12345678901234567890123')).seed).toBe('12345678901234567890123');
    expect(sound(small('seed: 42/3')).seed).toBe('42/3');
  });
});

describe('presets', () => {
  // That each can be laid over every scenario that ships: test/scenarios/presets.test.ts.
  it.each(PRESETS)('$name says when it helps and when it harms', ({ title, helps, harms }) => {
    expect(title.length).toBeGreaterThan(10);
    expect(helps.length).toBeGreaterThan(40);
    expect(harms.length).toBeGreaterThan(40);
  });

  it('caller-runs warns that a producer has no worker to run what it sends (rule 20)', () => {
    const codes = checkPolicy(sound(example), 'caller-runs').map(({ code }) => code);
    expect(codes).toEqual(['caller_runs']);
  });

  it('are all the names of the language, in its order', () => {
    expect(PRESETS.map(({ name }) => name)).toEqual([
      ...['unbounded', 'bounded-reject', 'bounded-block', 'drop-oldest', 'drop-stale'],
      ...['caller-runs', 'codel', 'adaptive-lifo', 'fail-fast', 'rate-limit'],
      ...['adaptive-concurrency', 'priority-shed', 'retry-storm', 'backoff', 'backoff-jitter'],
      ...['retry-budget', 'circuit-breaker', 'bulkhead', 'client-throttle', 'deadline', 'hedge'],
      ...['degrade', 'demand'],
    ]);
  });
});
