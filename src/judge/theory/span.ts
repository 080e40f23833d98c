/**
 * How long something lasts on average, known to lie in [lo, hi]; the same where a closed form
 * gives it exactly. Nanoseconds.
 */
export interface Span {
  lo: number;
  hi: number;
  /** It lasts as long every time. */
  constant: boolean;
}

/** What takes no time. */
export const NOTHING: Span = { lo: 0, hi: 0, constant: true };

/** A span of which the mean is known. */
export function exactly(ns: number, constant: boolean): Span {
  return { lo: ns, hi: ns, constant };
}

/** One after another. */
export function plus(a: Span, b: Span): Span {
  return { lo: a.lo + b.lo, hi: a.hi + b.hi, constant: a.constant && b.constant };
}

/** So often, one after another. */
export function times(count: number, a: Span): Span {
  return { lo: count * a.lo, hi: count * a.hi, constant: a.constant };
}

/** One or the other, with the share `share` of `a`. */
export function either(share: number, a: Span, b: Span): Span {
  if (share >= 1) return a;
  if (share <= 0) return b;
  return {
    lo: share * a.lo + (1 - share) * b.lo,
    hi: share * a.hi + (1 - share) * b.hi,
    constant: a.constant && b.constant && a.lo === b.lo,
  };
}

/**
 * All at once, until `need` of them are over. Exact of constant spans. The mean of the longest of
 * random ones is at least the greatest of their means and at most their sum; of the `need`
 * shortest only the upper bound holds.
 */
export function together(branches: readonly Span[], need: number): Span {
  if (branches.length === 0 || need <= 0) return NOTHING;
  if (branches.length === 1) return branches[0];
  if (branches.every(({ constant }) => constant)) {
    const sorted = branches.map(({ lo }) => lo).sort((a, b) => a - b);
    return exactly(sorted[Math.min(need, sorted.length) - 1], true);
  }
  const all = need >= branches.length;
  return {
    lo: all ? Math.max(...branches.map(({ lo }) => lo)) : 0,
    hi: branches.reduce((sum, { hi }) => sum + hi, 0),
    constant: false,
  };
}
