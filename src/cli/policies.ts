import type { Command } from 'commander';
import { LIBRARIES, libraryNamed, PRESETS, presetNamed } from '../scenario/index.js';
import { mistakes } from './support/mistakes.js';
import { libraryLines, listing, presetLines } from './support/policy-lines.js';
import { colorsFor, say } from './support/terminal.js';

const EXAMPLES = `Examples:
  spillway policies
  spillway policies retry-budget
  spillway policies resilience4j
`;

/** `spillway policies`: the built-in policies and the libraries known, or one of them. */
export function add(program: Command): void {
  program
    .command('policies')
    .description('list the built-in policies, or print one, or the defaults of a library')
    .argument('[name]', 'a built-in policy, or a library')
    .addHelpText('before', EXAMPLES)
    .action((name?: string) => {
      const lines = name === undefined ? listing(colorsFor(process.stdout)) : linesOf(name);
      for (const line of lines) say(line);
    });
}

function linesOf(name: string): string[] {
  const preset = presetNamed(name);
  if (preset !== undefined) return presetLines(preset);
  const parts = libraryNamed(name);
  if (parts.length > 0) return libraryLines(parts);
  const known = [...PRESETS.map((one) => one.name), ...LIBRARIES.map(({ library }) => library)];
  throw mistakes.unknownPreset(name, known);
}
