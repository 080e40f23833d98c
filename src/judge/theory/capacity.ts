import type { ComponentPlan, EdgePlan, Plan, StepPlan } from '../../model/plan.js';
import type { Theory } from '../../study/result.js';
import { theory as say } from '../messages.js';
import { queueAt } from '../reach.js';
import { worstAmplification } from './amplification.js';
import { linearPeak, peak, peakWithWaits, stretch } from './contention.js';
import { type Held, heldBy, visitsOf } from './held.js';
import { mixOf } from './mix.js';
import { type Nodes, nodesOf } from './nodes.js';

/** The theory, with what is to be said of the figure. */
export interface Capacity extends Theory {
  /** "at most: …" where the capacity is only an upper bound; null where it is exact. */
  note: string | null;
}

/** How long one offered request holds a component, all its visits together. */
interface Demand {
  /** Seconds held for one offered request, at least and at most. */
  lo: number;
  hi: number;
  /** Seconds of them that are work. */
  work: number;
}

/** Requests a second that a component could serve, at most and at least. */
interface Bound {
  component: ComponentPlan;
  hi: number;
  lo: number;
}

/**
 * Rule 36: the load, of all producers together in the mix of the plan, that the system can carry.
 * The least, over the components that have a bound, of
 *
 *     replicas × workers ÷ (visits for a request × time a worker is held at no load)
 *
 * Where the work itself goes by the load (`coalesce`, `degrade`) or by a cache, or who takes part
 * in it (health checks through the queue, replicas that come and go), where requests wait for each
 * other's locks or lie in a queue by itself, or a replica may run out of memory, there is none.
 *
 * With `usl` the peak of its law over the workers stands for workers ÷ work. Faults, `fail` steps
 * and retries are left out: it is what first tries need. Stable below capacity ÷ a, a being the most
 * attempts that retries on the way to that component can make of one.
 *
 * A worker that waits for the slowest of several random calls is held for a time without a simple
 * closed form, between the longest of the means and their sum. Where that decides, the capacity is
 * an upper bound and `note` says so.
 */
export function capacityOf(plan: Plan): Capacity {
  const [queue] = plan.edges.flatMap((edge) => queueAt(plan, edge) ?? []);
  if (queue !== undefined) return none(say.broker(queue.name));
  const ruled = plan.edges.find(isRuled);
  if (ruled !== undefined) return none(say.ruled(ruled.name));
  const admits = plan.components.find(({ admission }) => admission.length > 0);
  if (admits !== undefined) return none(say.admission(admits.name));
  const scaled = plan.components.find(({ autoscale }) => autoscale !== null);
  if (scaled !== undefined) return none(say.scales(scaled.name));
  const judged = plan.components.find(({ health }) => health?.via === 'queue');
  if (judged !== undefined) return none(say.judged(judged.name));
  const filled = plan.components.find((component) => mayFill(plan, component));
  if (filled !== undefined) return none(say.memory(filled.name));
  const moved = plan.components.find(({ queue, degrade }) => queue.coalesce ?? degrade);
  if (moved !== undefined) {
    return none(moved.degrade === null ? say.coalesces(moved.name) : say.degrades(moved.name));
  }
  if (plan.locks.length > 0) return none(say.locks(plan.locks[0].name));
  const cached = plan.components.find(({ routes }) => routes.some(({ steps }) => looksUp(steps)));
  if (cached !== undefined) return none(say.caches(cached.name));
  const nodes = nodesOf(plan);
  const mix = mixOf(plan, nodes);
  if (mix === null) return none(say.mix());
  if (mix.size === 0) return none(say.noProducer());
  const visits = visitsOf(nodes, mix);
  const held = heldBy(plan, nodes);
  if (visits === null || held === null) return none(say.endless());

  const bounds = boundsOf(plan, demandsOf(plan, nodes, visits, held));
  let tightest: Bound | null = null;
  for (const bound of bounds) if (bound.hi < (tightest?.hi ?? Infinity)) tightest = bound;
  if (tightest === null) return none(say.unbounded());
  const capacity = tightest.hi;
  let loosest: Bound | null = null;
  // A part in a billion is the noise of adding the same times in another order.
  for (const bound of bounds) {
    if (bound.lo < capacity * (1 - 1e-9) && bound.lo < (loosest?.lo ?? Infinity)) loosest = bound;
  }
  const worst = worstAmplification(plan, nodes, plan.components.indexOf(tightest.component));
  return {
    capacity,
    bottleneck: tightest.component.name,
    stable_below: worst === Infinity ? null : capacity / worst,
    reason: null,
    note: loosest === null ? null : noteOn(loosest.component),
  };
}

/** Whether memory may come to matter: what may be there at once slows work (`gc`) or does not fit. */
function mayFill({ producers }: Plan, { memory, queue, workers }: ComponentPlan): boolean {
  if (memory === null) return false;
  const largest = Math.max(...producers.map(({ sizeBytes }) => sizeBytes));
  const most = queue.whenFull === 'block' ? Infinity : workers + queue.capacity;
  const from = memory.limitBytes * (memory.gc?.from ?? 1);
  return memory.baseBytes + most * largest > from;
}

/** Whether a rule decides by what it has seen who is sent, and where (semantics 36). */
function isRuled({ breaker, concurrency, rateLimit, throttle }: EdgePlan): boolean {
  return [breaker, concurrency, rateLimit, throttle].some((rule) => rule !== null);
}

/** Whether there is a cache among these steps: how much it finds is known only of the run. */
function looksUp(steps: readonly StepPlan[]): boolean {
  return steps.some((step) => {
    if (step.op === 'chance') return looksUp(step.then) || looksUp(step.else);
    return step.op === 'cache';
  });
}

function none(reason: string): Capacity {
  return { capacity: null, bottleneck: null, stable_below: null, reason, note: null };
}

function noteOn({ name, contention }: ComponentPlan): string {
  return contention === null ? say.parallel(name) : say.contention(name);
}

function demandsOf(plan: Plan, nodes: Nodes, visits: number[], held: Held[]): Demand[] {
  const demands = plan.components.map(() => ({ lo: 0, hi: 0, work: 0 }));
  nodes.list.forEach(({ component }, index) => {
    const demand = demands[component];
    const { time, workNs } = held[index];
    demand.lo += (visits[index] * time.lo) / 1e9;
    demand.hi += (visits[index] * time.hi) / 1e9;
    demand.work += (visits[index] * workNs) / 1e9;
  });
  return demands;
}

function boundsOf(plan: Plan, demands: readonly Demand[]): Bound[] {
  return plan.components.map((component, index) => boundOf(component, demands[index]));
}

function boundOf(component: ComponentPlan, demand: Demand): Bound {
  const { replicas, workers, contention } = component;
  const { work } = demand;
  // A worker that need not wait for calls, or shares itself out, is held by work alone.
  const free = component.io === 'async' || component.queue.discipline === 'ps';
  const [lo, hi] = free ? [work, work] : [demand.lo, demand.hi];
  const atWork = Math.min(workers, component.cores);
  if (contention === null || work === 0) {
    const byCores = rate(replicas * atWork, work);
    const most = Math.min(byCores, rate(replicas * workers, lo));
    return { component, hi: most, lo: Math.min(byCores, rate(replicas * workers, hi)) };
  }
  if (contention.kind === 'linear') {
    const most = linearPeak(contention.eachNs / 1e9, work, atWork);
    return { component, hi: replicas * most, lo: replicas * Math.min(most, rate(workers, hi)) };
  }
  const most = (replicas * peakWithWaits(contention, workers, atWork, lo / work - 1)) / work;
  // All that wait for nothing but work: the law's peak, exactly.
  if (hi - work <= 1e-9 * work || workers === Infinity) {
    const exact = (replicas * peak(contention, atWork)) / work;
    return { component, hi: exact, lo: exact };
  }
  const shared = workers > atWork ? workers / atWork : 1;
  const least = (replicas * workers) / (work * stretch(contention, workers) * shared + (hi - work));
  return { component, hi: most, lo: Math.min(most, least) };
}

function rate(servers: number, seconds: number): number {
  return seconds === 0 ? Infinity : servers / seconds;
}
