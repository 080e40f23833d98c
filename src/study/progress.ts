/** Where a study stands; what a bar or a page shows of it. */
export interface Progress {
  /** What runs now: "retry-storm", "retry-storm 3/20", "retry-storm at 150%". */
  label: string;
  /** Simulated time done and to do, over all runs of the study. */
  doneNs: number;
  totalNs: number;
}

/** Called between slices of a run; 'stop' ends the study with what it has. */
export type Between = (progress: Progress) => Promise<'go' | 'stop'>;

/** Adds up the runs of one study and asks the caller, between slices, whether to go on. */
export class Pace {
  label = '';
  #stopped = false;
  #doneNs = 0;
  #totalNs = 0;
  readonly #between: Between | undefined;

  constructor(between: Between | undefined) {
    this.#between = between;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  expect(durationNs: number): void {
    this.#totalNs += durationNs;
  }

  /** A run of this length is over, whether it reached its end or not. */
  finish(durationNs: number): void {
    this.#doneNs += durationNs;
  }

  /** True to go on. `nowNs` is the clock of the run under way. */
  async ask(nowNs: number): Promise<boolean> {
    if (this.#stopped || this.#between === undefined) return !this.#stopped;
    const doneNs = Math.min(this.#doneNs + nowNs, this.#totalNs);
    const answer = await this.#between({ label: this.label, doneNs, totalNs: this.#totalNs });
    if (answer === 'stop') this.#stopped = true;
    return !this.#stopped;
  }
}
