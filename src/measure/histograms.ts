const SUB_BITS = 7;
const SUBS = 1 << SUB_BITS;
const OCTAVES = 54;
const BUCKETS = OCTAVES * SUBS;

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
  readonly count: Float64Array;
  readonly sum: Float64Array;
  readonly max: Float64Array;
  private readonly zeros: Float64Array;
  private readonly chunkOf: Uint32Array;
  private counts = new Uint32Array(SUBS * 16);
  private chunks = 1;

  constructor(readonly rows: number) {
    this.count = new Float64Array(rows);
    this.sum = new Float64Array(rows);
    this.max = new Float64Array(rows);
    this.zeros = new Float64Array(rows);
    this.chunkOf = new Uint32Array(rows * OCTAVES);
  }

  /** Counts a whole number of nanoseconds, 0 or more; returns its bucket, -1 for 0. */
  record(row: number, value: number): number {
    this.count[row]++;
    this.sum[row] += value;
    if (value > this.max[row]) this.max[row] = value;
    if (value < 1) {
      this.zeros[row]++;
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
    this.count[row] += other.count[from];
    this.sum[row] += other.sum[from];
    this.zeros[row] += other.zeros[from];
    if (other.max[from] > this.max[row]) this.max[row] = other.max[from];
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
    const rank = Math.max(1, Math.ceil(q * this.count[row]));
    if (this.count[row] === 0) return NaN;
    let seen = this.zeros[row];
    if (seen >= rank) return 0;
    for (let octave = 0; octave < OCTAVES; octave++) {
      const chunk = this.chunkOf[row * OCTAVES + octave];
      if (chunk === 0) continue;
      for (let sub = 0; sub < SUBS; sub++) {
        seen += this.counts[chunk * SUBS + sub];
        if (seen >= rank) return Math.min(valueOf((octave << SUB_BITS) | sub), this.max[row]);
      }
    }
    return this.max[row];
  }

  /** Adds `n` samples to a bucket; count, sum, max and zeros come by `addSummary`. */
  addBucket(row: number, bucket: number, n: number): void {
    this.bump(row, bucket, n);
  }

  addSummary(row: number, count: number, sum: number, max: number, zeros: number): void {
    this.count[row] += count;
    this.sum[row] += sum;
    this.zeros[row] += zeros;
    if (max > this.max[row]) this.max[row] = max;
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

  protected takeZeros(row: number): number {
    const zeros = this.zeros[row];
    this.zeros[row] = 0;
    return zeros;
  }

  protected addZeros(row: number, n: number): void {
    this.zeros[row] += n;
  }

  private claim(slot: number): number {
    const chunk = this.chunks++;
    if ((chunk + 1) * SUBS > this.counts.length) {
      const bigger = new Uint32Array(Math.ceil((this.counts.length * 3) / 2 / SUBS) * SUBS);
      bigger.set(this.counts);
      this.counts = bigger;
    }
    this.chunkOf[slot] = chunk;
    return chunk;
  }
}
