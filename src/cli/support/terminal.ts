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

/** A reader that has seen enough (`| head`) is no mistake: end at once, without a word. */
export function endQuietlyWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
}
