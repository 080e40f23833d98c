import { planFor, type Scenario } from '../scenario/index.js';
import { offeredPerSecond } from './shapes/steady.js';

type Plan = ReturnType<typeof planFor>;

/**
 * Why runs of these policies hold nothing for a picture, whatever happens in them; null where they
 * may. What only a run can tell (whether anything failed) is left to it.
 */
export function neverIn(
  scenario: Scenario,
  policies: readonly string[],
  picture: string,
): string | null {
  const plans = policies.map((policy) => planFor(scenario, policy));
  const none = NEEDS[picture];
  return none === undefined || plans.some(none.has) ? null : none.why;
}

const NEEDS: Record<string, { has: (plan: Plan) => boolean; why: string }> = {
  lag: { has: ({ queues }) => queues.length > 0, why: 'nothing is published to a queue' },
  memory: {
    has: ({ components }) => components.some(({ memory }) => memory !== null),
    why: 'no service has a `memory`',
  },
  guards: { has: isGuarded, why: 'there is no breaker, no retry budget and no limit' },
  'hockey-stick': {
    has: (plan) => !followsTrace(plan) && offeredPerSecond(plan) > 0,
    why: 'its load is not one that can be turned',
  },
};

function isGuarded({ edges, components }: Plan): boolean {
  const guarded = edges.some(({ breaker, throttle, concurrency, retry, hedge }) => {
    const may = [breaker, throttle, concurrency, hedge, retry?.budget ?? null];
    return may.some((one) => one !== null);
  });
  return guarded || components.some(({ admission }) => admission.length > 0);
}

function followsTrace({ producers }: Plan): boolean {
  return producers.some(({ arrivals }) => arrivals.kind === 'trace');
}
