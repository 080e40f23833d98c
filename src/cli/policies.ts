import type { Command } from 'commander';
import { stringify } from 'yaml';
import { LATER_PRESETS, PRESETS, type Preset, presetNamed } from '../scenario/presets.js';
import { mistakes } from './support/mistakes.js';
import { table } from './support/table.js';
import { colorsFor, say } from './support/terminal.js';

const WIDTH = 96;

const EXAMPLES = `Examples:
  spillway policies
  spillway policies retry-budget
`;

/** `spillway policies`: the built-in policies, or one of them as data. */
export function add(program: Command): void {
  program
    .command('policies')
    .description('list the built-in policies, or print the definition of one')
    .argument('[name]', 'a built-in policy')
    .addHelpText('before', EXAMPLES)
    .action((name?: string) => {
      const lines = name === undefined ? listing() : definition(name);
      for (const line of lines) say(line);
    });
}

function listing(): string[] {
  const columns = ['policy', 'what it lays over a scenario'];
  const rows = PRESETS.map(({ name, title }) => [{ text: name }, { text: title }]);
  const [head, ...lines] = table(
    columns.map((title) => ({ title, align: 'left' })),
    rows,
  );
  const { dim } = colorsFor(process.stdout);
  return [dim(head!), ...lines, dim(`not yet: ${LATER_PRESETS.join(', ')}`)];
}

/** YAML that could stand under `policies` of a scenario, with its merits as comments. */
function definition(name: string): string[] {
  const preset = presetNamed(name);
  if (preset === undefined) {
    const known = PRESETS.map((one) => one.name);
    throw LATER_PRESETS.includes(name)
      ? mistakes.presetNotYet(name)
      : mistakes.unknownPreset(name, known);
  }
  return [...merits(preset), stringify({ [name]: preset.definition }).trimEnd()];
}

function merits({ title, helps, harms }: Preset): string[] {
  return [title, `When it helps: ${helps}`, `When it harms: ${harms}`].flatMap((text) =>
    wrapped(text, WIDTH - 2).map((line) => `# ${line}`),
  );
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}
