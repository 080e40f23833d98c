import { edgeEverIs } from './changes.js';
import type { CallTarget, EdgePlan, Plan, StepPlan } from './plan.js';
import { eachStep, handlersOf } from './steps.js';

/**
 * By component: whether anybody there may be part of a deadlock, or wait for one. Calls that do not
 * always end by themselves have to form a ring for that; what neither leads to one nor away from one
 * is left out. Null where there is none.
 */
export function ringsOf(plan: Plan): Uint8Array | null {
  const count = plan.components.length;
  // Locks are nodes behind the components.
  const to: number[][] = Array.from({ length: count + plan.locks.length }, () => []);
  plan.edges.forEach((edge, e) => {
    if (edge.from.kind !== 'component' || alwaysEnds(plan, e)) return;
    to[edge.from.index].push(edge.to);
  });
  for (const { component, steps } of handlersOf(plan)) {
    eachStep(steps, (step) => {
      if (step.op === 'lock') addLock(plan, to, component, step);
    });
  }
  plan.components.forEach(({ consumes }, component) => {
    const counter = count - plan.queues.length + (consumes?.queue ?? 0);
    if (consumes !== null && takesMakeRoom(plan, consumes.queue)) to[counter].push(component);
  });
  const from: number[][] = to.map(() => []);
  to.forEach((list, node) => {
    for (const next of list) from[next].push(node);
  });
  const rings = to.flatMap((next, node) => (reached(to, next)[node] === 1 ? [node] : []));
  if (rings.length === 0) return null;
  const before = reached(from, rings);
  const behind = reached(to, rings);
  return before.map((is, node) => is | behind[node]).slice(0, count);
}

/**
 * Whether those who wait at the door of a queue wait for nothing but that a worker of a consumer is
 * free. Of other brokers something else may make room too, and nobody there is taken to wait for good.
 */
export function takesMakeRoom({ components, queues }: Plan, queue: number): boolean {
  const { broker, whenFull } = queues[queue];
  const consumers = components.flatMap(({ consumes }) =>
    consumes?.queue === queue ? [consumes] : [],
  );
  const byWorkers = consumers.length > 0 && consumers.every(({ how }) => how.kind === 'worker');
  return broker.kind === 'memory' && whenFull === 'block' && byWorkers;
}

/** Who comes to a lock waits for its holder, and that one for what it does with it. */
function addLock(
  plan: Plan,
  to: number[][],
  component: number,
  { lock, then, waitNs }: Extract<StepPlan, { op: 'lock' }>,
): void {
  const node = plan.components.length + lock;
  if (waitNs === Infinity) to[component].push(node);
  const { io, queue } = plan.components[component];
  // Its holder may have left its worker.
  if (io === 'async' || queue.discipline === 'preemptive') to[node].push(component);
  eachStep(then, (step) => {
    if (step.op === 'lock') to[node].push(plan.components.length + step.lock);
    for (const { edge } of targetsOf(step)) {
      if (!alwaysEnds(plan, edge)) to[node].push(plan.edges[edge].to);
    }
  });
}

function targetsOf(step: StepPlan): CallTarget[] {
  if (step.op === 'call') return [step.to];
  return step.op === 'parallel' ? step.branches.flat().map((call) => call.to) : [];
}

/** All that can be reached from some nodes, those included. */
function reached(next: readonly number[][], starts: readonly number[]): Uint8Array {
  const is = new Uint8Array(next.length);
  const left = [...starts];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    if (is[at] === 1) continue;
    is[at] = 1;
    left.push(...next[at]);
  }
  return is;
}

/**
 * Whether every call over an edge ends by itself, at a timeout or a deadline of its own. Not so where
 * it may wait for a place that others keep for work they do not wait for any more, or where an
 * operator takes the timeout away.
 */
function alwaysEnds(plan: Plan, e: number): boolean {
  return !edgeEverIs(plan, e, (edge) => !endsByItself(edge));
}

function endsByItself({ bulkhead, deadline, timeoutNs }: EdgePlan): boolean {
  if (deadline !== null && deadline.withinNs < Infinity) return true;
  if (timeoutNs === Infinity) return false;
  return !(bulkhead?.hold === 'work' && bulkhead.waiting > 0 && bulkhead.waitNs === Infinity);
}

/** What nobody comes through any more. */
export interface Closed {
  /** Components all of whose workers are stuck. */
  components: ReadonlySet<number>;
  /** Edges at whose gates all callers are stuck. */
  edges: ReadonlySet<number>;
  /** Locks that nobody gives back any more. */
  locks: ReadonlySet<number>;
}

/** Whether every path of every producer leads into what is closed. */
export function everyPathMeets(plan: Plan, closed: Closed): boolean {
  return plan.producers.every(({ to }) =>
    to.every((target) => target.weight === 0 || meets(plan, target, closed, new Set())),
  );
}

function meets(
  plan: Plan,
  to: { edge: number; route: number },
  closed: Closed,
  seen: ReadonlySet<string>,
): boolean {
  const edge = plan.edges[to.edge];
  // Whatever becomes of the call, its fallback answers.
  if (edge.fallback !== null) return false;
  if (closed.edges.has(to.edge) || closed.components.has(edge.to)) return true;
  const key = `${edge.to}/${to.route}`;
  if (seen.has(key)) return false;
  const deeper = new Set(seen).add(key);
  const step = (s: StepPlan): boolean => {
    if (s.op === 'call') return meets(plan, s.to, closed, deeper);
    if (s.op === 'lock') {
      return (s.waitNs === Infinity && closed.locks.has(s.lock)) || s.then.some(step);
    }
    if (s.op === 'chance') return s.then.some(step) && s.else.some(step);
    if (s.op === 'parallel') {
      return s.branches.filter((branch) => !branch.some(step)).length < s.need;
    }
    return false;
  };
  const { degrade, routes } = plan.components[edge.to];
  if (degrade !== null && !degrade.steps.some(step)) return false;
  return routes[to.route].steps.some(step);
}
