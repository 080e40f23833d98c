import type { Window } from '../../measure/measured.js';
import type { Plan } from '../../model/plan.js';
import type { Scenario } from '../../scenario/index.js';
import type { LoadUnit } from '../stability/result.js';
import { halves, TAIL_NS } from './halves.js';
import { loadedPlan } from './load.js';
import type { Shaping } from './shaping.js';
import { surgesOf } from './surges.js';

/** Loads one after the other in one run, each held for its time; the first also warms it up. */
export interface Staircase {
  kind: 'staircase';
  per: LoadUnit;
  warmupNs: number;
  steps: { load: number; forNs: number }[];
}

export function staircasePlan(scenario: Scenario, of: Shaping<Staircase>): Plan {
  const { shape } = of;
  const first = shape.steps[0]!.load;
  const plan = loadedPlan(scenario, of, { load: first, per: shape.per });
  const spans = spansOf(shape);
  const faults = spans.flatMap(({ load, fromNs, toNs }, index) => {
    const untilNs = index === spans.length - 1 ? Infinity : toNs;
    return surgesOf(plan, { fromNs, toNs: untilNs, factor: load / first });
  });
  return { ...plan, faults, warmupNs: shape.warmupNs, durationNs: endOf(shape) + TAIL_NS };
}

/** By step: its last half, and the last half of that. */
export function staircaseWindows(shape: Staircase): [Window, Window][] {
  return spansOf(shape).map(({ fromNs, toNs }) => halves(fromNs, toNs));
}

function spansOf({ steps, warmupNs }: Staircase) {
  let atNs = warmupNs;
  return steps.map(({ load, forNs }) => {
    const fromNs = atNs;
    atNs += forNs;
    return { load, fromNs, toNs: atNs };
  });
}

function endOf({ steps, warmupNs }: Staircase): number {
  return steps.reduce((sum, { forNs }) => sum + forNs, warmupNs);
}
