/** Latencies of successes over time, for a picture: counts by column of time and row of latency. */
export interface LatencyMap {
  /** Seconds a column. */
  step: number;
  /** Seconds: where each row begins, and where the last one ends; the first holds all below, too. */
  bounds: number[];
  /** By column: its lowest row that holds any, then the counts from there on; empty without any. */
  counts: number[][];
}

const COLUMNS_MAX = 150;
const OCTAVES = 54;
const QUARTERS = 4;
const ROWS = OCTAVES * QUARTERS;
/** Of the fine buckets (128 an octave) to one of these. */
const SHIFT = 5;
/** A microsecond: what is faster, or takes no time at all, falls into this row. */
const LOWEST = 10 * QUARTERS;

/**
 * Counts of latencies by rows of a quarter of an octave, and by columns of so many steps that there
 * are at most 150. It is told of buckets once a step, never of a request.
 */
export class LatencyMapBook {
  private readonly stepsEach: number;
  private readonly cells: Uint32Array;
  private step = 0;
  /** Where the cells of the column at hand begin. */
  private column = 0;

  /** `steps`: how many the run has, each of `stepSeconds`. */
  constructor(
    steps: number,
    private readonly stepSeconds: number,
  ) {
    this.stepsEach = Math.max(1, Math.ceil(steps / COLUMNS_MAX));
    this.cells = new Uint32Array(Math.ceil(steps / this.stepsEach) * ROWS);
  }

  /** So many samples of this step are in a fine bucket; -1 stands for 0. */
  count(fine: number, n: number): void {
    const row = fine >> SHIFT;
    this.cells[this.column + (row > LOWEST ? row : LOWEST)] += n;
  }

  endStep(): void {
    this.step++;
    this.column = Math.floor(this.step / this.stepsEach) * ROWS;
  }

  /** Null where nothing was counted, and of a single column: time is not to be seen in it. */
  result(): LatencyMap | null {
    const columns = Math.ceil(this.step / this.stepsEach);
    if (columns < 2) return null;
    const rows = Array.from({ length: columns }, (_, c) =>
      this.cells.subarray(c * ROWS, (c + 1) * ROWS),
    );
    const lowest = Math.min(...rows.map(firstOf));
    const highest = Math.max(...rows.map(lastOf));
    if (highest < 0) return null;
    const bounds = Array.from({ length: highest - lowest + 2 }, (_, i) => beginning(lowest + i));
    const counts = rows.map((row) => {
      const first = firstOf(row);
      const last = lastOf(row);
      return last < 0 ? [] : [first - lowest, ...row.subarray(first, last + 1)];
    });
    return { step: this.stepSeconds * this.stepsEach, bounds, counts };
  }
}

/** Where a row begins; seconds. */
function beginning(row: number): number {
  let octave = 1;
  for (let power = row; power >= QUARTERS; power -= QUARTERS) octave *= 2;
  return (octave + (octave * (row % QUARTERS)) / QUARTERS) / 1e9;
}

/** The first cell that holds any; Infinity where none does. */
function firstOf(cells: Uint32Array): number {
  const first = cells.findIndex((n) => n > 0);
  return first < 0 ? Infinity : first;
}

/** The last cell that holds any; -1 where none does. */
function lastOf(cells: Uint32Array): number {
  return cells.findLastIndex((n) => n > 0);
}

/** The sum of two maps of runs of one length with one step. */
export function addLatencyMaps(a: LatencyMap | null, b: LatencyMap | null): LatencyMap | null {
  if (a === null || b === null) return a ?? b;
  const bounds = [...new Set([...a.bounds, ...b.bounds])].sort((x, y) => x - y);
  const whole = filled(bounds);
  const columns = Math.max(a.counts.length, b.counts.length);
  const counts = Array.from({ length: columns }, (_, column) => {
    const row = new Uint32Array(whole.length - 1);
    for (const map of [a, b]) {
      const [first = 0, ...cells] = map.counts[column] ?? [];
      const shift = whole.indexOf(map.bounds[0] as number);
      cells.forEach((n, index) => {
        row[shift + first + index] += n;
      });
    }
    const first = firstOf(row);
    const last = lastOf(row);
    return last < 0 ? [] : [first, ...row.subarray(first, last + 1)];
  });
  return { step: a.step, bounds: whole, counts };
}

/** Every bound from the least to the greatest of these: two maps may lie far apart. */
function filled(bounds: readonly number[]): number[] {
  const least = bounds[0] as number;
  const greatest = bounds.at(-1) as number;
  const all: number[] = [];
  for (let row = LOWEST; row <= ROWS; row++) {
    const bound = beginning(row);
    if (bound >= least && bound <= greatest) all.push(bound);
  }
  return all;
}
