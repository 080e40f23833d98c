import type { Series } from '../measure/measured.js';

/**
 * Series averaged point by point over replications. A point is the mean of the replications that
 * have a sample there, since a quiet second in one of twenty would otherwise blank the line.
 */
export class SeriesMeans {
  #only: Series | null = null;
  #count = 0;
  readonly #sums = new Map<string, { sums: number[]; counts: number[] }>();

  add(series: Series): void {
    this.#count++;
    if (this.#count === 1) {
      // One replication is handed on as it is: sums would only cost time and memory.
      this.#only = series;
      return;
    }
    if (this.#only !== null) {
      this.#sum(this.#only);
      this.#only = null;
    }
    this.#sum(series);
  }

  result(): Series {
    if (this.#only !== null) return this.#only;
    const means: Series = { step: this.#step };
    for (const [name, { sums, counts }] of this.#sums) {
      means[name] = sums.map((sum, point) => (counts[point]! > 0 ? sum / counts[point]! : null));
    }
    return means;
  }

  #step = 0;

  #sum(series: Series): void {
    this.#step = series.step;
    for (const [name, values] of Object.entries(series)) {
      if (typeof values === 'number') continue;
      const row = this.#sums.get(name) ?? { sums: [], counts: [] };
      this.#sums.set(name, row);
      for (let point = 0; point < values.length; point++) {
        const value = values[point] ?? null;
        row.sums[point] = (row.sums[point] ?? 0) + (value ?? 0);
        row.counts[point] = (row.counts[point] ?? 0) + (value === null ? 0 : 1);
      }
    }
  }
}
