import { capacityOf, meanRate } from '../judge/index.js';
import type { Measured } from '../measure/measured.js';
import {
  type ArrivalsPlan,
  type Plan,
  type ProducerPlan,
  queueOf,
  type RatePlan,
} from '../model/plan.js';
import { planFor, type Scenario } from '../scenario/index.js';
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
 * own (closed, backlog) there are no points, nor where arrivals follow a trace of moments.
 */
export async function hockeyStick(
  scenario: Scenario,
  options: HockeyOptions,
): Promise<HockeyStick> {
  const pace = new Pace(options.between);
  const fixed = options.policies.flatMap((policy) => unscalable(scenario, policy));
  if (fixed.length > 0) {
    const names = [...new Set(fixed)].join(', ');
    return {
      points: [],
      reason: `no other load than the file's: ${names} follows a trace of moments`,
    };
  }
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

/** Producers whose load cannot be turned. */
function unscalable(scenario: Scenario, policy: string): string[] {
  const { producers } = planFor(scenario, policy);
  return producers.flatMap(({ name, arrivals }) => (arrivals.kind === 'trace' ? [name] : []));
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
  const producers = plan.producers.map((producer) => held(producer, plan.durationNs));
  const perSecond = offeredPerSecond({ ...plan, producers });
  const wanted = Math.max(SECONDS_MIN, perSecond > 0 ? REQUESTS / perSecond : SECONDS_MIN);
  const measuredNs = Math.round(Math.min(wanted, SECONDS_MAX) * 1e9);
  const warmupNs = Math.round(measuredNs * WARMUP_SHARE);
  return { ...plan, producers, warmupNs, durationNs: warmupNs + measuredNs };
}

/** The producer with one steady load for as long as a run may be: its mean over the file's run. */
function held(producer: ProducerPlan, durationNs: number): ProducerPlan {
  const always = { ...producer, fromNs: 0, untilNs: Infinity, limit: Infinity };
  const perSecond = meanRate(producer, durationNs);
  if (perSecond === null) return always;
  return { ...always, arrivals: steady(producer.arrivals, perSecond, always) };
}

/** The same kind of arrivals, and as bursty, at a rate of `perSecond`. */
function steady(arrivals: ArrivalsPlan, perSecond: number, always: ProducerPlan): ArrivalsPlan {
  const flat = (rate: number): RatePlan => [{ atNs: 0, perSecond: rate, rampNs: 0 }];
  switch (arrivals.kind) {
    case 'poisson':
    case 'constant':
      return { ...arrivals, rate: flat(perSecond) };
    case 'batch':
      return { ...arrivals, rate: flat(perSecond / arrivals.size) };
    case 'renewal':
      return { ...arrivals, load: arrivals.load * factorTo(perSecond, always) };
    case 'mmpp': {
      const factor = factorTo(perSecond, always);
      const states = arrivals.states.map(({ perSecond: rate, meanNs }) => {
        return { perSecond: rate * factor, meanNs };
      });
      return { ...arrivals, states };
    }
    default:
      return arrivals;
  }
}

/** What the rate in the long run has to be multiplied by. */
function factorTo(perSecond: number, always: ProducerPlan): number {
  const natural = meanRate(always, 1e9) ?? 0;
  return natural > 0 ? perSecond / natural : 1;
}

/** Requests a second that arrive on their own, over all producers with one steady rate. */
function offeredPerSecond(plan: Plan): number {
  return plan.producers.reduce((sum, one) => sum + (meanRate(one, plan.durationNs) ?? 0), 0);
}

const REFUSE: ReadonlySet<string> = new Set(['reject', 'dead_letter']);

/**
 * Below capacity there is a steady state, and where every queue refuses beyond its bound there is
 * one at any load. A queue that blocks only moves the pile to the sender's side.
 */
function isSteady(plan: Plan, measured: Measured): boolean {
  const bounded = plan.components.every(
    ({ admission, workers, queue }) =>
      workers === Infinity ||
      (queue.capacity !== Infinity && REFUSE.has(queue.whenFull)) ||
      admission.some(({ kind }) => kind === 'concurrency' || kind === 'fair_queues'),
  );
  // What is published and finds no bound is kept, or held back at its sender.
  const piles = plan.edges.some((edge) => {
    const queue = plan.queues[queueOf(plan, edge)];
    return queue !== undefined && !(queue.capacity < Infinity && queue.whenFull !== 'block');
  });
  if (bounded && !piles) return true;
  const { capacity } = capacityOf(plan);
  if (capacity !== null) return offeredPerSecond(plan) < capacity;
  const { offered, unfinished } = measured.ledger;
  return unfinished <= UNFINISHED_MAX * offered;
}
