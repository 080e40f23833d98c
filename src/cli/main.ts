#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { Command, CommanderError } from 'commander';
import { EXIT, Mistake, tellInternal } from './support/ending.js';
import { reasonOf } from './support/files.js';
import { endQuietlyWithReader, note } from './support/terminal.js';

/** A command's own file is loaded only when it is called: `validate` needs no model, `list` no report. */
const COMMANDS: Record<string, () => Promise<{ add(program: Command): void }>> = {
  run: () => import('./run.js'),
  compare: () => import('./compare.js'),
  report: () => import('./report.js'),
  open: () => import('./open.js'),
  check: () => import('./check.js'),
  stability: () => import('./stability.js'),
  sweep: () => import('./sweep.js'),
  merge: () => import('./merge.js'),
  list: () => import('./list.js'),
  init: () => import('./init.js'),
  validate: () => import('./validate.js'),
  schema: () => import('./schema.js'),
  policies: () => import('./policies.js'),
  store: () => import('./store.js'),
  worker: () => import('./worker.js'),
};

const EXAMPLES = `Examples:
  spillway list                                    the scenarios that come with it
  spillway run scenarios/one-slow-dependency.yaml  compare its policies: table, story, report
  spillway compare mine.yaml                       what differs between them, and how sure that is
  spillway check scenarios/                        does every expectation hold?
  spillway init mine.yaml                          begin one of your own
`;

const EXITS = `
Exit codes: 0 fine, 1 an expectation failed (check), 2 a mistake in a file or on the command line,
70 a mistake of ours, 130 interrupted (what was measured up to there is written, marked partial).`;

async function main(args: string[]): Promise<void> {
  // The engine is many small functions; with more of them put into one another it runs a sixth faster.
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=2500');
  const program = new Command('spillway')
    .description('Simulates overload in distributed systems: run a scenario, compare policies.')
    .version(versionOf())
    .exitOverride()
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', EXITS);
  const named = COMMANDS[args[0] ?? ''];
  const asked = named === undefined ? Object.values(COMMANDS) : [named];
  const isVersion = args[0] === '--version' || args[0] === '-V';
  for (const load of isVersion ? [] : asked) (await load()).add(program);
  await program.parseAsync(args, { from: 'user' });
}

function versionOf(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** Says what went wrong, and whose mistake it was. */
function exitCodeOf(error: unknown, verbose: boolean): number {
  // commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.mistake;
  // By its name: the scenario's code is loaded by those who need it.
  if (error instanceof Mistake || (error instanceof Error && error.name === 'CellMistake')) {
    note(error.message);
    return EXIT.mistake;
  }
  tellInternal(error, verbose);
  return EXIT.internal;
}

endQuietlyWithReader((error) => {
  note(`the output cannot be written: ${reasonOf(error)}`);
  process.exit(EXIT.mistake);
});
const args = process.argv.slice(2);
try {
  await main(args);
} catch (error) {
  // Not process.exit: what is on its way to a pipe must arrive.
  process.exitCode = exitCodeOf(error, args.includes('-v') || args.includes('--verbose'));
}
