import type { Plan } from '../../model/plan.js';
import { planFor, type Scenario } from '../../scenario/index.js';
import type { LoadUnit } from '../stability/result.js';
import type { Shaping } from './shaping.js';
import { held, offeredPerSecond } from './steady.js';

/** One steady load. */
export interface Load {
  load: number;
  per: LoadUnit;
}

/**
 * The file's plan with every producer at this one load for as long as a run may be, without the
 * faults. Rates that change are held at their mean over the file's run.
 */
export function loadedPlan(
  scenario: Scenario,
  { policy, seed, cell }: Omit<Shaping<unknown>, 'shape'>,
  { load, per }: Load,
): Plan {
  const plan = planFor(scenario, policy, {
    seed,
    load: per === 'file' ? load : 1,
    withoutFaults: true,
    ...(cell === null ? {} : { cell }),
  });
  const factor = per === 'file' ? 1 : load / offeredPerSecond(plan);
  const producers = plan.producers.map((producer) => held(producer, plan.durationNs, factor));
  return { ...plan, producers };
}

/** "150% load", "200/s" */
export function loadText({ load, per }: Load): string {
  return per === 'file' ? `${Number((load * 100).toPrecision(4))}% load` : `${rounded(load)}/s`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
