import fc from 'fast-check';
import type { DistributionSpec } from '../../src/kernel/distributions.js';
import type {
  ArrivalsPlan,
  CallStepPlan,
  Change,
  ComponentPlan,
  EdgePlan,
  FaultPlan,
  LabelPlan,
  Plan,
  ProducerPlan,
  RatePlan,
  RatePoint,
  RetryPlan,
  RetryReason,
  StepPlan,
  WhenFull,
} from '../../src/model/plan.js';

/** Random whole scenarios: everything that is built, in odd mixtures, small enough to run in a blink. */

const MS = 1e6;
const S = 1e9;

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

const network: fc.Arbitrary<DistributionSpec | null> = fc.option(
  fc.oneof(
    fc.constantFrom<DistributionSpec>({ kind: 'constant', ns: 0 }, { kind: 'constant', ns: 1 }),
    fc.integer({ min: 1, max: 15 }).map((ms): DistributionSpec => {
      return { kind: 'exponential', meanNs: ms * MS };
    }),
  ),
  { freq: 2 },
);

const share = fc.constantFrom(0, 0.1, 0.5, 0.9, 1);

const retry: fc.Arbitrary<RetryPlan> = fc.record({
  attempts: fc.integer({ min: 1, max: 4 }),
  on: fc.subarray<RetryReason>([
    'timeout',
    'rejected',
    'error',
    'bulkhead_full',
    'no_connection',
    'deadline',
  ]),
  elsewhere: fc.boolean(),
  backoff: fc.oneof(
    fc.constant({ kind: 'none' as const }),
    fc.record({ kind: fc.constant('fixed' as const), waitNs: fc.constantFrom(0, 1, 20 * MS) }),
    fc.record({
      kind: fc.constant('exponential' as const),
      baseNs: fc.constantFrom(0, 1, 5 * MS),
      capNs: fc.constantFrom(50 * MS, Infinity),
      factor: fc.constantFrom(1, 1.5, 2, 10),
    }),
  ),
  jitter: fc.constantFrom('none', 'full', 'equal', 'decorrelated'),
  budget: fc.option(
    share.map((of) => ({ kind: 'percent' as const, share: of })),
    { freq: 1 },
  ),
});

const timeoutNs = fc.constantFrom(Infinity, Infinity, 1, 30 * MS, 100 * MS, 1 * S);

/** Something now and then: mostly not, so that what there is meets little else. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc
    .option(arbitrary, { freq: 1, nil: null })
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
  windowCredits: fc.constantFrom(Infinity, Infinity, Infinity, 1, 3),
});

/** What stands in for an answer: a latency, steps, or both; calls are named later. */
interface FallbackShape {
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

const label: fc.Arbitrary<LabelPlan> = fc.constantFrom<LabelPlan>(
  null,
  null,
  { kind: 'name', name: 'anna' },
  { kind: 'zipf', n: 50, s: 1.1 },
);

const arrivals: fc.Arbitrary<ArrivalsPlan> = fc.oneof(
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

/** What a component is, but for its handler. */
type Room = Omit<ComponentPlan, 'name' | 'kind' | 'routes'>;

const room: fc.Arbitrary<Room> = fc.record({
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
    ),
    whenFull: fc.constantFrom(
      ...(['reject', 'block', 'block', 'drop_oldest', 'drop_newest'] as const),
      ...(['drop_lowest_priority', 'caller_runs', 'caller_runs'] as const),
    ),
    maxAge: fc.option(law, { freq: 1 }),
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
});

/** Rooms as loading lets them through: under ps nobody waits; who runs what it called is not async. */
function sensible(rooms: Room[]): Room[] {
  const callersRun = rooms.some(({ queue }) => queue.whenFull === 'caller_runs');
  return rooms.map((one) => {
    const queue = { ...one.queue };
    if (queue.discipline === 'ps') {
      queue.maxAge = null;
      if (/^drop_(oldest|lowest)/.test(queue.whenFull)) queue.whenFull = 'reject';
    }
    return {
      ...one,
      queue,
      io: callersRun || queue.discipline === 'preemptive' ? 'blocking' : one.io,
    };
  });
}

/** A step by shape; calls are named later, by numbers that are taken modulo what there is. */
type Shape =
  | { op: 'work'; time: DistributionSpec; perRequest: boolean }
  | { op: 'fail'; share: number }
  | { op: 'commit'; name: string; once: boolean }
  | { op: 'call'; to: number }
  | { op: 'parallel'; need: number; branches: number[][] }
  | { op: 'chance'; share: number; then: Shape[]; else: Shape[] };

const simple: fc.Arbitrary<Shape> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(law, fc.constantFrom(false, false, true))
      .map(([time, perRequest]): Shape => ({ op: 'work', time, perRequest })),
  },
  { weight: 1, arbitrary: share.map((of): Shape => ({ op: 'fail', share: of * 0.4 })) },
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
const shapes: fc.Arbitrary<Shape[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: simple },
    {
      weight: 1,
      arbitrary: fc
        .tuple(share, fc.array(simple, { maxLength: 2 }), fc.array(simple, { maxLength: 2 }))
        .map(([of, yes, no]): Shape => ({ op: 'chance', share: of, then: yes, else: no })),
    },
  ),
  { maxLength: 4 },
);

/** Routes of a component: the steps of each, and whether they have names. */
const handler = fc.record({
  named: fc.boolean(),
  routes: fc.array(shapes, { minLength: 1, maxLength: 2 }),
});

const plainEdge = fc.record({ network, timeoutNs, retry: fc.option(retry, { freq: 1 }) });
const fallback: fc.Arbitrary<FallbackShape> = fc.record({
  latency: fc.option(law, { freq: 1 }),
  shapes: fc.array(simple, { maxLength: 2 }),
  degraded: fc.boolean(),
});
const edge = fc
  .tuple(plainEdge, guards, seldom(fallback))
  .map(([plain, guarded, standIn]) => ({ ...plain, ...guarded, standIn }));

/** An edge of a plan whose edges are all plain. */
const unguarded = plainEdge.map((plain) => ({
  ...plain,
  retry: plain.retry === null ? null : { ...plain.retry, elsewhere: false },
  cancel: false,
  deadline: null,
  connections: null,
  bulkhead: null,
  hedge: null,
  windowCredits: Infinity,
  standIn: null,
}));

interface FaultShape {
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
  ...(['capacity', 'capacity share', 'latency', 'drop', 'set', 'set'] as const),
];

const fault: fc.Arbitrary<FaultShape> = fc.record({
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

interface Parts {
  seed: string;
  durationMs: number;
  warmupMs: number;
  rooms: Room[];
  handlers: { named: boolean; routes: Shape[][] }[];
  producers: (Omit<ProducerPlan, 'name' | 'to'> & { to: { at: number; weight: number }[] })[];
  edges: (Omit<EdgePlan, 'name' | 'from' | 'to' | 'fallback'> & {
    standIn: FallbackShape | null;
  })[];
  faults: FaultShape[];
  /** Whether calls may also lead back, under a small chance. */
  back: boolean;
  /** Whether there are parallel steps; fallbacks only make calls then. */
  branches: boolean;
}

/** Puts the parts together: names, edges as they are needed, calls only to later components. */
class Assembly {
  private readonly edges: EdgePlan[] = [];
  private readonly names: string[];

  constructor(private readonly parts: Parts) {
    this.names = parts.rooms.map((_, i) => `c${i}`);
  }

  plan(): Plan {
    const { parts } = this;
    const producers = parts.producers.map((producer, p) => this.producer(producer, p));
    const components = parts.rooms.map((of, c) => this.component(of, c));
    return {
      seed: parts.seed,
      durationNs: parts.durationMs * MS,
      warmupNs: Math.min(parts.warmupMs, parts.durationMs - 1) * MS,
      producers,
      components,
      edges: this.edges,
      faults: parts.faults.map((of) => this.fault(of)),
    };
  }

  private producer({ to, ...more }: Parts['producers'][number], p: number) {
    const name = `p${p}`;
    const blocks = this.blocking();
    const arrivals = this.arrivalsOf(p);
    const targets = to.map(({ at: pick, weight }) => {
      const at = arrivals.kind === 'backlog' && blocks >= 0 ? blocks : pick % this.names.length;
      const edge = this.edge({ kind: 'producer', index: p }, name, at);
      return { edge, route: this.route(at, pick), weight };
    });
    const plan: ProducerPlan = {
      ...more,
      name,
      arrivals,
      to: targets,
    };
    return plan;
  }

  private component(of: Parts['rooms'][number], c: number): ComponentPlan {
    const { named, routes } = this.handler(c);
    return {
      ...of,
      name: this.names[c]!,
      kind: c % 2 === 0 ? 'service' : 'dependency',
      routes: (named ? routes : routes.slice(0, 1)).map((steps, r) => {
        return { name: named ? `r${r}` : null, steps: this.steps(steps, c) };
      }),
    };
  }

  private handler(c: number) {
    return this.parts.handlers[c % this.parts.handlers.length]!;
  }

  private route(c: number, pick: number): number {
    const { named, routes } = this.handler(c);
    return named ? pick % routes.length : 0;
  }

  private steps(list: readonly Shape[], c: number): StepPlan[] {
    return list.flatMap((shape) => this.step(shape, c));
  }

  private step(shape: Shape, c: number): StepPlan[] {
    switch (shape.op) {
      case 'work':
      case 'commit':
      case 'fail':
        return [shape];
      case 'call':
        return this.call(c, shape.to);
      case 'chance':
        return [{ ...shape, then: this.steps(shape.then, c), else: this.steps(shape.else, c) }];
      case 'parallel': {
        if (!this.parts.branches) return [];
        const branches = shape.branches
          .map((branch) => branch.flatMap((to) => this.onward(c, to)))
          .filter((branch) => branch.length > 0);
        if (branches.length === 0) return [];
        return [{ op: 'parallel', need: Math.min(shape.need, branches.length), branches }];
      }
    }
  }

  /** A call to a later component, or now and then back, where that is allowed. */
  private call(c: number, to: number): StepPlan[] {
    if (!this.parts.back || to % 5 !== 0) return this.onward(c, to);
    const callee = to % this.names.length;
    return [{ op: 'chance', share: 0.1, then: [this.target(c, callee, to)], else: [] }];
  }

  private onward(c: number, to: number): CallStepPlan[] {
    const later = this.names.length - c - 1;
    return later === 0 ? [] : [this.target(c, c + 1 + (to % later), to)];
  }

  private target(c: number, callee: number, pick: number): CallStepPlan {
    const at = this.edge({ kind: 'component', index: c }, this.names[c]!, callee);
    const times = pick % 11 === 3 ? 2 + (pick % 2) : 1;
    return { op: 'call', to: { edge: at, route: this.route(callee, pick) }, times };
  }

  private edge(from: EdgePlan['from'], caller: string, to: number): number {
    const name = `${caller} -> ${this.names[to]}`;
    const known = this.edges.findIndex((one) => one.name === name);
    if (known >= 0) return known;
    const { standIn, ...of } = this.parts.edges[this.edges.length % this.parts.edges.length]!;
    const made: EdgePlan = { ...of, name, from, to, fallback: null };
    const index = this.edges.push(made) - 1;
    if (standIn !== null) made.fallback = this.fallback(standIn, from, to);
    return index;
  }

  /** Steps only of a component, and calls only to what comes behind the one that failed. */
  private fallback(
    { latency, shapes: list, degraded }: FallbackShape,
    from: EdgePlan['from'],
    to: number,
  ) {
    if (from.kind === 'producer') return { latency, steps: [], degraded };
    const steps = list.flatMap((shape): StepPlan[] => {
      const onward = shape.op === 'call' ? to + 1 + (shape.to % this.names.length) : NaN;
      if (shape.op === 'parallel') return [];
      if (shape.op !== 'call') return this.parts.branches ? [] : this.step(shape, from.index);
      return onward < this.names.length ? [this.target(from.index, onward, shape.to)] : [];
    });
    return { latency, steps, degraded };
  }

  private fault(shape: FaultShape): FaultPlan {
    const { atMs, forMs, every, when, kind, target, factor, route, share: part } = shape;
    const everyNs = every && forMs < Infinity ? (forMs + 300) * MS : Infinity;
    const atNs = when === null ? atMs * MS : 0;
    const times = { atNs, when, everyNs, forNs: forMs * MS, text: `${kind} ${target}` };
    const component = target % this.names.length;
    const { named, routes } = this.handler(component);
    const replicas = Math.min(shape.replicas, this.parts.rooms[component]!.replicas);
    const of = { component, route: route && named ? target % routes.length : null, replicas };
    const { workers, queue } = this.parts.rooms[component]!;
    const edges = this.edges.flatMap((_, e) => (e % 2 === target % 2 ? [e] : []));
    const ratio = Math.min(1, factor);
    switch (kind) {
      case 'slow':
        return { ...times, kind, ...of, share: part, factor, toNs: null };
      case 'to':
        return { ...times, kind: 'slow', ...of, share: part, factor: null, toNs: factor * 20 * MS };
      case 'errors':
        return { ...times, kind, ...of, ratio };
      case 'pause':
      case 'crash':
        return { ...times, kind, component, replicas };
      case 'capacity':
        // Not yet: a count of workers that are shared and unbounded.
        if (queue.discipline === 'ps' && workers === Infinity) {
          return { ...times, kind: 'pause', component, replicas };
        }
        return { ...times, kind, component, replicas, workers: Math.floor(factor), share: null };
      case 'capacity share':
        return workers < Infinity
          ? { ...times, kind: 'capacity', component, replicas, workers: null, share: part }
          : { ...times, kind: 'pause', component, replicas };
      case 'latency':
        return { ...times, kind, edges, addNs: target * MS };
      case 'drop':
        return { ...times, kind, edges, ratio };
      case 'surge':
        return this.surge(times, target % this.parts.producers.length, factor);
      case 'set':
        return { ...times, kind, changes: this.changes(component, target, factor) };
    }
  }

  /** Of states not yet by a condition, of given moments never. */
  private surge(times: Omit<FaultPlan, 'kind'>, producer: number, factor: number): FaultPlan {
    const { kind } = this.arrivalsOf(producer);
    const known = kind === 'mmpp' || kind === 'trace';
    const when = known ? null : times.when;
    const { atNs, everyNs, forNs, text } = times;
    return { atNs, when, everyNs, forNs, text, kind: 'surge', producer, factor };
  }

  /** What a full queue does from now on: what goes with its discipline and with what workers do. */
  private whenFull(component: number, target: number): WhenFull {
    const all: WhenFull[] = ['reject', 'block', 'drop_newest', 'drop_oldest'];
    const how = [...all, 'drop_lowest_priority' as const, 'caller_runs' as const][target % 6]!;
    const { rooms } = this.parts;
    if (how === 'caller_runs' && rooms.some(({ io }) => io === 'async')) return 'block';
    const shared = rooms[component]!.queue.discipline === 'ps';
    return shared && /^drop_(oldest|lowest)/.test(how) ? 'reject' : how;
  }

  /** An operator's changes: any two of what may be changed. */
  private changes(component: number, target: number, factor: number): Change[] {
    const { rooms, producers } = this.parts;
    const producer = target % producers.length;
    const edge = target % this.edges.length;
    const { workers } = rooms[component]!;
    const of = this.parts.edges[target % this.parts.edges.length]!;
    const { kind } = this.arrivalsOf(producer);
    const rate = [{ atNs: 0, perSecond: 20 * factor, rampNs: 0 }];
    const all: Change[] = [
      { what: 'capacity', component, capacity: Math.floor(factor) },
      {
        what: 'whenFull',
        component,
        whenFull: this.whenFull(component, target + Math.floor(factor)),
      },
      { what: 'timeout', edge, timeoutNs: of.timeoutNs },
      { what: 'network', edge, network: of.network },
      { what: 'retry', edge, retry: of.retry },
    ];
    if (workers < Infinity) {
      all.push({ what: 'workers', component, workers: 1 + Math.floor(factor) });
    }
    if (['poisson', 'constant', 'batch'].includes(kind)) all.push({ what: 'rate', producer, rate });
    if (kind === 'closed') all.push({ what: 'users', producer, users: 1 + Math.floor(factor) });
    return [all[target % all.length]!, all[(target + 1 + Math.floor(factor)) % all.length]!];
  }

  /** A backlog needs something that blocks, else it has no end. */
  private arrivalsOf(p: number): ArrivalsPlan {
    const how = this.parts.producers[p]!.arrivals;
    const endless = how.kind === 'backlog' && this.blocking() < 0;
    return endless ? { kind: 'constant', rate: [{ atNs: 0, perSecond: 20, rampNs: 0 }] } : how;
  }

  private blocking(): number {
    return this.parts.rooms.findIndex(
      ({ queue, workers }) =>
        queue.whenFull === 'block' && queue.capacity < Infinity && workers < Infinity,
    );
  }
}

/** Any plan of one to five components and one to three producers. */
export const randomPlan: fc.Arbitrary<Plan> = fc
  .record({
    seed: fc.nat(1000).map(String),
    durationMs: fc.constantFrom(1000, 3000, 4321, 5000),
    warmupMs: fc.constantFrom(0, 0, 500, 1000, 2999),
    rooms: fc.array(room, { minLength: 1, maxLength: 5 }).map(sensible),
    handlers: fc.array(handler, { minLength: 1, maxLength: 5 }),
    producers: fc.array(
      fc.record({
        arrivals,
        to: fc.oneof(
          { weight: 3, arbitrary: fc.nat(99).map((at) => [{ at, weight: 1 }]) },
          {
            weight: 1,
            arbitrary: fc
              .array(fc.record({ at: fc.nat(99), weight: fc.constantFrom(0, 1, 9) }), {
                minLength: 1,
                maxLength: 3,
              })
              .map(([first, ...rest]) => [{ ...first!, weight: 2 }, ...rest]),
          },
        ),
        objectiveNs: fc.constantFrom(Infinity, 50 * MS, 300 * MS),
        clients: fc.constantFrom(1, 1, 1, 3, 10),
        priority: fc.nat(2),
        deadlineNs: fc.constantFrom(Infinity, Infinity, Infinity, 60 * MS, 500 * MS),
        tenant: label,
        key: label,
        limit: fc.constantFrom(Infinity, Infinity, Infinity, 1, 40),
        fromNs: fc.constantFrom(0, 0, 0, 1, 700 * MS),
        untilNs: fc.constantFrom(Infinity, Infinity, 1 * S, 2345 * MS),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    edges: fc.oneof(
      { weight: 1, arbitrary: fc.array(unguarded, { minLength: 1, maxLength: 8 }) },
      { weight: 3, arbitrary: fc.array(edge, { minLength: 1, maxLength: 8 }) },
    ),
    faults: fc.array(fault, { maxLength: 5 }),
    back: fc.boolean(),
    branches: fc.boolean(),
  })
  .map((parts) => new Assembly(parts).plan());
