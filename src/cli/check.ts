import type { Command } from 'commander';
import type { BaselineScenario } from '../study/index.js';
import { BaselineBook, DRIFT, type FileDrift, saveBaseline } from './support/baseline.js';
import { type CheckTelling, counted, fileLines, foundIn, isFine } from './support/check-lines.js';
import { CheckOutputs } from './support/check-outputs.js';
import { type Checked, checkAll } from './support/checking.js';
import { EXIT } from './support/ending.js';
import { checkFile, scenarioFiles } from './support/files.js';
import { percent, seedText, wholeNumber } from './support/flags.js';
import { duration } from './support/format.js';
import { type Loaded, loadAll } from './support/load.js';
import { mistakes } from './support/mistakes.js';
import { type Studying, studying } from './support/studying.js';
import { colorsFor, note, say, writesFilesToo } from './support/terminal.js';
import { addWhere, type WhereFlags } from './support/where.js';

/** Enough that an expectation that holds "mostly" is found out. */
const REPLICATIONS = 20;
/** Longer names of files push what was found out of sight. */
const NAME_WIDTH = 60;

interface Flags extends WhereFlags {
  replications: number;
  seed?: string;
  strict?: boolean;
  bail?: boolean;
  baseline?: string;
  saveBaseline?: string;
  drift?: number;
  junit?: string;
  /** Undefined: where GitHub runs it. */
  github?: boolean;
  quiet?: boolean;
  verbose?: boolean;
}

const EXAMPLES = `Examples:
  spillway check scenarios/
  spillway check mine.yaml --replications 5
  spillway check scenarios/ --save-baseline baseline.json     keep the figures of today
  spillway check scenarios/ --baseline baseline.json          what has changed since?
  spillway check scenarios/ --strict --junit spillway.xml     in CI
`;

const NOTES = `
Exit codes: 0 all holds, 1 an expectation failed or a figure regressed, 2 a mistake in a file, or a
run was stopped by its size, 70 a mistake of ours, 130 interrupted.
On GitHub (GITHUB_ACTIONS=true) it annotates the lines of the files and writes the job summary.`;

/** `spillway check`: exit code 1 when an expectation fails in any replication. */
export function add(program: Command): void {
  const command = program
    .command('check')
    .description('run scenarios and judge what they expect')
    .argument('<paths...>', 'scenario files, or folders of them (every *.yaml inside)')
    .option(
      '--replications <n>',
      "instead of each file's number; 1 where there is no chance",
      wholeNumber,
      REPLICATIONS,
    )
    .option('--seed <seed>', "instead of each file's", seedText)
    .option('--strict', 'warnings of a file and of its warm-up fail')
    .option('--bail', 'stop at the first file that fails')
    .option('--save-baseline <file>', 'keep the figures, to be compared with another day')
    .option('--baseline <file>', 'compare the figures with those kept; what regressed fails')
    .option(
      '--drift <share>',
      `tell no change below this share (default: ${DRIFT * 100}%)`,
      percent,
    )
    .option('--junit <file>', 'write what was judged as JUnit XML')
    .option('--github', 'annotations and job summary for GitHub (default: where GitHub runs it)')
    .option('--no-github', 'neither of them')
    .option('--quiet', 'say only what failed')
    .option('-v, --verbose', 'say all that is expected, the seed and the warnings of every file');
  addWhere(command)
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', NOTES)
    .action(async (paths: string[], flags: Flags) => {
      process.exitCode = await check(paths, flags, program.version() ?? '');
    });
}

/** What came of all files so far. */
interface Sum {
  held: number;
  failed: number;
  /** Scenarios that were stopped by their size or by a loop. */
  stopped: number;
  doubtful: number;
  regressed: number;
  improved: number;
  files: Checked[];
  /** Stopped at the first that failed. */
  bailed: boolean;
}

async function check(paths: readonly string[], flags: Flags, version: string): Promise<number> {
  if (flags.drift !== undefined && flags.baseline === undefined) throw mistakes.driftAlone();
  const beganMs = performance.now();
  const outputs = new CheckOutputs(flags);
  for (const file of [flags.junit, flags.saveBaseline]) {
    if (file === undefined) continue;
    await checkFile(file);
    writesFilesToo();
  }
  const baseline =
    flags.baseline === undefined
      ? null
      : await BaselineBook.open(flags.baseline, flags.drift ?? DRIFT);
  const all = await outputs.loaded(async () => loadAll(await scenarioFiles(paths)));
  const sum = emptySum();
  return studying(flags, async (of) => {
    if (flags.verbose) for (const one of all) introduce(one, flags);
    await checkAll(all, { version, ...flags }, of, (checked) => {
      const drift = driftIn(checked, baseline);
      const isGood = take(checked, drift, { sum, outputs, flags, all });
      sum.bailed = flags.bail === true && !isGood;
      return !sum.bailed;
    });
    if (baseline !== null && !of.interrupted && !sum.bailed) {
      const notes = baseline.notes(
        all.map(({ file }) => file),
        version,
      );
      for (const words of notes) say(`baseline: ${words}`);
      if (flags.strict) sum.doubtful += notes.length;
    }
    return close(of, sum, { all, flags, outputs, version, beganMs });
  });
}

function emptySum(): Sum {
  const counts = { held: 0, failed: 0, stopped: 0, doubtful: 0, regressed: 0, improved: 0 };
  return { ...counts, files: [], bailed: false };
}

/** Null without a baseline, of what it does not know, and of what was stopped. */
function driftIn({ file, figures }: Checked, baseline: BaselineBook | null): FileDrift | null {
  return baseline === null || figures === null ? null : baseline.of(file, figures);
}

interface Taking {
  sum: Sum;
  outputs: CheckOutputs;
  flags: Flags;
  all: readonly Loaded[];
}

/** Tells a file and counts it; whether all is well with it. */
function take(
  checked: Checked,
  drift: FileDrift | null,
  { sum, outputs, flags, all }: Taking,
): boolean {
  const found = foundIn(checked, drift, flags.strict === true);
  for (const line of fileLines(checked, drift, tellingOf(flags, all))) say(line);
  outputs.take(checked, drift);
  sum.held += found.held;
  sum.failed += found.failed;
  sum.stopped += found.stopped ? 1 : 0;
  sum.doubtful += found.doubtful;
  sum.regressed += found.regressed;
  sum.improved += found.improved;
  sum.files.push(checked);
  return isFine(found);
}

function tellingOf(flags: Flags, all: readonly Loaded[]): CheckTelling {
  return {
    colors: colorsFor(process.stdout),
    full: (flags.verbose === true || all.length === 1) && flags.quiet !== true,
    strict: flags.strict === true,
    quiet: flags.quiet === true,
    width: Math.min(NAME_WIDTH, Math.max(...all.map(({ file }) => file.length))),
    // Elsewhere the same files give the same bytes.
    times: process.stdout.isTTY === true,
  };
}

function introduce({ scenario, file }: Loaded, { seed, replications }: Flags): void {
  note(`${file}: seed ${seed ?? scenario.seed}, up to ${replications} replications`);
}

interface Closing extends Omit<Taking, 'sum'> {
  version: string;
  beganMs: number;
}

/** What is said and written of all files, and the exit code. */
async function close(of: Studying, sum: Sum, closing: Closing): Promise<number> {
  const { all, flags, outputs, version, beganMs } = closing;
  of.bar.clear();
  say(summary(sum, all.length, of.interrupted));
  if (flags.quiet !== true && all.length > 1) note(timeText(sum, performance.now() - beganMs));
  await outputs.write();
  if (of.interrupted) return EXIT.interrupted;
  if (flags.saveBaseline !== undefined) await save(flags.saveBaseline, sum, version);
  if (sum.stopped > 0) return EXIT.mistake;
  const isBad = sum.failed + sum.regressed + sum.doubtful > 0;
  return isBad ? EXIT.expectationFailed : EXIT.fine;
}

/** A baseline of half the files would look like a whole one. */
async function save(file: string, { files, bailed }: Sum, version: string): Promise<void> {
  if (bailed) {
    note(`${file}: not written, not every file was run`);
    return;
  }
  const kept = new Map<string, BaselineScenario>();
  for (const { file: of, figures } of files) {
    if (figures === null) note(`${of}: was stopped, and is left out of the baseline`);
    else kept.set(of, figures);
  }
  await saveBaseline(file, version, kept);
  note(`baseline: ${counted(kept.size, 'scenario')} in ${file}`);
}

/** "12 scenarios: 40 expectations hold, 1 fail; 2 figures regressed" */
function summary(sum: Sum, asked: number, interrupted: boolean): string {
  const { held, failed, stopped, doubtful, regressed, improved, files, bailed } = sum;
  const why = interrupted ? 'interrupted' : bailed ? 'stopped at the first that failed' : null;
  const cut = files.length < asked && why !== null ? ` of ${asked} (${why})` : '';
  const noun = asked === 1 ? 'scenario' : 'scenarios';
  const more = [
    ...(stopped > 0 ? [`${stopped} stopped before the end`] : []),
    ...(doubtful > 0 ? [counted(doubtful, 'warning')] : []),
    ...(regressed > 0 ? [`${counted(regressed, 'figure')} regressed`] : []),
    ...(improved > 0 ? [`${counted(improved, 'figure')} improved`] : []),
  ].map((words) => `; ${words}`);
  return `${files.length}${cut} ${noun}: ${held} expectations hold, ${failed} fail${more.join('')}`;
}

/** "took 61.2 s; longest: a.yaml 20.3 s, b.yaml 12.1 s, c.yaml 4.2 s" */
function timeText({ files }: Sum, tookMs: number): string {
  const longest = [...files].sort((a, b) => b.tookMs - a.tookMs).slice(0, 3);
  const told = longest.map(({ file, tookMs: one }) => `${file} ${duration(one / 1e3)}`);
  return `took ${duration(tookMs / 1e3)}; longest: ${told.join(', ')}`;
}
