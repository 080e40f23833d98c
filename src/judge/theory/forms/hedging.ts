/**
 * One copy of a request goes out after `after` if no answer has come; the first answer counts and the
 * answers are independent, each over `t` with chance `over(t)`. The share over t:
 * F̄(t)·F̄(t−d) from d on, F̄(t) before. (J. Dean and L. A. Barroso, "The tail at scale",
 * Communications of the ACM 56, 2013, for the practice.)
 */
export function hedgedOver(over: (t: number) => number, after: number, t: number): number {
  return t < after ? over(t) : over(t) * over(t - after);
}

/** How many copies go out for one request: F̄(d). */
export function hedgesSent(over: (t: number) => number, after: number): number {
  return over(after);
}
