import type { AutoscalePlan } from '../model/plan.js';
import type { ScaleDirection, ScaleLimit } from '../policies/hpa.js';
import { formatDuration, formatShare, plain } from './units.js';

/** How replicas come and go, as `spillway validate` tells it. */
export function autoscaleText(autoscale: AutoscalePlan): string {
  const { cold, delayNs, eventSource, hpa, metric, periodNs } = autoscale;
  if (eventSource !== null) {
    const { from, max, perMinute } = eventSource;
    return `${from} to ${max} batches at a time, up to ${perMinute} more a minute (event source)`;
  }
  const target = hpa.of === 'share' ? `${hpa.target}%` : plain(hpa.target / 1000);
  const parts = [
    `${hpa.min} to ${hpa.max} replicas by ${metric} ${target} ± ${formatShare(hpa.tolerance)}`,
    `every ${formatDuration(periodNs)}`,
    `ready after ${formatDuration(delayNs)}`,
    `up ${directionText(hpa.up)}`,
    `down ${directionText(hpa.down)}`,
  ];
  if (cold !== null) {
    parts.push(`${plain(cold.slowdown)} times as slow for ${formatDuration(cold.forNs)}`);
  }
  return parts.join(', ');
}

function directionText({ limits, stabilizeNs }: ScaleDirection): string {
  if (limits === null) return 'never';
  const steps = limits.map(limitText).join(' or ');
  const speed = limits.length === 0 ? 'at once' : `by ${steps}`;
  return stabilizeNs === 0 ? speed : `${speed} over ${formatDuration(stabilizeNs)}`;
}

function limitText({ by, kind, withinNs }: ScaleLimit): string {
  return `${plain(by)}${kind === 'percent' ? '%' : ''} in ${formatDuration(withinNs)}`;
}
