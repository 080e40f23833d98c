import type { Cohorts } from './cohorts.js';
import type { Trouble } from './trouble.js';

/** Seconds over which g(t) looks, and for which it must stay up. Rule 30. */
const WINDOW = 10;
/** The share of its baseline at which the system counts as back. Rule 30. */
const BACK = 0.95;
const SECOND_NS = 1e9;

/** How g went from before the faults to the end. */
export interface Recovery {
  /** g over [warm-up, first fault). */
  baseline: number;
  /** The share of the requests of that time that ended good. */
  baselineShare: number | null;
  /** g never went under 95% of its baseline. */
  unharmed: boolean;
  recovered: boolean;
  /** Seconds from the end of the last fault; null where it did not recover. */
  time: number | null;
  /** g is back in the last window to look at, if not for long enough to count as recovered. */
  back: boolean;
}

/** Whole seconds that lie within [warm-up, first fault). Empty where `to` <= `from`. */
export function baselineSpan(warmupNs: number, trouble: Trouble): { from: number; to: number } {
  return {
    from: Math.ceil(warmupNs / SECOND_NS),
    to: Math.floor(trouble.firstNs / SECOND_NS),
  };
}

/**
 * Rule 30. Moments are whole seconds. A window in which nothing arrived says nothing and is passed
 * over; where all eleven are such, there is nothing to have recovered with. `grace` is how many
 * seconds before the end a request may have arrived and yet be in time: `unharmed` looks at no
 * window that reaches into it, since it would count the unfinished as lost. Null where no whole
 * second lies between the warm-up and the first fault, or nothing arrived in those that do.
 */
export function recoveryOf(
  cohorts: Cohorts,
  trouble: Trouble,
  warmupNs: number,
  grace: number,
): Recovery | null {
  const before = baselineSpan(warmupNs, trouble);
  before.to = Math.min(before.to, cohorts.seconds);
  if (before.to <= before.from) return null;
  const baseline = cohorts.good(before.from, before.to);
  if (baseline === null) return null;

  const holds = (t: number): boolean | null => {
    const good = cohorts.good(t, t + WINDOW);
    return good === null ? null : good >= BACK * baseline;
  };
  const last = cohorts.seconds - WINDOW;
  const latest = last - grace;
  // The first window in which a request can have met the fault.
  const first = Math.max(before.from, before.to - WINDOW + 1);
  let unharmed = true;
  for (let t = first; t <= latest; t++) {
    if (holds(t) === false) unharmed = false;
  }
  const time = recoveryTime(holds, trouble.lastEndNs, last);
  return {
    baseline,
    baselineShare: cohorts.share(before.from, before.to),
    unharmed,
    recovered: time !== null,
    time,
    back: latest * SECOND_NS >= trouble.lastEndNs && holds(latest) === true,
  };
}

/** `last` is the last second at which a whole window still begins. */
function recoveryTime(
  holds: (t: number) => boolean | null,
  lastEndNs: number,
  last: number,
): number | null {
  if (lastEndNs === Infinity) return null;
  let held = 0;
  let seen = -1;
  for (let u = Math.ceil(lastEndNs / SECOND_NS); u <= last; u++) {
    const good = holds(u);
    if (good === false) {
      held = 0;
      continue;
    }
    held++;
    if (good === true) seen = u;
    const t = u - WINDOW;
    if (held > WINDOW && seen >= t) return (t * SECOND_NS - lastEndNs) / SECOND_NS;
  }
  return null;
}
