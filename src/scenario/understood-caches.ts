import type { CachePlan, StepPlan } from '../model/plan.js';
import { formatDuration, formatShare } from './units.js';

/** What is told of a component's caches, and of what fails there for good. */
export function cacheTexts(steps: readonly StepPlan[]): string[] {
  return steps.flatMap((step) => {
    if (step.op === 'cache') return cacheText(step.cache);
    if (step.op !== 'fail' || step.per === 'attempt') return [];
    return `${formatShare(step.share)} of ${step.per}s fail every time`;
  });
}

function cacheText(cache: CachePlan): string {
  if (cache.kind === 'share') return `a cache that finds ${formatShare(cache.hit)}`;
  const { capacity, ttlNs, fill, shared, warm } = cache;
  const parts = [`a cache of ${Number.isFinite(capacity) ? capacity : 'any number of'} keys`];
  if (Number.isFinite(ttlNs)) parts.push(`each good for ${formatDuration(ttlNs)}`);
  if (fill === 'always') parts.push('filled also when nobody waits any more');
  if (fill === 'never') parts.push('never filled');
  if (shared) parts.push('one for all replicas');
  if (warm) parts.push('warm at the beginning');
  return parts.join(', ');
}
