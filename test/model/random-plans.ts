import fc from 'fast-check';
import type { QueueBound } from '../../src/model/admission.js';
import type {
  AdmissionPlan,
  ArrivalsPlan,
  CallStepPlan,
  Change,
  ComponentChange,
  ComponentPlan,
  EdgeChange,
  EdgePlan,
  FaultPlan,
  LockPlan,
  Plan,
  ProducerPlan,
  QueuePlan,
  StepPlan,
  WhenFull,
} from '../../src/model/plan.js';
import { type QueueShapes, queueShapes } from './random-brokers.js';
import { locked, locks } from './random-locks.js';
/** Random whole scenarios: everything that is built, in odd mixtures, small enough to run in a blink. */
import {
  arrivals,
  edge,
  type FallbackShape,
  type FaultShape,
  fault,
  handler,
  label,
  MS,
  type Room,
  room,
  S,
  type Shape,
  sensible,
  shapes,
  sizeBytes,
  UNGUARDED,
  unguarded,
} from './random-parts.js';

const NONE = -1;

/** Where what is refused goes. */
const LETTERS: readonly QueuePlan[] = [
  {
    name: 'q0',
    capacity: Infinity,
    whenFull: 'reject',
    deadLetter: NONE,
    broker: { kind: 'memory' },
  },
  {
    name: 'q1',
    capacity: 2,
    whenFull: 'drop_oldest',
    deadLetter: NONE,
    broker: { kind: 'memory' },
  },
];

function queuePlans(queues: QueueShapes | null): QueuePlan[] {
  return (queues?.shapes ?? []).map(({ queue, deadLetter }, q): QueuePlan => {
    const needed = queue.whenFull === 'dead_letter' ? 0 : NONE;
    return { ...queue, name: `q${LETTERS.length + q}`, deadLetter: deadLetter ?? needed };
  });
}

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
  /** Null where nobody publishes or consumes. */
  queues: QueueShapes | null;
  /** Whether calls may also lead back, under a small chance. */
  back: boolean;
  /** Whether there are parallel steps; fallbacks only make calls then. */
  branches: boolean;
  /** Null where nobody takes a lock; and whether they are taken in any order. */
  locks: LockPlan[] | null;
  anyOrder: boolean;
}

/** Puts the parts together: names, edges as they are needed, calls only to later components. */
class Assembly {
  private readonly edges: EdgePlan[] = [];
  private readonly names: string[];
  /** The two for dead letters, then those that are published to. */
  private readonly queues: QueuePlan[];
  /** By component: the queue it consumes, NONE for none. */
  private readonly consumes: number[];
  /** The locks held where the steps at hand stand. */
  private holding: readonly number[] = [];

  constructor(private readonly parts: Parts) {
    this.names = parts.rooms.map((_, i) => `c${i}`);
    this.queues = [...LETTERS, ...queuePlans(parts.queues)];
    this.consumes = parts.rooms.map((_, c) => this.consumed(c));
  }

  private made: ComponentPlan[] = [];

  plan(): Plan {
    const { parts } = this;
    const producers = parts.producers.map((producer, p) => this.producer(producer, p));
    const components = parts.rooms.map((of, c) => this.component(of, c));
    this.made = components;
    return {
      seed: parts.seed,
      durationNs: parts.durationMs * MS,
      warmupNs: Math.min(parts.warmupMs, parts.durationMs - 1) * MS,
      producers,
      components,
      edges: this.edges,
      queues: this.queues,
      locks: parts.locks ?? [],
      faults: parts.faults.map((of) => this.fault(of)),
    };
  }

  private producer({ to, ...more }: Parts['producers'][number], p: number) {
    const name = `p${p}`;
    const blocks = this.blocking();
    const arrivals = this.arrivalsOf(p);
    const targets = to.map(({ at: pick, weight }) => {
      const asks = arrivals.kind === 'backlog' && blocks >= 0;
      const at = asks ? blocks : this.targetOf(pick);
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

  /** What a producer's requests go to: every second one to a queue, where there are any. */
  private targetOf(pick: number): number {
    const { rooms } = this.parts;
    const queues = this.queues.length - LETTERS.length;
    const toQueue = queues > 0 && pick % 2 === 1;
    return toQueue ? rooms.length + LETTERS.length + ((pick >> 1) % queues) : pick % rooms.length;
  }

  /** The queue that a component takes from. What the dead letters bring goes no further. */
  private consumed(c: number): number {
    const { queues, rooms } = this.parts;
    const pick = queues?.consumes[c] ?? null;
    if (queues === null || pick === null) return NONE;
    if (c === rooms.length - 1 && pick % 3 === 0) return pick % LETTERS.length;
    return LETTERS.length + (pick % queues.shapes.length);
  }

  private consumesPlan(c: number): ComponentPlan['consumes'] {
    const queue = this.consumes[c]!;
    if (queue === NONE) return null;
    const shape = this.parts.queues?.shapes[queue - LETTERS.length];
    const edge: EdgePlan = {
      ...UNGUARDED,
      timeoutNs: Infinity,
      retry: null,
      fallback: null,
      name: `q${queue} -> c${c}`,
      from: { kind: 'queue', index: queue },
      to: c,
      network: shape?.network ?? null,
    };
    const to = { edge: this.edges.push(edge) - 1, route: this.route(c, queue) };
    return { queue, to, how: shape?.how ?? { kind: 'worker' } };
  }

  private component(of: Parts['rooms'][number], c: number): ComponentPlan {
    const { named, routes } = this.handler(c);
    const { degrades, ...room } = of;
    const instead = this.handler(c + 1).routes[0]!;
    return {
      ...room,
      replicasMax: mostOf(room),
      degrade: degrades === null ? null : { ...degrades, steps: this.steps(instead, c) },
      name: this.names[c]!,
      kind: c % 2 === 0 ? 'service' : 'dependency',
      consumes: this.consumesPlan(c),
      routes: (named ? routes : routes.slice(0, 1)).map((steps, r) => {
        return { name: named ? `r${r}` : null, steps: this.steps(steps, c) };
      }),
    };
  }

  private handler(c: number) {
    return this.parts.handlers[c % this.parts.handlers.length]!;
  }

  private route(c: number, pick: number): number {
    if (c >= this.names.length) return 0;
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
      case 'lock':
        return this.lock(shape, c);
      case 'cache':
        return [{ ...shape, then: this.steps(shape.then, c) }];
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

  /** A lock; those within it come after it, so that none waits for another, or they are any. */
  private lock({ lock, then, ...shape }: Shape & { op: 'lock' }, c: number): StepPlan[] {
    const { anyOrder, locks } = this.parts;
    if (locks === null) return this.steps(then, c);
    const own = lock % locks.length;
    const outer = this.holding;
    if (!anyOrder && outer.some((other) => other >= own)) return this.steps(then, c);
    this.holding = [...outer, own];
    const steps = this.steps(then, c);
    this.holding = outer;
    return [{ ...shape, lock: own, then: steps }];
  }

  /** A call to a later component, or now and then back, where that is allowed. */
  private call(c: number, to: number): StepPlan[] {
    if (!this.parts.back || to % 5 !== 0) return this.onward(c, to);
    const callee = to % this.names.length;
    return [{ op: 'chance', share: 0.1, then: [this.target(c, callee, to)], else: [] }];
  }

  private onward(c: number, to: number): CallStepPlan[] {
    const queue = this.onwardQueue(c, to);
    if (queue !== NONE) return [this.target(c, this.names.length + queue, to)];
    const later = this.names.length - c - 1;
    return later === 0 ? [] : [this.target(c, c + 1 + (to % later), to)];
  }

  /** A queue that only later components consume; the dead letters are for nobody to publish to. */
  private onwardQueue(c: number, to: number): number {
    const queue = LETTERS.length + (to % 3);
    if (to % 2 === 0 || queue >= this.queues.length) return NONE;
    return this.consumes.some((one, at) => one === queue && at <= c) ? NONE : queue;
  }

  private target(c: number, callee: number, pick: number): CallStepPlan {
    const at = this.edge({ kind: 'component', index: c }, this.names[c]!, callee);
    const times = pick % 11 === 3 ? 2 + (pick % 2) : 1;
    return { op: 'call', to: { edge: at, route: this.route(callee, pick) }, times };
  }

  private edge(from: EdgePlan['from'], caller: string, to: number): number {
    const callee = this.names[to] ?? this.queues[to - this.names.length]!.name;
    const name = `${caller} -> ${callee}`;
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
    const text = `${kind} ${target}`;
    const times = { atNs, when, everyNs, forNs: forMs * MS, text };
    const rising = { ...times, rampNs: target % 3 === 0 ? Math.min(forMs, 700) * MS : 0 };
    const component = target % this.names.length;
    const { named, routes } = this.handler(component);
    const replicas = Math.min(shape.replicas, mostOf(this.parts.rooms[component]!));
    const of = { component, route: route && named ? target % routes.length : null, replicas };
    const { workers, queue } = this.parts.rooms[component]!;
    const edges = this.edges.flatMap(({ from }, e) =>
      e % 2 === target % 2 && from.kind !== 'queue' ? [e] : [],
    );
    const ratio = Math.min(1, factor);
    switch (kind) {
      case 'slow':
        return { ...rising, kind, ...of, share: part, factor, toNs: null };
      case 'to':
        return {
          ...rising,
          kind: 'slow',
          ...of,
          share: part,
          factor: null,
          toNs: factor * 20 * MS,
        };
      case 'errors':
        return { ...rising, kind, ...of, ratio };
      case 'pause':
      case 'crash':
        return { ...times, kind, component, replicas };
      case 'capacity':
        // Not yet: a count of workers that are shared and unbounded.
        if (queue.discipline === 'ps' && workers === Infinity) {
          return { ...times, kind: 'pause', component, replicas };
        }
        return {
          ...(workers < Infinity ? rising : times),
          kind,
          component,
          replicas,
          workers: Math.floor(factor),
          share: null,
        };
      case 'capacity share':
        return workers < Infinity
          ? { ...rising, kind: 'capacity', component, replicas, workers: null, share: part }
          : { ...times, kind: 'pause', component, replicas };
      case 'latency':
        return { ...rising, kind, edges, addNs: target * MS };
      case 'drop':
        return { ...rising, kind, edges, ratio };
      case 'flush':
        // At once, or for a time; every second at most.
        return { ...times, kind, component, replicas, ...(forMs < 1000 ? { forNs: 0 } : {}) };
      case 'surge':
        return this.surge(times, target % this.parts.producers.length, factor);
      case 'set':
        return { ...times, kind, changes: this.changes(component, target, factor) };
    }
  }

  /** Of given moments never by a condition. */
  private surge(times: Omit<FaultPlan, 'kind'>, producer: number, factor: number): FaultPlan {
    const { kind } = this.arrivalsOf(producer);
    const when = kind === 'trace' ? null : times.when;
    const { atNs, everyNs, forNs, text } = times;
    return { atNs, when, everyNs, forNs, text, kind: 'surge', producer, factor };
  }

  /** What a full queue does from now on: what goes with its discipline and with what workers do. */
  private whenFull(component: number, target: number): Pick<QueueBound, 'whenFull' | 'deadLetter'> {
    const whenFull = this.howFull(component, target);
    return { whenFull, deadLetter: whenFull === 'dead_letter' ? target % 2 : -1 };
  }

  private howFull(component: number, target: number): WhenFull {
    const all: WhenFull[] = ['reject', 'block', 'drop_newest', 'drop_oldest'];
    all.push('drop_lowest_priority', 'caller_runs', 'dead_letter');
    const how = all[target % 7]!;
    const { rooms } = this.parts;
    if (how === 'caller_runs' && rooms.some(({ io }) => io === 'async')) return 'block';
    const shared = rooms[component]!.queue.discipline === 'ps';
    return shared && /^drop_(oldest|lowest)/.test(how) ? 'reject' : how;
  }

  /** An operator's changes: a component, an edge and a producer become much like others. */
  private changes(component: number, target: number, factor: number): Change[] {
    const { producers } = this.parts;
    const producer = target % producers.length;
    const { kind } = this.arrivalsOf(producer);
    const rate = [{ atNs: 0, perSecond: 20 * factor, rampNs: 0 }];
    const pick = target * 7 + Math.floor(factor * 10);
    const all: Change[] = [
      { what: 'component', component, to: this.roomChange(component, pick) },
      { what: 'edge', edge: this.changed(target), to: this.edgeChange(target, pick) },
    ];
    if (['poisson', 'constant', 'batch'].includes(kind)) all.push({ what: 'rate', producer, rate });
    if (kind === 'closed') all.push({ what: 'users', producer, users: 1 + Math.floor(factor) });
    return all.filter((_, i) => pick % 3 !== i);
  }

  /** Every fourth key of another edge, or of itself. */
  private changed(target: number): number {
    const edges = this.edges.flatMap(({ from }, e) => (from.kind === 'queue' ? [] : [e]));
    return edges[target % edges.length]!;
  }

  private edgeChange(target: number, pick: number): EdgeChange {
    const now = this.edges[this.changed(target)]!;
    const { standIn, ...of } = this.parts.edges[pick % this.parts.edges.length]!;
    const { breaker } = of.breaker?.kind === 'outlier' ? now : of;
    const fallback = standIn && { latency: standIn.latency, steps: [], degraded: standIn.degraded };
    const to: EdgeChange = {
      ...of,
      fallback,
      breaker: now.breaker?.kind === 'outlier' ? now.breaker : breaker,
    };
    return Object.fromEntries(Object.entries(to).filter((_, i) => (i + pick) % 4 !== 0));
  }

  private roomChange(component: number, pick: number): ComponentChange {
    const { rooms } = this.parts;
    const now = rooms[component]!;
    const other = rooms[pick % rooms.length]!;
    const { routes } = this.made[component]!;
    const queue = this.queueChange(component, pick);
    const isFair = ({ kind }: AdmissionPlan): boolean => kind === 'fair_queues';
    const shares = now.queue.discipline === 'ps';
    const to: ComponentChange = {
      ...(now.workers < Infinity ? { workers: 1 + (pick % 4) } : {}),
      cores: other.cores,
      balance: other.balance,
      contention: other.contention,
      deadlineCheck: other.deadlineCheck,
      reject: shares && other.reject !== null ? { ...other.reject, costNs: 0 } : other.reject,
      admission: [
        ...now.admission.filter(isFair),
        ...other.admission.filter((rule) => !isFair(rule)),
      ],
      degrade: pick % 3 === 0 ? null : { when: 0.5, steps: [], degraded: pick % 2 === 0 },
      routes: routes.map(({ name, steps }) => ({ name, steps: [...steps].reverse() })),
    };
    const some = Object.entries(to).filter((_, i) => (i + pick) % 3 !== 0);
    return { ...Object.fromEntries(some), ...(pick % 4 === 0 ? {} : { queue }) };
  }

  private queueChange(component: number, pick: number): NonNullable<ComponentChange['queue']> {
    const { rooms } = this.parts;
    const { admission, queue: now } = rooms[component]!;
    const { queue: other } = rooms[pick % rooms.length]!;
    const to: ComponentChange['queue'] = {
      capacity: 1 + (pick % 5),
      ...this.whenFull(component, pick),
    };
    const isSpecial = [now, other].some(({ discipline }) => /^(ps|preemptive)$/.test(discipline));
    const takesTurns = admission.some(({ kind }) => kind === 'fair_queues');
    if (!isSpecial && !takesTurns) {
      to.discipline = other.discipline;
      to.lifoAbove = other.discipline === 'adaptive_lifo' ? (other.lifoAbove ?? 0.5) : null;
    }
    if (now.discipline === 'ps') return to;
    return { ...to, maxAge: other.maxAge, shed: other.shed, coalesce: other.coalesce };
  }

  /** A backlog needs something that blocks, else it has no end. */
  private arrivalsOf(p: number): ArrivalsPlan {
    const how = this.parts.producers[p]!.arrivals;
    const endless = how.kind === 'backlog' && this.blocking() < 0;
    return endless ? { kind: 'constant', rate: [{ atNs: 0, perSecond: 20, rampNs: 0 }] } : how;
  }

  private blocking(): number {
    return this.parts.rooms.findIndex(
      ({ admission, memory, queue, workers }) =>
        // Who is refused at once sends again at once, without end.
        admission.length === 0 &&
        memory === null &&
        queue.whenFull === 'block' &&
        queue.capacity < Infinity &&
        workers < Infinity,
    );
  }
}

/** How many replicas there can ever be. */
function mostOf({ autoscale, replicas }: Pick<Room, 'autoscale' | 'replicas'>): number {
  return Math.max(replicas, autoscale?.hpa.max ?? 0);
}

/** Any plan of one to five components and one to three producers. */
export const randomPlan: fc.Arbitrary<Plan> = fc
  .record({
    seed: fc.nat(1000).map(String),
    durationMs: fc.constantFrom(1000, 3000, 4321, 5000),
    warmupMs: fc.constantFrom(0, 0, 500, 1000, 2999),
    // Rules refuse, memories crash, and who may be freed so does not deadlock: half of the plans have none.
    rooms: fc
      .tuple(fc.boolean(), fc.boolean(), fc.array(room, { minLength: 1, maxLength: 5 }))
      .map(([ruled, counted, rooms]) =>
        sensible(
          rooms.map((one) => ({
            ...one,
            ...(ruled ? {} : { admission: [] }),
            ...(counted ? {} : { memory: null }),
          })),
        ),
      ),
    handlers: fc.array(
      fc.oneof(handler, fc.record({ named: fc.boolean(), routes: fc.tuple(locked, shapes) })),
      { minLength: 1, maxLength: 5 },
    ),
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
        sizeBytes,
      }),
      { minLength: 1, maxLength: 3 },
    ),
    edges: fc.oneof(
      { weight: 1, arbitrary: fc.array(unguarded, { minLength: 1, maxLength: 8 }) },
      { weight: 3, arbitrary: fc.array(edge, { minLength: 1, maxLength: 8 }) },
    ),
    faults: fc.array(fault, { maxLength: 5 }),
    back: fc.boolean(),
    locks: fc.option(locks, { freq: 2 }),
    anyOrder: fc.boolean(),
    branches: fc.boolean(),
    queues: fc.option(queueShapes, { freq: 3 }),
  })
  .map((parts) => new Assembly(parts).plan());
