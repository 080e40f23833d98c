import fc from 'fast-check';
import type {
  CallStepPlan,
  ComponentPlan,
  EdgePlan,
  FaultPlan,
  LockPlan,
  Plan,
  ProducerPlan,
  StepPlan,
} from '../../src/model/plan.js';
import { edge as plain } from '../judge/sample.js';
import { locked, locks } from './random-locks.js';
import {
  edge,
  label,
  MS,
  type Room,
  room,
  S,
  type Shape,
  sensible,
  shapes,
  sizeBytes,
} from './random-parts.js';

/**
 * Random scenarios in which everybody calls everybody and hardly anything ends by itself: made for
 * deadlocks. A route calls only later routes, so that no request goes on for ever. Whoever sends is
 * done after two seconds, and whatever a fault breaks it mends again, so that in the end nothing is
 * under way but what is stuck.
 */
interface Parts {
  seed: string;
  rooms: Room[];
  /** By component and route. */
  routes: Shape[][][];
  edges: Omit<EdgePlan, 'name' | 'from' | 'to' | 'fallback'>[];
  /** Null where nobody takes a lock. */
  locks: LockPlan[] | null;
  /** How many fit into each queue that blocks, and which of them a component consumes (by its index, or none). */
  queues: { capacities: number[]; consumes: (number | null)[] };
  producers: (Omit<ProducerPlan, 'name' | 'to'> & { to: number })[];
  faults: { kind: string; atMs: number; forMs: number; target: number; count: number }[];
}

class Assembly {
  private readonly edges: EdgePlan[] = [];
  private readonly routes: number;
  private readonly capacities: number[];

  constructor(private readonly parts: Parts) {
    this.routes = parts.routes[0]!.length;
    this.capacities = parts.queues.capacities.slice(0, parts.rooms.length);
  }

  plan(): Plan {
    const { parts } = this;
    const producers = parts.producers.map(({ to, ...of }, p): ProducerPlan => {
      const c = to % parts.rooms.length;
      const at = this.edge({ kind: 'producer', index: p }, `p${p}`, c);
      return { ...of, name: `p${p}`, to: [{ edge: at, route: to % this.routes, weight: 1 }] };
    });
    const components = parts.rooms.map((of, c): ComponentPlan => {
      const { degrades: _, ...room } = of;
      const replicasMax = Math.max(room.replicas, room.autoscale?.hpa.max ?? 0);
      const routes = parts.routes[c % parts.routes.length]!.map((steps, r) => {
        return { name: `r${r}`, steps: this.steps(steps, c, r) };
      });
      return {
        ...room,
        replicasMax,
        degrade: null,
        consumes: this.consumes(c),
        name: `c${c}`,
        kind: 'service',
        routes,
      };
    });
    const queues = [
      {
        name: 'q0',
        capacity: Infinity,
        whenFull: 'reject' as const,
        deadLetter: -1,
        broker: { kind: 'memory' as const },
      },
      ...this.capacities.map((capacity, q) => ({
        name: `q${q + 1}`,
        capacity,
        whenFull: 'block' as const,
        deadLetter: -1,
        broker: { kind: 'memory' as const },
      })),
    ];
    const faults = parts.faults.map((of) => this.fault(of));
    const { seed } = parts;
    const locks = parts.locks ?? [];
    const times = { durationNs: 40 * S, warmupNs: 0 };
    return { seed, ...times, producers, components, edges: this.edges, queues, locks, faults };
  }

  /** The queues are handled at the last routes: what is handled there may go into the next. */
  private routeOf(queue: number): number {
    return Math.max(1, this.routes - 1 - (queue % 2));
  }

  private consumes(c: number): ComponentPlan['consumes'] {
    const { consumes } = this.parts.queues;
    const { capacities } = this;
    // Each has somebody who takes from it.
    const pick = c < capacities.length ? c : (consumes[c % consumes.length] ?? null);
    if (pick === null || capacities.length === 0) return null;
    const queue = pick % capacities.length;
    const from = { kind: 'queue' as const, index: queue + 1 };
    const at = this.edges.push({ ...plain(from, c), name: `q${queue + 1} -> c${c}` }) - 1;
    const to = { edge: at, route: this.routeOf(queue) };
    return { queue: queue + 1, to, how: { kind: 'worker' } };
  }

  /** A publish, where a queue is handled at a later route. */
  private publish(to: number, c: number, r: number): CallStepPlan[] {
    const { capacities } = this;
    const queue = to % Math.max(1, capacities.length);
    if (capacities.length === 0 || this.routeOf(queue) <= r) return [];
    const at = this.edge(
      { kind: 'component', index: c },
      `c${c}`,
      this.parts.rooms.length + 1 + queue,
    );
    return [{ op: 'call', to: { edge: at, route: 0 }, times: 1 }];
  }

  private steps(list: readonly Shape[], c: number, r: number): StepPlan[] {
    return list.flatMap((shape): StepPlan[] => {
      if (shape.op === 'call') return this.call(shape.to, c, r);
      if (shape.op === 'cache') return this.steps(shape.then, c, r);
      if (shape.op === 'lock') {
        const then = this.steps(shape.then, c, r);
        const { locks } = this.parts;
        return locks === null ? then : [{ ...shape, lock: shape.lock % locks.length, then }];
      }
      if (shape.op === 'chance') {
        const [yes, no] = [this.steps(shape.then, c, r), this.steps(shape.else, c, r)];
        return [{ ...shape, then: yes, else: no }];
      }
      if (shape.op !== 'parallel') return [shape];
      const branches = shape.branches
        .map((branch) => branch.flatMap((to) => this.call(to, c, r)))
        .filter((branch) => branch.length > 0);
      if (branches.length === 0) return [];
      return [{ op: 'parallel', need: Math.min(shape.need, branches.length), branches }];
    });
  }

  private call(to: number, c: number, r: number): CallStepPlan[] {
    if (r + 1 === this.routes) return [];
    const published = to % 3 === 1 ? this.publish(to, c, r) : [];
    if (published.length > 0) return published;
    const callee = to % this.parts.rooms.length;
    const route = r + 1 + (to % (this.routes - r - 1));
    const at = this.edge({ kind: 'component', index: c }, `c${c}`, callee);
    return [{ op: 'call', to: { edge: at, route }, times: to % 13 === 5 ? 2 : 1 }];
  }

  private edge(from: EdgePlan['from'], caller: string, to: number): number {
    const name = `${caller} -> c${to}`;
    const known = this.edges.findIndex((one) => one.name === name);
    if (known >= 0) return known;
    const of = this.parts.edges[this.edges.length % this.parts.edges.length]!;
    return this.edges.push({ ...of, name, from, to, fallback: null }) - 1;
  }

  private fault({ atMs, count, forMs, kind, target }: Parts['faults'][number]): FaultPlan {
    const component = target % this.parts.rooms.length;
    const { replicas, workers } = this.parts.rooms[component]!;
    const struck = Math.min(count, replicas);
    const times = { atNs: atMs * MS, forNs: forMs * MS, everyNs: Infinity, when: null, text: kind };
    switch (kind) {
      case 'pause':
      case 'crash':
        return { ...times, kind, component, replicas: struck };
      case 'capacity':
        if (workers === Infinity) break;
        return { ...times, kind, component, replicas: struck, workers: 0, share: null };
      case 'set':
        if (workers === Infinity) break;
        return {
          ...times,
          kind,
          changes: [{ what: 'component', component, to: { workers: count } }],
        };
    }
    const whenFull = count === 1 ? ('reject' as const) : ('block' as const);
    return {
      ...times,
      kind: 'set',
      changes: [
        {
          what: 'component',
          component,
          to: { queue: { capacity: count, whenFull, deadLetter: -1 } },
        },
      ],
    };
  }
}

/** Steps with a call among them, and now and then locks around it. */
const calling: fc.Arbitrary<Shape[]> = fc
  .tuple(fc.oneof(shapes, shapes, locked), fc.nat(99), fc.nat(9))
  .map(([steps, to, pick]) => {
    const call: Shape = { op: 'call', to };
    const around: Shape = { op: 'lock', lock: pick, waitNs: Infinity, then: [call] };
    return [...steps.slice(0, 2), pick < 4 ? around : call, ...steps.slice(2)];
  });

/** One in `of` keeps it, the others are without. */
const rarely = <T>(of: number, keep: T, without: T): fc.Arbitrary<T> =>
  fc.nat(of - 1).map((pick) => (pick === 0 ? keep : without));

/** A room where one waits, mostly as long as it takes, and hardly anybody is sent away. */
const waitingRoom = (displaces: boolean): fc.Arbitrary<Room> =>
  fc
    .tuple(room, fc.nat(7), fc.constantFrom(1, 1, 1, 2, 2, 3, 5, Infinity))
    .map(([of, pick, workers]): Room => {
      const { queue } = of;
      const kinds: string[] = displaces ? [] : ['drop_oldest', 'drop_lowest_priority'];
      const isOdd = kinds.includes(queue.whenFull) || queue.whenFull === 'drop_newest';
      return {
        ...of,
        workers,
        contention: null,
        health: displaces && pick === 3 ? of.health : null,
        memory: displaces && pick === 4 ? of.memory : null,
        autoscale: displaces && pick === 5 ? of.autoscale : null,
        admission: pick === 0 ? of.admission.filter(({ kind }) => kind === 'concurrency') : [],
        queue: {
          ...queue,
          whenFull: isOdd ? 'block' : queue.whenFull,
          coalesce: queue.coalesce === 'replace' && !displaces ? 'join' : queue.coalesce,
          deadLetter: 0,
          shed: pick === 1 ? queue.shed : null,
          maxAge: pick === 2 ? queue.maxAge : null,
        },
      };
    });

/** An edge that rarely ends a call by itself, and often has one wait before it. */
const waitingEdge = fc
  .tuple(edge, fc.nat(11), fc.boolean())
  .map(([{ standIn: _, ...of }, pick, waits]) => ({
    ...of,
    timeoutNs: pick === 0 ? of.timeoutNs : Infinity,
    deadline: pick === 1 ? of.deadline : null,
    hedge: pick === 2 ? of.hedge : null,
    breaker: pick < 4 ? of.breaker : null,
    throttle: null,
    rateLimit: null,
    concurrency: pick === 5 ? of.concurrency : null,
    connections:
      of.connections === null || !waits ? of.connections : { ...of.connections, waitNs: Infinity },
    bulkhead:
      of.bulkhead === null || !waits
        ? of.bulkhead
        : { ...of.bulkhead, waiting: Infinity, waitNs: Infinity },
    retry: pick < 6 ? of.retry : null,
  }));

const sender = fc.record({
  arrivals: fc.oneof(
    fc.constantFrom(1, 5, 20, 60, 150).map((perSecond) => {
      return { kind: 'poisson' as const, rate: [{ atNs: 0, perSecond, rampNs: 0 }] };
    }),
    fc.integer({ min: 1, max: 8 }).map((users) => {
      const think = { kind: 'constant' as const, ns: 50 * MS };
      return { kind: 'closed' as const, users, think };
    }),
  ),
  to: fc.nat(99),
  objectiveNs: fc.constant(Infinity),
  clients: fc.constantFrom(1, 1, 3),
  priority: fc.nat(2),
  deadlineNs: fc.constantFrom(Infinity, Infinity, Infinity, 500 * MS),
  tenant: label,
  sizeBytes,
  key: fc.constantFrom(
    null,
    { kind: 'name' as const, name: 'anna' },
    {
      kind: 'zipf' as const,
      n: 5,
      s: 1.1,
    },
  ),
  limit: fc.constantFrom(Infinity, Infinity, 2, 40),
  fromNs: fc.constantFrom(0, 0, 500 * MS),
  untilNs: fc.constant(2 * S),
});

/** Any such plan; `displaces`: also where who comes may take the place of who waits. */
export const knottyPlan = (displaces: boolean): fc.Arbitrary<Plan> =>
  fc
    .record({
      seed: fc.nat(1000).map(String),
      rooms: fc.array(waitingRoom(displaces), { minLength: 1, maxLength: 4 }).map(sensible),
      routes: fc.integer({ min: 2, max: 3 }).chain((count) =>
        fc.array(fc.array(calling, { minLength: count, maxLength: count }), {
          minLength: 1,
          maxLength: 4,
        }),
      ),
      locks: fc.option(locks, { freq: 2 }),
      queues: fc.record({
        capacities: fc.array(fc.constantFrom(1, 1, 2, 5), { maxLength: 2 }),
        consumes: fc.array(fc.option(fc.nat(1), { freq: 2 }), { minLength: 1, maxLength: 4 }),
      }),
      edges: fc.array(waitingEdge, { minLength: 1, maxLength: 6 }),
      producers: fc.array(sender, { minLength: 1, maxLength: 3 }),
      faults: rarely(2, true, false).chain((some) =>
        fc.array(
          fc.record({
            kind: fc.constantFrom('pause', 'crash', 'capacity', 'set', 'queue'),
            atMs: fc.integer({ min: 0, max: 4000 }),
            forMs: fc.constantFrom(1, 100, 1500),
            target: fc.nat(99),
            count: fc.constantFrom(1, 2, 3),
          }),
          { maxLength: some ? 3 : 0 },
        ),
      ),
    })
    .map((parts) => new Assembly(parts).plan());
