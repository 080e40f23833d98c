import { valueOf } from './histograms.js';

/** Fine buckets (128 an octave) to one of these. */
const SHIFT = 3;
const BUCKETS = (54 * 128) >> SHIFT;

/**
 * Durations of one second, a histogram for each subject: 16 buckets an octave, so that a quantile is
 * within 3.2%, and noting one costs a single count. For what is looked at every second and is no
 * figure of the run.
 */
export class CoarseHistograms {
  private readonly counts: Uint32Array;
  /** By subject: zeros and all; the lowest and the highest bucket that holds any. */
  private readonly zeros: Uint32Array;
  private readonly samples: Uint32Array;
  private readonly lowest: Int32Array;
  private readonly highest: Int32Array;

  constructor(private readonly subjects: number) {
    this.counts = new Uint32Array(subjects * BUCKETS);
    this.zeros = new Uint32Array(subjects);
    this.samples = new Uint32Array(subjects);
    this.lowest = new Int32Array(subjects).fill(BUCKETS);
    this.highest = new Int32Array(subjects).fill(-1);
  }

  /** Counts a duration by its fine bucket (see `Histograms.record`); -1 stands for 0. */
  note(subject: number, fine: number): void {
    if (subject >= this.subjects) return;
    this.samples[subject]++;
    if (fine < 0) {
      this.zeros[subject]++;
      return;
    }
    const bucket = fine >> SHIFT;
    this.counts[subject * BUCKETS + bucket]++;
    if (bucket < this.lowest[subject]) this.lowest[subject] = bucket;
    if (bucket > this.highest[subject]) this.highest[subject] = bucket;
  }

  /** Ends the second: tells each subject that had samples its p50 and p99, then holds none. */
  flush(tell: (subject: number, p50Ns: number, p99Ns: number) => void): void {
    for (let subject = 0; subject < this.subjects; subject++) {
      if (this.samples[subject] > 0) this.flushSubject(subject, tell);
    }
  }

  private flushSubject(subject: number, tell: (s: number, p50: number, p99: number) => void): void {
    const { counts } = this;
    const rank50 = Math.ceil(this.samples[subject] * 0.5);
    const rank99 = Math.ceil(this.samples[subject] * 0.99);
    let seen = this.zeros[subject];
    let p50 = seen >= rank50 ? 0 : -1;
    let p99 = seen >= rank99 ? 0 : -1;
    for (let bucket = this.lowest[subject]; bucket <= this.highest[subject]; bucket++) {
      const at = subject * BUCKETS + bucket;
      if (counts[at] === 0) continue;
      seen += counts[at];
      counts[at] = 0;
      const fine = bucket << SHIFT;
      const middle = (valueOf(fine) + valueOf(fine + (1 << SHIFT) - 1)) / 2;
      if (p50 < 0 && seen >= rank50) p50 = middle;
      if (p99 < 0 && seen >= rank99) p99 = middle;
    }
    this.samples[subject] = 0;
    this.zeros[subject] = 0;
    this.lowest[subject] = BUCKETS;
    this.highest[subject] = -1;
    tell(subject, p50, p99);
  }
}
