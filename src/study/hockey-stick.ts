import { capacityOf } from '../judge/index.js';
import type { Measured } from '../measure/measured.js';
import type { ArrivalsPlan, Plan } from '../model/plan.js';
import { planFor, type Scenario } from '../scenario/index.js';
import { meanRate } from './mean-rate.js';
import { type Between, Pace } from './progress.js';
import type { HockeyPoint, HockeyStick } from './result.js';
import { runPlan } from './run-plan.js';

const LOADS = Array.from({ length: 20 }, (_, index) => (index + 1) / 10);
const REQUESTS = 20_000;
const SECONDS_MIN = 30;
/** Added before the measured span, as a share of it. */
const WARMUP_SHARE = 0.1;
/** The clock is exact for 104 days; no point needs to come near that. */
const SECONDS_MAX = 5_000_000;
/** Where no closed form says so, a point is steady if no more than this share was left unfinished. */
const UNFINISHED_MAX = 0.02;

export interface HockeyOptions {
  policies: readonly string[];
  seed?: string | undefined;
  memoryLimitBytes: number;
  between?: Between | undefined;
}

/**
 * Latency and goodput against offered load, 10% to 200% of the file's, each point a run of its own
 * without the faults. Only open arrivals have an offered load to turn: where nobody arrives on his
 * own (closed, backlog) there are no points.
 */
export async function hockeyStick(
  scenario: Scenario,
  options: HockeyOptions,
): Promise<HockeyStick> {
  const pace = new Pace(options.between);
  const runs = options.policies.flatMap((policy) =>
    LOADS.map((load) => ({ policy, load, plan: steadyPlan(scenario, policy, load, options.seed) })),
  );
  const points: HockeyPoint[] = [];
  const open = runs.filter(({ plan }) => offeredPerSecond(plan) > 0);
  for (const { plan } of open) pace.expect(plan.durationNs);
  for (const { policy, load, plan } of open) {
    pace.label = `${policy} at ${Math.round(load * 100)}% load`;
    const measured = await runPlan(plan, {
      // Nobody looks at the series: one step.
      stepNs: Math.ceil(plan.durationNs / 1e9) * 1e9,
      windows: [],
      memoryLimitBytes: options.memoryLimitBytes,
      pace,
    });
    if (pace.stopped) break;
    points.push(pointOf(policy, load, plan, measured));
  }
  return { points };
}

function pointOf(policy: string, load: number, plan: Plan, measured: Measured): HockeyPoint {
  const { metrics } = measured;
  return {
    policy,
    load,
    offered: metrics['offered'] ?? offeredPerSecond(plan),
    goodput: metrics['goodput'] ?? 0,
    latencyP50: metrics['latency.p50'] ?? null,
    latencyP99: metrics['latency.p99'] ?? null,
    steady: isSteady(plan, measured),
    durationSeconds: (measured.endNs - measured.warmupNs) / 1e9,
  };
}

/**
 * The file's plan at this load, without faults, as long as 20,000 requests take. Rates that change
 * are held at their mean over the file's run: a point stands for one steady load.
 */
function steadyPlan(
  scenario: Scenario,
  policy: string,
  load: number,
  seed: string | undefined,
): Plan {
  const plan = planFor(scenario, policy, {
    load,
    withoutFaults: true,
    ...(seed === undefined ? {} : { seed }),
  });
  const producers = plan.producers.map((producer) => ({
    ...producer,
    arrivals: held(producer.arrivals, plan.durationNs),
  }));
  const perSecond = offeredPerSecond({ ...plan, producers });
  const wanted = Math.max(SECONDS_MIN, perSecond > 0 ? REQUESTS / perSecond : SECONDS_MIN);
  const measuredNs = Math.round(Math.min(wanted, SECONDS_MAX) * 1e9);
  const warmupNs = Math.round(measuredNs * WARMUP_SHARE);
  return { ...plan, producers, warmupNs, durationNs: warmupNs + measuredNs };
}

function held(arrivals: ArrivalsPlan, durationNs: number): ArrivalsPlan {
  if (arrivals.kind !== 'poisson' && arrivals.kind !== 'constant') return arrivals;
  const perSecond = meanRate(arrivals.rate, durationNs);
  return { ...arrivals, rate: [{ atNs: 0, perSecond, rampNs: 0 }] };
}

/** Requests a second that arrive on their own, over all producers with one steady rate. */
function offeredPerSecond(plan: Plan): number {
  let sum = 0;
  for (const { arrivals } of plan.producers) {
    if (arrivals.kind !== 'poisson' && arrivals.kind !== 'constant') continue;
    sum += meanRate(arrivals.rate, plan.durationNs);
  }
  return sum;
}

/**
 * Below capacity there is a steady state, and where every queue refuses beyond its bound there is
 * one at any load. A queue that blocks only moves the pile to the sender's side.
 */
function isSteady(plan: Plan, measured: Measured): boolean {
  const bounded = plan.components.every(
    ({ workers, queue }) =>
      workers === Infinity || (queue.capacity !== Infinity && queue.whenFull === 'reject'),
  );
  if (bounded) return true;
  const { capacity } = capacityOf(plan);
  if (capacity !== null) return offeredPerSecond(plan) < capacity;
  const { offered, unfinished } = measured.ledger;
  return unfinished <= UNFINISHED_MAX * offered;
}
