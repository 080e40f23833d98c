import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { loadScenario } from '../scenario/index.js';
import { readBytes, scenarioFiles } from './support/files.js';
import { table } from './support/table.js';
import { colorsFor, say } from './support/terminal.js';

/** They come with the package, beside `src` and `dist`. */
const BUNDLED = new URL('../../scenarios/', import.meta.url);

const EXAMPLES = `Examples:
  spillway list
  spillway run "$(spillway list | awk '/retry-storm/ { print $1; exit }')"
`;

/** `spillway list`: the scenarios that come with the package. */
export function add(program: Command): void {
  program
    .command('list')
    .description('list the scenarios that come with spillway, and what each proves')
    .addHelpText('before', EXAMPLES)
    .action(list);
}

async function list(): Promise<void> {
  const folder = fileURLToPath(BUNDLED);
  const files = await scenarioFiles([folder]);
  const rows = [];
  for (const file of files) {
    const { scenario } = loadScenario({ text: await readBytes(file), file });
    if (scenario === null) continue;
    const { title, proves } = scenario;
    const shown = relative(process.cwd(), file);
    rows.push([{ text: shown }, { text: proves.join(' ') }, { text: title }]);
  }
  const columns = ['file', 'proves', 'title'].map((name) => ({
    title: name,
    align: 'left' as const,
  }));
  const [head, ...lines] = table(columns, rows);
  say(colorsFor(process.stdout).dim(head!));
  for (const line of lines) say(line);
}
