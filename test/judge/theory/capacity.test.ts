import { describe, expect, it } from 'vitest';
import { capacityOf } from '../../../src/judge/theory/capacity.js';
import type { Plan, StepPlan } from '../../../src/model/plan.js';
import { SRE_THROTTLE_DEFAULTS } from '../../../src/policies/throttle-sre.js';
import {
  call,
  component,
  constant,
  edge,
  enter,
  plan,
  poisson,
  producer,
  s,
  work,
} from '../sample.js';

const from = (index: number) => ({ kind: 'component', index }) as const;
const capacity = (more: Partial<Plan>) => capacityOf(plan(more));

describe('capacity (rule 36)', () => {
  it('of M/M/c is c servers over the mean work, of all replicas together', () => {
    const shop = component('shop', [work(0.02)], { workers: 5, replicas: 3 });
    const theory = capacity({ components: [shop] });
    expect(theory.capacity).toBeCloseTo(750, 9);
    expect(theory).toMatchObject({
      bottleneck: 'shop',
      stable_below: theory.capacity,
      reason: null,
      note: null,
    });
  });

  it('takes the mean of any law of work', () => {
    const laws: [Omit<StepPlan & { op: 'work' }, 'perRequest'>, number][] = [
      [{ op: 'work', time: { kind: 'uniform', fromNs: s(0.01), toNs: s(0.03) } }, 50],
      [{ op: 'work', time: { kind: 'lognormal', meanNs: s(0.04), cv: 2 } }, 25],
      [
        {
          op: 'work',
          time: {
            kind: 'mixture',
            parts: [
              { p: 0.9, of: { kind: 'constant', ns: s(0.01) } },
              { p: 0.1, of: { kind: 'exponential', meanNs: s(0.11) } },
            ],
          },
        },
        50,
      ],
      [{ op: 'work', time: { kind: 'empirical', valuesNs: [s(0.01), s(0.03)] } }, 50],
      // Half a normal law, cut at its middle: mean σ√(2/π).
      [
        { op: 'work', time: { kind: 'normal', meanNs: 0, sdNs: s(0.01) } },
        100 / Math.sqrt(2 / Math.PI),
      ],
      // scipy.stats.truncnorm(-1, inf, loc=1, scale=1).mean() = 1.2875999709391783
      [
        { op: 'work', time: { kind: 'normal', meanNs: s(0.01), sdNs: s(0.01) } },
        100 / 1.2875999709391783,
      ],
      [{ op: 'work', time: { kind: 'normal', meanNs: s(0.01), sdNs: s(0.001) } }, 100],
    ];
    for (const [law, expected] of laws) {
      const step = { ...law, perRequest: false };
      const theory = capacity({ components: [component('shop', [step])] });
      expect(theory.capacity! / expected).toBeCloseTo(1, 9);
    }
  });

  it('of a tandem of calls without a bound on the first is that of the slowest', () => {
    const theory = capacity({
      components: [
        component('gateway', [call(1), call(2)], { workers: Infinity }),
        component('a', [work(0.8)]),
        component('b', [work(0.6)]),
      ],
      edges: [enter(0), edge(from(0), 1), edge(from(0), 2)],
    });
    expect(theory).toMatchObject({ bottleneck: 'a', note: null });
    expect(theory.capacity).toBeCloseTo(1.25, 9);
  });

  it('counts a blocking worker as held for the network both ways and the callee', () => {
    const theory = capacity({
      components: [
        component('shop', [work(0.01), call(1)], { workers: 10 }),
        component('db', [work(0.05)], { workers: 10 }),
      ],
      edges: [enter(0), edge(from(0), 1, { network: { kind: 'constant', ns: s(0.02) } })],
    });
    expect(theory).toMatchObject({ bottleneck: 'shop' });
    expect(theory.capacity).toBeCloseTo(10 / (0.01 + 0.05 + 0.04), 9);
  });

  it('leaves the network of a producer to the producer', () => {
    const theory = capacity({ edges: [enter(0, { network: { kind: 'constant', ns: s(9) } })] });
    expect(theory.capacity).toBeCloseTo(1000, 6);
  });

  it('counts visits by chance and by repetition', () => {
    const some: StepPlan = { op: 'chance', share: 0.25, then: [call(1), call(1)], else: [call(2)] };
    const theory = capacity({
      components: [
        component('shop', [some], { workers: Infinity }),
        component('db', [work(0.01)]),
        component('cache', [work(0.001)]),
      ],
      edges: [enter(0), edge(from(0), 1), edge(from(0), 2)],
    });
    expect(theory).toMatchObject({ bottleneck: 'db' });
    expect(theory.capacity).toBeCloseTo(200, 9);
  });

  it.each([
    [0, 'cache'],
    [1, 'db'],
  ])('leaves out what a chance of %d never goes into', (share, bottleneck) => {
    const never: StepPlan = { op: 'chance', share, then: [call(1)], else: [call(2)] };
    const theory = capacity({
      components: [
        component('shop', [never], { workers: 1000 }),
        component('db', [work(0.01)]),
        component('cache', [work(0.001)]),
      ],
      edges: [enter(0), edge(from(0), 1), edge(from(0), 2)],
    });
    expect(theory).toMatchObject({ bottleneck });
  });

  it('weighs the producers by their mean rate, surges left out', () => {
    const ramp = {
      kind: 'poisson' as const,
      rate: [
        { atNs: 0, perSecond: 0, rampNs: 0 },
        { atNs: 0, perSecond: 400, rampNs: s(200) },
      ],
    };
    const theory = capacity({
      producers: [
        producer('payers', 0, { arrivals: ramp }),
        producer('browsers', 1, { arrivals: poisson(600) }),
      ],
      components: [component('pay', [work(0.01)]), component('browse', [work(0.001)])],
      edges: [enter(0), edge({ kind: 'producer', index: 1 }, 1)],
    });
    // A quarter of all requests pay.
    expect(theory).toMatchObject({ bottleneck: 'pay' });
    expect(theory.capacity).toBeCloseTo(400, 6);
  });

  it('needs no mix where closed producers enter at one place, and says so where they do not', () => {
    const arrivals = { kind: 'backlog', senders: 4 } as const;
    const two = [producer('a', 0, { arrivals }), producer('b', 1)];
    const edges = [enter(0), edge({ kind: 'producer', index: 1 }, 0)];
    expect(capacity({ producers: two, edges }).capacity).toBeCloseTo(1000, 6);
    const apart = capacity({
      producers: two,
      edges: [enter(0), edge({ kind: 'producer', index: 1 }, 1)],
      components: [component('a', [work(1)]), component('b', [work(1)])],
    });
    expect(apart).toMatchObject({ capacity: null, stable_below: null });
    expect(apart.reason).toMatch(/^no closed form: how the producers share the load/);
  });

  it('has no figure where nothing is bounded', () => {
    const theory = capacity({ components: [component('cdn', [work(1)], { workers: Infinity })] });
    expect(theory.reason).toBe('no closed form: nothing here has a bound on what it serves');
    expect(capacity({ components: [component('idle', [])] }).capacity).toBeNull();
  });

  it('has no figure where nothing is sent', () => {
    const producers = [producer('users', 0, { arrivals: poisson(0) })];
    expect(capacity({ producers }).reason).toContain('no producer sends anything');
  });

  it('sums up a handler that comes back to itself by chance', () => {
    const again: StepPlan = { op: 'chance', share: 0.5, then: [call(1)], else: [] };
    const crawl = component('crawler', [work(0.01), again], { workers: 8 });
    const theory = capacity({ components: [crawl], edges: [enter(0), edge(from(0), 0)] });
    // Visits 2, each held for 0.01/(1 − 0.5).
    expect(theory.capacity).toBeCloseTo(8 / (2 * 0.02), 6);
  });

  it('says so where a handler comes back to itself without end', () => {
    const again: StepPlan = { op: 'chance', share: 0.99, then: [call(1), call(1)], else: [] };
    const theory = capacity({
      components: [component('crawler', [work(0.01), again])],
      edges: [enter(0), edge(from(0), 0)],
    });
    expect(theory.reason).toContain('a handler calls itself as often as it is called');
  });

  it('walks a chain of ten thousand services', () => {
    const length = 10_000;
    const components = Array.from({ length }, (_, i) =>
      component(`s${i}`, i + 1 < length ? [work(0.001), call(i + 1)] : [work(0.001)], {
        workers: length,
      }),
    );
    const edges = components.map((_, i) => (i === 0 ? enter(0) : edge(from(i - 1), i)));
    const theory = capacity({ components, edges });
    expect(theory).toMatchObject({ bottleneck: 's0', note: null });
    expect(theory.capacity! / 1000).toBeCloseTo(1, 9);
  });
});

describe('capacity with parallel calls', () => {
  const parallel = (need: number, workers: number, branches: StepPlan[]): Partial<Plan> => ({
    components: [
      component('shop', [{ op: 'parallel', need, branches: [[call(1)], [call(2)]] }], { workers }),
      component('a', [branches[0]], { workers: Infinity }),
      component('b', [branches[1]], { workers: 20 }),
    ],
    edges: [enter(0), edge(from(0), 1), edge(from(0), 2)],
  });

  it('holds a worker for the longest, or the need-th, of constant branches', () => {
    const all = capacity(parallel(2, 1, [constant(0.02), constant(0.04)]));
    expect(all).toMatchObject({ bottleneck: 'shop', note: null });
    expect(all.capacity).toBeCloseTo(25, 9);
    expect(capacity(parallel(1, 1, [constant(0.02), constant(0.04)])).capacity).toBeCloseTo(50, 9);
  });

  it('is an upper bound, and says so, where the slowest of random branches decides', () => {
    const theory = capacity(parallel(2, 1, [work(0.02), work(0.04)]));
    expect(theory.capacity).toBeCloseTo(25, 9);
    expect(theory.note).toMatch(/^at most: shop waits for the slowest of several calls/);
  });

  it('is exact where the bound does not decide', () => {
    const theory = capacity(parallel(2, 200, [work(0.02), work(0.04)]));
    expect(theory).toMatchObject({ bottleneck: 'b', note: null });
    expect(theory.capacity).toBeCloseTo(500, 9);
  });

  it('is at most what else bounds it where the first of random branches is enough', () => {
    const theory = capacity(parallel(1, 1, [work(0.02), work(0.04)]));
    expect(theory).toMatchObject({ bottleneck: 'b' });
    expect(theory.note).toContain('at most: shop');
  });
});

describe('rules of admission (rule 36)', () => {
  it('leave no closed form', () => {
    const admission = [{ kind: 'can_finish' as const }];
    const shop = component('shop', [work(0.02)], { workers: 5, admission });
    expect(capacity({ components: [shop] })).toMatchObject({
      capacity: null,
      stable_below: null,
      reason: 'no closed form: shop has rules of admission',
    });
  });
});

describe('health checks', () => {
  const theory = (via: 'queue' | 'bypass') => {
    const health = { periodNs: s(5), timeoutNs: s(1), unhealthyAfter: 3, healthyAfter: 2 };
    const then = { then: 'eject' as const, panic: 0.5, work: null, restartNs: s(10) };
    const shop = component('shop', [work(0.02)], {
      workers: 5,
      replicas: 2,
      health: { ...health, ...then, via },
    });
    return capacity({ components: [shop] });
  };

  it('through the queue leave no closed form: who serves depends on the load', () => {
    expect(theory('queue')).toMatchObject({
      capacity: null,
      reason: 'no closed form: how many replicas of shop serve depends on how they answer checks',
    });
  });

  it('around the queue take nothing away while nothing is down', () => {
    expect(theory('bypass')).toMatchObject({ capacity: 500, bottleneck: 'shop' });
  });
});

describe('caches (rule 36)', () => {
  it('leave no closed form, also behind a chance', () => {
    const cache = { op: 'cache' as const, cache: { kind: 'share' as const, hit: 0.9 }, then: [] };
    const chance = { op: 'chance' as const, share: 0.5, then: [cache], else: [] };
    for (const step of [cache, chance]) {
      const theory = capacity({ components: [component('shop', [work(0.02), step])] });
      expect(theory.capacity).toBeNull();
      expect(theory.reason).toBe(
        'no closed form: how much shop asks of others goes by what its cache finds',
      );
    }
  });
});

describe('memory (rule 36)', () => {
  const MIB = 1024 * 1024;
  const at = (capacity_: number, gc: { from: number; slowdown: number } | null) => {
    const memory = {
      limitBytes: MIB,
      baseBytes: 0,
      restart: { fromNs: s(1), capNs: s(1) },
      gc,
    };
    const of = component('shop', [work(0.02)], { workers: 4, memory });
    const shop = { ...of, queue: { ...of.queue, capacity: capacity_ } };
    return capacity({ components: [shop] });
  };

  it('leaves no closed form where what may be there at once fills it', () => {
    const reason = 'no closed form: what waits for shop may fill its memory';
    expect(at(Infinity, null)).toMatchObject({ capacity: null, reason });
    // 64 of 16 KiB fit; gc begins at 32.
    expect(at(60, null).capacity).toBeCloseTo(200, 9);
    expect(at(61, null).capacity).toBeNull();
    expect(at(29, { from: 0.5, slowdown: 2 }).capacity).toBeNull();
    expect(at(28, { from: 0.5, slowdown: 2 }).capacity).toBeCloseTo(200, 9);
  });
});

describe('rules before sending (rule 36)', () => {
  it.each([
    ['a breaker', { breaker: { kind: 'consecutive', failures: 5, openForNs: s(10) } } as const],
    ['a throttle', { throttle: { kind: 'sre', ...SRE_THROTTLE_DEFAULTS } } as const],
    [
      'a limit of concurrency',
      { concurrency: { limit: { kind: 'fixed', limit: 9 }, shared: false } } as const,
    ],
  ])('%s leaves no closed form', (_, settings) => {
    const theory = capacity({ edges: [enter(0, settings)] });
    expect(theory.capacity).toBeNull();
    expect(theory.reason).toMatch(/^no closed form: what .* sends depends on what it has seen$/);
  });
});
