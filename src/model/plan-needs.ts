import type { Subjects } from '../measure/recorder.js';
import { remembersWait } from '../policies/backoff.js';
import type { Keeps } from './attempts.js';
import { cachedComponents } from './caches.js';
import { anyEverIs, componentVariants, edgeEverIs, edgeVariants, retriesOf } from './changes.js';
import { commitNames } from './commits.js';
import { edgesTimed } from './edges.js';
import { drawsLabels } from './labels.js';
import { lockCount } from './lock-places.js';
import { COUNTS_AS, OUTCOMES } from './outcomes.js';
import type { EdgePlan, Plan } from './plan.js';
import { leavesCalls, sharesWorkers } from './staff.js';
import { mayFill, mayLeaveLine, ranksLine } from './withdrawals.js';

/**
 * The subject of measurement of each route over all components, −1 for an unnamed one; they follow
 * those components that are measured.
 */
export function routeSubjects(plan: Plan, measured: number): Int32Array {
  let next = measured;
  return Int32Array.from(
    plan.components.flatMap((component) =>
      component.routes.map((route) => (route.name === null ? -1 : next++)),
    ),
  );
}

/** What is measured of a plan, and not told of where `whole` goes beyond it. */
export function subjectsOf(plan: Plan, whole: Plan): Subjects {
  return {
    producers: plan.producers.map((p) => p.name),
    edges: plan.edges.map((edge) => edge.name),
    components: plan.components.map((part) => {
      const { name, kind, replicas, workers, queue } = part;
      const shares = sharesWorkers(part);
      return { name, kind, replicas, workers, capacity: queue.capacity, shares };
    }),
    routes: plan.components.flatMap((component, c) =>
      component.routes.flatMap(({ name }) =>
        name === null ? [] : [{ component: c, route: name }],
      ),
    ),
    queues: plan.queues.map(({ name }) => name),
    breakers: plan.edges.map((edge, e) =>
      edgeEverIs(plan, e, stands) ? clientsOf(plan, edge, 'replicas') : 0,
    ),
    judges: plan.components.map((_, c) => judgesOf(plan, c)),
    unseen: {
      producers: whole.producers.length - plan.producers.length,
      edges: whole.edges.length - plan.edges.length,
    },
    commits: commitNames(plan),
    locks: plan.locks.map(({ name }, lock) => ({ name, count: lockCount(plan, lock) })),
    caches: cachedComponents(plan),
    outcomes: OUTCOMES,
    countsAs: COUNTS_AS,
  };
}

/** Whether a breaker stands on an edge; one that ejects replicas does not. */
function stands({ breaker }: EdgePlan): boolean {
  return breaker !== null && breaker.kind !== 'outlier';
}

/** Callers of an edge: those there are at first, or can ever be. */
function clientsOf(
  { components, producers }: Plan,
  { from }: EdgePlan,
  which: 'replicas' | 'replicasMax',
): number {
  return from.kind === 'producer' ? producers[from.index].clients : components[from.index][which];
}

/** How many clients eject replicas of a component from their own rotation. */
function judgesOf(plan: Plan, component: number): number {
  const edges = plan.edges.filter(({ to, breaker }) => {
    return to === component && breaker?.kind === 'outlier';
  });
  return edges.reduce((sum, edge) => sum + clientsOf(plan, edge, 'replicasMax'), 0);
}

/** Which columns of attempts a plan needs; `isSeen`: somebody asks whose request each is for. */
export function keptByAttempts(plan: Plan, isSeen: boolean): Keeps {
  return {
    roots: isSeen || needsRoots(plan),
    timers: edgesTimed(plan).size > 0,
    links: plan.components.some(
      (part, c) => mayFill(plan, c, 'block') || leavesCalls(part) || mayLeaveLine(plan, c),
    ),
    joins: hasStep(plan, '"op":"parallel"'),
    staff: plan.components.some((part) => leavesCalls(part) || sharesWorkers(part)),
    peers: plan.components.some((_, c) => ranksLine(plan, c)),
    slots: anyEverIs(plan, ({ queue }) => queue.discipline === 'random'),
    patience: anyEverIs(plan, ({ queue }) => queue.maxAge !== null),
    places: plan.components.some((_, c) => mayFill(plan, c, 'caller_runs')),
  };
}

/** Whether the wait before a retry depends on the one before that. */
export function remembersWaits(plan: Plan): boolean {
  const retries = plan.edges.flatMap((_, e) => retriesOf(plan, e));
  return retries.some(({ backoff, jitter }) => remembersWait(backoff, jitter));
}

/** Whether a step like this one stands in a handler, in JSON. */
function hasStep(plan: Plan, text: string): boolean {
  const handlers = componentVariants(plan).map((all) => all.map((c) => [c.routes, c.degrade]));
  const fallbacks = edgeVariants(plan).map((all) => all.map(({ fallback }) => fallback));
  return JSON.stringify([handlers, fallbacks]).includes(text);
}

/** Whether every attempt has to know its request's key. */
function needsRoots(plan: Plan): boolean {
  if (drawsLabels(plan) || hasStep(plan, '"perRequest":true')) return true;
  if (hasStep(plan, '"per":"request"') || hasStep(plan, '"kind":"share"')) return true;
  if (anyEverIs(plan, ({ admission }) => admission.some(({ kind }) => kind === 'dagor'))) {
    return true;
  }
  return anyEverIs(plan, ({ balance }) => balance === 'hash');
}
