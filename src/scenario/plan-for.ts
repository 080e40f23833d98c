import type { Plan } from '../model/plan.js';
import { cellMistake } from './check-cells.js';
import { type Checked, compile } from './compile.js';
import { type Issue, Issues } from './issue.js';
import { layAndCheck } from './lay.js';
import type { Cell, Scenario } from './scenario.js';
import { loadOf } from './sweep.js';

export interface PlanOptions {
  /** Instead of the scenario's. */
  seed?: string;
  /** Times every open rate and the users of `closed` (rounded, at least one); with a cell's own. */
  load?: number;
  /** Values of the sweep's axes, or of any dotted path. */
  cell?: Readonly<Record<string, unknown>>;
  withoutFaults?: boolean;
}

/** More layouts than that are not kept: of a map of ten thousand cells each is asked for once. */
const KEPT_MAX = 200;

/** Laid-out policies by scenario, oldest first: a study asks for the same ones again and again. */
const known = new WeakMap<Scenario, Map<string, Checked>>();

/**
 * The plan of a scenario under a policy: one of the file's, `base` (the scenario as it stands), or
 * a preset. Throws where the policy was not listed and does not fit (`checkPolicy` tells before), and
 * a `CellMistake` where the values of a cell do not go together.
 */
export function planFor(scenario: Scenario, policy: string, options: PlanOptions = {}): Plan {
  const { load: swept, ...rest } = options.cell ?? {};
  const factor = swept === undefined ? 1 : loadOf(swept);
  if (factor === null) throw new Error(`not a load: ${String(swept)}`);
  const checked = checkedFor(scenario, policy, rest as Cell);
  return compile(checked, {
    seed: options.seed ?? scenario.seed,
    load: factor * (options.load ?? 1),
    withFaults: options.withoutFaults !== true,
  });
}

/** What is wrong with laying a policy over a scenario: for names the file does not list. */
export function checkPolicy(scenario: Scenario, policy: string): Issue[] {
  const issues = new Issues(scenario.file);
  layAndCheck(scenario.source, policy, {}, issues);
  return issues.list();
}

/** Keeps what was laid out when the scenario was loaded, so that no plan lays it out again. */
export function remember(scenario: Scenario, policy: string, checked: Checked): void {
  layoutsOf(scenario).set(keyOf(policy, {}), checked);
}

function checkedFor(scenario: Scenario, policy: string, cell: Cell): Checked {
  const layouts = layoutsOf(scenario);
  const key = keyOf(policy, cell);
  let checked = layouts.get(key);
  if (checked === undefined) {
    checked = layKnown(scenario, policy, cell);
    if (layouts.size >= KEPT_MAX) layouts.delete(swept(layouts));
    layouts.set(key, checked);
  }
  return checked;
}

/** The oldest of a cell; those of the file as written are asked for throughout. */
function swept(layouts: ReadonlyMap<string, Checked>): string {
  for (const key of layouts.keys()) if (!key.endsWith(',{}]')) return key;
  return '';
}

function layoutsOf(scenario: Scenario): Map<string, Checked> {
  let layouts = known.get(scenario);
  if (layouts === undefined) {
    layouts = new Map();
    known.set(scenario, layouts);
  }
  return layouts;
}

function keyOf(policy: string, cell: Cell): string {
  return JSON.stringify([policy, cell]);
}

/** As `layAndCheck`, for what was checked before as far as could be: anything wrong is thrown. */
function layKnown({ source, file }: Scenario, policy: string, cell: Cell): Checked {
  const issues = new Issues('');
  const checked = layAndCheck(source, policy, cell, issues);
  if (checked !== null) return checked;
  const mistake = cellMistake(source, file, { policy, cell });
  if (mistake !== null && Object.keys(cell).length > 0) throw mistake;
  const [first] = issues.list().filter(({ severity }) => severity === 'error');
  throw new Error(`policy ${policy} cannot be laid out: ${first?.message ?? 'unknown'}`);
}
