/**
 * The names of all figures, as the language's tables list them: which can be asked for, what each
 * is measured in, and which the language names but this version does not give yet.
 */

/** What a figure is measured in: seconds, per second, a share (0 … 1), bytes, or a bare number. */
export type Unit = 'seconds' | 'per_second' | 'share' | 'bytes' | 'number';

/** What a run is about: the names that its figures are called after. */
export interface Subjects {
  producers: readonly string[];
  services: readonly string[];
  dependencies: readonly string[];
  /** "caller -> callee", as `Measured.edges` calls them. */
  edges: readonly string[];
  /** Queues that stand by themselves. */
  queues?: readonly string[];
  /** The names of effects that last. */
  commits?: readonly string[];
  locks?: readonly string[];
  /** The named routes of services and dependencies. */
  routes?: Readonly<Record<string, readonly string[]>>;
}

type Table = Readonly<Record<string, Unit>>;

const LATENCIES: Table = {
  mean: 'seconds',
  p50: 'seconds',
  p90: 'seconds',
  p95: 'seconds',
  p99: 'seconds',
  p999: 'seconds',
  max: 'seconds',
};

/** For the whole run and, under `producers.NAME.`, for one producer. */
const CLIENT: Table = {
  offered: 'per_second',
  throughput: 'per_second',
  goodput: 'per_second',
  success_ratio: 'share',
  goodput_ratio: 'share',
  ...under('latency', LATENCIES),
  ...under('failure_latency', LATENCIES),
  amplification: 'number',
  wasted_work: 'share',
  rejected_ratio: 'share',
  timeout_ratio: 'share',
  expired_ratio: 'share',
  error_ratio: 'share',
};

const PRODUCER: Table = { ...CLIENT, 'blocked.mean': 'number', 'blocked.max': 'number' };

const COMPONENT: Table = {
  utilization: 'share',
  'queue.depth.mean': 'number',
  'queue.depth.max': 'number',
  'queue.age.max': 'seconds',
  'wait.mean': 'seconds',
  'wait.p50': 'seconds',
  'wait.p99': 'seconds',
  'sojourn.mean': 'seconds',
  'sojourn.p99': 'seconds',
  'in_flight.mean': 'number',
  arrivals: 'number',
  completed: 'number',
  rejected: 'number',
  expired: 'number',
  dropped: 'number',
  dead_lettered: 'number',
};

/** Of a component as a whole only: a sender stands at its door, not at a route's. */
const DOOR: Table = { 'blocked.mean': 'number' };

/** Of a component as a whole only: its routes share its replicas. */
const REPLICAS: Table = {
  crashes: 'number',
  ejections: 'number',
  'health.checks': 'number',
  'health.failures': 'number',
  'replicas.mean': 'number',
  'in_rotation.mean': 'number',
  'memory.max': 'bytes',
};

/** Of a component as a whole only: all its caches together. */
const CACHE: Table = {
  'cache.hit_ratio': 'share',
  'cache.hits': 'number',
  'cache.misses': 'number',
  'cache.evictions': 'number',
};

const COMPONENT_LATER: Table = {
  drain_time: 'seconds',
};

const EDGE: Table = {
  amplification: 'number',
  attempts: 'number',
  retries: 'number',
  timeouts: 'number',
  rejected: 'number',
  errors: 'number',
  deadlines: 'number',
  no_connection: 'number',
  bulkhead_full: 'number',
  short_circuited: 'number',
  throttled: 'number',
  rate_limited: 'number',
  hedges: 'number',
  'pool.wait.mean': 'seconds',
  'breaker.opens': 'number',
  'breaker.open_share': 'share',
  'budget.exhausted': 'number',
  burstiness: 'number',
};

const COMMIT: Table = { effects: 'number', duplicates: 'number', orphans: 'number' };

const LOCK: Table = {
  held_share: 'share',
  'held.mean': 'seconds',
  'waiting.mean': 'number',
  'waiting.max': 'number',
  'wait.mean': 'seconds',
  'wait.p50': 'seconds',
  'wait.p99': 'seconds',
  'wait.max': 'seconds',
  acquired: 'number',
  timeouts: 'number',
};

const QUEUE: Table = {
  'depth.mean': 'number',
  'depth.max': 'number',
  'lag.mean': 'number',
  'lag.max': 'number',
  'wait.mean': 'seconds',
  'wait.p50': 'seconds',
  'wait.p99': 'seconds',
  'age.max': 'seconds',
  'end_to_end.mean': 'seconds',
  'end_to_end.p50': 'seconds',
  'end_to_end.p99': 'seconds',
  handled: 'number',
  redelivered: 'number',
  duplicates: 'number',
  dead_lettered: 'number',
  dropped: 'number',
  rebalances: 'number',
};

const SERIES: Table = {
  offered: 'per_second',
  attempts: 'per_second',
  throughput: 'per_second',
  goodput: 'per_second',
  'errors.timeout': 'per_second',
  'errors.rejected': 'per_second',
  'errors.error': 'per_second',
  'errors.expired': 'per_second',
  'errors.dropped': 'per_second',
  'errors.crashed': 'per_second',
  'errors.deadline': 'per_second',
  'errors.no_connection': 'per_second',
  'errors.bulkhead_full': 'per_second',
  'errors.breaker_open': 'per_second',
  'errors.throttled': 'per_second',
  'errors.rate_limited': 'per_second',
  'latency.p50': 'seconds',
  'latency.p90': 'seconds',
  'latency.p99': 'seconds',
};

const SERIES_COMPONENT: Table = {
  'queue.depth': 'number',
  'queue.age': 'seconds',
  'wait.p50': 'seconds',
  'wait.p99': 'seconds',
  utilization: 'share',
  wasted: 'share',
  in_flight: 'number',
  rejected: 'per_second',
  blocked: 'number',
  in_rotation: 'number',
  limit: 'number',
  'cache.hit_ratio': 'share',
  replicas: 'number',
  memory: 'bytes',
};

const SERIES_EDGE: Table = {
  attempts: 'per_second',
  retries: 'per_second',
  breaker: 'number',
  budget: 'number',
};

const SERIES_QUEUE: Table = { depth: 'number', lag: 'number' };

const SERIES_LOCK: Table = { waiting: 'number', held_share: 'share' };

/** A whole family of the language that no part gives yet. */
const FAMILIES_LATER = /^errors\.[a-z_]+$/;

/** The rules of alerts, in the order in which trouble often shows. */
export const ALERT_RULES = [
  ...['oldest_age', 'wait_growing', 'workers_busy', 'queue_depth', 'queue_ceiling'],
  ...['p99_climbing', 'rejections', 'failures', 'pool_exhausted', 'retry_storm'],
  ...['breaker_flapping', 'memory', 'lag_growing'],
];

/** Every metric that a run over these subjects gives, in the order of the language's table. */
export function metricNames(subjects: Subjects): Set<string> {
  return new Set(Object.keys(metricUnits(subjects)));
}

/** Every series that a run over these subjects gives, in the order of the language's table. */
export function seriesNames(subjects: Subjects): Set<string> {
  return new Set(Object.keys(seriesUnits(subjects)));
}

/** The metrics and what each is measured in. */
export function metricUnits(subjects: Subjects): Record<string, Unit> {
  const component = { ...COMPONENT, ...DOOR, ...REPLICAS, ...CACHE };
  return spread(subjects, {
    whole: CLIENT,
    producer: PRODUCER,
    component,
    route: COMPONENT,
    edge: EDGE,
    commit: COMMIT,
    queue: QUEUE,
    lock: LOCK,
  });
}

/** The series and what each is measured in. */
export function seriesUnits(subjects: Subjects): Record<string, Unit> {
  return spread(subjects, {
    whole: SERIES,
    component: SERIES_COMPONENT,
    edge: SERIES_EDGE,
    queue: SERIES_QUEUE,
    lock: SERIES_LOCK,
  });
}

/** Whether the language names this figure for these subjects, but this version does not give it. */
export function comesLater(name: string, subjects: Subjects): boolean {
  if (FAMILIES_LATER.test(name)) return !Object.hasOwn(SERIES, name);
  const later = {
    component: COMPONENT_LATER,
    route: { ...COMPONENT_LATER, ...DOOR, ...REPLICAS },
  };
  return Object.hasOwn(spread(subjects, later), name);
}

/** The figures of each kind of subject. */
interface Tables {
  whole?: Table;
  producer?: Table;
  component?: Table;
  route?: Table;
  edge?: Table;
  commit?: Table;
  queue?: Table;
  lock?: Table;
}

function spread(subjects: Subjects, tables: Tables): Record<string, Unit> {
  const units: Record<string, Unit> = { ...tables.whole };
  for (const name of subjects.producers) put(units, `producers.${name}`, tables.producer);
  const components = [
    ...subjects.services.map((name) => ({ name, path: `services.${name}` })),
    ...subjects.dependencies.map((name) => ({ name, path: `dependencies.${name}` })),
  ];
  for (const { name, path } of components) {
    put(units, path, tables.component);
    for (const route of routesOf(subjects, name)) {
      put(units, `${path}.routes.${route}`, tables.route);
    }
  }
  for (const name of subjects.edges) put(units, `calls.${name}`, tables.edge);
  for (const name of subjects.queues ?? []) put(units, `queues.${name}`, tables.queue);
  for (const name of subjects.locks ?? []) put(units, `locks.${name}`, tables.lock);
  for (const name of subjects.commits ?? []) put(units, `commits.${name}`, tables.commit);
  return units;
}

/** A component may have the name of what every object has, such as `constructor`. */
function routesOf({ routes = {} }: Subjects, name: string): readonly string[] {
  return Object.hasOwn(routes, name) ? routes[name] : [];
}

function put(units: Record<string, Unit>, prefix: string, table: Table = {}): void {
  for (const key of Object.keys(table)) units[`${prefix}.${key}`] = table[key];
}

function under(prefix: string, table: Table): Table {
  const units: Record<string, Unit> = {};
  put(units, prefix, table);
  return units;
}
