import type { Window } from '../../measure/measured.js';
import type { FaultPlan, Plan } from '../../model/plan.js';
import { planFor, type Scenario } from '../../scenario/index.js';
import type { LoadUnit } from '../stability/result.js';
import { scaled, triggersOf } from './file-trigger.js';
import { halves, TAIL_NS } from './halves.js';
import { loadedPlan } from './load.js';
import type { Shaping } from './shaping.js';
import { surgesOf } from './surges.js';

/** What is done to a system for `forNs`, to see whether it comes back. */
export type Trigger =
  /** All replicas of a component stand still. */
  | { kind: 'outage'; component: string; forNs: number }
  /** Every producer sends `size` times as much. */
  | { kind: 'surge'; size: number; forNs: number }
  /**
   * The file's own faults, as one: the longest lasts `forNs` and the others in proportion; `size`
   * times as strong as written.
   */
  | { kind: 'file'; size: number; forNs: number };

/**
 * A steady load, a trigger, and a while to watch. With `cut` the load is cut so long after the
 * trigger to `factor` times what it was: for good, or for `forNs`.
 */
export interface Triggered {
  kind: 'trigger';
  load: number;
  per: LoadUnit;
  warmupNs: number;
  /** From the warm-up to the trigger: what goes for normal. */
  baselineNs: number;
  /** Null: the load alone. */
  trigger: Trigger | null;
  cut: null | { afterNs: number; factor: number; forNs: number | null };
  /** From the end of the trigger, or of the cut; of one for good from its beginning. */
  watchNs: number;
}

export function triggeredPlan(scenario: Scenario, of: Shaping<Triggered>): Plan {
  const { shape } = of;
  const plan = loadedPlan(scenario, of, shape);
  const atNs = shape.warmupNs + shape.baselineNs;
  const faults = faultsOf(scenario, of, { plan, atNs });
  if (shape.cut !== null) {
    const { fromNs, toNs } = cutOf(shape);
    faults.push(...surgesOf(plan, { fromNs, toNs, factor: shape.cut.factor }));
  }
  return { ...plan, faults, warmupNs: shape.warmupNs, durationNs: endOf(shape) + TAIL_NS };
}

/** What goes for normal; then the last half of the watch, and the last half of that. */
export function triggeredWindows(shape: Triggered): [Window, Window, Window] {
  const { warmupNs, baselineNs } = shape;
  const baseline = { fromNs: warmupNs, toNs: warmupNs + baselineNs };
  return [baseline, ...halves(watchFromNs(shape), endOf(shape))];
}

function faultsOf(
  scenario: Scenario,
  { policy, seed, cell, shape: { trigger } }: Shaping<Triggered>,
  { plan, atNs }: { plan: Plan; atNs: number },
): FaultPlan[] {
  if (trigger === null) return [];
  const { forNs } = trigger;
  switch (trigger.kind) {
    case 'surge':
      return surgesOf(plan, { fromNs: atNs, toNs: atNs + forNs, factor: trigger.size });
    case 'outage': {
      const component = plan.components.findIndex(({ name }) => name === trigger.component);
      if (component < 0) throw new Error(`no component to pause: ${trigger.component}`);
      const replicas = plan.components[component]!.replicasMax;
      const text = `pause ${trigger.component}`;
      const times = { atNs, when: null, everyNs: Infinity, forNs };
      return [{ kind: 'pause', text, component, replicas, ...times }];
    }
    case 'file': {
      const written = planFor(scenario, policy, { seed, ...(cell === null ? {} : { cell }) });
      const { faults, longestNs } = triggersOf(written);
      return scaled(faults, { atNs, size: trigger.size, stretch: forNs / longestNs, plan });
    }
  }
}

/** When the trigger is over. */
function overNs({ warmupNs, baselineNs, trigger }: Triggered): number {
  return warmupNs + baselineNs + (trigger?.forNs ?? 0);
}

function cutOf(shape: Triggered): { fromNs: number; toNs: number } {
  const fromNs = overNs(shape) + (shape.cut?.afterNs ?? 0);
  return { fromNs, toNs: fromNs + (shape.cut?.forNs ?? Infinity) };
}

function watchFromNs(shape: Triggered): number {
  if (shape.cut === null) return overNs(shape);
  const { fromNs, toNs } = cutOf(shape);
  return toNs === Infinity ? fromNs : toNs;
}

/** Whole seconds, since recovery is told by them. */
function endOf(shape: Triggered): number {
  return Math.ceil((watchFromNs(shape) + shape.watchNs) / 1e9) * 1e9;
}
