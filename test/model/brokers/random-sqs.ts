import fc from 'fast-check';
import type {
  AutoscalePlan,
  ComponentPlan,
  ConsumesPlan,
  EdgePlan,
  FaultPlan,
  Plan,
  ProducerPlan,
  QueuePlan,
  StepPlan,
} from '../../../src/model/plan.js';
import { component, constant, edge, plan, poisson, producer, s, work } from '../../judge/sample.js';
import { queue } from './kit.js';

/** Random scenarios around queues of SQS. */

const queues = fc.record({
  visibility: fc.constantFrom<number[]>(0.001, 0.05, 0.3, 1, 30),
  receivesMax: fc.constantFrom(Infinity, Infinity, 1, 2, 5),
  inFlightMax: fc.constantFrom(1, 3, 120_000, Infinity),
});

const steps: fc.Arbitrary<StepPlan[]> = fc.constantFrom<StepPlan[][]>(
  [],
  [work(0.02)],
  [constant(0.1)],
  [constant(0.05), { op: 'fail', share: 0.3, per: 'attempt' }],
  [{ op: 'fail', share: 1, per: 'request' }],
  [{ op: 'commit', name: 'paid', once: false }, work(0.01)],
  [work(0.01), { op: 'commit', name: 'paid', once: true }],
  [constant(1), { op: 'chance', share: 0.5, then: [work(0.5)], else: [] }],
);

const scaling: fc.Arbitrary<AutoscalePlan | null> = fc.constantFrom(
  null,
  null,
  scaled({ from: 1, perMinute: 300, max: 6 }, 0.5),
  scaled(null, 0.3),
);

/** By an event source, or by lag. */
function scaled(eventSource: AutoscalePlan['eventSource'], period: number): AutoscalePlan {
  const free = { stabilizeNs: 0, limits: [] };
  const bounds = { min: 1, max: 6, tolerance: 0.1, up: free, down: free };
  return {
    metric: 'lag',
    periodNs: s(period),
    delayNs: 0,
    cold: null,
    eventSource,
    hpa: { target: 5000, of: 'amount', ...bounds },
  };
}

const consumer = fc.record({
  steps,
  replicas: fc.constantFrom(1, 1, 2, 4),
  workers: fc.constantFrom(1, 1, 2, 5, Infinity),
  capacity: fc.constantFrom(Infinity, Infinity, 0, 2),
  maxAge: fc.constantFrom(null, null, 0.05),
  io: fc.constantFrom('blocking' as const, 'async' as const),
  recordsMax: fc.constantFrom(1, 2, 10),
  wait: fc.constantFrom(0, 0.1, 20),
  network: fc.constantFrom(0, 0, 0.002),
  asks: fc.boolean(),
  autoscale: scaling,
});

const fault = fc.record({
  kind: fc.constantFrom('crash', 'pause', 'errors', 'slow', 'capacity'),
  at: fc.integer({ min: 0, max: 70 }),
  for: fc.constantFrom<number[]>(1, 5, 20, 100),
  of: fc.nat(1),
  replicas: fc.constantFrom(1, 1, 4),
});

export const shape = fc.record({
  seed: fc.nat(1000).map(String),
  rate: fc.constantFrom(2, 20, 100),
  closed: fc.boolean(),
  deadline: fc.constantFrom(Infinity, Infinity, 0.5),
  publish: fc.constantFrom<Partial<EdgePlan>>({}, {}, { timeoutNs: s(0.005) }),
  network: fc.constantFrom(0, 0, 0.004),
  queues: fc.tuple(queues, queues),
  deadLetters: fc.boolean(),
  consumers: fc.array(consumer, { minLength: 1, maxLength: 2 }),
  redrive: fc.option(consumer, { nil: null }),
  faults: fc.array(fault, { maxLength: 3 }),
});

export type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

const constantly = (seconds: number): EdgePlan['network'] =>
  seconds === 0 ? null : { kind: 'constant', ns: s(seconds) };

/** Edges: to publish, one delivery for each consumer, one for each call to what they all ask. */
export function planOf(of: Shape): Plan {
  const edges: EdgePlan[] = [];
  const rooms = [...of.consumers.map((one) => ({ one, queue: 0 }))];
  if (of.redrive !== null) rooms.push({ one: of.redrive, queue: 1 });
  const database = rooms.length;
  const first = database + 1;
  const network = constantly(of.network);
  const publisher = edge({ kind: 'producer', index: 0 }, first, { ...of.publish, network });
  edges.push({ ...publisher, name: 'users -> q0' });
  const components = rooms.map(({ one, queue: q }, c) => room(one, q, c, database, edges));
  components.push(component('db', [work(0.01)], { workers: 3 }));
  const deadLetter = of.deadLetters ? 1 : -1;
  return plan({
    seed: of.seed,
    durationNs: s(8),
    warmupNs: 0,
    producers: [source(of)],
    components,
    edges,
    queues: [sqs('q0', of.queues[0], deadLetter), sqs('q1', of.queues[1], -1)],
    faults: of.faults.map((one) => trouble(one, components)),
  });
}

function source(of: Shape): ProducerPlan {
  const think = { kind: 'exponential' as const, meanNs: s(0.1) };
  return producer('users', 0, {
    arrivals: of.closed ? { kind: 'closed', users: 5, think } : poisson(of.rate),
    deadlineNs: s(of.deadline),
    untilNs: s(5),
  });
}

function sqs(name: string, of: Shape['queues'][0], deadLetter: number): QueuePlan {
  const { inFlightMax, receivesMax, visibility } = of;
  const visibilityNs = s(visibility);
  return queue(name, {
    deadLetter,
    broker: { kind: 'sqs', visibilityNs, receivesMax, inFlightMax },
  });
}

function room(
  one: Shape['consumers'][0],
  q: number,
  c: number,
  database: number,
  edges: EdgePlan[],
): ComponentPlan {
  const { autoscale, io, recordsMax, wait, workers } = one;
  const from = { kind: 'queue' as const, index: q };
  const delivery = edges.length;
  edges.push(edge(from, c, { name: `q${q} -> c${c}`, network: constantly(one.network) }));
  const own = [...one.steps];
  if (one.asks) {
    own.push({ op: 'call', to: { edge: edges.length, route: 0 }, times: 1 });
    edges.push(edge({ kind: 'component', index: c }, database, { name: `c${c} -> db` }));
  }
  const plain = component(`c${c}`, own);
  const isEndless = workers === Infinity;
  const consumes: ConsumesPlan = {
    queue: q,
    to: { edge: delivery, route: 0 },
    how: { kind: 'receive', recordsMax, waitNs: s(wait) },
  };
  return {
    ...plain,
    replicas: autoscale === null ? one.replicas : 1,
    replicasMax: autoscale === null ? one.replicas : autoscale.hpa.max,
    autoscale,
    workers,
    io: isEndless ? 'blocking' : io,
    queue: {
      ...plain.queue,
      capacity: one.capacity,
      maxAge: one.maxAge === null ? null : { kind: 'constant', ns: s(one.maxAge) },
    },
    consumes,
  };
}

function trouble(of: Shape['faults'][0], components: ComponentPlan[]): FaultPlan {
  const c = of.of % (components.length - 1);
  const when = { atNs: s(of.at / 10), when: null, everyNs: Infinity, forNs: s(of.for / 10) };
  const replicas = Math.min(of.replicas, components[c]!.replicas);
  const common = { ...when, text: of.kind, component: c, replicas };
  switch (of.kind) {
    case 'errors':
      return { ...common, kind: 'errors', route: null, ratio: 0.5 };
    case 'slow':
      return { ...common, kind: 'slow', route: null, factor: 5, toNs: null, share: 1 };
    case 'capacity':
      if (components[c]!.workers < Infinity) {
        return { ...common, kind: 'capacity', workers: null, share: 0.5 };
      }
      return { ...common, kind: 'pause' };
    case 'pause':
      return { ...common, kind: 'pause' };
    default:
      return { ...common, kind: 'crash' };
  }
}
