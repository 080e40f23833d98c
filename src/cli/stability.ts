import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { formatIssue, readDuration } from '../scenario/index.js';
import {
  type LoadsAsked,
  type StabilityOptions,
  type StabilityResult,
  stabilityOf,
  stabilityRefused,
  type TriggerAsked,
} from '../study/index.js';
import { EXIT, Mistake } from './support/ending.js';
import { checkFolder, makeFolder } from './support/files.js';
import { collect, seedText, wholeNumber } from './support/flags.js';
import { duration, number, shellWord } from './support/format.js';
import { type Loaded, loadAll, policiesOf, sha256Of } from './support/load.js';
import { loadsAsked } from './support/loads.js';
import { mistakes } from './support/mistakes.js';
import { drawnPage, writeFiles, writePngs } from './support/report.js';
import { stabilityLines } from './support/stability-lines.js';
import { studying } from './support/studying.js';
import { type Colors, colorsFor, note, say, writesFilesToo } from './support/terminal.js';
import { addWhere, type WhereFlags } from './support/where.js';

interface Flags extends WhereFlags {
  json?: boolean;
  seed?: string;
  policy?: string[];
  seeds: number;
  loads?: LoadsAsked;
  trigger: TriggerAsked;
  hold?: number;
  patience?: number;
  longest?: number;
  cutFor?: number;
  out?: string;
  png?: boolean;
  quiet?: boolean;
}

const HOLD_NS = 30e9;
const PATIENCE_NS = 300e9;

const EXAMPLES = `Examples:
  spillway stability scenarios/papers/metastable-hotos21.yaml --policy at-280
  spillway stability mine.yaml --loads 160/s..280/s..20/s --seeds 20 --out stability/
  spillway stability mine.yaml --trigger surge --hold 2m --json > stability.json
`;

/** `spillway stability`: what tips a system, and what brings it back. */
export function add(program: Command): void {
  const command = program
    .command('stability')
    .description('load up and down again: what tips each policy, and what brings it back')
    .argument('<file>', 'scenario file (YAML)')
    .option('--json', 'one JSON object on standard output and nothing else')
    .option('--policy <name>', 'only this one (may be given several times)', collect)
    .option(
      '--loads <list>',
      "shares of the file's load or requests/s: 10%..200%..10%, 160/s..280/s..20/s, 50%,100% " +
        '(default: tenths of the capacity of theory)',
      loadsAsked,
    )
    .addOption(
      new Option('--trigger <kind>', "auto: the file's own faults; else an outage, or a surge")
        .choices(['auto', 'file', 'outage', 'surge'])
        .default('auto'),
    )
    .option('--hold <duration>', 'each step of the loop, at least (default: 30s)', span)
    .option('--seeds <n>', 'seeds of each question', wholeNumber, 5)
    .option('--patience <duration>', 'how long it may take to come back (default: 5m)', span)
    .option('--longest <duration>', 'the longest trigger to try', span)
    .option('--cut-for <duration>', 'how long the load is cut (default: for good)', span)
    .option('--seed <seed>', "instead of the file's", seedText)
    .option('--out <dir>', 'folder for the charts as SVG and for stability.json')
    .option('--png', 'write each chart of --out as PNG too')
    .option('--quiet', 'say nothing but mistakes on standard error');
  addWhere(command, { cache: true })
    .addHelpText('before', EXAMPLES)
    .action(async (file: string, flags: Flags) => {
      process.exitCode = await stability(file, flags, program.version() ?? '');
    });
}

/** A length of time, in nanoseconds; recovery is told by whole seconds. */
function span(text: string): number {
  const result = readDuration(text);
  if (!result.ok || result.value < 1e9) {
    throw new InvalidArgumentError('Expected a duration of a second or more, such as 30s.');
  }
  return result.value;
}

async function stability(file: string, flags: Flags, version: string): Promise<number> {
  const loaded = (await loadAll([file]))[0]!;
  const asked = questionFrom(loaded, flags, version);
  const refused = stabilityRefused(loaded.scenario, asked);
  if (refused.length > 0) {
    throw new Mistake(refused.map((one) => `${file}: ${one.policy}: ${one.reason}`).join('\n'));
  }
  if (flags.png && flags.out === undefined) throw mistakes.pngNowhere();
  if (flags.out !== undefined) {
    await checkFolder(flags.out);
    writesFilesToo();
  }
  if (!flags.quiet) {
    for (const warning of loaded.warnings) note(formatIssue(warning));
    note(`seed ${flags.seed ?? loaded.scenario.seed}; again with: ${commandFor(loaded, flags)}`);
  }
  return studying(flags, async ({ bar, between, runner }) => {
    const result = await stabilityOf(loaded.scenario, { ...asked, between, runner });
    bar.clear();
    if (flags.json) say(JSON.stringify(result));
    else print(result, colorsFor(process.stdout));
    if (flags.out !== undefined) {
      const page = await writeStudy(flags.out, result, flags.png === true);
      if (!flags.json) say(`\nreport: ${page}`);
    }
    return result.partial ? EXIT.interrupted : EXIT.fine;
  });
}

function questionFrom(
  loaded: Loaded,
  flags: Flags,
  version: string,
): Omit<StabilityOptions, 'runner' | 'between'> {
  return {
    version,
    scenarioSha256: sha256Of(loaded),
    policies: policiesOf(loaded, flags.policy),
    seed: flags.seed,
    seeds: flags.seeds,
    loads: flags.loads ?? null,
    trigger: flags.trigger,
    holdNs: flags.hold ?? HOLD_NS,
    patienceNs: flags.patience ?? PATIENCE_NS,
    longestNs: flags.longest ?? null,
    cutForNs: flags.cutFor ?? null,
  };
}

/** What it takes to see the same figures again. */
function commandFor({ file, scenario }: Loaded, flags: Flags): string {
  const words = ['spillway', 'stability', file, '--seed', flags.seed ?? scenario.seed];
  for (const name of flags.policy ?? []) words.push('--policy', name);
  if (flags.loads !== undefined) {
    const { per, loads } = flags.loads;
    const texts = loads.map((load) => (per === 'rate' ? `${load}/s` : `${load * 100}%`));
    words.push('--loads', texts.join(','));
  }
  words.push('--trigger', flags.trigger, '--seeds', String(flags.seeds));
  if (flags.hold !== undefined) words.push('--hold', `${flags.hold / 1e9}s`);
  if (flags.patience !== undefined) words.push('--patience', `${flags.patience / 1e9}s`);
  if (flags.longest !== undefined) words.push('--longest', `${flags.longest / 1e9}s`);
  if (flags.cutFor !== undefined) words.push('--cut-for', `${flags.cutFor / 1e9}s`);
  return words.map(shellWord).join(' ');
}

function print(result: StabilityResult, colors: Colors): void {
  say(colors.bold(result.title));
  if (result.partial) say(colors.yellow('partial: stopped before its end'));
  for (const line of stabilityLines(result, colors)) say(line);
  const { cost, patience, seeds } = result;
  const given = `a system is given ${duration(patience)} to come back`;
  const made = `${number(cost.runs)} runs, ${duration(cost.simulated)} of simulated time`;
  say(`\n${colors.dim(`${seeds} seeds a question; ${given}; ${made}`)}`);
}

/** A page, each chart as SVG, and what they were drawn from. */
async function writeStudy(folder: string, result: StabilityResult, png: boolean): Promise<string> {
  const files = await drawnPage({ run: null, studies: [{ kind: 'stability', result }] });
  await makeFolder(folder);
  await writeFiles(folder, { ...files, 'stability.json': `${JSON.stringify(result)}\n` });
  if (png) await writePngs(folder, files);
  return join(folder, 'index.html');
}
