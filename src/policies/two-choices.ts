/** Two different places in a list of `size`, each pair as likely, from one draw `u` in [0, 1). */

/** The first of the two. */
export function firstOf(u: number, size: number): number {
  return Math.floor(u * size);
}

/** The second: what is left of the draw picks among the others. Of a single replica, that one. */
export function secondOf(u: number, size: number): number {
  if (size === 1) return 0;
  const first = Math.floor(u * size);
  const other = Math.min(size - 2, Math.floor((u * size - first) * (size - 1)));
  return other < first ? other : other + 1;
}
