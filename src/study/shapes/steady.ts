import { meanRate } from '../../judge/index.js';
import type { ArrivalsPlan, Plan, ProducerPlan, RatePlan } from '../../model/plan.js';
import { planFor, type Scenario } from '../../scenario/index.js';
import type { Shaping } from './shaping.js';

/** One steady load without the faults, long enough for a point of the hockey stick. */
export interface Steady {
  kind: 'steady';
  /** Times the load of the file. */
  load: number;
}

const REQUESTS = 20_000;
const SECONDS_MIN = 30;
/** Added before the measured span, as a share of it. */
const WARMUP_SHARE = 0.1;
/** The clock is exact for 104 days; no point needs to come near that. */
const SECONDS_MAX = 5_000_000;

/**
 * The file's plan at this load, without faults, as long as 20,000 requests take. Rates that change
 * are held at their mean over the file's run: a point stands for one steady load.
 */
export function steadyPlan(
  scenario: Scenario,
  { policy, seed, cell, shape: { load } }: Shaping<Steady>,
): Plan {
  const plan = planFor(scenario, policy, {
    seed,
    load,
    withoutFaults: true,
    ...(cell === null ? {} : { cell }),
  });
  const producers = plan.producers.map((producer) => held(producer, plan.durationNs));
  const perSecond = offeredPerSecond({ ...plan, producers });
  const wanted = Math.max(SECONDS_MIN, perSecond > 0 ? REQUESTS / perSecond : SECONDS_MIN);
  const measuredNs = Math.round(Math.min(wanted, SECONDS_MAX) * 1e9);
  const warmupNs = Math.round(measuredNs * WARMUP_SHARE);
  return { ...plan, producers, warmupNs, durationNs: warmupNs + measuredNs };
}

/** The producer with one steady load for as long as a run may be: `factor` times its mean over the file's run. */
export function held(producer: ProducerPlan, durationNs: number, factor = 1): ProducerPlan {
  const always = { ...producer, fromNs: 0, untilNs: Infinity, limit: Infinity };
  const perSecond = meanRate(producer, durationNs);
  if (perSecond === null) return always;
  return { ...always, arrivals: steady(producer.arrivals, perSecond * factor, always) };
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
export function offeredPerSecond(plan: Plan): number {
  return plan.producers.reduce((sum, one) => sum + (meanRate(one, plan.durationNs) ?? 0), 0);
}
