import type { Between, Runner } from '../../study/index.js';
import { EXIT } from './ending.js';
import { Interrupt } from './interrupt.js';
import { ProgressBar } from './progress-bar.js';
import { note } from './terminal.js';
import { openWhere, type WhereFlags } from './where.js';

/** What a command has while its study goes on. */
export interface Studying {
  runner: Runner;
  between: Between;
  bar: ProgressBar;
  /** Whether Ctrl-C asked for an end. */
  readonly interrupted: boolean;
}

/** Opens the place where runs happen, shows progress and lets Ctrl-C stop a study; closes it all again. */
export async function studying<T>(
  flags: WhereFlags,
  study: (of: Studying) => Promise<T>,
): Promise<T> {
  // First of all: Ctrl-C may come while the place is being opened.
  const interrupt = new Interrupt();
  const bar = new ProgressBar(process.stderr, { quiet: flags.quiet === true });
  let where: Awaited<ReturnType<typeof openWhere>> | undefined;
  try {
    where = await openWhere(flags);
    return await study({
      runner: where.runner,
      between: interrupt.between((progress) => bar.show(progress)),
      bar,
      get interrupted() {
        return interrupt.asked;
      },
    });
  } finally {
    bar.clear();
    interrupt.release();
    await where?.close();
  }
}

/** How a study ends: interrupted, stopped by its size or a loop (which is told), or fine. */
export function endOf({ interrupted }: Studying, stopped: string | undefined): number {
  if (interrupted) return EXIT.interrupted;
  if (stopped === undefined) return EXIT.fine;
  note(`stopped: ${stopped}`);
  return EXIT.mistake;
}
