import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { EXIT } from './support/ending.js';
import { scenarioName } from './support/files.js';
import { mistakes } from './support/mistakes.js';
import { newestReport } from './support/newest-report.js';
import { openFile } from './support/open-file.js';
import { say } from './support/terminal.js';

const EXAMPLES = `Examples:
  spillway open                               the report written last
  spillway open scenarios/retry-storm.yaml    the report of that scenario
  spillway open some/folder/index.html
`;

/** `spillway open`: shows a report in the browser. */
export function add(program: Command): void {
  program
    .command('open')
    .description('open a report in the browser (BROWSER names another program)')
    .argument('[what]', 'a page, its folder, or the scenario that it is of; default: the newest')
    .addHelpText('before', EXAMPLES)
    .action(async (what: string | undefined) => {
      const page = what === undefined ? await newestReport() : await pageOf(what);
      say(page);
      await openFile(page);
      process.exitCode = EXIT.fine;
    });
}

async function pageOf(what: string): Promise<string> {
  const places = /\.html?$/i.test(what)
    ? [what]
    : [join(what, 'index.html'), join('spillway-report', scenarioName(what), 'index.html')];
  for (const place of places) {
    const found = await stat(place).catch(() => null);
    if (found?.isFile()) return place;
  }
  throw mistakes.noReportOf(what);
}
