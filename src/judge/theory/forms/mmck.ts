import { equilibrium } from './birth-death.js';

/** `servers` alike with room for `room` requests, those being served among them. */
export interface BoundedPool {
  servers: number;
  room: number;
  /** Arrivals a second. */
  arrivals: number;
  /** Seconds. */
  meanWork: number;
}

/** What M/M/c/K comes to; seconds and numbers of requests. */
export interface Bounded {
  /** The share refused. */
  loss: number;
  /** Mean wait and mean time of those let in. */
  wait: number;
  time: number;
  present: number;
  waiting: number;
  /** Mean number being served. */
  busy: number;
}

/**
 * M/M/c/K (with c = 1 M/M/1/K), by the equilibrium of its birth and death process, up λ and down
 * min(n, c)μ; waits by Little's law. Any load has an equilibrium. (L. Kleinrock, "Queueing
 * Systems I", 1975, 3.6.) Means hold for any order of service that does not look at the work.
 */
export function mmck({ servers, room, arrivals, meanWork }: BoundedPool): Bounded {
  const chances = equilibrium(
    room,
    () => arrivals,
    (n) => Math.min(n, servers) / meanWork,
  );
  // Each summed by itself: where hardly anybody waits their difference would be all rounding.
  let waiting = 0;
  let busy = 0;
  chances.forEach((chance, n) => {
    waiting += chance * Math.max(0, n - servers);
    busy += chance * Math.min(n, servers);
  });
  const loss = chances[room];
  // As many begin as are let in: no difference of numbers close to 1 where nearly all are refused.
  const admitted = busy / meanWork;
  const present = waiting + busy;
  return { loss, wait: waiting / admitted, time: present / admitted, present, waiting, busy };
}
