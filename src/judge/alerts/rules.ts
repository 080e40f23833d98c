import type { SecondRecord } from '../../measure/second-record.js';
import type { AlertsPlan } from '../../model/plan.js';
import type { Raised, RuleName } from './alert.js';
import { Episodes } from './episodes.js';
import { Moments, Past } from './trends.js';

/** How many spans before the last one make what is usual. */
const SPANS_BEFORE = 6;
/** With fewer of them known nothing is usual yet. */
const SPANS_LEAST = 2;

/** A lag has grown when it did by so many standard deviations of one that only wanders. */
const SIGMAS = 4;

/** How many there are of what rules are about. */
export interface Counts {
  producers: number;
  components: number;
  edges: number;
  /** Queues that stand by themselves: in what is told of components' queues they come after those. */
  queues: number;
  /** Queues that somebody consumes. */
  consumed: readonly number[];
}

/** One rule: looks at every second. */
export type Rule = (second: SecondRecord) => void;

type Made = (settings: AlertsPlan, counts: Counts, raised: Raised[]) => Rule | null;

/** The rules that look at seconds; `breaker_flapping` looks at openings. */
export const RULES: Readonly<Partial<Record<RuleName, Made>>> = {
  queue_depth: ({ queue_depth: settings }, { components, queues }, raised) => {
    if (settings === null) return null;
    const episodes = new Episodes('queue_depth', components + queues, settings.forNs, raised);
    return ({ fullest, queueFull, toNs }) => {
      for (let q = 0; q < queues; q++) {
        const full = Math.min(1, queueFull[q]);
        episodes.see(components + q, full > settings.above, toNs, toNs, full);
      }
      for (let c = 0; c < components; c++) {
        episodes.see(c, fullest[c] > settings.above, toNs, toNs, fullest[c]);
      }
    };
  },
  queue_ceiling: ({ queue_ceiling: settings }, { components, queues }, raised) => {
    if (settings === null) return null;
    const episodes = new Episodes('queue_ceiling', components + queues, 0, raised);
    const { times, withinNs } = settings;
    const full: (Moments | undefined)[] = [];
    return ({ wasFull, queueWasFull, fromNs, toNs }) => {
      for (let c = 0; c < components + queues; c++) {
        if ((c < components ? wasFull[c] : queueWasFull[c - components]) === 1) {
          const moments = full[c] ?? new Moments(times);
          full[c] = moments;
          moments.push(fromNs);
        }
        const firstNs = full[c]?.firstNs ?? -Infinity;
        episodes.see(c, toNs - firstNs <= withinNs, toNs, toNs, times);
      }
    };
  },
  p99_climbing: ({ p99_climbing: settings }, _counts, raised) => {
    if (settings === null) return null;
    const { factor, stable, overNs } = settings;
    const span = Math.max(1, Math.floor(overNs / 1e9));
    const episodes = new Episodes('p99_climbing', 1, 0, raised);
    const p50 = new Past(span * (SPANS_BEFORE + 1));
    const p99 = new Past(span * (SPANS_BEFORE + 1));
    let seconds = 0;
    return ({ latencyP50, latencyP99, fromNs, toNs }) => {
      p50.push(latencyP50);
      p99.push(latencyP99);
      seconds++;
      const before = Math.min(span * SPANS_BEFORE, seconds - span);
      const usual = before >= span * SPANS_LEAST;
      const now = p99.mean(span, 0);
      const holds =
        usual &&
        now > 0 &&
        now >= factor * p99.mean(before, span) &&
        p50.mean(span, 0) <= stable * p50.mean(before, span);
      episodes.see(0, holds, fromNs, toNs, now);
    };
  },
  wait_growing: ({ wait_growing: settings }, { components }, raised) => {
    if (settings === null) return null;
    const { factor, byNs, overNs } = settings;
    const span = Math.max(1, Math.floor(overNs / 1e9));
    const episodes = new Episodes('wait_growing', components, 0, raised);
    const waits: (Past | undefined)[] = [];
    return ({ waitP50, fromNs, toNs }) => {
      for (let c = 0; c < components; c++) {
        if (waits[c] === undefined && waitP50[c] !== waitP50[c]) continue;
        const past = waits[c] ?? new Past(2 * span);
        waits[c] = past;
        past.push(waitP50[c]);
        const now = past.mean(span, 0);
        const before = past.mean(span, span);
        const holds = now >= factor * before && now - before >= byNs / 1e9;
        episodes.see(c, holds, fromNs, toNs, now);
      }
    };
  },
  lag_growing: ({ lag_growing: settings }, { consumed }, raised) => {
    if (settings === null || consumed.length === 0) return null;
    const third = Math.max(1, Math.floor(settings.overNs / 3e9));
    const episodes = new Episodes('lag_growing', Math.max(...consumed) + 1, 0, raised);
    const lags = consumed.map(() => new Past(3 * third));
    const came = consumed.map(() => new Past(3 * third));
    return ({ lag, published, fromNs, toNs }) => {
      consumed.forEach((q, i) => {
        lags[i].push(lag[q]);
        came[i].push(published[q]);
        const [first, then, now] = [2, 1, 0].map((ago) => lags[i].least(third, ago * third));
        const grown = now - first;
        // Arrivals and departures of a queue that only wanders.
        const noise = Math.sqrt(Math.max(0, 2 * came[i].mean(3 * third, 0) * 2 * third - grown));
        // A batch that is being done with is past its height.
        const isHighest = lag[q] >= lags[i].most(2 * third, third);
        const rises = first < then && then < now && isHighest;
        const holds = rises && grown > SIGMAS * noise;
        episodes.see(q, holds, fromNs, toNs, grown / (2 * third));
      });
    };
  },
  rejections: ({ rejections: settings }, { components }, raised) =>
    share(
      'rejections',
      settings,
      components,
      raised,
      ({ turnedAway, left }, c) => turnedAway[c] / left[c],
    ),
  failures: ({ failures: settings }, { producers }, raised) =>
    share('failures', settings, producers, raised, ({ failed, ended }, p) => failed[p] / ended[p]),
  retry_storm: ({ retry_storm: settings }, { edges }, raised) =>
    share('retry_storm', settings, edges, raised, ({ retries, sent }, e) => retries[e] / sent[e]),
  workers_busy: ({ workers_busy: settings }, { components }, raised) => {
    if (settings === null) return null;
    const { above, forNs } = settings;
    const episodes = new Episodes('workers_busy', components, forNs, raised);
    /** What waited when all workers were found busy; at the end of the last second. */
    const first = new Float64Array(components);
    const last = new Float64Array(components);
    return ({ busyShare, waiting, wasFull, fromNs, toNs }) => {
      for (let c = 0; c < components; c++) {
        const busy = busyShare[c] > above;
        if (!busy) first[c] = waiting[c];
        else if (episodes.since(c) === Infinity) first[c] = last[c];
        const pressed = wasFull[c] === 1 || waiting[c] > first[c];
        last[c] = waiting[c];
        episodes.see(c, busy && pressed, fromNs, toNs, busyShare[c]);
      }
    };
  },
  pool_exhausted: ({ pool_exhausted: settings }, { edges }, raised) => {
    if (settings === null) return null;
    const { forNs } = settings;
    const episodes = new Episodes('pool_exhausted', edges, forNs, raised);
    return ({ poolUp, toNs }) => {
      for (let e = 0; e < edges; e++) {
        episodes.see(e, poolUp[e] === 1, toNs, toNs, forNs / 1e9);
      }
    };
  },
  memory: ({ memory: settings }, { components }, raised) => {
    if (settings === null) return null;
    const episodes = new Episodes('memory', components, settings.forNs, raised);
    return ({ memory, toNs }) => {
      for (let c = 0; c < components; c++) {
        episodes.see(c, memory[c] > settings.above, toNs, toNs, memory[c]);
      }
    };
  },
  oldest_age: ({ oldest_age: settings }, { components, queues }, raised) => {
    if (settings === null) return null;
    const above = settings.aboveNs / 1e9;
    const episodes = new Episodes('oldest_age', components + queues, 0, raised);
    return ({ oldest, queueOldest, toNs }) => {
      for (let q = 0; q < queues; q++) {
        episodes.see(components + q, queueOldest[q] > above, toNs, toNs, queueOldest[q]);
      }
      for (let c = 0; c < components; c++) {
        episodes.see(c, oldest[c] > above, toNs, toNs, oldest[c]);
      }
    };
  },
};

/** A share of what happened in each second that is above a level for a time; 0/0 is above nothing. */
function share(
  rule: RuleName,
  settings: { above: number; forNs: number } | null,
  subjects: number,
  raised: Raised[],
  of: (second: SecondRecord, subject: number) => number,
): Rule | null {
  if (settings === null) return null;
  const episodes = new Episodes(rule, subjects, settings.forNs, raised);
  return (second) => {
    for (let subject = 0; subject < subjects; subject++) {
      const value = of(second, subject);
      episodes.see(subject, value > settings.above, second.fromNs, second.toNs, value);
    }
  };
}
