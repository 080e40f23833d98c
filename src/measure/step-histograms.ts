import { Histograms, valueOf } from './histograms.js';
import type { LatencyMapBook } from './latency-map.js';

type Tell = (subject: number, p50Ns: number, p99Ns: number, p90Ns: number) => void;

/**
 * Durations of the step that is running, one row for each subject and epoch (the window of arrival,
 * see `Epochs`). At the step's end `flush` gives each subject's p50, p99 and p90 for the series and
 * passes all samples on to the histograms of the whole run, in one pass over the buckets touched.
 */
export class StepHistograms extends Histograms {
  /** Is told of every bucket of the step's end; of one who has a single subject. */
  map: LatencyMapBook | null = null;
  private readonly lowest: Int32Array;
  private readonly highest: Int32Array;
  private readonly touched: Int32Array;
  private readonly isTouched: Uint8Array;
  private touchedCount = 0;

  constructor(
    subjects: number,
    private readonly epochs: number,
    private readonly totals: Histograms,
  ) {
    super(subjects * epochs);
    this.lowest = new Int32Array(subjects).fill(0x7fffffff);
    this.highest = new Int32Array(subjects).fill(-1);
    this.touched = new Int32Array(subjects);
    this.isTouched = new Uint8Array(subjects);
  }

  /** Counts a duration (whole ns) of a subject whose request arrived in `epoch`; returns its bucket. */
  note(subject: number, epoch: number, value: number): number {
    const row = subject * this.epochs + epoch;
    if (this.isTouched[subject] === 0) {
      this.isTouched[subject] = 1;
      this.touched[this.touchedCount++] = subject;
    }
    const bucket = this.record(row, value);
    if (bucket < 0) return bucket;
    if (bucket < this.lowest[subject]) this.lowest[subject] = bucket;
    if (bucket > this.highest[subject]) this.highest[subject] = bucket;
    return bucket;
  }

  /** Counts a duration of a subject, unless there is no such subject here. */
  noteKnown(subject: number, value: number): void {
    if (subject < this.isTouched.length) this.note(subject, 0, value);
  }

  /** Ends the step: tells each subject that had samples, then holds none. */
  flush(tell: Tell): void {
    for (let i = 0; i < this.touchedCount; i++) this.flushSubject(this.touched[i], tell);
    this.touchedCount = 0;
  }

  private flushSubject(subject: number, tell: Tell): void {
    const { epochs, totals } = this;
    const first = subject * epochs;
    let samples = 0;
    let seen = 0;
    let max = 0;
    for (let row = first; row < first + epochs; row++) {
      const count = this.countOf(row);
      if (count === 0) continue;
      samples += count;
      max = Math.max(max, this.maxOf(row));
      seen += this.passSummary(row, totals);
    }
    if (seen > 0) this.map?.count(-1, seen);
    const rank50 = Math.ceil(samples * 0.5);
    const rank90 = Math.ceil(samples * 0.9);
    const rank99 = Math.ceil(samples * 0.99);
    let p50 = seen >= rank50 ? 0 : NaN;
    let p90 = seen >= rank90 ? 0 : NaN;
    let p99 = seen >= rank99 ? 0 : NaN;
    const last = this.highest[subject];
    for (let bucket = this.lowest[subject]; bucket <= last; bucket++) {
      for (let row = first; row < first + epochs; row++) {
        const n = this.at(row, bucket);
        if (n === 0) continue;
        totals.addBucket(row, bucket, n);
        this.clearBucket(row, bucket);
        if (this.map !== null) this.map.count(bucket, n);
        seen += n;
      }
      if (p50 !== p50 && seen >= rank50) p50 = Math.min(valueOf(bucket), max);
      if (p90 !== p90 && seen >= rank90) p90 = Math.min(valueOf(bucket), max);
      if (p99 !== p99 && seen >= rank99) p99 = Math.min(valueOf(bucket), max);
    }
    this.lowest[subject] = 0x7fffffff;
    this.highest[subject] = -1;
    this.isTouched[subject] = 0;
    tell(subject, p50, p99, p90);
  }
}
