const SUB_BITS = 7;
const SUBS = 1 << SUB_BITS;
const OCTAVES = 54;
const BUCKETS = OCTAVES * SUBS;

/** The columns of a summary; the count comes first. */
const SUMMARY = 4;
const SUM = 1;
const MAX = 2;
const ZEROS = 3;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/**
 * The bucket of a whole number of nanoseconds from 1 to 2^53: 128 buckets an octave, read off the
 * double's own exponent and leading bits, so a value is at most 0.4% from its bucket's middle.
 */
export function bucketOf(value: number): number {
  double[0] = value;
  return (words[1] >>> (20 - SUB_BITS)) - (1023 << SUB_BITS);
}

/** The value a bucket stands for: its only whole number, or its middle. */
export function valueOf(bucket: number): number {
  const octave = powers[bucket >> SUB_BITS];
  const from = octave + (octave * (bucket & (SUBS - 1))) / SUBS;
  return octave <= SUBS ? Math.ceil(from) : from + octave / SUBS / 2;
}

const powers = Float64Array.from({ length: OCTAVES }, () => 1);
for (let i = 1; i < OCTAVES; i++) powers[i] = powers[i - 1] * 2;

/**
 * Many log-linear histograms of durations in one pool of typed arrays: each histogram owns only the
 * octaves it has seen. Quantiles have a relative error of at most 0.4%; zeros are counted apart and
 * stay exactly zero.
 */
export class Histograms {
  /** Count, sum, greatest and zeros of each row, side by side. */
  private readonly summary: Float64Array;
  private readonly chunkOf: Uint32Array;
  private counts = new Uint32Array(SUBS * 16);
  private chunks = 1;

  constructor(readonly rows: number) {
    this.summary = new Float64Array(rows * SUMMARY);
    this.chunkOf = new Uint32Array(rows * OCTAVES);
    // As every column that grows: see `grown` of the kernel.
    this.grow();
  }

  countOf(row: number): number {
    return this.summary[row * SUMMARY];
  }

  sumOf(row: number): number {
    return this.summary[row * SUMMARY + SUM];
  }

  maxOf(row: number): number {
    return this.summary[row * SUMMARY + MAX];
  }

  /** Counts a whole number of nanoseconds, 0 or more; returns its bucket, -1 for 0. */
  record(row: number, value: number): number {
    const { summary } = this;
    const at = row * SUMMARY;
    summary[at]++;
    summary[at + SUM] += value;
    if (value > summary[at + MAX]) summary[at + MAX] = value;
    if (value < 1) {
      summary[at + ZEROS]++;
      return -1;
    }
    // What `bucketOf` and `bump` say, written out: this is done three times a request.
    double[0] = value;
    const bucket = (words[1] >>> (20 - SUB_BITS)) - (1023 << SUB_BITS);
    const slot = row * OCTAVES + (bucket >> SUB_BITS);
    const chunk = this.chunkOf[slot] || this.claim(slot);
    this.counts[(chunk << SUB_BITS) | (bucket & (SUBS - 1))]++;
    return bucket;
  }

  /** Adds everything of another row, of this pool or another. */
  absorb(row: number, other: Histograms, from: number): void {
    const at = from * SUMMARY;
    const { summary } = other;
    this.addSummary(row, summary[at], summary[at + SUM], summary[at + MAX], summary[at + ZEROS]);
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const chunk = other.chunkOf[from * OCTAVES + (bucket >> SUB_BITS)];
      if (chunk === 0) {
        bucket |= SUBS - 1;
        continue;
      }
      const n = other.counts[chunk * SUBS + (bucket & (SUBS - 1))];
      if (n > 0) this.bump(row, bucket, n);
    }
  }

  /** The value that a share `q` of the samples does not exceed (nearest rank); NaN without samples. */
  quantile(row: number, q: number): number {
    const count = this.countOf(row);
    const max = this.maxOf(row);
    const rank = Math.max(1, Math.ceil(q * count));
    if (count === 0) return NaN;
    let seen = this.summary[row * SUMMARY + ZEROS];
    if (seen >= rank) return 0;
    for (let octave = 0; octave < OCTAVES; octave++) {
      const chunk = this.chunkOf[row * OCTAVES + octave];
      if (chunk === 0) continue;
      for (let sub = 0; sub < SUBS; sub++) {
        seen += this.counts[chunk * SUBS + sub];
        if (seen >= rank) return Math.min(valueOf((octave << SUB_BITS) | sub), max);
      }
    }
    return max;
  }

  /** Adds `n` samples to a bucket; count, sum, max and zeros come by `addSummary`. */
  addBucket(row: number, bucket: number, n: number): void {
    this.bump(row, bucket, n);
  }

  addSummary(row: number, count: number, sum: number, max: number, zeros: number): void {
    const { summary } = this;
    const at = row * SUMMARY;
    summary[at] += count;
    summary[at + SUM] += sum;
    summary[at + ZEROS] += zeros;
    if (max > summary[at + MAX]) summary[at + MAX] = max;
  }

  /** Adds `n` to a bucket; count, sum and max are the caller's to keep. */
  protected bump(row: number, bucket: number, n: number): void {
    const slot = row * OCTAVES + (bucket >> SUB_BITS);
    let chunk = this.chunkOf[slot];
    if (chunk === 0) chunk = this.claim(slot);
    this.counts[chunk * SUBS + (bucket & (SUBS - 1))] += n;
  }

  protected at(row: number, bucket: number): number {
    const chunk = this.chunkOf[row * OCTAVES + (bucket >> SUB_BITS)];
    return chunk === 0 ? 0 : this.counts[chunk * SUBS + (bucket & (SUBS - 1))];
  }

  protected clearBucket(row: number, bucket: number): void {
    const chunk = this.chunkOf[row * OCTAVES + (bucket >> SUB_BITS)];
    if (chunk !== 0) this.counts[chunk * SUBS + (bucket & (SUBS - 1))] = 0;
  }

  /** Passes a row's summary on to another pool and clears it; returns the zeros. */
  protected passSummary(row: number, to: Histograms): number {
    const at = row * SUMMARY;
    const { summary } = this;
    const zeros = summary[at + ZEROS];
    to.addSummary(row, summary[at], summary[at + SUM], summary[at + MAX], zeros);
    summary.fill(0, at, at + SUMMARY);
    return zeros;
  }

  private claim(slot: number): number {
    const chunk = this.chunks++;
    if ((chunk + 1) * SUBS > this.counts.length) this.grow();
    this.chunkOf[slot] = chunk;
    return chunk;
  }

  private grow(): void {
    const chunks = Math.ceil((this.counts.length / SUBS) * 1.5);
    const bigger = new Uint32Array(chunks * SUBS);
    bigger.set(this.counts);
    this.counts = bigger;
  }
}
