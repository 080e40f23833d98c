import type { Command } from 'commander';
import { formatIssue } from '../scenario/index.js';
import { type Between, type Runner, type RunResult, runScenario } from '../study/index.js';
import { EXIT } from './support/ending.js';
import { expectationLines } from './support/expectation-lines.js';
import { scenarioFiles } from './support/files.js';
import { seedText, wholeNumber } from './support/flags.js';
import { Interrupt } from './support/interrupt.js';
import { type Loaded, loadAll, sha256Of } from './support/load.js';
import { memoryLimitBytes } from './support/memory.js';
import { ProgressBar } from './support/progress-bar.js';
import { type Colors, colorsFor, note, say } from './support/terminal.js';
import { warmupLines } from './support/warmup-lines.js';
import { addWhere, openWhere, type WhereFlags } from './support/where.js';

/** Enough that an expectation that holds "mostly" is found out. */
const REPLICATIONS = 20;

interface Flags extends WhereFlags {
  replications: number;
  seed?: string;
  quiet?: boolean;
  verbose?: boolean;
}

interface Count {
  held: number;
  failed: number;
  /** Scenarios that were stopped by their size or by a loop. */
  stopped: number;
  files: number;
}

const EXAMPLES = `Examples:
  spillway check scenarios/
  spillway check mine.yaml --replications 5
`;

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
    .option('--quiet', 'say only what failed')
    .option('-v, --verbose', 'say the seed and warnings of every file');
  addWhere(command)
    .addHelpText('before', EXAMPLES)
    .action(async (paths: string[], flags: Flags) => {
      process.exitCode = await check(paths, flags, program.version() ?? '');
    });
}

async function check(paths: readonly string[], flags: Flags, version: string): Promise<number> {
  const all = await loadAll(await scenarioFiles(paths));
  const colors = colorsFor(process.stdout);
  const interrupt = new Interrupt();
  const where = await openWhere(flags);
  const count: Count = { held: 0, failed: 0, stopped: 0, files: 0 };
  try {
    for (const loaded of all) {
      const bar = new ProgressBar(process.stderr, { quiet: flags.quiet === true });
      const between = interrupt.between((progress) =>
        bar.show({ ...progress, label: `${loaded.file}: ${progress.label}` }),
      );
      if (flags.verbose) introduce(loaded, flags);
      const result = await runOne(loaded, flags, { version, between, runner: where.runner });
      bar.clear();
      if (interrupt.asked) break;
      if (flags.verbose) for (const line of warmupLines(result)) note(`${loaded.file}: ${line}`);
      tell(loaded, result, { colors, quiet: flags.quiet === true, count });
    }
  } finally {
    interrupt.release();
    await where.close();
  }
  say(summary(count, all.length));
  if (interrupt.asked) return EXIT.interrupted;
  if (count.stopped > 0) return EXIT.mistake;
  return count.failed > 0 ? EXIT.expectationFailed : EXIT.fine;
}

async function runOne(
  loaded: Loaded,
  { replications, seed }: Flags,
  { version, between, runner }: { version: string; between: Between; runner: Runner },
): Promise<RunResult> {
  return runScenario(loaded.scenario, {
    version,
    scenarioSha256: sha256Of(loaded),
    memoryLimitBytes: memoryLimitBytes(),
    replications,
    seed,
    cells: 'expected',
    between,
    runner,
  });
}

function introduce({ scenario, file, warnings }: Loaded, { seed, replications }: Flags): void {
  for (const warning of warnings) note(formatIssue(warning));
  note(`${file}: seed ${seed ?? scenario.seed}, up to ${replications} replications`);
}

function tell(
  { file }: Loaded,
  { expect, stopped }: RunResult,
  { colors, quiet, count }: { colors: Colors; quiet: boolean; count: Count },
): void {
  const failed = expect.filter(({ passed }) => !passed);
  count.files++;
  count.failed += failed.length;
  count.held += expect.length - failed.length;
  if (stopped !== undefined) count.stopped++;
  const shown = quiet ? failed : expect;
  if (quiet && shown.length === 0 && stopped === undefined) return;
  say(colors.bold(file));
  for (const line of expectationLines(shown, colors)) say(`  ${line}`);
  if (expect.length === 0) say(colors.dim('  expects nothing; it ran'));
  if (stopped !== undefined) say(`  ${colors.red('stopped')}: ${stopped}`);
}

/** "12 scenarios: 40 expectations hold, 1 fail" */
function summary({ held, failed, stopped, files }: Count, asked: number): string {
  const cut = files < asked ? ` of ${asked} (interrupted)` : '';
  const left = stopped > 0 ? `; ${stopped} stopped before the end` : '';
  const noun = asked === 1 ? 'scenario' : 'scenarios';
  return `${files}${cut} ${noun}: ${held} expectations hold, ${failed} fail${left}`;
}
