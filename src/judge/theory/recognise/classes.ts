import type { AnyWork } from '../forms/mg1.js';
import { cobhamWaits, preemptiveTimes } from '../forms/priorities.js';
import type { Figures, Fit, Fitting, Ranked } from './fits.js';
import type { Law } from './law.js';
import { refusal } from './say.js';

/**
 * One server, the most important first: Cobham's waits where nobody is interrupted, the times of
 * preemptive resume where the less important stand aside.
 */
export function byImportance(ranked: readonly Ranked[], preemptive: boolean): Fitting {
  const classes = classesOf(ranked);
  const works = classes.map(({ work }) => work);
  const load = sum(works, ({ arrivals, meanWork }) => arrivals * meanWork);
  if (load >= 1) return { reason: refusal.overload(`${Math.round(load * 100)}%`) };
  if (works.some(({ secondMoment }) => secondMoment === Infinity)) {
    return { reason: refusal.infinite() };
  }
  const waits = preemptive
    ? preemptiveTimes(works).map((time, k) => time - works[k].meanWork)
    : cobhamWaits(works);
  const arrivals = sum(works, (work) => work.arrivals);
  const waiting = sum(works, (work, k) => work.arrivals * waits[k]);
  const figures: Figures = {
    utilization: load,
    'sojourn.mean': (waiting + load) / arrivals,
    'queue.depth.mean': waiting,
    'in_flight.mean': waiting + load,
  };
  if (!preemptive) figures['wait.mean'] = waiting / arrivals;
  const fit: Fit = {
    form: preemptive ? 'M/G/1, preemptive priority' : 'M/G/1, priority (Cobham)',
    figures,
    pool: null,
    inOrder: false,
    wait: waiting / arrivals,
    waits: new Map(classes.map(({ priority }, k) => [priority, waits[k]])),
    loss: 0,
  };
  return { fit };
}

/** The most important first; those of one importance together. */
function classesOf(ranked: readonly Ranked[]): { priority: number; work: AnyWork }[] {
  const priorities = [...new Set(ranked.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.map((priority) => {
    const alike = ranked.filter((one) => one.priority === priority);
    const arrivals = sum(alike, (one) => one.arrivals);
    const mean = (of: (law: Law) => number) =>
      sum(alike, (one) => one.arrivals * of(one.law)) / arrivals;
    return {
      priority,
      work: {
        arrivals,
        meanWork: mean((law) => law.mean),
        secondMoment: mean((law) => law.square),
      },
    };
  });
}

function sum<T>(items: readonly T[], of: (item: T, index: number) => number): number {
  return items.reduce((total, item, index) => total + of(item, index), 0);
}
