import { metricNames, metricUnits, type Subjects, type Unit } from '../measure/names.js';
import { planFor, type Scenario } from '../scenario/index.js';
import { subjectsOf } from './subjects.js';

/** Which way a metric is better; `neither` where more of it is a means, not an end. */
export type Better = 'higher' | 'lower' | 'neither';

const LATENCY = 'mean p50 p90 p95 p99 p999 max';

function all(prefix: string, keys: string, better: Better): Record<string, Better> {
  return Object.fromEntries(keys.split(' ').map((key) => [`${prefix}${key}`, better]));
}

/**
 * What a client sees. Refusing is a means (a refused request costs less than one that times out),
 * so the share of refusals is neither good nor bad by itself; a failure is better told soon.
 */
const CLIENT: Record<string, Better> = {
  ...all('', 'throughput goodput success_ratio goodput_ratio recovered', 'higher'),
  ...all('latency.', LATENCY, 'lower'),
  ...all('failure_latency.', LATENCY, 'lower'),
  ...all('', 'amplification wasted_work timeout_ratio error_ratio recovery_time', 'lower'),
  ...all('', 'offered rejected_ratio expired_ratio blocked.mean blocked.max', 'neither'),
};

const COMPONENT: Record<string, Better> = {
  ...all('', 'cache.hit_ratio', 'higher'),
  ...all('queue.', 'depth.mean depth.max age.max', 'lower'),
  ...all('', 'wait.mean wait.p50 wait.p99 sojourn.mean sojourn.p99 drain_time', 'lower'),
  ...all('', 'dropped dead_lettered crashes health.failures memory.max', 'lower'),
  ...all('', 'utilization in_flight.mean arrivals completed rejected expired', 'neither'),
  ...all('', 'blocked.mean ejections health.checks replicas.mean in_rotation.mean', 'neither'),
  ...all('cache.', 'hits misses evictions', 'neither'),
};

/** What is sent, and what a policy stops, are means; what fails is not. */
const EDGE: Record<string, Better> = {
  ...all('', 'amplification timeouts errors deadlines no_connection pool.wait.mean', 'lower'),
  ...all('', 'attempts retries rejected bulkhead_full short_circuited throttled', 'neither'),
  ...all('', 'rate_limited hedges breaker.opens breaker.open_share', 'neither'),
  ...all('', 'budget.exhausted burstiness', 'neither'),
};

const COMMIT: Record<string, Better> = {
  ...all('', 'duplicates orphans', 'lower'),
  ...all('', 'effects', 'neither'),
};

const LOCK: Record<string, Better> = {
  ...all('', 'held.mean waiting.mean waiting.max timeouts', 'lower'),
  ...all('wait.', 'mean p50 p99 max', 'lower'),
  ...all('', 'held_share acquired', 'neither'),
};

const QUEUE: Record<string, Better> = {
  ...all('', 'handled', 'higher'),
  ...all('', 'depth.mean depth.max lag.mean lag.max age.max', 'lower'),
  ...all('wait.', 'mean p50 p99', 'lower'),
  ...all('end_to_end.', 'mean p50 p99', 'lower'),
  ...all('', 'redelivered duplicates dead_lettered dropped rebalances', 'lower'),
};

const FAMILIES: Record<string, Record<string, Better>> = {
  producers: CLIENT,
  services: COMPONENT,
  dependencies: COMPONENT,
  calls: EDGE,
  commits: COMMIT,
  locks: LOCK,
  queues: QUEUE,
};

/** "services.shop.routes.buy.wait.mean": the family, the subject, its route, and the figure. */
const NAMED =
  /^(producers|services|dependencies|calls|commits|locks|queues)\.([^.]+)\.(?:routes\.([^.]+)\.)?(.+)$/;

/** Which way a metric is better; undefined of one that is not known. */
export function betterWhen(metric: string): Better | undefined {
  const found = NAMED.exec(metric);
  const table = found === null ? CLIENT : FAMILIES[found[1]!]!;
  const key = found === null ? metric : found[4]!;
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** What the judge decides is listed with the clients' figures. */
const JUDGED: Record<string, Unit> = { recovered: 'share', recovery_time: 'seconds' };

/** What a metric is measured in, from its name alone; `number` of one that is not known. */
export function unitOf(metric: string): Unit {
  const found = NAMED.exec(metric);
  const units = found === null ? metricUnits(subjects()) : unitsOf(found);
  return JUDGED[metric] ?? units[metric] ?? 'number';
}

/** Every metric that runs of a scenario under these policies may give. */
export function metricsOf(scenario: Scenario, policies: readonly string[]): string[] {
  const plans = policies.map((policy) => planFor(scenario, policy));
  return [...metricNames(subjectsOf(plans)), ...Object.keys(JUDGED)];
}

function unitsOf([, family, name, route]: RegExpExecArray): Record<string, Unit> {
  const one = [name!];
  switch (family) {
    case 'producers':
      return metricUnits({ ...subjects(), producers: one });
    case 'calls':
      return metricUnits({ ...subjects(), edges: one });
    case 'commits':
      return metricUnits({ ...subjects(), commits: one });
    case 'locks':
      return metricUnits({ ...subjects(), locks: one });
    case 'queues':
      return metricUnits({ ...subjects(), queues: one });
    default: {
      const routes = { [name!]: route === undefined ? [] : [route] };
      return metricUnits({ ...subjects(), [family!]: one, routes });
    }
  }
}

function subjects(): Subjects {
  return { producers: [], services: [], dependencies: [], edges: [] };
}
