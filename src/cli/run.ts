import { join } from 'node:path';
import type { Command } from 'commander';
import { formatIssue, understood } from '../scenario/index.js';
import {
  type HockeyStick,
  hockeyStick,
  metricsOf,
  policyNames,
  type RunOptions,
  type RunResult,
  replicationsFor,
  runScenario,
  stepSecondsFor,
} from '../study/index.js';
import { storiesByPolicy } from './support/diff-lines.js';
import { expectationLines } from './support/expectation-lines.js';
import {
  checkExports,
  checkOut,
  checkPictures,
  type ExportFlags,
  exportsNeed,
  withExports,
  writeExports,
} from './support/exports.js';
import { checkFolder, scenarioName } from './support/files.js';
import { collect, seedText, wholeNumber, wholeSeconds } from './support/flags.js';
import { bytes, duration, shellWord } from './support/format.js';
import { kneeLines } from './support/knee-lines.js';
import { lessonLines } from './support/lesson-lines.js';
import { type Loaded, loadAll, policiesOf, sha256Of } from './support/load.js';
import { memoryLimitBytes } from './support/memory.js';
import { scenarioTold, writeReport } from './support/report.js';
import { samplesBeside, storiesBeside, tellingRequest } from './support/requests.js';
import { endOf, type Studying, studying } from './support/studying.js';
import { story, summaryTable, sweepTable } from './support/summary.js';
import { type Colors, colorsFor, note, say, writesFilesToo } from './support/terminal.js';
import { theoryLines } from './support/theory-lines.js';
import {
  checkMetrics,
  type UntilFlags,
  untilAlone,
  untilLines,
  untilWords,
  withUntil,
} from './support/until.js';
import { warmupLines } from './support/warmup-lines.js';
import { addWhere, type WhereFlags } from './support/where.js';

interface Flags extends UntilFlags, WhereFlags, ExportFlags {
  json?: boolean;
  policy?: string[];
  /** False for `--no-request`. */
  request?: string | false;
  out?: string;
  hockeyStick: boolean;
  report: boolean;
  png?: boolean;
  step?: number;
  quiet?: boolean;
  verbose?: boolean;
}

const EXAMPLES = `Examples:
  spillway run scenarios/one-slow-dependency.yaml
  spillway run mine.yaml --policy retry-storm --policy retry-budget --out report/
  spillway run mine.yaml --seed 42/3 --json > result.json
`;

/** `spillway run`: one scenario under its policies. A failed expectation is shown; `check` judges. */
export function add(program: Command): void {
  const command = program
    .command('run')
    .description('run a scenario and compare its policies')
    .argument('<file>', 'scenario file (YAML)')
    .option('--json', 'one JSON object on standard output and nothing else; makes no report')
    .option('--seed <seed>', "instead of the file's; 42/3 repeats the third replication", seedText)
    .option('--policy <name>', 'only this one (may be given several times)', collect)
    .option('--request <n>', "tell one request's story: 812, web/812, users/17.3 (from 1)")
    .option('--no-request', 'follow no request through the system in the report')
    .option('--out <dir>', 'folder of the report (default: spillway-report/NAME)')
    .option('--no-hockey-stick', 'leave out the runs behind latency against offered load')
    .option('--no-report', 'write no report')
    .option('--png', 'write each chart of the report as PNG too')
    .option('--step <duration>', 'length of a step of the series', wholeSeconds)
    .option('--replications <n>', "instead of the file's number", wholeNumber);
  withUntil(command, {
    interval: 'of each figure of --metric, as a share of it,',
    metric: 'what --until looks at (default: goodput and latency.p99; several times: these)',
  })
    .option('--quiet', 'say nothing but mistakes on standard error')
    .option('-v, --verbose', 'say every parameter as it was resolved');
  addWhere(withExports(command))
    .addHelpText('before', EXAMPLES)
    .action(async (file: string, flags: Flags) => {
      process.exitCode = await run(file, flags, program.version() ?? '');
    });
}

async function run(file: string, flags: Flags, version: string): Promise<number> {
  const loaded = (await loadAll([file]))[0]!;
  const options = optionsFrom(loaded, flags, version);
  const folder = flags.json || !flags.report ? null : folderFor(file, flags);
  await checkOut(flags.out);
  if (folder !== null) {
    await checkFolder(folder);
    writesFilesToo();
  }
  await checkExports(flags);
  const { policies } = options;
  await checkPictures(flags, [{ scenario: loaded.scenario, policies, without: withoutIn(flags) }]);
  if (!flags.quiet) introduce(loaded, flags, options);

  return studying(flags, async (of) => {
    const { bar } = of;
    const study = { ...options, between: of.between, runner: of.runner };
    const result = await runScenario(loaded.scenario, study);
    const isWhole = !of.interrupted && result.stopped === undefined;
    const asked = isWhole && flags.request !== false ? flags.request : undefined;
    const stories =
      asked === undefined ? {} : await storiesBeside(result, asked, loaded.scenario, study);
    bar.clear();
    if (!flags.quiet) for (const line of warmupLines(result)) note(line);
    const request = asked === undefined ? {} : { request: stories };
    const command = commandFor(loaded, flags);
    const told: RunResult = { ...result, command, scenario: scenarioTold(loaded), ...request };
    if (flags.json) say(JSON.stringify(told));
    else print(result, colorsFor(process.stdout), flags.verbose === true);
    if (!flags.json)
      for (const line of storiesByPolicy(stories, colorsFor(process.stdout))) say(line);
    const isDrawn = folder !== null || exportsNeed('draws', flags);
    const more = isWhole ? await moreOf(loaded, result, { flags, study, of, isDrawn }) : NO_MORE;
    bar.clear();
    if (more.why !== undefined) note(`no hockey stick: ${more.why}`);
    if (!flags.json) for (const line of kneeLines(more.stick, colorsFor(process.stdout))) say(line);
    const whole = { ...told, ...more.parts };
    if (folder !== null) {
      await writeReport(folder, whole, { png: flags.png === true });
      for (const line of lessonLines(result)) say(`\n${line}`);
      say(`\nreport: ${join(folder, 'index.html')}`);
    }
    for (const name of await writeExports(flags, { result: whole })) {
      if (!flags.quiet) note(`wrote ${name}`);
    }
    return endOf(of, result.stopped);
  });
}

/** What a result is given beside its figures, where it is to be drawn or exported. */
interface More {
  parts: Pick<RunResult, 'hockey_stick' | 'request' | 'samples'>;
  stick: HockeyStick | null;
  /** Why there is no hockey stick. */
  why?: string | undefined;
}

const NO_MORE: More = { parts: {}, stick: null };

async function moreOf(
  { scenario }: Loaded,
  result: RunResult,
  { flags, study, of, isDrawn }: { flags: Flags; study: Resolved; of: Studying; isDrawn: boolean },
): Promise<More> {
  const drawn = isDrawn && flags.hockeyStick ? await hockeyStick(scenario, study) : null;
  const follows = isDrawn && flags.request === undefined;
  const followed = follows ? await tellingRequest(scenario, result, study) : null;
  const sampled = exportsNeed('samples', flags)
    ? await samplesBeside(result, (policy) => ({ scenario, policy }), study)
    : null;
  // Half a hockey stick would look like a whole one.
  const stick = of.interrupted ? null : drawn;
  const parts = {
    ...(stick === null ? {} : { hockey_stick: stick }),
    ...(followed === null ? {} : { request: followed }),
    ...(sampled === null ? {} : { samples: sampled }),
  };
  return { parts, stick, why: drawn?.reason };
}

/** Pictures that the flags leave out. */
function withoutIn({ hockeyStick: isDrawn, request }: Flags): Record<string, string> {
  return {
    ...(isDrawn ? {} : { 'hockey-stick': '--no-hockey-stick leaves it out' }),
    ...(request === false ? { request: '--no-request leaves it out' } : {}),
  };
}

type Resolved = RunOptions & { policies: readonly string[] };

function optionsFrom(loaded: Loaded, flags: Flags, version: string): Resolved {
  const { scenario, file } = loaded;
  const policies = policiesOf(loaded, flags.policy);
  if (flags.metric !== undefined)
    checkMetrics(flags, metricsOf(scenario, policyNames(scenario)), file);
  return {
    version,
    scenarioSha256: sha256Of(loaded),
    policies,
    seed: flags.seed,
    replications: flags.replications,
    until: untilAlone(flags),
    stepSeconds: flags.step,
    memoryLimitBytes: memoryLimitBytes(),
  };
}

function folderFor(file: string, { out }: Flags): string {
  return out ?? join('spillway-report', scenarioName(file));
}

/** What it takes to see the same figures again; where the report goes is no part of that. */
function commandFor({ file, scenario }: Loaded, flags: Flags): string {
  const seed = flags.seed ?? scenario.seed;
  const words = ['spillway', 'run', file, '--seed', seed];
  for (const name of flags.policy ?? []) words.push('--policy', name);
  if (flags.replications !== undefined) words.push('--replications', String(flags.replications));
  words.push(...untilWords(flags));
  if (flags.step !== undefined) words.push('--step', `${flags.step}s`);
  return words.map(shellWord).join(' ');
}

function introduce(loaded: Loaded, flags: Flags, options: Resolved): void {
  const { scenario, warnings } = loaded;
  for (const warning of warnings) note(formatIssue(warning));
  note(`seed ${flags.seed ?? scenario.seed}; again with: ${commandFor(loaded, flags)}`);
  if (!flags.verbose) return;
  note(understood(scenario));
  const { policies, seed, replications, memoryLimitBytes: limit } = options;
  const times = replicationsFor({ file: scenario.replications, seed, replications });
  const step = options.stepSeconds ?? stepSecondsFor(scenario.durationNs);
  note(`this run: ${policies.join(', ')}; replications ${times} (1 where there is no chance)`);
  note(`series step ${duration(step)}; memory limit ${bytes(limit)}`);
}

function print(result: RunResult, colors: Colors, verbose: boolean): void {
  const width = process.stdout.isTTY ? process.stdout.columns : Infinity;
  say(colors.bold(result.title));
  if (result.partial) say(colors.yellow(`partial: ${result.stopped ?? 'stopped before its end'}`));
  for (const line of ['', ...summaryTable(result, colors, width)]) say(line);
  for (const line of untilLines(result)) say(line);
  const theory = theoryLines(result, colors, verbose);
  if (theory.length > 0) for (const line of ['', ...theory]) say(line);
  for (const line of ['', ...story(result, colors)]) say(line);
  if (result.sweep !== undefined) for (const line of ['', ...sweepTable(result, colors)]) say(line);
  const expects = expectationLines(result.expect, colors);
  if (expects.length > 0) for (const line of ['', ...expects]) say(line);
}
