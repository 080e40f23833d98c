import type { AlertTimesPlan, Plan } from '../../model/plan.js';
import type { Raised } from './alert.js';
import { Episodes } from './episodes.js';

const SECOND_NS = 1e9;

/** How often breakers opened, by second, of each edge that has any. */
export type Openings = Readonly<Record<string, Float64Array>>;

/**
 * Breakers that close and open again and again; one that opens anew because its probes failed has
 * been of one mind all the time, and does not flap. Each caller of an edge has its own, and one trouble opens them
 * all: what counts is how often each of them opened within the span, in the mean.
 */
export function flapping(openings: Openings, plan: Plan, settings: AlertTimesPlan): Raised[] {
  const raised: Raised[] = [];
  const { times, withinNs } = settings;
  const span = Math.floor(withinNs / SECOND_NS);
  const episodes = new Episodes('breaker_flapping', plan.edges.length, 0, raised);
  plan.edges.forEach(({ name, from }, edge) => {
    // A broker that delivers has no breakers.
    if (!Object.hasOwn(openings, name) || from.kind === 'queue') return;
    const bySecond = openings[name];
    const callers =
      from.kind === 'producer'
        ? plan.producers[from.index].clients
        : plan.components[from.index].replicas;
    let sum = 0;
    for (let t = 0; t < bySecond.length; t++) {
      sum += bySecond[t] - (t >= span ? bySecond[t - span] : 0);
      const each = sum / callers;
      episodes.see(edge, each >= times, t * SECOND_NS, (t + 1) * SECOND_NS, each);
    }
  });
  return raised;
}
