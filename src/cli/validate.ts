import type { Command } from 'commander';
import { formatIssue, understood } from '../scenario/index.js';
import { loadAll } from './support/load.js';
import { colorsFor, note, say } from './support/terminal.js';

const EXAMPLES = `Examples:
  spillway validate mine.yaml
  spillway validate scenarios/*.yaml --quiet
`;

/** `spillway validate`: says what was understood, or every mistake with its place. Runs nothing. */
export function add(program: Command): void {
  program
    .command('validate')
    .description('say what was understood of scenario files, or every mistake in them')
    .argument('<files...>', 'scenario files')
    .option('--quiet', 'say nothing but mistakes and warnings')
    .addHelpText('before', EXAMPLES)
    .action(validate);
}

async function validate(files: string[], flags: { quiet?: boolean }): Promise<void> {
  const { bold } = colorsFor(process.stdout);
  for (const { file, scenario, warnings } of await loadAll(files)) {
    for (const warning of warnings) note(formatIssue(warning));
    if (flags.quiet) continue;
    say(bold(file));
    say(understood(scenario));
  }
}
