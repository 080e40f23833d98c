const BLOCKS = '▁▂▃▄▅▆▇█';

/**
 * A series as one line of blocks, `width` at most. A block is the mean of its stretch; a stretch
 * without a sample is a blank. `max` is the full height; without it, the greatest block.
 */
export function sparkline(values: readonly (number | null)[], width: number, max?: number): string {
  const blocks = stretches(values, width);
  const top = max ?? greatest(blocks);
  return blocks.map((value) => (value === null ? ' ' : blockFor(value, top))).join('');
}

/** The greatest height a sparkline of these values would reach; for a scale that several share. */
export function sparklineTop(values: readonly (number | null)[], width: number): number {
  return greatest(stretches(values, width));
}

function stretches(values: readonly (number | null)[], width: number): (number | null)[] {
  const count = Math.min(width, values.length);
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * values.length) / count);
    const to = Math.floor(((index + 1) * values.length) / count);
    const known = values.slice(from, to).filter((value) => value !== null);
    if (known.length === 0) return null;
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}

function greatest(blocks: readonly (number | null)[]): number {
  return blocks.reduce<number>((top, value) => Math.max(top, value ?? 0), 0);
}

function blockFor(value: number, top: number): string {
  if (!(top > 0) || !(value > 0)) return BLOCKS[0]!;
  const level = Math.min(BLOCKS.length - 1, Math.floor((value / top) * BLOCKS.length));
  return BLOCKS[level]!;
}
