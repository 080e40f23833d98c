import type { ComponentPlan, DegradePlan, QueuePlan } from '../model/plan.js';
import type { ShedSpec } from '../policies/shed.js';
import { lawText } from './understood-laws.js';
import { formatDuration, formatShare, plain } from './units.js';

/** What waits where and how, as `spillway validate` tells it. */
export function queueText(queue: ComponentPlan['queue'], queues: readonly QueuePlan[]): string {
  const { capacity, coalesce, deadLetter, maxAge, shed, whenFull } = queue;
  const letters = deadLetter < 0 ? '' : ` to ${queues[deadLetter]?.name}`;
  const full = Number.isFinite(capacity) ? `${capacity}, then ${whenFull}${letters}` : 'unbounded';
  const order = orderText(queue);
  const parts = [`queue ${full}`];
  if (order !== 'fifo') parts.push(order);
  if (maxAge !== null) parts.push(`for ${lawText(maxAge)} at most`);
  if (coalesce === 'join') parts.push('one work for all that wait with one key');
  if (coalesce === 'replace') parts.push('a newer one takes the place of its key');
  if (shed !== null) parts.push(shedText(shed));
  return parts.join(', ');
}

function orderText({ discipline, lifoAbove }: ComponentPlan['queue']): string {
  if (discipline === 'preemptive') return 'preemptive priority';
  if (discipline === 'fair') return 'tenants in turn';
  if (discipline === 'edf') return 'the earliest deadline first';
  if (lifoAbove === null) return discipline;
  return `last first above ${formatShare(lifoAbove)}`;
}

function shedText(shed: ShedSpec): string {
  switch (shed.kind) {
    case 'codel':
    case 'folly_codel': {
      const { intervalNs, targetNs } = shed;
      return `${shed.kind} ${formatDuration(targetNs)} in ${formatDuration(intervalNs)}`;
    }
    case 'facebook': {
      const { mNs, nNs } = shed;
      return `for ${formatDuration(nNs)} at most, ${formatDuration(mNs)} in a standing line`;
    }
    case 'pie': {
      const { alpha, beta, burstNs, targetNs, updateNs } = shed;
      const weights = `alpha ${plain(alpha)}, beta ${plain(beta)}`;
      const every = `every ${formatDuration(updateNs)}, burst ${formatDuration(burstNs)}`;
      return `pie ${formatDuration(targetNs)} ${every}, ${weights}`;
    }
    case 'red': {
      const { from, max, to, weight } = shed;
      const range = `${formatShare(from)} to ${formatShare(to)}`;
      return `red ${range}, up to ${formatShare(max)}, weight ${plain(weight)}`;
    }
  }
}

export function degradeText({ degraded, when }: DegradePlan): string {
  const quality = degraded ? '' : ', as good as the usual one';
  return `another handler at ${formatShare(when)} of the queue${quality}`;
}
