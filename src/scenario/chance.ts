import type { DistributionSpec } from '../kernel/distributions.js';
import { anyEverIs, edgeVariants, stepsOf } from '../model/index.js';
import type {
  ArrivalsPlan,
  ComponentPlan,
  EdgePlan,
  FaultPlan,
  Plan,
  RatePlan,
  RetryPlan,
  StepPlan,
} from '../model/plan.js';

/**
 * Whether anything in a run is left to chance. A scenario without it gives the same run for every
 * seed, so it runs once.
 */
export function hasChance(plan: Plan): boolean {
  return (
    plan.producers.some(
      ({ arrivals, to }) =>
        to.filter(({ weight }) => weight > 0).length > 1 || arriveByChance(arrivals),
    ) ||
    anyEverIs(
      plan,
      ({ replicasMax, balance, queue, routes, degrade }) =>
        // Equally busy replicas are told apart by a draw.
        (replicasMax > 1 && balance !== 'round_robin') ||
        queue.discipline === 'random' ||
        (queue.maxAge !== null && isRandom(queue.maxAge)) ||
        queue.shed?.kind === 'pie' ||
        queue.shed?.kind === 'red' ||
        (degrade !== null && anyRandom(degrade.steps)) ||
        routes.some(({ steps }) => anyRandom(steps)),
    ) ||
    edgeVariants(plan)
      .flat()
      .some((edge) => {
        const { network, retry } = edge;
        return (
          isJittered(retry) || (network !== null && isRandom(network)) || refusesByChance(edge)
        );
      }) ||
    plan.components.some((_, c) => stepsOf(plan, c).some((step) => goesByKey(step, plan))) ||
    plan.components.some((component) => takesByChance(component, plan)) ||
    plan.faults.some((fault) => isChancy(fault, plan))
  );
}

function arriveByChance(arrivals: ArrivalsPlan): boolean {
  switch (arrivals.kind) {
    case 'poisson':
    case 'batch':
      return sends(arrivals.rate);
    case 'renewal':
      return isRandom(arrivals.between);
    case 'mmpp':
      return arrivals.states.some(({ perSecond }) => perSecond > 0);
    case 'closed':
      return isRandom(arrivals.think);
    default:
      return false;
  }
}

function sends(rate: RatePlan): boolean {
  if (!Array.isArray(rate)) return rate.meanPerSecond > 0;
  return rate.some(({ perSecond }) => perSecond > 0);
}

function isChancy(fault: FaultPlan, plan: Plan): boolean {
  switch (fault.kind) {
    case 'errors':
    case 'drop':
      return isOpen(fault.ratio);
    case 'slow':
      return isOpen(fault.share);
    case 'set':
      return fault.changes.some((change) => {
        if (change.what === 'rate') {
          const { kind } = plan.producers[change.producer].arrivals;
          return kind !== 'constant' && sends(change.rate);
        }
        return false;
      });
    default:
      return false;
  }
}

/** Whether what holds a caller back draws, or spreads what it learns by chance. */
function refusesByChance({ throttle, concurrency }: EdgePlan): boolean {
  if (throttle !== null && throttle.kind !== 'aws_adaptive') return true;
  const limit = concurrency?.limit;
  if (limit?.kind === 'envoy') return limit.jitter > 0 && limit.fixedValueNs === null;
  return limit?.kind === 'vegas';
}

function isJittered(retry: RetryPlan | null): boolean {
  return retry !== null && retry.jitter !== 'none' && retry.backoff.kind !== 'none';
}

function anyRandom(steps: StepPlan[]): boolean {
  return steps.some((step) => {
    if (step.op === 'work') return isRandom(step.time);
    if (step.op === 'fail') return isOpen(step.share);
    if (step.op === 'lock') return anyRandom(step.then);
    if (step.op === 'cache') {
      const { cache } = step;
      if (cache.kind === 'share' ? isOpen(cache.hit) : cache.warm && cache.ttlNs < Infinity) {
        return true;
      }
      return anyRandom(step.then);
    }
    if (step.op !== 'chance') return false;
    return isOpen(step.share) || anyRandom(step.then) || anyRandom(step.else);
  });
}

/** Whether what becomes of a request at a step goes by a key that is drawn. */
function goesByKey(step: StepPlan, { producers }: Plan): boolean {
  if (step.op !== 'cache' || step.cache.kind !== 'lru') return false;
  return producers.some(({ key }) => key?.kind === 'zipf' && key.n > 1);
}

/** Which partition a message goes to is drawn, or goes by a key; so is what a stage forgets. */
function takesByChance({ consumes }: ComponentPlan, { queues }: Plan): boolean {
  if (consumes === null) return false;
  const { how, queue } = consumes;
  const broker = queues[queue]?.broker;
  if (broker?.kind === 'kafka') return broker.partitions > 1;
  return how.kind === 'request' && isOpen(how.forget);
}

function isOpen(share: number): boolean {
  return share > 0 && share < 1;
}

function isRandom(law: DistributionSpec): boolean {
  if (law.kind === 'constant') return false;
  if (law.kind === 'empirical') return law.valuesNs.some((value) => value !== law.valuesNs[0]);
  if (law.kind !== 'mixture') return true;
  const parts = law.parts.filter(({ p }) => p > 0);
  return parts.length > 1 || parts.some(({ of }) => isRandom(of));
}
