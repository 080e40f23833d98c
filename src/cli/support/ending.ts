import type { Issue } from '../../scenario/index.js';
import { note } from './terminal.js';

/** How a process of ours ends (house rules). */
export const EXIT = {
  fine: 0,
  expectationFailed: 1,
  mistake: 2,
  internal: 70,
  interrupted: 130,
} as const;

/** A mistake of the user: its text goes to standard error, the exit code is 2, nothing is written. */
export class Mistake extends Error {
  /** `issues`: those of the files, each with its place; the message tells them all. */
  constructor(
    message: string,
    readonly issues: readonly Issue[] = [],
  ) {
    super(message);
    this.name = 'Mistake';
  }
}

/** Where in a run an error of ours came up; `study` adds these to what it throws. */
interface InRun {
  label?: string;
  seed?: string;
  atSeconds?: number;
}

/** Our own mistake: what, in which run, and how to report it; the stack only when asked for. */
export function tellInternal(error: unknown, verbose: boolean): void {
  note(`internal error: ${error instanceof Error ? error.message : String(error)}`);
  const { label, seed, atSeconds } = error as InRun;
  if (seed !== undefined) {
    note(`  in the run of ${label}, seed ${seed}, at ${atSeconds} s of simulated time`);
  }
  note('  This is a mistake of ours. Please report it with the scenario file and the seed.');
  if (!verbose) return;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  note(String(cause instanceof Error ? cause.stack : cause));
}
