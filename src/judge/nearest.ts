/** The candidate that takes the fewest edits to become `name`; null where none is at all alike. */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  // What needs more edits than a third of its letters is another word.
  let least = Math.floor(name.length / 3) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const edits = distance(name.toLowerCase(), candidate.toLowerCase(), least);
    if (edits < least) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}

/** Edits between two words, a swap of neighbours being one; `limit` where it takes that or more. */
function distance(a: string, b: string, limit: number): number {
  let older: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let edits = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        edits = Math.min(edits, older[j - 2] + 1);
      }
      row.push(edits);
      least = Math.min(least, edits);
    }
    if (least >= limit) return limit;
    older = above;
    above = row;
  }
  return Math.min(limit, above[b.length]);
}
