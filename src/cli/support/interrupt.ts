import { setImmediate as turn } from 'node:timers/promises';
import type { Between, Progress } from '../../study/index.js';
import { EXIT } from './ending.js';

/** Turns Ctrl-C into "stop at the next slice"; a second one ends at once. */
export class Interrupt {
  asked = false;
  readonly #onSignal = (): void => {
    if (this.asked) process.exit(EXIT.interrupted);
    this.asked = true;
  };

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, this.#onSignal);
  }

  /** A `between` that lets signals in, shows progress and stops when asked to. */
  between(show: (progress: Progress) => void): Between {
    return async (progress) => {
      await turn();
      show(progress);
      return this.asked ? 'stop' : 'go';
    };
  }

  release(): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, this.#onSignal);
  }
}
