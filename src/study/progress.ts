/** Where a study stands; what a bar or a page shows of it. */
export interface Progress {
  /** What was begun last: "retry-storm", "retry-storm, 3 of 20", "retry-storm at 150% load". */
  label: string;
  /** Simulated time done and to do, over all runs of the study. */
  doneNs: number;
  totalNs: number;
}

/** Called between slices of a run; 'stop' ends the study with what it has. */
export type Between = (progress: Progress) => Promise<'go' | 'stop'>;

/** Told the clock of a run under way, now and then; true to go on. */
export type Tick = (nowNs: number) => Promise<boolean>;

/** A run under way, as the study sees it. */
export interface Tracked {
  tick: Tick;
  /** The run is over, whether it reached its end or not. */
  finish(): void;
}

/** Adds up the runs of one study, however many are under way, and asks whether to go on. */
export class Pace {
  #stopped = false;
  #doneNs = 0;
  #totalNs = 0;
  #label = '';
  readonly #underWay = new Set<{ nowNs: number }>();
  readonly #between: Between | undefined;

  constructor(between: Between | undefined) {
    this.#between = between;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** There is a run of this length to come (or, below 0, one less than thought). */
  expect(durationNs: number): void {
    this.#totalNs += durationNs;
  }

  begin(label: string, durationNs: number): Tracked {
    const run = { nowNs: 0 };
    this.#underWay.add(run);
    this.#label = label;
    return {
      tick: async (nowNs) => {
        run.nowNs = Math.min(nowNs, durationNs);
        return this.#ask();
      },
      finish: () => {
        if (this.#underWay.delete(run)) this.#doneNs += durationNs;
      },
    };
  }

  async #ask(): Promise<boolean> {
    if (this.#stopped || this.#between === undefined) return !this.#stopped;
    let doneNs = this.#doneNs;
    for (const { nowNs } of this.#underWay) doneNs += nowNs;
    const totalNs = this.#totalNs;
    const progress = { label: this.#label, doneNs: Math.min(doneNs, totalNs), totalNs };
    if ((await this.#between(progress)) === 'stop') this.#stopped = true;
    return !this.#stopped;
  }
}
