import type { Mark } from '../measure/measured.js';
import type { CascadeEntry } from '../study/result.js';
import { saturated } from './messages.js';
import type { Trouble } from './trouble.js';

/**
 * Rule 33: each component's first saturation, in time order. Where there are faults, an episode
 * that was over before the first of them is the ordinary noise of a busy system and is left out. That
 * the memory of a replica is gone is told also of a component that was saturated before.
 */
export function cascadeOf(marks: readonly Mark[], trouble: Trouble | null): CascadeEntry[] {
  const entries = new Map<string, CascadeEntry>();
  for (const mark of [...marks].sort((a, b) => a.atNs - b.atNs)) {
    if (trouble !== null && mark.untilNs < trouble.firstNs) continue;
    const key = `${mark.component} ${mark.how === 'memory' ? mark.how : ''}`;
    if (entries.has(key)) continue;
    entries.set(key, {
      at: mark.atNs / 1e9,
      component: mark.component,
      what: mark.how === 'memory' ? 'memory gone' : mark.what,
      text: saturated(mark),
    });
  }
  return [...entries.values()];
}
