import type { Trouble as Failing, Mark } from '../measure/measured.js';
import type { CascadeEntry } from '../study/result.js';
import { happened } from './messages.js';
import type { Trouble } from './trouble.js';

/**
 * Rule 33: each component's first saturation, in time order. Where there are faults, an episode
 * that was over before the first of them is the ordinary noise of a busy system and is left out. Told
 * also of a component that was saturated before: that the memory of a replica is gone, that health
 * checks took a replica out of rotation, that they left too few. Calls that fail are told of where
 * nothing was saturated by then since the first fault.
 */
export function cascadeOf(marks: readonly Mark[], trouble: Trouble | null): CascadeEntry[] {
  const entries = new Map<string, CascadeEntry>();
  for (const mark of [...marks].sort((a, b) => a.atNs - b.atNs)) {
    if (trouble !== null && mark.untilNs < trouble.firstNs) continue;
    if (mark.trouble !== undefined && isExplained(mark.trouble, marks, trouble)) continue;
    const isGone = mark.how === 'memory';
    const key = `${mark.component} ${isGone ? mark.how : mark.what}`;
    if (entries.has(key)) continue;
    entries.set(key, {
      at: mark.atNs / 1e9,
      component: mark.component,
      what: isGone ? 'memory gone' : mark.what,
      text: happened(mark),
    });
  }
  return [...entries.values()];
}

/** The first of a cascade that is saturated, and not only fails. */
export function firstSaturated(cascade: readonly CascadeEntry[]): string | null {
  return cascade.find(({ what }) => what !== 'failing')?.component ?? null;
}

/** Whether something was saturated, since shortly before the first fault, when calls began to fail. */
function isExplained(
  { foundNs }: Failing,
  marks: readonly Mark[],
  trouble: Trouble | null,
): boolean {
  const fromNs = (trouble?.firstNs ?? 0) - 1e9;
  return marks.some(({ atNs, how }) => how !== 'failing' && atNs >= fromNs && atNs < foundNs);
}
