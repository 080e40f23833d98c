import type { Window } from '../measure/measured.js';
import type { Plan } from '../model/plan.js';
import { type Cell, planFor, type Scenario } from '../scenario/index.js';
import { cellText } from './cells.js';
import { type Shape, shaped, shapeText } from './shapes/shape.js';

/**
 * One run that a study asks for. Plain data: with its scenario it says all that its outcome depends
 * on, so that it can be run on a thread or another machine, and its outcome kept.
 */
export interface Task {
  /** One of the file's, a built-in one, or `base`. */
  policy: string;
  seed: string;
  /** Of the sweep; null is the file as written. */
  cell: Cell | null;
  /** How the plan is bent for what the study asks; null leaves it as it is. */
  shape: Shape | null;
  /**
   * `whole`: with series, alerts and what was told of them. `figures`: metrics, windows, ledger and
   * verdict; series come with one step and no alert is looked for.
   */
  detail: 'whole' | 'figures';
  /** Length of a step of the series. Null: the smallest round one that keeps them short. */
  stepSeconds: number | null;
  /** Stretches of the run to measure beside the whole of it. */
  windows: Window[];
}

/** What is run. Throws where the policy or the cell does not fit the scenario. */
export function planOf(scenario: Scenario, { policy, seed, cell, shape }: Task): Plan {
  if (shape !== null) return shaped(scenario, { policy, seed, cell, shape });
  return planFor(scenario, policy, { seed, ...(cell === null ? {} : { cell }) });
}

/** "retry-storm at load 1.5" */
export function taskText({ policy, cell, shape }: Task): string {
  const place = [cell === null ? '' : cellText(cell), shape === null ? '' : shapeText(shape)];
  const said = place.filter((text) => text !== '').join(', ');
  return said === '' ? policy : `${policy} at ${said}`;
}
