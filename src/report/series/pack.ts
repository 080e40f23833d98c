import type { Line } from './panel.js';
import { rounded } from './rounded.js';
import { thin } from './thin.js';

/** A series as a line of a panel with at most `limit` points. */
export function packLine(
  policy: number,
  kind: number,
  values: readonly (number | null)[],
  limit: number,
): Line {
  if (values.length <= limit) return { policy, kind, values: values.map(rounded) };
  const thinned = thin(values, limit);
  const gaps = thinned.at.map((step, index) => step - (thinned.at[index - 1] ?? 0));
  return { policy, kind, gaps, values: thinned.values.map(rounded) };
}
