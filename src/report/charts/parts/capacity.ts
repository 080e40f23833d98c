import type { HockeyPoint } from '../../../study/result.js';
import { formatRate } from '../../format.js';
import { own } from '../../input.js';
import type { ChartContext } from '../chart.js';

/** Where theory puts the capacity on an axis of load. */
export interface Capacity {
  /** A share of the load of the file. */
  load: number;
  text: string;
  /** The policy's place; `null` where all policies share the figure. */
  policy: number | null;
}

/** Requests/s that the whole load of the file offers, by the points tried. */
export function fullLoad(points: readonly HockeyPoint[]): number {
  const rates = points.map(({ offered, load }) => offered / load).sort((a, b) => a - b);
  return rates[Math.floor(rates.length / 2)] ?? 0;
}

/** The capacities that fall on the axis: one for all policies where they agree. */
export function capacities(
  context: ChartContext,
  points: readonly HockeyPoint[],
  greatestLoad: number,
): Capacity[] {
  const full = fullLoad(points);
  if (!(full > 0)) return [];
  const found = context.policies.flatMap(({ index, name }) => {
    const capacity = own(context.result.policies, name)?.theory.capacity ?? null;
    return capacity === null ? [] : [{ index, name, capacity }];
  });
  const agreed = new Set(found.map(({ capacity }) => capacity.toPrecision(6))).size === 1;
  const shown = agreed ? found.slice(0, 1) : found;
  return shown
    .map(({ index, name, capacity }) => ({
      load: capacity / full,
      text: `capacity ${formatRate(capacity)}${agreed ? '' : ` (${name})`}`,
      policy: agreed ? null : index,
    }))
    .filter(({ load }) => load <= greatestLoad);
}
