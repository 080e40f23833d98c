import type { EdgePlan, Plan } from '../../src/model/plan.js';
import { formatIssue, loadScenario, planFor, type Scenario } from '../../src/scenario/index.js';

/** A small sound scenario; `more` is added to it at the top level. */
export function small(more = ''): string {
  return `spillway: 1
duration: 60s
producers: { users: { arrivals: 100/s, to: shop } }
services:
  shop: { workers: 4, handler: [ { work: 5ms }, { call: db } ] }
dependencies:
  db: { workers: 2, handler: [ { work: 1ms } ] }
${more}`;
}

/** The scenario of a text, which must be sound. */
export function sound(text: string): Scenario {
  const { scenario, issues } = loadScenario({ text, file: 'test.yaml' });
  if (scenario === null) throw new Error(issues.map(formatIssue).join('\n'));
  return scenario;
}

/** The plan of a text under a policy. */
export function planOf(text: string, policy = 'base'): Plan {
  return planFor(sound(text), policy);
}

/** An edge of a plan by its name. */
export function edge(plan: Plan, name: string): EdgePlan {
  const found = plan.edges.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}: ${plan.edges.map((one) => one.name)}`);
  return found;
}

/** What is wrong with a text, a line an issue. */
export function mistakes(text: string | Uint8Array): string[] {
  return loadScenario({ text, file: 'f' }).issues.map(formatIssue);
}
