import type { Line } from './panel.js';
import { rounded } from './rounded.js';
import { thin } from './thin.js';

/** What the steps to keep are chosen by: the lines' values at a step; `null` where none is known. */
export type Guide = (values: readonly (number | null)[]) => number | null;

/** The sum of what is known: for what is drawn one on top of the other. */
export const sumOf: Guide = (values) =>
  values.every((value) => value === null)
    ? null
    : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);

/**
 * Several series of one policy as lines of a panel with the same steps, at most `limit` of them:
 * those at which what `guide` makes of their values is least or greatest. So they can be laid one
 * on the other, or the space between them filled. A line's kind is its place.
 */
export function packTogether(
  policy: number,
  series: readonly (readonly (number | null)[])[],
  limit: number,
  guide: Guide = sumOf,
): Line[] {
  const length = Math.max(0, ...series.map((values) => values.length));
  const at = (values: readonly (number | null)[], step: number) => values[step] ?? null;
  const kept =
    length <= limit
      ? null
      : thin(
          Array.from({ length }, (_, step) => guide(series.map((values) => at(values, step)))),
          limit,
        ).at;
  const gaps = kept?.map((step, index) => step - (kept[index - 1] ?? 0));
  return series.map((values, kind) => ({
    policy,
    kind,
    ...(gaps === undefined ? {} : { gaps }),
    values: (kept ?? Array.from({ length }, (_, step) => step)).map((step) =>
      rounded(at(values, step)),
    ),
  }));
}
