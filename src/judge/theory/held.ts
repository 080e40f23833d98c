import { compile, type DistributionSpec } from '../../kernel/distributions.js';
import type { CallStepPlan, CallTarget, Plan, StepPlan } from '../../model/plan.js';
import type { Nodes } from './nodes.js';
import { either, exactly, NOTHING, plus, type Span, times, together } from './span.js';

/** What a visit to a node takes of a worker when nobody waits for anybody. */
export interface Held {
  /** From the taking of a worker to the answer. */
  time: Span;
  /** The part of it that is the worker's own work; mean nanoseconds. */
  workNs: number;
}

/** More rounds than any handler that comes to an end within a run would take. */
const ROUNDS = 10_000;

/**
 * The time held by every node: its own work and, since a worker waits while its call is out, the
 * network both ways and the callee's time. Handlers that may come back to themselves are solved by
 * rounds; null where those do not settle.
 */
export function heldBy(plan: Plan, nodes: Nodes): Held[] | null {
  const held: Held[] = nodes.list.map(() => ({ time: NOTHING, workNs: 0 }));
  const enter = (to: CallTarget): Span => held[nodes.entered(to)].time;
  for (let round = 0; round < ROUNDS; round++) {
    let settled = true;
    nodes.list.forEach(({ steps }, index) => {
      const before = held[index].time;
      const time = timeOf(steps, plan, enter);
      if (!close(before.lo, time.lo) || !close(before.hi, time.hi)) settled = false;
      held[index] = { time, workNs: workOf(steps) };
    });
    if (settled) return held;
  }
  return null;
}

/** How often each node is visited for one request, `entries` being where requests come in. */
export function visitsOf(nodes: Nodes, entries: ReadonlyMap<number, number>): number[] | null {
  const callers: { node: number; count: number }[][] = nodes.list.map(() => []);
  nodes.list.forEach(({ calls }, from) => {
    for (const { node, count } of calls) callers[node].push({ node: from, count });
  });
  const visits = nodes.list.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    let settled = true;
    for (let node = visits.length - 1; node >= 0; node--) {
      let sum = entries.get(node) ?? 0;
      for (const caller of callers[node]) sum += visits[caller.node] * caller.count;
      if (!close(visits[node], sum)) settled = false;
      visits[node] = sum;
    }
    if (settled) return visits;
  }
  return null;
}

function timeOf(steps: readonly StepPlan[], plan: Plan, enter: (to: CallTarget) => Span): Span {
  let time = NOTHING;
  for (const step of steps) {
    if (step.op === 'work') time = plus(time, lasting(step.time));
    else if (step.op === 'call') time = plus(time, callTime(step, plan, enter));
    else if (step.op === 'parallel') {
      const branches = step.branches.map((branch) => timeOf(branch, plan, enter));
      time = plus(time, together(branches, step.need));
    } else if (step.op === 'lock') time = plus(time, timeOf(step.then, plan, enter));
    else if (step.op === 'chance') {
      // What is never gone into may lead to nodes that nobody reaches.
      const then = step.share > 0 ? timeOf(step.then, plan, enter) : NOTHING;
      const other = step.share < 1 ? timeOf(step.else, plan, enter) : NOTHING;
      time = plus(time, either(step.share, then, other));
    }
  }
  return time;
}

function callTime(call: CallStepPlan, plan: Plan, enter: (to: CallTarget) => Span): Span {
  const { network } = plan.edges[call.to.edge];
  const answer = enter(call.to);
  if (network === null) return times(call.times, answer);
  const oneWay = lasting(network);
  return times(call.times, plus(answer, plus(oneWay, oneWay)));
}

function lasting(law: DistributionSpec): Span {
  const { meanNs, constantNs } = compile(law);
  return exactly(meanNs, constantNs >= 0);
}

function workOf(steps: readonly StepPlan[]): number {
  let work = 0;
  for (const step of steps) {
    if (step.op === 'work') work += compile(step.time).meanNs;
    else if (step.op === 'lock') work += workOf(step.then);
    else if (step.op === 'chance') {
      work += step.share * workOf(step.then) + (1 - step.share) * workOf(step.else);
    }
  }
  return work;
}

function close(before: number, after: number): boolean {
  return after < Infinity && Math.abs(after - before) <= 1e-14 * after;
}
