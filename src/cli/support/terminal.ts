import pc from 'picocolors';

/** The colours in use, or none: on a stream that is no terminal, or where `NO_COLOR` is set. */
export type Colors = ReturnType<typeof pc.createColors>;

/** https://no-color.org: any value but the empty one says no. */
export function colorsFor(stream: NodeJS.WriteStream): Colors {
  const refused = (process.env['NO_COLOR'] ?? '') !== '' || process.env['TERM'] === 'dumb';
  const forced = (process.env['FORCE_COLOR'] ?? '') !== '';
  return pc.createColors(!refused && (forced || stream.isTTY === true));
}

/** Data. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Everything that is no data. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

let isMoreThanTold = false;

/** What is told is not all: there are files to be written, whether or not anybody goes on reading. */
export function writesFilesToo(): void {
  isMoreThanTold = true;
}

/**
 * A reader that has seen enough (`| head`) is no mistake: end at once, without a word, unless there
 * is more to do than to tell. `refused` hears why nothing can be written where it should go.
 */
export function endQuietlyWithReader(refused: (error: Error) => never): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') refused(error);
      if (!isMoreThanTold) process.exit(0);
    });
  }
}
