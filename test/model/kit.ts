import type { Measured, Window } from '../../src/measure/measured.js';
import { type Plan, World } from '../../src/model/index.js';
import { loadScenario, planFor, type Scenario } from '../../src/scenario/index.js';

/** What the tests of the model share: plans from the language's own text, and ways to run them. */

export const full = process.env['SPILLWAY_FULL'] === '1';

const OPTIONS = { stepNs: 1e9, windows: [] as readonly Window[], memoryLimitBytes: 8e9 };
const SLICE = 200_000;

export interface RunOptions {
  stepNs?: number;
  windows?: readonly Window[];
  /** Events in one slice. */
  slice?: number;
}

/** A scenario from YAML without its first line. */
export function scenarioOf(text: string): Scenario {
  const { scenario, issues } = loadScenario({ text: `spillway: 1\n${text}`, file: 'test.yaml' });
  if (scenario === null) throw new Error(issues.map(({ message }) => message).join('\n'));
  return scenario;
}

/** The plan of a scenario under a policy. */
export function planOf(text: string, policy = 'base', seed?: string): Plan {
  return planFor(scenarioOf(text), policy, seed === undefined ? {} : { seed });
}

export function run(plan: Plan, { slice = SLICE, ...options }: RunOptions = {}): Measured {
  const world = new World(plan, { ...OPTIONS, ...options });
  while (!world.advance(slice));
  return world.measured();
}

export function runText(text: string, policy = 'base', seed?: string): Measured {
  return run(planOf(text, policy, seed));
}

/** A figure that must be there. */
export function figure({ metrics, notes }: Measured, name: string): number {
  const value = metrics[name];
  if (typeof value !== 'number') throw new Error(`no ${name}: ${notes[name] ?? 'unknown'}`);
  return value;
}

/** Several figures by their names; null where there is none. */
export function figures({ metrics }: Measured, ...names: string[]): (number | null)[] {
  return names.map((name) => {
    const value = metrics[name];
    if (value === undefined) throw new Error(`no such figure: ${name}`);
    return value;
  });
}

export function seriesOf({ series }: Measured, name: string): (number | null)[] {
  const values = series[name];
  if (!Array.isArray(values)) throw new Error(`no such series: ${name}`);
  return values;
}

/** The moments at which facts happened, nanoseconds, each once, in order. */
export function momentsOf(plan: Plan): number[] {
  const world = new World(plan, { ...OPTIONS });
  const moments: number[] = [];
  let events = 0;
  for (let over = false; !over; ) {
    over = world.advance(1);
    if (world.events === events) continue;
    events = world.events;
    if (moments.at(-1) !== world.nowNs) moments.push(world.nowNs);
  }
  return moments;
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
