import { exp, log } from '../../../kernel/math.js';
import { erlangB } from './erlang-b.js';

/** `servers` alike before one line without a bound; the load below the number of servers. */
export interface Pool {
  servers: number;
  /** Arrivals a second. */
  arrivals: number;
  /** Seconds. */
  meanWork: number;
}

/** Erlang's C, the chance of having to wait: cB/(c − a(1−B)). 1 where there is no equilibrium. */
export function erlangC(c: number, a: number): number {
  if (a >= c) return 1;
  const blocked = erlangB(c, a);
  return (c * blocked) / (c - a * (1 - blocked));
}

/** How fast a line before busy servers shortens: cμ − λ, per second; 0 without an equilibrium. */
function slack({ servers, arrivals, meanWork }: Pool): number {
  return Math.max(0, servers / meanWork - arrivals);
}

/** M/M/c: mean wait in seconds, Wq = C/(cμ−λ). (L. Kleinrock, "Queueing Systems I", 1975, 3.5.) */
export function mmcWait(pool: Pool): number {
  return chanceToWait(pool) / slack(pool);
}

/** M/M/c, first come first served: P(Wq > t) = C e^{−(cμ−λ)t}. */
export function mmcWaitsLonger(pool: Pool, t: number): number {
  return chanceToWait(pool) * exp(-slack(pool) * t);
}

/** M/M/c, first come first served: the wait that a share `p` does not exceed. */
export function mmcWaitQuantile(pool: Pool, p: number): number {
  const chance = chanceToWait(pool);
  return chance <= 1 - p ? 0 : log(chance / (1 - p)) / slack(pool);
}

/**
 * M/M/c, first come first served: the share still in the system `t` after it came. The wait is 0
 * with chance 1−C, else exponential of rate r = cμ−λ, and the work comes on top:
 * e^{−μt}(1 + C(μ/(r−μ))(1 − e^{−(r−μ)t})).
 */
export function mmcStaysLonger(pool: Pool, t: number): number {
  const mu = 1 / pool.meanWork;
  const rate = slack(pool);
  if (rate === 0) return 1;
  return exp(-mu * t) + chanceToWait(pool) * mu * betweenTails(mu, rate, t);
}

/** (e^{−at} − e^{−bt})/(b − a) for a, b, t ≥ 0, also where a and b are close. */
function betweenTails(a: number, b: number, t: number): number {
  const least = Math.min(a, b);
  const x = Math.abs(b - a) * t;
  // (1 − e^{−x})/x by its series where the difference would cancel.
  const mean = x < 1e-3 ? 1 - x / 2 + (x * x) / 6 - (x * x * x) / 24 : (1 - exp(-x)) / x;
  return exp(-least * t) * t * mean;
}

/** M/M/c, first come first served: the time within which a share `p` is out of the system. */
export function mmcTimeQuantile(pool: Pool, p: number): number {
  if (slack(pool) === 0) return Infinity;
  let high = pool.meanWork;
  while (mmcStaysLonger(pool, high) > 1 - p) high *= 2;
  let low = 0;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (mmcStaysLonger(pool, middle) > 1 - p) low = middle;
    else high = middle;
  }
}

function chanceToWait({ servers, arrivals, meanWork }: Pool): number {
  return erlangC(servers, arrivals * meanWork);
}
