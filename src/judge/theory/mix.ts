import type { ArrivalsPlan, Plan, RatePoint } from '../../model/plan.js';
import type { Nodes } from './nodes.js';

/**
 * Which share of the offered load enters at which node: by the producers' mean rates over the run,
 * surges left out. Null where it depends on how fast producers that wait for answers get them.
 */
export function mixOf(plan: Plan, nodes: Nodes): Map<number, number> | null {
  const entries = plan.producers.map(({ to }) => nodes.entered(to));
  const rates = plan.producers.map(({ arrivals }) => meanRate(arrivals, plan.durationNs));
  const mix = new Map<number, number>();
  if (entries.every((entry) => entry === entries[0])) {
    if (entries.length > 0 && rates.some((rate) => rate !== 0)) mix.set(entries[0], 1);
    return mix;
  }
  let total = 0;
  for (const rate of rates) {
    if (rate === null) return null;
    total += rate;
  }
  entries.forEach((entry, index) => {
    const rate = rates[index];
    if (rate !== null && rate > 0) mix.set(entry, (mix.get(entry) ?? 0) + rate / total);
  });
  return mix;
}

/** Requests a second on average; null where they wait for answers. */
function meanRate(arrivals: ArrivalsPlan, durationNs: number): number | null {
  if (arrivals.kind === 'closed' || arrivals.kind === 'backlog') return null;
  let area = 0;
  arrivals.rate.forEach((point, index) => {
    const endNs = Math.min(durationNs, arrivals.rate[index + 1]?.atNs ?? Infinity);
    area += areaOf(point, arrivals.rate[index - 1]?.perSecond ?? 0, endNs);
  });
  return area / durationNs;
}

/** Rate × nanoseconds from this point to `endNs`. */
function areaOf({ atNs, perSecond, rampNs }: RatePoint, before: number, endNs: number): number {
  const length = Math.max(0, endNs - atNs);
  const ramped = Math.min(length, rampNs);
  if (ramped === 0) return length * perSecond;
  const reached = before + ((perSecond - before) * ramped) / rampNs;
  return (ramped * (before + reached)) / 2 + (length - ramped) * perSecond;
}
