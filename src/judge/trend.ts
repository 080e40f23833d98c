/** A straight line through one value a second. */
export interface Line {
  /** Change a second. */
  slope: number;
  /** Its value at the last second. */
  end: number;
  /** Standard deviation of the values about it. */
  scatter: number;
}

/** The line of least squares through values[from … to), one a second; null of fewer than three. */
export function lineThrough(values: ArrayLike<number>, from: number, to: number): Line | null {
  const n = to - from;
  if (n < 3) return null;
  const middle = (n - 1) / 2;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[from + i];
  const mean = sum / n;
  let crossed = 0;
  let spread = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const away = values[from + i] - mean;
    crossed += (i - middle) * away;
    spread += (i - middle) * (i - middle);
    squares += away * away;
  }
  const slope = crossed / spread;
  const scatter = Math.sqrt(Math.max(0, squares - slope * crossed) / n);
  return { slope, end: mean + slope * middle, scatter };
}

/**
 * Whether what waits drains: over the last half of the time since the last fault it falls on a
 * line that reaches zero within another length of the run. The last half, since a storm may go on
 * growing for a while before it breaks. What merely trembles does not fall: over that half the
 * line must come down by more than twice the scatter about it.
 *
 * @param waiting what waits at the end of each second of the run
 * @param sinceSeconds the end of the last fault
 * @param seconds whole seconds of the run
 */
export function drains(waiting: ArrayLike<number>, sinceSeconds: number, seconds: number): boolean {
  const since = Math.ceil(sinceSeconds);
  const half = Math.max(3, Math.ceil((seconds - since) / 2));
  const from = Math.max(since, seconds - half);
  const line = lineThrough(waiting, from, seconds);
  if (line === null || line.slope >= 0) return false;
  const fallen = -line.slope * (seconds - 1 - from);
  return fallen > 2 * line.scatter && line.end <= -line.slope * seconds;
}
