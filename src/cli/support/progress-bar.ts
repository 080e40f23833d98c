import type { Progress } from '../../study/index.js';
import { duration, number } from './format.js';

const WIDTH = 24;
const REDRAW_MS = 100;
/** Before this the rate is a guess. */
const SETTLED_MS = 500;

/** A bar on one line of a terminal, with the pace and the time left; elsewhere it says nothing. */
export class ProgressBar {
  readonly #stream: NodeJS.WriteStream;
  readonly #live: boolean;
  readonly #startedMs: number;
  readonly #nowMs: () => number;
  #drawnMs = -Infinity;
  #drawn = false;

  constructor(
    stream: NodeJS.WriteStream,
    options: { quiet: boolean; nowMs?: () => number } = { quiet: false },
  ) {
    this.#stream = stream;
    this.#live = stream.isTTY === true && process.env['TERM'] !== 'dumb' && !options.quiet;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#startedMs = this.#nowMs();
  }

  show(progress: Progress): void {
    const nowMs = this.#nowMs();
    if (!this.#live || nowMs - this.#drawnMs < REDRAW_MS) return;
    this.#drawnMs = nowMs;
    this.#drawn = true;
    const line = progressLine(progress, nowMs - this.#startedMs);
    this.#stream.write(`\r\u001b[2K${line.slice(0, (this.#stream.columns ?? 80) - 1)}`);
  }

  /** Takes the bar away, so that what follows begins on a clean line. */
  clear(): void {
    if (this.#drawn) this.#stream.write('\r\u001b[2K');
    this.#drawn = false;
  }
}

/** "████░░░░  42%  310 s/s  12 s left  retry-storm 3/20": simulated seconds a second. */
export function progressLine(progress: Progress, elapsedMs: number): string {
  const share = progress.totalNs > 0 ? Math.min(1, progress.doneNs / progress.totalNs) : 0;
  const full = Math.round(share * WIDTH);
  const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full);
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  if (elapsedMs < SETTLED_MS || share === 0) return `${bar} ${percent}  ${progress.label}`;
  const seconds = elapsedMs / 1e3;
  const pace = `${number(progress.doneNs / 1e9 / seconds)} s/s`;
  const left = `${duration(Math.ceil((seconds * (1 - share)) / share))} left`;
  return `${bar} ${percent}  ${pace}  ${left}  ${progress.label}`;
}
