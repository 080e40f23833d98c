import type { Measured } from '../measure/measured.js';
import type { Plan } from '../model/plan.js';
import type { Verdict } from '../study/result.js';
import { cascadeOf, firstSaturated } from './cascade.js';
import { type Cohorts, cohortsOf, waitsForAnswers, wholeSeconds } from './cohorts.js';
import { containedIn } from './contained.js';
import { graceSeconds } from './grace.js';
import * as messages from './messages.js';
import { baselineSpan, type Recovery, recoveryOf } from './recovery.js';
import { drains } from './trend.js';
import { type Trouble, troubleOf } from './trouble.js';

/** The share of good answers under which a system is overloaded before anything goes wrong. */
const OVERLOADED = 0.9;

/** What became of a run: rules 30 to 33. Times in seconds. */
export function judge(measured: Measured, plan: Plan): Verdict {
  const trouble = troubleOf(plan, measured);
  const cascade = cascadeOf(measured.marks, trouble);
  const recovery =
    trouble === null
      ? null
      : recoveryOf(cohortsOf(measured, plan), trouble, measured.warmupNs, graceSeconds(plan));
  return {
    is: stateOf(measured, plan, trouble, recovery),
    recovered: recovery?.recovered ?? null,
    recovery_time: recovery?.time ?? null,
    contained: trouble === null ? null : containedIn(measured, plan, trouble),
    first_saturated: firstSaturated(cascade),
    deadlock:
      measured.deadlock === null
        ? null
        : messages.deadlock(measured.deadlock.atNs, measured.deadlock.cycle),
    ...(measured.crashLoop === null ? {} : { crash_loop: messages.crashLoop(measured.crashLoop) }),
    cascade,
  };
}

/**
 * One word for the run, where several fit the first of: `deadlocked`; `crash_loop`; `overloaded` (under 90% good
 * before the faults: being back at such a baseline is no recovery worth the name); `unharmed`;
 * `recovered`; `down`, a fault still on when the run ends; `recovering`, back but not for long
 * enough, or draining; `overloaded` again, where more is asked of the system than before the
 * faults, so that the load and not what the faults left explains why it is not back; `metastable`.
 *
 * Null without faults, and where nothing was measured before the first of them: with no baseline
 * neither harm nor recovery can be told. Less than three seconds after the last fault it is not
 * yet recovered, and `recovering` claims no more than that.
 */
function stateOf(
  measured: Measured,
  plan: Plan,
  trouble: Trouble | null,
  recovery: Recovery | null,
): Verdict['is'] {
  if (measured.deadlock !== null) return 'deadlocked';
  if (measured.crashLoop !== null) return 'crash_loop';
  if (trouble === null) return null;
  const stillOn = trouble.lastEndNs === Infinity;
  if (recovery === null) return stillOn ? 'down' : null;
  if (recovery.baselineShare !== null && recovery.baselineShare < OVERLOADED) return 'overloaded';
  if (recovery.unharmed) return 'unharmed';
  if (recovery.recovered) return 'recovered';
  if (stillOn) return 'down';
  const since = trouble.lastEndNs / 1e9;
  const seconds = wholeSeconds(measured);
  if (recovery.back || seconds - Math.ceil(since) < 3) return 'recovering';
  if (drains(measured.seconds.waiting, since, seconds)) return 'recovering';
  return demandIsHigher(measured, plan, trouble) ? 'overloaded' : 'metastable';
}

/**
 * Whether more arrives in the last half of the time since the last fault than did before the
 * first: by over 5%, and by more than three standard deviations of Poisson arrivals. Of producers
 * that wait for answers the demand is their number of users, which nothing but a surge changes;
 * what they send falls with a collapse and says nothing.
 */
function demandIsHigher(measured: Measured, plan: Plan, trouble: Trouble): boolean {
  const open = plan.producers.map((_, i) => i).filter((i) => !waitsForAnswers(plan, i));
  const cohorts = cohortsOf(measured, plan, open);
  const before = baselineSpan(measured.warmupNs, trouble);
  const from = Math.ceil((trouble.lastEndNs / 1e9 + cohorts.seconds) / 2);
  const after = rate(cohorts, from, cohorts.seconds);
  const baseline = rate(cohorts, before.from, before.to);
  const spread = baseline / (cohorts.seconds - from) + baseline / (before.to - before.from);
  return after > 1.05 * baseline + 3 * Math.sqrt(spread);
}

function rate(cohorts: Cohorts, from: number, to: number): number {
  return to > from ? cohorts.offered(from, to) / (to - from) : 0;
}
