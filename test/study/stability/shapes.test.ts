import { describe, expect, it } from 'vitest';
import { scaled, triggersOf } from '../../../src/study/shapes/file-trigger.js';
import { loadedPlan } from '../../../src/study/shapes/load.js';
import { staircasePlan, staircaseWindows } from '../../../src/study/shapes/staircase.js';
import { offeredPerSecond } from '../../../src/study/shapes/steady.js';
import {
  type Triggered,
  triggeredPlan,
  triggeredWindows,
} from '../../../src/study/shapes/trigger.js';
import { figure, planOf, run, scenarioOf } from '../../model/kit.js';

const TWO = `
duration: 100s
producers:
  web: { arrivals: { constant: 20/s }, to: shop }
  jobs: { arrivals: { constant: [ { at: 0s, rate: 0/s }, { at: 50s, rate: 20/s } ] }, to: shop }
services: { shop: { workers: 10, handler: [ { work: 10ms } ] } }
faults:
  - { at: 10s, for: 20s, slow: shop, factor: 5 }
  - { at: 20s, for: 5s, errors: shop, ratio: 40% }
  - { at: 60s, for: 5s, errors: shop, ratio: 10%, every: 10s }
  - { at: 40s, pause: shop }
  - { at: 50s, set: { services: { shop: { workers: 20 } } } }`;
const USERS = `
duration: 100s
producers: { users: { arrivals: { closed: { users: 10, think: 100ms } }, to: shop } }
services: { shop: { workers: unbounded, handler: [ { work: 100ms } ] } }`;
const of = { policy: 'base', seed: '1', cell: null };

describe('a load', () => {
  it('of rates is what all producers send together, in the mix of the file', () => {
    const plan = loadedPlan(scenarioOf(TWO), of, { load: 60, per: 'rate' });
    expect(offeredPerSecond(plan)).toBeCloseTo(60, 9);
    expect(figure(run(plan), 'producers.web.offered')).toBeCloseTo(40, 0);
    expect(plan.faults).toEqual([]);
  });

  it('of one producer is that rate to the bit, so that policies come to the same plan', () => {
    const text = (rate: string): string =>
      `duration: 10s\nproducers: { a: { arrivals: { poisson: ${rate} }, to: s } }\nservices: { s: { workers: 1 } }`;
    const [plan, other] = ['100/s', '280/s'].map((rate) =>
      loadedPlan(scenarioOf(text(rate)), of, { load: 210, per: 'rate' }),
    );
    expect(plan).toEqual(other);
  });

  it('of users is times those of the file', () => {
    const plan = loadedPlan(scenarioOf(USERS), of, { load: 1.5, per: 'file' });
    expect(plan.producers[0]!.arrivals).toMatchObject({ users: 15 });
  });
});

describe('a staircase', () => {
  it.each([
    ['rates', TWO, 'rate', [20, 80, 40], 'offered', [20, 80, 40]],
    ['users', USERS, 'file', [0.5, 2, 1], 'throughput', [25, 100, 50]],
  ] as const)('holds each load of %s for its time', (_, text, per, loads, metric, expected) => {
    const steps = loads.map((load) => ({ load, forNs: 40e9 }));
    const shape = { kind: 'staircase' as const, per, warmupNs: 10e9, steps };
    const plan = staircasePlan(scenarioOf(text), { ...of, shape });
    expect(plan.durationNs).toBe(140e9);
    const windows = staircaseWindows(shape);
    expect(windows[1]).toEqual([
      { fromNs: 70e9, toNs: 90e9 },
      { fromNs: 80e9, toNs: 90e9 },
    ]);
    const measured = run(plan, { windows: windows.map(([half]) => half) });
    const seen = Object.values(measured.windows).map((metrics) => metrics[metric]!);
    for (const [i, value] of seen.entries()) {
      expect(Math.abs(value / expected[i]! - 1)).toBeLessThan(0.02);
    }
  });
});

describe('a trigger', () => {
  const shape: Triggered = {
    kind: 'trigger',
    load: 40,
    per: 'rate',
    warmupNs: 5e9,
    baselineNs: 15e9,
    trigger: { kind: 'surge', size: 3, forNs: 10e9 },
    cut: null,
    watchNs: 40e9,
  };
  const offeredIn = (bent: Triggered, spans: [number, number][]): number[] => {
    const windows = spans.map(([from, to]) => ({ fromNs: from * 1e9, toNs: to * 1e9 }));
    const measured = run(triggeredPlan(scenarioOf(TWO), { ...of, shape: bent }), { windows });
    return Object.values(measured.windows).map(({ offered }) => Math.round(offered!));
  };

  it('comes after the baseline and is watched afterwards', () => {
    expect(
      offeredIn(shape, [
        [5, 20],
        [20, 30],
        [30, 70],
      ]),
    ).toEqual([40, 120, 40]);
    expect(triggeredWindows(shape)).toEqual([
      { fromNs: 5e9, toNs: 20e9 },
      { fromNs: 50e9, toNs: 70e9 },
      { fromNs: 60e9, toNs: 70e9 },
    ]);
  });

  it('may be followed by a cut of the load, for good or for a while', () => {
    const cut = { afterNs: 10e9, factor: 0.5, forNs: null };
    expect(
      offeredIn({ ...shape, cut }, [
        [30, 40],
        [40, 80],
      ]),
    ).toEqual([40, 20]);
    const while_ = { ...shape, cut: { ...cut, forNs: 10e9 } };
    expect(
      offeredIn(while_, [
        [30, 40],
        [40, 50],
        [50, 90],
      ]),
    ).toEqual([40, 20, 40]);
  });

  it('stops a component, or is the faults of the file', () => {
    const outage = { kind: 'outage', component: 'shop', forNs: 2.5e9 } as const;
    const paused = triggeredPlan(scenarioOf(TWO), { ...of, shape: { ...shape, trigger: outage } });
    expect(paused.faults).toMatchObject([
      { kind: 'pause', atNs: 20e9, forNs: 2.5e9, component: 0 },
    ]);
    expect(paused.durationNs).toBe(73e9);
    const file = { kind: 'file', size: 1, forNs: 20e9 } as const;
    const written = triggeredPlan(scenarioOf(TWO), { ...of, shape: { ...shape, trigger: file } });
    expect(written.faults).toMatchObject([
      { kind: 'slow', factor: 5, atNs: 20e9, forNs: 20e9 },
      { kind: 'errors', ratio: 0.4, atNs: 30e9, forNs: 5e9 },
    ]);
  });
});

describe('the faults of a file as one trigger', () => {
  it('are those that come once, at a time, for a time, and what is left out is said', () => {
    const { faults, longestNs, sized, left } = triggersOf(planOf(TWO));
    expect(faults.map(({ kind }) => kind)).toEqual(['slow', 'errors']);
    expect(longestNs).toBe(20e9);
    expect(sized).toBe(true);
    expect(left.join('; ')).toMatch(/comes again.*lasts for good.*operator/);
  });

  it('are stretched in length and distance, and sized in what they do', () => {
    const plan = planOf(TWO);
    const { faults } = triggersOf(plan);
    const half = scaled(faults, { atNs: 7e9, stretch: 0.5, size: 0.5, plan });
    expect(half).toMatchObject([
      { factor: 3, atNs: 7e9, forNs: 10e9 },
      { ratio: 0.2, atNs: 12e9, forNs: 2.5e9 },
    ]);
    const [, much] = scaled(faults, { atNs: 7e9, stretch: 1, size: 4, plan });
    expect(much).toMatchObject({ ratio: 1 });
  });

  it('take more or fewer workers, whichever way they were counted', () => {
    const text = (loss: string): string =>
      `duration: 60s\nproducers: { a: { arrivals: { constant: 1/s }, to: s } }
services: { s: { workers: 10 } }\nfaults: [ { at: 10s, for: 5s, capacity: s, ${loss} } ]`;
    for (const loss of ['workers: 4', 'share: 40%']) {
      const plan = planOf(text(loss));
      const [fault] = scaled(triggersOf(plan).faults, { atNs: 0, stretch: 1, size: 0.5, plan });
      expect(fault).toMatchObject({ workers: null, share: 0.7 });
    }
  });
});
