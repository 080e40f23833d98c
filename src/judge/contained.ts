import type { Measured } from '../measure/measured.js';
import type { Plan } from '../model/plan.js';
import { cohortsOf } from './cohorts.js';
import { graceSeconds } from './grace.js';
import { reachOf } from './reach.js';
import { baselineSpan } from './recovery.js';
import { faultsOf, type Trouble } from './trouble.js';

/** The share of its baseline that a producer must keep to count as spared. Rule 31. */
const KEPT = 0.99;

/**
 * Rule 31: whether every producer whose routes avoid the faulty components kept at least 99% of
 * its baseline, during the faults and, taken by itself, after them. A surge is a fault of its
 * producer, so every other producer avoids it. Null where no producer avoids the faults, or none
 * that does sent anything before them.
 */
export function containedIn(measured: Measured, plan: Plan, trouble: Trouble): boolean | null {
  const kept = plan.producers
    .map((_, index) => index)
    .filter((index) => avoidsFaults(plan, index, measured))
    .map((index) => keptShare(measured, plan, trouble, index))
    .filter((share) => share !== null);
  return kept.length === 0 ? null : kept.every((share) => share);
}

function avoidsFaults(plan: Plan, producer: number, measured: Measured): boolean {
  const targets = plan.producers[producer].to.filter(({ weight }) => weight > 0);
  const reached = targets.map((target) => reachOf(plan, target));
  return faultsOf(plan, measured).every(({ fault: index }) => {
    const fault = plan.faults[index];
    switch (fault.kind) {
      case 'set':
      case 'restart':
        return true;
      case 'surge':
        return fault.producer !== producer;
      case 'latency':
      case 'drop':
        return !fault.edges.some((edge) => reached.some(({ edges }) => edges.has(edge)));
      default:
        return !reached.some(({ components }) => components.has(fault.component));
    }
  });
}

function keptShare(
  measured: Measured,
  plan: Plan,
  trouble: Trouble,
  producer: number,
): boolean | null {
  const cohorts = cohortsOf(measured, plan, [producer]);
  const before = baselineSpan(measured.warmupNs, trouble);
  if (before.to <= before.from) return null;
  const baseline = cohorts.good(before.from, before.to);
  if (baseline === null) return null;
  const end = Math.max(before.to, cohorts.seconds - graceSeconds(plan, [producer]));
  const turn = Math.min(end, Math.max(before.to, Math.ceil(trouble.lastEndNs / 1e9)));
  for (const [from, to] of [
    [before.to, turn],
    [turn, end],
  ] as const) {
    const good = cohorts.good(from, to);
    if (good !== null && good < KEPT * baseline) return false;
  }
  return true;
}
