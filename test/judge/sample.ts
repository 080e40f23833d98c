import { judge as judged } from '../../src/judge/verdict.js';
import type { Mark, Measured } from '../../src/measure/measured.js';
import type {
  ArrivalsPlan,
  ComponentPlan,
  EdgePlan,
  FaultPlan,
  Plan,
  ProducerPlan,
  RetryPlan,
  StepPlan,
} from '../../src/model/plan.js';
import type { Verdict } from '../../src/study/result.js';

/** Plans and measurements made by hand: what a test does not name is as plain as can be. */

export const s = (seconds: number): number => Math.round(seconds * 1e9);

export function poisson(perSecond: number): ArrivalsPlan {
  return { kind: 'poisson', rate: [{ atNs: 0, perSecond, rampNs: 0 }] };
}

export function component(name: string, steps: StepPlan[], more: Partial<ComponentPlan> = {}) {
  return {
    name,
    kind: 'service',
    replicas: 1,
    replicasMax: more.replicas ?? 1,
    balance: 'round_robin',
    workers: 1,
    cores: Infinity,
    io: 'blocking',
    queue: {
      capacity: Infinity,
      discipline: 'fifo',
      lifoAbove: null,
      whenFull: 'reject',
      deadLetter: -1,
      coalesce: null,
      shed: null,
      maxAge: null,
    },
    admission: [],
    contention: null,
    reject: null,
    deadlineCheck: false,
    health: null,
    degrade: null,
    autoscale: null,
    memory: null,
    consumes: null,
    routes: [{ name: null, steps }],
    ...more,
  } satisfies ComponentPlan;
}

export function edge(from: EdgePlan['from'], to: number, more: Partial<EdgePlan> = {}): EdgePlan {
  return {
    name: 'a -> b',
    from,
    to,
    network: null,
    timeoutNs: Infinity,
    retry: null,
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
    fallback: null,
    ...more,
  };
}

/** The edge of the producer of this index. */
export function enter(to: number, more: Partial<EdgePlan> = {}): EdgePlan {
  return edge({ kind: 'producer', index: 0 }, to, more);
}

export function retry(attempts: number, share: number | null = null): RetryPlan {
  return {
    attempts,
    on: ['timeout', 'rejected', 'error'],
    elsewhere: false,
    backoff: { kind: 'none' },
    jitter: 'none',
    retryAfter: false,
    budget: share === null ? null : { kind: 'percent', share },
  };
}

export function producer(name: string, toEdge: number, more: Partial<ProducerPlan> = {}) {
  const to = [{ edge: toEdge, route: 0, weight: 1 }];
  return {
    name,
    arrivals: poisson(100),
    to,
    objectiveNs: Infinity,
    clients: 1,
    priority: 0,
    deadlineNs: Infinity,
    tenant: { kind: 'name', name },
    key: null,
    limit: Infinity,
    fromNs: 0,
    untilNs: Infinity,
    sizeBytes: 16384,
    ...more,
  } satisfies ProducerPlan;
}

export function call(toEdge: number, route = 0): StepPlan & { op: 'call' } {
  return { op: 'call', to: { edge: toEdge, route }, times: 1 };
}

export function work(meanSeconds: number): StepPlan {
  return { op: 'work', time: { kind: 'exponential', meanNs: s(meanSeconds) }, perRequest: false };
}

export function constant(seconds: number): StepPlan {
  return { op: 'work', time: { kind: 'constant', ns: s(seconds) }, perRequest: false };
}

/** One producer into one service, 200 s long. */
export function plan(more: Partial<Plan> = {}): Plan {
  return {
    seed: '42',
    durationNs: s(200),
    warmupNs: s(10),
    producers: [producer('users', 0)],
    components: [component('shop', [work(0.001)])],
    edges: [enter(0)],
    queues: [],
    locks: [],
    faults: [],
    ...more,
  };
}

export function slow(from: number, length: number, of = 0): FaultPlan {
  return {
    atNs: s(from),
    when: null,
    everyNs: Infinity,
    forNs: s(length),
    text: 'slow',
    kind: 'slow',
    component: of,
    route: null,
    factor: 10,
    toNs: null,
    share: 1,
    replicas: 1,
  };
}

export function surge(from: number, length: number, of: number): FaultPlan {
  const times = { atNs: s(from), when: null, everyNs: Infinity, forNs: s(length) };
  return { ...times, text: 'surge', kind: 'surge', producer: of, factor: 3 };
}

/** By second: how many arrive, which share of those ends good, how many wait at its end. */
export interface Course {
  seconds?: number;
  offered?: (t: number, producer: number) => number;
  share?: (t: number, producer: number) => number;
  goodEnded?: (t: number, producer: number) => number;
  waiting?: (t: number) => number;
  producers?: number;
}

export function measured(course: Course, more: Partial<Measured> = {}): Measured {
  const seconds = course.seconds ?? 200;
  const offered = course.offered ?? (() => 100);
  const share = course.share ?? (() => 1);
  const good = (t: number, p: number): number => offered(t, p) * share(t, p);
  const rows = (of: (t: number, p: number) => number): Float64Array[] =>
    Array.from({ length: course.producers ?? 1 }, (_, p) =>
      Float64Array.from({ length: seconds }, (_, t) => of(t, p)),
    );
  return {
    producers: [],
    components: [],
    edges: [],
    endNs: s(seconds),
    warmupNs: s(10),
    events: 0,
    fingerprint: '',
    ledger: { offered: 0, good: 0, late: 0, degraded: 0, failed: {}, unfinished: 0 },
    metrics: {},
    notes: {},
    windows: {},
    series: { step: 1 },
    latencyMap: null,
    seconds: {
      offered: rows(offered),
      good: rows(good),
      goodEnded: rows(course.goodEnded ?? good),
      waiting: Float64Array.from({ length: seconds }, (_, t) => course.waiting?.(t) ?? 0),
    },
    marks: [],
    breakerOpenings: {},
    faults: [],
    scalings: [],
    deadlock: null,
    crashLoop: null,
    stopped: null,
    ...more,
  };
}

/** The verdict on a run whose faults were on when the plan has them. */
export function judge(run: Measured, of: Plan): Verdict {
  const faults = of.faults.flatMap(({ atNs, forNs, text }, fault) => {
    const toNs = Math.min(atNs + forNs, run.endNs);
    return atNs < run.endNs
      ? [{ fault, fromNs: atNs, toNs, isOn: atNs + forNs > run.endNs, text }]
      : [];
  });
  return judged({ ...run, faults }, of);
}

export function mark(of: string, atSeconds: number, more: Partial<Mark> = {}): Mark {
  return {
    atNs: s(atSeconds),
    component: of,
    what: 'saturated',
    how: 'growing',
    edge: null,
    workers: 50,
    depth: 720,
    capacity: Infinity,
    growthPerSecond: 720,
    untilNs: Infinity,
    ...more,
  };
}

export function verdict(more: Partial<Verdict> = {}): Verdict {
  return {
    is: null,
    recovered: null,
    recovery_time: null,
    contained: null,
    first_saturated: null,
    deadlock: null,
    cascade: [],
    ...more,
  };
}
