import type { Plan } from '../model/plan.js';
import type { Alert, FirstAlert } from '../study/result.js';
import { waitsForAnswers } from './cohorts.js';
import { baselineSpan } from './recovery.js';
import type { Trouble } from './trouble.js';

/** As rule 30 looks: over ten seconds at a time. */
const WINDOW = 10;
const HALF = 0.5;

/** What was offered and answered well in each second of a run, over all producers. */
export interface BySecond {
  offered: readonly number[];
  good: readonly number[];
}

/**
 * Which alert came first, and how long before goodput fell to half. As in the cascade, an alert that
 * was over before the first fault is noise. Null where there was none.
 */
export function firstAlert(
  plan: Plan,
  trouble: Trouble | null,
  alerts: readonly Alert[],
  bySecond: BySecond,
): FirstAlert | null {
  const from = trouble === null ? 0 : trouble.firstNs / 1e9;
  const first = alerts.find(({ until }) => until === null || until >= from);
  if (first === undefined) return null;
  const half = halvedAt(plan, trouble, bySecond);
  const { at, rule, component, text } = first;
  return { at, rule, component, text, half_at: half, lead: half === null ? null : half - at };
}

/**
 * When goodput fell to half, seconds: the first whole second in which the good answers given, as a
 * share of what was offered then, are under half of what they were before the first fault (without
 * faults, in the first ten seconds after the warm-up), if over the ten seconds from there on they are
 * too. Where producers wait for their answers it is good answers a second. Null where it never fell
 * so far.
 */
function halvedAt(plan: Plan, trouble: Trouble | null, { offered, good }: BySecond): number | null {
  const warm = Math.ceil(plan.warmupNs / 1e9);
  const before =
    trouble === null ? { from: warm, to: warm + WINDOW } : baselineSpan(plan.warmupNs, trouble);
  const perSecond = plan.producers.some((_, p) => waitsForAnswers(plan, p));
  const level = (from: number, to: number): number | null => {
    const due = perSecond ? to - from : sum(offered, from, to);
    return due > 0 ? sum(good, from, to) / due : null;
  };
  if (before.to <= before.from || before.to > good.length) return null;
  const baseline = level(before.from, before.to);
  if (baseline === null || baseline === 0) return null;
  for (let t = before.to; t + WINDOW <= good.length; t++) {
    const now = level(t, t + 1);
    if (now === null || now >= HALF * baseline) continue;
    if ((level(t, t + WINDOW) ?? Infinity) < HALF * baseline) return t;
  }
  return null;
}

function sum(values: readonly number[], from: number, to: number): number {
  let total = 0;
  for (let t = from; t < to; t++) total += values[t];
  return total;
}
