/**
 * What each replica takes of its memory, in bytes, the base included; and of each component whose
 * memory is counted the most that one of its replicas took, by epoch and by step. One that is down
 * takes nothing.
 */
export class MemoryBook {
  /** By replica. */
  readonly bytes: Float64Array;
  /** By component: the most since this was last read. */
  private readonly peak: Float64Array;
  private readonly ofStep: Float64Array;
  private readonly ofEpoch: Float64Array;
  private epoch = 0;

  /**
   * @param first by component its first replica; one more at the end
   * @param baseBytes by component what a replica takes with nothing to do
   * @param limitBytes by component; Infinity where memory is not counted
   * @param crashes by replica: above 0 while it is down
   */
  constructor(
    private readonly first: Int32Array,
    readonly baseBytes: Float64Array,
    readonly limitBytes: Float64Array,
    private readonly crashes: Uint8Array,
    private readonly epochs: number,
  ) {
    const components = baseBytes.length;
    this.bytes = new Float64Array(first[components]);
    this.peak = new Float64Array(components);
    this.ofStep = new Float64Array(components);
    this.ofEpoch = new Float64Array(components * epochs);
    for (let c = 0; c < components; c++) {
      this.bytes.fill(baseBytes[c], first[c], first[c + 1]);
    }
  }

  /** Whether the memory of a component is counted. */
  counts(component: number): boolean {
    return this.limitBytes[component] < Infinity;
  }

  /** A replica holds more; returns what it takes now. */
  add(replica: number, component: number, bytes: number): number {
    this.bytes[replica] += bytes;
    const taken = this.bytes[replica];
    if (taken > this.peak[component]) this.peak[component] = taken;
    return taken;
  }

  /** What the replica of a component takes that takes most now. */
  worst(component: number): number {
    let most = 0;
    for (let r = this.first[component]; r < this.first[component + 1]; r++) {
      if (this.crashes[r] === 0) most = Math.max(most, this.bytes[r]);
    }
    return most;
  }

  /** The most that a replica took in the step that ends now. */
  endStep(component: number): number {
    this.read(component);
    const most = this.ofStep[component];
    this.ofStep[component] = this.worst(component);
    return most;
  }

  beginEpoch(epoch: number): void {
    for (let c = 0; c < this.peak.length; c++) {
      this.read(c);
      this.ofEpoch[c * this.epochs + epoch] = this.worst(c);
    }
    this.epoch = epoch;
  }

  /** The most that a replica of a component took in the epochs [first, last). */
  mostBetween(component: number, first: number, last: number): number {
    this.read(component);
    let most = 0;
    for (let e = first; e < last; e++) {
      most = Math.max(most, this.ofEpoch[component * this.epochs + e]);
    }
    return most;
  }

  /** Takes what was most since it was last looked at into the step and the epoch at hand. */
  private read(component: number): void {
    const at = component * this.epochs + this.epoch;
    const most = Math.max(this.peak[component], this.worst(component));
    this.ofStep[component] = Math.max(this.ofStep[component], most);
    this.ofEpoch[at] = Math.max(this.ofEpoch[at], most);
    this.peak[component] = this.worst(component);
  }
}
