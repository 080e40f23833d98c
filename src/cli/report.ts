import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { Study } from '../report/index.js';
import {
  compareResults,
  type ResultFile,
  type RunResult,
  readStored,
  samePolicies,
} from '../study/index.js';
import { EXIT } from './support/ending.js';
import {
  checkExports,
  checkOut,
  type ExportFlags,
  withExports,
  writeExports,
} from './support/exports.js';
import { checkFolder, isFolder, makeFolder, readBytes, scenarioName } from './support/files.js';
import { mistakes } from './support/mistakes.js';
import { openFile } from './support/open-file.js';
import { drawnPage, writeFiles, writePngs } from './support/report.js';
import { note, say, writesFilesToo } from './support/terminal.js';

interface Flags extends ExportFlags {
  out?: string;
  open?: boolean;
  png?: boolean;
}

const EXAMPLES = `Examples:
  spillway report spillway-report/retry-storm/result.json --open
  spillway run mine.yaml --json > result.json && spillway report result.json --out report/
  spillway report result.json stability.json sweep.json     all of one system in one page
  spillway report before.json after.json                    two runs as A and B, and what differs
`;

const NOTES = `
RESULT is what "run", "compare", "sweep" or "stability" say with --json, or write beside their pages.
Nothing is run: the same results give the same bytes.`;

/** `spillway report`: draws stored results again, without running anything. */
export function add(program: Command): void {
  const command = program
    .command('report')
    .description('draw the page of stored results again, without running anything')
    .argument('<result...>', 'JSON of run, compare, sweep or stability; of runs at most two')
    .option('--out <dir>', "folder of the page (default: spillway-report/NAME of the first's file)")
    .option('--open', 'open the page when it is written')
    .option('--png', 'write each chart as PNG too');
  withExports(command)
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', NOTES)
    .action(async (files: string[], flags: Flags) => {
      process.exitCode = await report(files, flags);
    });
}

async function report(files: readonly string[], flags: Flags): Promise<number> {
  await checkOut(flags.out);
  await checkExports(flags);
  const runs: ResultFile[] = [];
  const studies: Study[] = [];
  for (const file of files) {
    if (await isFolder(file)) throw mistakes.folderOfResult(file);
    const stored = readStored(new TextDecoder().decode(await readBytes(file)));
    if ('reason' in stored) throw mistakes.noReport(file, stored.reason);
    if (stored.kind === 'run') runs.push({ file, result: stored.result });
    else studies.push(stored);
  }
  const run = oneOf(runs);
  const folder = flags.out ?? join('spillway-report', nameOf(run, files[0]!));
  await checkFolder(folder);
  writesFilesToo();
  const drawn = await drawnPage({ run, studies });
  await makeFolder(folder);
  await writeFiles(folder, drawn);
  if (flags.png) await writePngs(folder, drawn);
  const page = join(folder, 'index.html');
  say(`report: ${page}`);
  if (run === null && flags.export !== undefined) throw mistakes.nothingToExport(files);
  for (const name of run === null ? [] : await writeExports(flags, { result: run, studies })) {
    note(`wrote ${name}`);
  }
  if (flags.open) await openFile(page);
  return EXIT.fine;
}

/** The run that the page is of: two are laid side by side. */
function oneOf(runs: readonly ResultFile[]): RunResult | null {
  const [a, b, more] = runs;
  if (a === undefined) return null;
  if (b === undefined) return a.result;
  if (more !== undefined) throw mistakes.tooManyRuns(runs.length);
  const [ofA, ofB] = [a, b].map(({ result }) => Object.keys(result.policies));
  if (samePolicies(ofA!, ofB!, undefined) === null) {
    throw mistakes.nothingInCommon([a.file, ofA!], [b.file, ofB!]);
  }
  return compareResults(a, b);
}

/** What a folder is called after: the scenario's file, else the folder or file of the result. */
function nameOf(run: RunResult | null, file: string): string {
  if (run?.scenario !== undefined) return scenarioName(run.scenario.file);
  const name = scenarioName(file);
  return name === 'result' ? scenarioName(dirname(join('.', file))) : name;
}
