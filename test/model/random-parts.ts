import fc from 'fast-check';
import type { DistributionSpec } from '../../src/kernel/distributions.js';
import type {
  AdmissionPlan,
  ArrivalsPlan,
  CachePlan,
  ComponentPlan,
  DegradePlan,
  HealthPlan,
  LabelPlan,
  MemoryPlan,
  RatePlan,
  RatePoint,
} from '../../src/model/plan.js';
import { DAGOR } from '../../src/policies/dagor.js';
import type { ShedSpec } from '../../src/policies/shed.js';
import { breaker } from './random-breakers.js';
import { cache, per } from './random-caches.js';
import { concurrencyLimit, rateLimit, throttle } from './random-limits.js';
import { reject, retry } from './random-retries.js';
import { autoscale, scaled } from './random-scaling.js';

/** Random whole scenarios: everything that is built, in odd mixtures, small enough to run in a blink. */
export const MS = 1e6;
export const S = 1e9;

const law: fc.Arbitrary<DistributionSpec> = fc.oneof(
  fc.constant<DistributionSpec>({ kind: 'constant', ns: 0 }),
  fc.constant<DistributionSpec>({ kind: 'constant', ns: 1 }),
  fc
    .integer({ min: 1, max: 80 })
    .map((ms): DistributionSpec => ({ kind: 'constant', ns: ms * MS })),
  fc.integer({ min: 1, max: 60 }).map((ms): DistributionSpec => {
    return { kind: 'exponential', meanNs: ms * MS };
  }),
  fc.integer({ min: 1, max: 60 }).map((ms): DistributionSpec => {
    return { kind: 'uniform', fromNs: 0, toNs: ms * MS };
  }),
  fc.integer({ min: 1, max: 30 }).map((ms): DistributionSpec => {
    return { kind: 'pareto', meanNs: ms * MS, shape: 1.3 };
  }),
);

export const network: fc.Arbitrary<DistributionSpec | null> = fc.option(
  fc.oneof(
    fc.constantFrom<DistributionSpec>({ kind: 'constant', ns: 0 }, { kind: 'constant', ns: 1 }),
    fc.integer({ min: 1, max: 15 }).map((ms): DistributionSpec => {
      return { kind: 'exponential', meanNs: ms * MS };
    }),
  ),
  { freq: 2 },
);

export const share = fc.constantFrom(0, 0.1, 0.5, 0.9, 1);

export const timeoutNs = fc.constantFrom(Infinity, Infinity, 1, 30 * MS, 100 * MS, 1 * S);

/** Something now and then: mostly not, so that what there is meets little else. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc
    .option(arbitrary, { freq: 2, nil: null })
    .chain((one) => fc.nat(2).map((pick) => (pick === 0 ? one : null)));

/** What guards an edge, but for its fallback. */
const guards = fc.record({
  cancel: fc.nat(3).map((pick) => pick === 0),
  deadline: seldom(
    fc.record({
      withinNs: fc.constantFrom(Infinity, 1, 40 * MS, 200 * MS, 1 * S),
      propagate: fc.boolean(),
    }),
  ),
  connections: seldom(
    fc.record({
      max: fc.integer({ min: 1, max: 4 }),
      waitNs: fc.constantFrom(0, 1, 20 * MS, 300 * MS, Infinity),
      openNs: fc.constantFrom(0, 0, 1, 15 * MS),
    }),
  ),
  bulkhead: seldom(
    fc.record({
      concurrent: fc.integer({ min: 1, max: 4 }),
      waiting: fc.constantFrom(0, 1, 3, Infinity),
      waitNs: fc.constantFrom(0, 1, 20 * MS, 300 * MS, Infinity),
      hold: fc.constantFrom('attempt' as const, 'work' as const),
    }),
  ),
  hedge: seldom(
    fc.record({
      after: fc.oneof(
        fc.constantFrom(0, 1, 10 * MS, 50 * MS).map((ns) => ({ kind: 'fixed' as const, ns })),
        fc.constantFrom(0.5, 0.95).map((q) => ({ kind: 'quantile' as const, q })),
      ),
      max: fc.integer({ min: 1, max: 3 }),
      budget: fc.constantFrom(Infinity, 0, 0.1, 0.5),
    }),
  ),
  throttle: seldom(throttle),
  breaker: seldom(breaker),
  rateLimit: seldom(rateLimit),
  concurrency: seldom(fc.record({ limit: concurrencyLimit, shared: fc.boolean() })),
  windowCredits: fc.constantFrom(Infinity, Infinity, Infinity, 1, 3),
});

/** What stands in for an answer: a latency, steps, or both; calls are named later. */
export interface FallbackShape {
  latency: DistributionSpec | null;
  shapes: Shape[];
  degraded: boolean;
}

const ratePoints = (most: number): fc.Arbitrary<RatePoint[]> => {
  const rate = fc.integer({ min: 0, max: most });
  const later = fc.record({
    atNs: fc.integer({ min: 1, max: 4000 }).map((ms) => ms * MS),
    perSecond: rate,
    rampNs: fc.constantFrom(0, 0, 200 * MS, 1 * S),
  });
  return fc.tuple(rate, fc.array(later, { maxLength: 3 })).map(([first, rest]) => {
    const sorted = [...rest].sort((a, b) => a.atNs - b.atNs);
    const points = sorted.filter((point, i) => {
      const before = sorted[i - 1];
      return before === undefined || point.atNs >= before.atNs + Math.max(1, before.rampNs);
    });
    return [{ atNs: 0, perSecond: first, rampNs: 0 }, ...points];
  });
};

const wave: fc.Arbitrary<RatePlan> = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.constantFrom(0, 0.5, 1), fc.constantFrom(1, 300, 2500))
  .map(([mean, swing, ms]) => {
    const peakPerSecond = mean * (1 + swing);
    return { kind: 'diurnal', meanPerSecond: mean, peakPerSecond, periodNs: ms * MS };
  });

const rates = (most: number): fc.Arbitrary<RatePlan> =>
  fc.oneof({ weight: 3, arbitrary: ratePoints(most) }, { weight: 1, arbitrary: wave });

const distance: fc.Arbitrary<DistributionSpec> = fc.oneof(
  fc.integer({ min: 5, max: 90 }).map((ms): DistributionSpec => {
    return { kind: 'constant', ns: ms * MS };
  }),
  fc.integer({ min: 10, max: 90 }).map((ms): DistributionSpec => {
    return { kind: 'erlang', meanNs: ms * MS, k: 2 };
  }),
  fc.integer({ min: 20, max: 90 }).map((ms): DistributionSpec => {
    const parts = [
      { p: 0.5, of: { kind: 'constant' as const, ns: 0 } },
      { p: 0.5, of: { kind: 'exponential' as const, meanNs: ms * MS } },
    ];
    return { kind: 'mixture', parts };
  }),
);

const bursty: fc.Arbitrary<ArrivalsPlan> = fc.oneof(
  fc.record({
    kind: fc.constant('renewal' as const),
    between: distance,
    load: fc.constantFrom(0.3, 1, 1, 2),
  }),
  fc.record({
    kind: fc.constant('mmpp' as const),
    states: fc.array(
      fc.record({
        perSecond: fc.constantFrom(0, 5, 40, 200),
        meanNs: fc.constantFrom(1 * MS, 50 * MS, 1 * S),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  fc.record({
    kind: fc.constant('batch' as const),
    rate: rates(8),
    size: fc.constantFrom(1, 2, 9),
  }),
  fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 60 }).map((ms): ArrivalsPlan => {
    return { kind: 'trace', atNs: Float64Array.from(ms, (at) => at * MS).sort() };
  }),
);

export const label: fc.Arbitrary<LabelPlan> = fc.constantFrom<LabelPlan>(
  null,
  null,
  { kind: 'name', name: 'anna' },
  { kind: 'zipf', n: 50, s: 1.1 },
);

export const arrivals: fc.Arbitrary<ArrivalsPlan> = fc.oneof(
  { weight: 4, arbitrary: rates(60).map((rate) => ({ kind: 'poisson' as const, rate })) },
  { weight: 3, arbitrary: rates(60).map((rate) => ({ kind: 'constant' as const, rate })) },
  { weight: 4, arbitrary: bursty },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('closed' as const),
      users: fc.integer({ min: 1, max: 12 }),
      think: fc.oneof(
        fc.integer({ min: 1, max: 200 }).map((ms): DistributionSpec => {
          return { kind: 'exponential', meanNs: ms * MS };
        }),
        fc.constant<DistributionSpec>({ kind: 'constant', ns: 50 * MS }),
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('backlog' as const),
      senders: fc.integer({ min: 1, max: 4 }),
    }),
  },
);

const burst = fc.constantFrom(1, 3, 20);
const rate = fc.constantFrom(2, 20, 200);

const shared = fc.nat(3).map((pick) => pick === 0);

/** What a signal looks at; figures that every plan has. */
const signs = fc.constantFrom(
  { metric: 'offered', op: '>' as const, value: 30 },
  { metric: 'services.c0.utilization', op: '>' as const, value: 0.5 },
  { metric: 'services.c0.wait.p99', op: '>' as const, value: 0.02 },
  { metric: 'errors.rejected', op: '<' as const, value: 1 },
);

const rule: fc.Arbitrary<AdmissionPlan> = fc.oneof(
  fc.record({ perSecond: rate, burst, perTenant: fc.boolean(), shared, plan: rate }).map(
    ({ plan, ...of }): AdmissionPlan => ({
      kind: 'rate_limit',
      limit: {
        kind: 'bucket',
        waitNs: 0,
        plans: of.perTenant ? [{ tenant: 'p0', perSecond: plan, burst: 2 }] : [],
        ...of,
      },
    }),
  ),
  fc
    .record({ limit: concurrencyLimit, shared })
    .map((of): AdmissionPlan => ({ kind: 'concurrency', ...of })),
  fc
    .record({
      of: fc.constantFrom(
        'queue' as const,
        'utilization' as const,
        'in_flight' as const,
        'limit' as const,
      ),
      above: fc.constantFrom(0, 0.3, 0.6),
    })
    .map(
      ({ of, above }): AdmissionPlan => ({
        kind: 'priority_shed',
        of,
        levels: [
          { priority: 2, above },
          { priority: 1, above: above + 0.3 },
        ],
      }),
    ),
  fc
    .record({
      targetNs: fc.constantFrom(1, 20 * MS),
      requests: fc.constantFrom(10, 2000),
      users: fc.constantFrom(1, 128),
    })
    .map((of): AdmissionPlan => ({ kind: 'dagor', spec: { ...DAGOR, ...of } })),
  fc
    .record({
      queues: fc.constantFrom(4, 16),
      hand: fc.constantFrom(1, 3),
      length: fc.constantFrom(1, 4),
    })
    .map((spec): AdmissionPlan => ({ kind: 'fair_queues', spec })),
  fc.constant<AdmissionPlan>({ kind: 'can_finish' }),
  fc
    .record({
      when: fc.array(signs, { minLength: 1, maxLength: 2 }),
      share: fc.constantFrom(0.3, 1),
      delayNs: fc.constantFrom(0, 1, 40 * MS, 40 * MS, 1500 * MS),
    })
    .map((of): AdmissionPlan => ({ kind: 'signal', ...of })),
);

/** Mostly none; else one to four rules, each kind once. */
const admission: fc.Arbitrary<AdmissionPlan[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<AdmissionPlan[]>([]) },
  {
    weight: 1,
    arbitrary: fc.uniqueArray(rule, {
      minLength: 1,
      maxLength: 4,
      selector: ({ kind }) => kind,
    }),
  },
);

/** What a component is, but for its handler. */
export type Room = Omit<
  ComponentPlan,
  'name' | 'kind' | 'routes' | 'degrade' | 'replicasMax' | 'consumes'
> & {
  /** Whether and when it runs another handler; that of the next component serves. */
  degrades: null | Omit<DegradePlan, 'steps'>;
};

const shed: fc.Arbitrary<ShedSpec> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('codel' as const, 'codel' as const, 'folly_codel' as const),
    targetNs: fc.constantFrom(1, 5 * MS, 40 * MS),
    intervalNs: fc.constantFrom(2, 50 * MS, 200 * MS),
  }),
  fc.record({
    kind: fc.constant('facebook' as const),
    mNs: fc.constantFrom(1, 5 * MS),
    nNs: fc.constantFrom(5 * MS, 100 * MS),
  }),
  fc.record({
    kind: fc.constant('pie' as const),
    targetNs: fc.constantFrom(1, 15 * MS),
    updateNs: fc.constantFrom(1 * MS, 15 * MS),
    alpha: fc.constantFrom(0, 2, 32),
    beta: fc.constantFrom(0, 20, 32),
    burstNs: fc.constantFrom(0, 150 * MS),
  }),
  fc.record({
    kind: fc.constant('red' as const),
    from: fc.constantFrom(0, 0.5),
    to: fc.constantFrom(0.6, 1),
    max: fc.constantFrom(0, 0.1, 1),
    weight: fc.constantFrom(0.002, 0.5, 1),
  }),
);

const health: fc.Arbitrary<HealthPlan> = fc.record({
  periodNs: fc.constantFrom(50 * MS, 300 * MS, 1 * S),
  timeoutNs: fc.constantFrom(1, 20 * MS, 300 * MS, 2 * S),
  unhealthyAfter: fc.constantFrom(1, 1, 2, 3),
  healthyAfter: fc.constantFrom(1, 2),
  via: fc.constantFrom('queue', 'queue', 'bypass'),
  then: fc.constantFrom('eject', 'eject', 'restart'),
  panic: fc.constantFrom(0, 0.5, 0.7),
  work: fc.option(law, { freq: 2 }),
  restartNs: fc.constantFrom(0, 1, 100 * MS, 1 * S),
});
/** Sizes of requests, and memories that hold a few of them: crashes come often, and end. */
export const sizeBytes = fc.constantFrom(1, 16_384, 16_384, 100_000);
const memory: fc.Arbitrary<MemoryPlan> = fc
  .record({
    room: fc.constantFrom(0, 1, 16_384, 40_000, 100_000, 250_000),
    baseBytes: fc.constantFrom(0, 7, 500_000),
    restart: fc.constantFrom(
      { fromNs: 1, capNs: 1 },
      { fromNs: 30 * MS, capNs: 30 * MS },
      { fromNs: 30 * MS, capNs: 200 * MS },
      { fromNs: 2 * S, capNs: 2 * S },
    ),
    gc: fc.constantFrom(null, { from: 0, slowdown: 3 }, { from: 0.7, slowdown: 1.5 }),
  })
  .map(({ room: bytes, baseBytes, restart, gc }) => {
    return { limitBytes: Math.max(1, baseBytes + bytes), baseBytes, restart, gc };
  });

export const room: fc.Arbitrary<Room> = fc.record({
  replicas: fc.constantFrom(1, 1, 2, 3),
  balance: fc.constantFrom(
    ...(['round_robin', 'random', 'least_requests', 'power_of_two', 'peak_ewma', 'hash'] as const),
  ),
  workers: fc.constantFrom(1, 2, 5, Infinity),
  cores: fc.constantFrom(Infinity, Infinity, 1, 3),
  io: fc.constantFrom('blocking', 'blocking', 'async'),
  queue: fc.record({
    capacity: fc.constantFrom(0, 1, 3, 20, Infinity),
    discipline: fc.constantFrom(
      ...(['fifo', 'fifo', 'lifo', 'random', 'priority', 'preemptive', 'ps'] as const),
      ...(['adaptive_lifo', 'fair', 'edf'] as const),
    ),
    lifoAbove: fc.constantFrom(0, 0.5, 0.8),
    whenFull: fc.constantFrom(
      ...(['reject', 'block', 'block', 'drop_oldest', 'drop_newest'] as const),
      ...(['drop_lowest_priority', 'caller_runs', 'caller_runs', 'dead_letter'] as const),
    ),
    deadLetter: fc.constantFrom(0, 1),
    coalesce: fc.constantFrom(null, null, 'join', 'replace'),
    shed: seldom(shed),
    maxAge: fc.option(law, { freq: 2 }),
  }),
  contention: fc.option(
    fc.oneof(
      fc.record({
        kind: fc.constant('usl' as const),
        alpha: fc.constantFrom(0, 0.03, 0.5),
        beta: fc.constantFrom(0, 0.001, 0.1),
      }),
      fc.record({ kind: fc.constant('linear' as const), eachNs: fc.constantFrom(0, 1, 5 * MS) }),
    ),
    { freq: 3 },
  ),
  deadlineCheck: fc.boolean(),
  health: seldom(health),
  degrades: seldom(fc.record({ when: fc.constantFrom(0.1, 0.5, 1), degraded: fc.boolean() })),
  reject,
  memory: fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: memory }),
  admission,
  autoscale,
});

/**
 * Rooms as loading lets them through: under ps nobody waits; who runs what it called is not async;
 * many queues that take turns have no other order.
 */
export function sensible(rooms: Room[]): Room[] {
  const callersRun = rooms.some(({ queue }) => queue.whenFull === 'caller_runs');
  return rooms.map((one) => {
    const queue = { ...one.queue };
    if (queue.discipline === 'ps') {
      queue.maxAge = null;
      queue.shed = null;
      queue.coalesce = null;
      if (/^drop_(oldest|lowest)/.test(queue.whenFull)) queue.whenFull = 'reject';
    }
    const { degrades } = one;
    const asks = queue.discipline === 'adaptive_lifo' || queue.shed?.kind === 'red' || degrades;
    if (asks && (queue.capacity === 0 || queue.capacity === Infinity)) queue.capacity = 3;
    if (queue.discipline !== 'adaptive_lifo') queue.lifoAbove = null;
    if (queue.whenFull !== 'dead_letter') queue.deadLetter = -1;
    const hasOrder = queue.discipline !== 'fifo' || one.workers === Infinity;
    return {
      ...one,
      admission: one.admission.filter(({ kind }) => kind !== 'fair_queues' || !hasOrder),
      queue,
      // Nobody can be served before others who all share the workers.
      reject:
        queue.discipline === 'ps' && one.reject !== null
          ? { ...one.reject, costNs: 0 }
          : one.reject,
      ...scaled(one),
      io: callersRun || queue.discipline === 'preemptive' ? 'blocking' : one.io,
    };
  });
}

/** A step by shape; calls are named later, by numbers that are taken modulo what there is. */
export type Shape =
  | { op: 'work'; time: DistributionSpec; perRequest: boolean }
  | { op: 'fail'; share: number; per: 'attempt' | 'request' | 'key' }
  | { op: 'cache'; cache: CachePlan; then: Shape[] }
  | { op: 'commit'; name: string; once: boolean }
  | { op: 'call'; to: number }
  | { op: 'lock'; lock: number; waitNs: number; then: Shape[] }
  | { op: 'parallel'; need: number; branches: number[][] }
  | { op: 'chance'; share: number; then: Shape[]; else: Shape[] };

export const simple: fc.Arbitrary<Shape> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(law, fc.constantFrom(false, false, true))
      .map(([time, perRequest]): Shape => ({ op: 'work', time, perRequest })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(share, per)
      .map(([of, by]): Shape => ({ op: 'fail', share: of * 0.4, per: by })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ name: fc.constantFrom('paid', 'sent'), once: fc.boolean() })
      .map((of): Shape => ({ op: 'commit', ...of })),
  },
  { weight: 4, arbitrary: fc.nat(99).map((to): Shape => ({ op: 'call', to })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.nat(99),
        fc.array(fc.array(fc.nat(99), { minLength: 1, maxLength: 2 }), {
          minLength: 1,
          maxLength: 3,
        }),
      )
      .map(([need, branches]): Shape => {
        return { op: 'parallel', need: 1 + (need % branches.length), branches };
      }),
  },
);
export const shapes: fc.Arbitrary<Shape[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: simple },
    {
      weight: 1,
      arbitrary: fc
        .tuple(share, fc.array(simple, { maxLength: 2 }), fc.array(simple, { maxLength: 2 }))
        .map(([of, yes, no]): Shape => ({ op: 'chance', share: of, then: yes, else: no })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(cache, fc.array(simple, { maxLength: 3 }))
        .map(([of, then]): Shape => ({ op: 'cache', cache: of, then })),
    },
  ),
  { maxLength: 4 },
);

/** Routes of a component: the steps of each, and whether they have names. */
export const handler = fc.record({
  named: fc.boolean(),
  routes: fc.array(shapes, { minLength: 1, maxLength: 2 }),
});

const plainEdge = fc.record({ network, timeoutNs, retry: fc.option(retry, { freq: 2 }) });
export const fallback: fc.Arbitrary<FallbackShape> = fc.record({
  latency: fc.option(law, { freq: 2 }),
  shapes: fc.array(
    fc.oneof(
      { weight: 5, arbitrary: simple },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.nat(9), law).map(([lock, time]): Shape => {
          const then: Shape[] = [{ op: 'work', time, perRequest: false }];
          return { op: 'lock', lock, waitNs: Infinity, then };
        }),
      },
    ),
    { maxLength: 2 },
  ),
  degraded: fc.boolean(),
});
export const edge = fc
  .tuple(plainEdge, guards, seldom(fallback))
  .map(([plain, guarded, standIn]) => ({ ...plain, ...guarded, standIn }));

/** Nothing guards an edge. */
export const UNGUARDED = {
  cancel: false,
  deadline: null,
  connections: null,
  bulkhead: null,
  hedge: null,
  throttle: null,
  breaker: null,
  rateLimit: null,
  concurrency: null,
  windowCredits: Infinity,
};

/** An edge of a plan whose edges are all plain. */
export const unguarded = plainEdge.map((plain) => ({
  ...plain,
  ...UNGUARDED,
  retry: plain.retry === null ? null : { ...plain.retry, elsewhere: false },
  standIn: null,
}));

export interface FaultShape {
  atMs: number;
  forMs: number;
  every: boolean;
  /** Begins by a condition, if one stands here. */
  when: { metric: string; op: '>' | '<'; value: number } | null;
  kind: (typeof FAULT_KINDS)[number];
  target: number;
  factor: number;
  route: boolean;
  share: number;
  replicas: number;
}

const FAULT_KINDS = [
  ...(['slow', 'to', 'errors', 'pause', 'pause', 'surge', 'crash', 'crash'] as const),
  ...(['capacity', 'capacity share', 'latency', 'drop', 'set', 'set', 'flush'] as const),
];

export const fault: fc.Arbitrary<FaultShape> = fc.record({
  atMs: fc.integer({ min: 0, max: 4000 }),
  forMs: fc.constantFrom(1, 100, 1000, 1000, 2000, Infinity),
  every: fc.boolean(),
  when: fc.option(
    fc.record({
      metric: fc.constantFrom('offered', 'goodput', 'latency.p99', 'attempts', 'errors.timeout'),
      op: fc.constantFrom('>' as const, '<' as const),
      value: fc.constantFrom(0, 0.05, 10, 30),
    }),
    { freq: 3 },
  ),
  kind: fc.constantFrom(...FAULT_KINDS),
  target: fc.nat(99),
  factor: fc.constantFrom(0, 0.3, 1, 2, 5),
  route: fc.boolean(),
  share: fc.constantFrom(0, 0.3, 1, 1),
  replicas: fc.constantFrom(1, 2, 9),
});
