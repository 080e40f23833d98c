/** Tests of uniformity, as z-scores: 0 on average, beyond 5 once in two million. */

/** How far counts lie from `expected` each, by chi-square with Wilson and Hilferty's cube root. */
export function chiSquareZ(counts: ArrayLike<number>, expected: number): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += (counts[i]! - expected) ** 2 / expected;
  const degrees = counts.length - 1;
  const spread = 2 / (9 * degrees);
  return (Math.cbrt(sum / degrees) - (1 - spread)) / Math.sqrt(spread);
}

/**
 * The worst z-score of a sequence of words: each of its bytes alone, the bits one by one, pairs of
 * neighbours' upper and of their lower bytes.
 */
export function worstZ(words: Int32Array): number {
  const n = words.length;
  const scores: number[] = [];
  for (const shift of [0, 8, 16, 24]) {
    const counts = new Float64Array(256);
    for (let i = 0; i < n; i++) counts[(words[i]! >>> shift) & 255]!++;
    scores.push(chiSquareZ(counts, n / 256));
    for (let bit = 0; bit < 8; bit++) {
      const ones = counts.reduce((sum, count, byte) => sum + ((byte >> bit) & 1) * count, 0);
      scores.push((ones - n / 2) / Math.sqrt(n / 4));
    }
  }
  for (const shift of [0, 24]) {
    const pairs = new Float64Array(65536);
    for (let i = 1; i < n; i += 2) {
      pairs[(((words[i - 1]! >>> shift) & 255) << 8) | ((words[i]! >>> shift) & 255)]!++;
    }
    scores.push(chiSquareZ(pairs, Math.floor(n / 2) / 65536));
  }
  return Math.max(...scores.map(Math.abs));
}

/** Whether two sequences go together: bits that agree, one by one, and upper bytes as pairs. */
export function worstDependenceZ(a: Int32Array, b: Int32Array): number {
  const pairs = new Float64Array(65536);
  const differing = new Int32Array(a.length);
  for (let i = 0; i < a.length; i++) {
    pairs[((a[i]! >>> 24) << 8) | (b[i]! >>> 24)]!++;
    differing[i] = a[i]! ^ b[i]!;
  }
  return Math.max(Math.abs(chiSquareZ(pairs, a.length / 65536)), worstZ(differing));
}
