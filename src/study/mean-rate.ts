import type { RatePoint } from '../model/plan.js';

/** The mean of a schedule of rates over [0, duration): its steps and ramps integrated. */
export function meanRate(points: readonly RatePoint[], durationNs: number): number {
  let area = 0;
  let rate = 0;
  points.forEach((point, index) => {
    const endNs = Math.min(points[index + 1]?.atNs ?? durationNs, durationNs);
    const lengthNs = endNs - point.atNs;
    if (lengthNs <= 0) return;
    const rampNs = Math.min(point.rampNs, lengthNs);
    const share = point.rampNs > 0 ? rampNs / point.rampNs : 1;
    const reached = rate + (point.perSecond - rate) * share;
    area += ((rate + reached) / 2) * rampNs + reached * (lengthNs - rampNs);
    rate = reached;
  });
  return durationNs > 0 ? area / durationNs : 0;
}
