import { erlangB } from './erlang-b.js';

/** What servers without a line see where the refused come again after a pause that forgets them. */
export interface Retried {
  /** Attempts a second times the mean work: the load that the servers are offered. */
  offered: number;
  /** The share of attempts that is refused. */
  blocked: number;
  /** The share of requests that is never served. */
  lost: number;
}

/**
 * Refused requests come again for ever, after pauses so long that attempts are Poisson again: the
 * load r = a + rB(c, r), by bisection of r(1−B(c, r)) = a, which rises with r. `a` and r are in
 * units of one server's work. Infinity where a ≥ c. (J. W. Cohen, "Basic problems of telephone traffic
 * theory and the influence of repeated calls", Philips Telecommunication Review 18, 1957.)
 */
export function retriedForEver(c: number, a: number): Retried {
  if (a >= c) return { offered: Infinity, blocked: 1, lost: 0 };
  let high = c;
  while (high * (1 - erlangB(c, high)) < a) high *= 2;
  const offered = bisected(0, high, (r) => r * (1 - erlangB(c, r)) - a);
  return { offered, blocked: erlangB(c, offered), lost: 0 };
}

/** The same with at most `retries` more tries: r = a(1 + p + … + p^k), p = B(c, r); p^{k+1} are lost. */
export function retriedAtMost(c: number, a: number, retries: number): Retried {
  const triesAt = (p: number): number => {
    let sum = 1;
    for (let k = 0; k < retries; k++) sum = 1 + p * sum;
    return sum;
  };
  // Several solutions may exist; the least is what a system that starts empty settles at.
  let offered = a;
  for (;;) {
    const next = a * triesAt(erlangB(c, offered));
    if (!(next > offered * (1 + 1e-15))) break;
    offered = next;
  }
  const blocked = erlangB(c, offered);
  let lost = blocked;
  for (let k = 0; k < retries; k++) lost *= blocked;
  return { offered, blocked, lost };
}

/** Where a rising function is 0, to the last bit. */
function bisected(low: number, high: number, f: (x: number) => number): number {
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
}
