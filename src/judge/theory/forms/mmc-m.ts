import { equilibrium } from './birth-death.js';

/** A pool whose customers leave the line when their patience, exponential, is at its end. */
export interface ImpatientPool {
  servers: number;
  /** Arrivals a second. */
  arrivals: number;
  /** Seconds. */
  meanWork: number;
  meanPatience: number;
}

/** What M/M/c+M comes to. */
export interface Impatient {
  /** The share that finds all servers busy. */
  waits: number;
  /** The share that leaves before it is served. */
  abandons: number;
  /** Mean time in line in seconds, of all that come. */
  wait: number;
  waiting: number;
  busy: number;
}

/** Beyond this many expected departures further up the line, a state has no weight in a double. */
const TAIL = 1e-18;

/**
 * M/M/c+M, Erlang A (C. Palm 1957): birth and death, down at min(n, c)μ + (n−c)⁺θ. Those who leave
 * do so at θ each: P(abandon) = θ·E[waiting]/λ. Always in equilibrium.
 */
export function mmcM({ servers, arrivals, meanWork, meanPatience }: ImpatientPool): Impatient {
  const down = (n: number): number =>
    Math.min(n, servers) / meanWork + Math.max(0, n - servers) / meanPatience;
  const chances = equilibrium(lastState(servers, arrivals, down), () => arrivals, down);
  let waits = 0;
  let waiting = 0;
  let busy = 0;
  chances.forEach((chance, n) => {
    if (n >= servers) waits += chance;
    waiting += chance * Math.max(0, n - servers);
    busy += chance * Math.min(n, servers);
  });
  const abandons = waiting / (meanPatience * arrivals);
  return { waits, abandons, wait: waiting / arrivals, waiting, busy };
}

/** From here on up nothing has a weight: the product of up ÷ down has fallen under TAIL. */
function lastState(servers: number, arrivals: number, down: (n: number) => number): number {
  let n = servers;
  // The peak of the chain lies where the rate down comes up to the rate up.
  while (down(n) < arrivals) n++;
  for (let weight = 1; weight > TAIL; n++) weight *= arrivals / down(n + 1);
  return n;
}
