const CLOCK_BYTES = 8;

/**
 * What a run on a thread and the thread that waits for it tell each other while it goes: who has
 * begun it, how far it is, and whether it shall stop. Both sides look at the same few bytes.
 */
export class Signal {
  readonly #clock: BigInt64Array;
  readonly #stop: Int32Array;
  readonly #claimed: Int32Array;

  constructor(readonly bytes = new SharedArrayBuffer(CLOCK_BYTES + 8)) {
    this.#clock = new BigInt64Array(bytes, 0, 1);
    this.#stop = new Int32Array(bytes, CLOCK_BYTES, 1);
    this.#claimed = new Int32Array(bytes, CLOCK_BYTES + 4, 1);
  }

  /** True for the first who asks: the run is his. */
  claim(): boolean {
    return Atomics.compareExchange(this.#claimed, 0, 0, 1) === 0;
  }

  /** The simulated clock of the run. */
  get nowNs(): number {
    return Number(Atomics.load(this.#clock, 0));
  }

  set nowNs(ns: number) {
    Atomics.store(this.#clock, 0, BigInt(ns));
  }

  /** Whether the run has been asked to stop at its next slice. */
  get stopped(): boolean {
    return Atomics.load(this.#stop, 0) !== 0;
  }

  stop(): void {
    Atomics.store(this.#stop, 0, 1);
  }
}
