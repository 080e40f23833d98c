import { eachStep, handlersOf, lockTakers } from '../model/index.js';
import type { Plan } from '../model/plan.js';
import { formatDuration } from './units.js';

/** What the locks are, who takes them and how long they wait, as `spillway validate` tells it. */
export function lockLines(plan: Plan): Map<string, string> {
  const takers = lockTakers(plan);
  return new Map(
    plan.locks.map(({ name, scope, order, inherit }, lock) => {
      const by = (takers[lock] ?? []).map((c) => plan.components[c]?.name);
      const parts = [
        scope === 'scenario' ? 'one for all' : 'one in each replica',
        `taken by ${by.join(', ')}`,
        order === 'fifo' ? 'first come first served' : 'the most important first',
      ];
      if (inherit) parts.push('its holder inherits importance');
      parts.push(waitText(waitsFor(plan, lock)));
      return [name, parts.join('; ')];
    }),
  );
}

function waitsFor(plan: Plan, lock: number): number[] {
  const waits = new Set<number>();
  for (const { steps } of handlersOf(plan)) {
    eachStep(steps, (step) => {
      if (step.op === 'lock' && step.lock === lock) waits.add(step.waitNs);
    });
  }
  return [...waits].sort((a, b) => a - b);
}

function waitText(waits: readonly number[]): string {
  const bounds = waits.filter((ns) => ns < Infinity).map(formatDuration);
  if (bounds.length === 0) return 'waited for as long as it takes';
  const or = bounds.length < waits.length ? [...bounds, 'as long as it takes'] : bounds;
  return `waited for ${or.join(' or ')}${bounds.length < waits.length ? '' : ' at most'}`;
}
