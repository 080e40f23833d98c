import type { Presence } from './scripts.js';

/** Without a worker for so long, the user is told. */
const ALONE_BEATS = 10;
/** A number that was seen so often is no blink. */
const SETTLED_BEATS = 2;

/** Who of the workers is there, as a study sees it, and what is to be said of it. */
export class Roll {
  #workers = 0;
  #threads = 0;
  #seenBeats = 0;
  #aloneBeats = 0;
  #told = '';
  #lost = 0;
  #refused = false;

  constructor(
    private readonly engine: string,
    private readonly shown: string,
    private readonly tell: (line: string) => void,
  ) {}

  /** A beat: who is there, and whether anything is waited for. */
  call(present: readonly Presence[], isWaiting: boolean): void {
    const mine = present.filter(({ engine }) => engine === this.engine);
    const threads = mine.reduce((sum, one) => sum + one.threads, 0);
    const isSame = mine.length === this.#workers && threads === this.#threads;
    this.#seenBeats = isSame ? this.#seenBeats + 1 : 1;
    this.#workers = mine.length;
    this.#threads = threads;
    this.#aloneBeats = mine.length === 0 && isWaiting ? this.#aloneBeats + 1 : 0;
    if (mine.length > 0 && this.#seenBeats >= SETTLED_BEATS) this.#tellOnce(this.text);
    if (this.#aloneBeats === ALONE_BEATS) this.#tellOnce(this.#aloneText(present));
    if (this.#lost === 0) return;
    const runs = this.#lost === 1 ? '1 run' : `${this.#lost} runs`;
    this.tell(`a worker went away with ${runs} under way: others make them`);
    this.#lost = 0;
  }

  /** "3 workers (6 threads)" */
  get text(): string {
    return `${count(this.#workers, 'worker')} (${count(this.#threads, 'thread')})`;
  }

  /** A worker that had a run has gone. */
  lost(): void {
    this.#lost++;
  }

  /** A worker found that a scenario is another one with it. */
  refused(): void {
    if (this.#refused) return;
    this.#refused = true;
    this.tell('a worker reads the scenario differently and leaves its runs to others');
  }

  #aloneText(present: readonly Presence[]): string {
    const others = [...new Set(present.map(({ engine }) => engine))].sort();
    const cure = `start one with spillway worker --redis ${this.shown}`;
    if (others.length === 0) return `no worker is there: ${cure}`;
    return (
      `no worker of this build (${this.engine}) is there, but of ${others.join(', ')}, which ` +
      `may come to other results: ${cure}`
    );
  }

  #tellOnce(line: string): void {
    if (line !== this.#told) this.tell(line);
    this.#told = line;
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
