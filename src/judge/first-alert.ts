import type { Measured } from '../measure/measured.js';
import type { Plan } from '../model/plan.js';
import type { Alert, FirstAlert } from '../study/result.js';
import { cohortsOf } from './cohorts.js';
import { graceSeconds } from './grace.js';
import { baselineSpan } from './recovery.js';
import type { Trouble } from './trouble.js';

/** As rule 30 looks: over ten seconds at a time. */
const WINDOW = 10;
const HALF = 0.5;

/**
 * Which alert came first, and how long before goodput fell to half. As in the cascade, an alert that
 * was over before the first fault is noise. Null where there was none.
 */
export function firstAlert(
  measured: Measured,
  plan: Plan,
  trouble: Trouble | null,
  alerts: readonly Alert[],
): FirstAlert | null {
  const from = trouble === null ? 0 : trouble.firstNs / 1e9;
  const first = alerts.find(({ until }) => until === null || until >= from);
  if (first === undefined) return null;
  const half = halvedAt(measured, plan, trouble);
  const { at, rule, component, text } = first;
  return { at, rule, component, text, half_at: half, lead: half === null ? null : half - at };
}

/**
 * When goodput fell to half, seconds: the first whole second t such that g of [t, t + 10 s), rule
 * 30's measure, is under half of its baseline. Without faults the first ten seconds after the warm-up
 * are the baseline. Null where it never fell so far.
 */
function halvedAt(measured: Measured, plan: Plan, trouble: Trouble | null): number | null {
  const cohorts = cohortsOf(measured, plan);
  const warm = Math.ceil(measured.warmupNs / 1e9);
  const before =
    trouble === null ? { from: warm, to: warm + WINDOW } : baselineSpan(measured.warmupNs, trouble);
  const last = cohorts.seconds - WINDOW - graceSeconds(plan);
  before.to = Math.min(before.to, cohorts.seconds);
  if (before.to <= before.from) return null;
  const baseline = cohorts.good(before.from, before.to);
  if (baseline === null || baseline === 0) return null;
  for (let t = before.to; t <= last; t++) {
    const good = cohorts.good(t, t + WINDOW);
    if (good !== null && good < HALF * baseline) return t;
  }
  return null;
}
