import type { MemoryPlan } from '../model/plan.js';
import { formatDuration, formatShare, formatSize, plain } from './units.js';

/** A replica's memory, as `validate` tells it. */
export function memoryText({ limitBytes, baseBytes, restart, gc }: MemoryPlan): string {
  const { fromNs, capNs } = restart;
  const base = baseBytes > 0 ? ` (${formatSize(baseBytes)} with nothing to do)` : '';
  const grows = capNs > fromNs ? `, doubling up to ${formatDuration(capNs)}` : '';
  const slow =
    gc === null || gc.slowdown === 1
      ? ''
      : `, gc from ${formatShare(gc.from)} up to ${plain(gc.slowdown)} times as slow`;
  return `memory ${formatSize(limitBytes)}${base}, restart ${formatDuration(fromNs)}${grows}${slow}`;
}
