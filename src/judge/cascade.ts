import type { Mark } from '../measure/measured.js';
import type { CascadeEntry } from '../study/result.js';
import { happened } from './messages.js';
import type { Trouble } from './trouble.js';

/**
 * Rule 33: each component's first saturation, in time order; and when health checks first took one
 * of its replicas out of rotation, and first left too few. Where there are faults, an episode
 * that was over before the first of them is the ordinary noise of a busy system and is left out.
 */
export function cascadeOf(marks: readonly Mark[], trouble: Trouble | null): CascadeEntry[] {
  const entries = new Map<string, CascadeEntry>();
  for (const mark of [...marks].sort((a, b) => a.atNs - b.atNs)) {
    if (trouble !== null && mark.untilNs < trouble.firstNs) continue;
    const what = `${mark.component} ${mark.what}`;
    if (entries.has(what)) continue;
    entries.set(what, {
      at: mark.atNs / 1e9,
      component: mark.component,
      what: mark.what,
      text: happened(mark),
    });
  }
  return [...entries.values()];
}
