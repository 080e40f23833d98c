import type { Mark } from '../measure/measured.js';
import type { CascadeEntry } from '../study/result.js';
import { saturated } from './messages.js';
import type { Trouble } from './trouble.js';

/**
 * Rule 33: each component's first saturation, in time order. Where there are faults, an episode
 * that was over before the first of them is the ordinary noise of a busy system and is left out.
 */
export function cascadeOf(marks: readonly Mark[], trouble: Trouble | null): CascadeEntry[] {
  const entries = new Map<string, CascadeEntry>();
  for (const mark of [...marks].sort((a, b) => a.atNs - b.atNs)) {
    if (trouble !== null && mark.untilNs < trouble.firstNs) continue;
    if (entries.has(mark.component)) continue;
    entries.set(mark.component, {
      at: mark.atNs / 1e9,
      component: mark.component,
      what: mark.what,
      text: saturated(mark),
    });
  }
  return [...entries.values()];
}
