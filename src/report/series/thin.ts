/** A thinned series: values and the steps at which they stand. */
export interface Thinned {
  at: number[];
  values: (number | null)[];
}

/**
 * Thins a series to at most `limit` points: the steps are cut into equal buckets and each keeps its
 * least and its greatest value, in the order in which they came. So no peak and no trough is lost,
 * and every point drawn is one that was measured. A bucket without a value keeps one `null`, so that
 * the line breaks there.
 */
export function thin(values: readonly (number | null)[], limit: number): Thinned {
  const size = Math.ceil((2 * values.length) / limit);
  const thinned: Thinned = { at: [], values: [] };
  for (let start = 0; start < values.length; start += size) {
    const end = Math.min(start + size, values.length);
    keepExtremes(values, start, end, thinned);
  }
  return thinned;
}

function keepExtremes(
  values: readonly (number | null)[],
  start: number,
  end: number,
  into: Thinned,
): void {
  let low = -1;
  let high = -1;
  for (let index = start; index < end; index++) {
    const value = values[index] ?? null;
    if (value === null) continue;
    if (low < 0 || value < (values[low] as number)) low = index;
    if (high < 0 || value > (values[high] as number)) high = index;
  }
  if (low < 0) {
    into.at.push(start);
    into.values.push(null);
    return;
  }
  for (const index of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
    into.at.push(index);
    into.values.push(values[index] as number);
  }
}
