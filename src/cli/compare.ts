import { join } from 'node:path';
import type { Command } from 'commander';
import { checkPolicy, formatIssue, presetNamed } from '../scenario/index.js';
import {
  type CompareResult,
  compareResult,
  compareResults,
  compareScenario,
  compareScenarios,
  type FatesResult,
  looksLikeResult,
  metricsOf,
  policyNames,
  REPLICATIONS_FIRST,
  type RequestStory,
  type ResultFile,
  type RunOptions,
  readResult,
  type SampledRequest,
  type Scenario,
  samePolicies,
} from '../study/index.js';
import { fatesLines, storiesLines } from './support/diff-lines.js';
import { differenceLines } from './support/difference-lines.js';
import { EXIT, Mistake } from './support/ending.js';
import {
  checkExports,
  checkOut,
  checkPictures,
  type ExportFlags,
  exportsNeed,
  withExports,
  writeExports,
} from './support/exports.js';
import { checkFolder, exists, readBytes } from './support/files.js';
import { seedText, wholeNumber, wholeSeconds } from './support/flags.js';
import { shellWord } from './support/format.js';
import { type Loaded, loadAll, sha256Of } from './support/load.js';
import { memoryLimitBytes } from './support/memory.js';
import { mistakes } from './support/mistakes.js';
import { scenarioTold, writeReport } from './support/report.js';
import { fatesBeside, samplesBeside } from './support/requests.js';
import { studying } from './support/studying.js';
import { summaryTable } from './support/summary.js';
import { type Colors, colorsFor, note, say, writesFilesToo } from './support/terminal.js';
import {
  checkMetrics,
  type UntilFlags,
  untilLines,
  untilOf,
  untilWords,
  withUntil,
} from './support/until.js';
import { addWhere, type WhereFlags } from './support/where.js';

interface Flags extends UntilFlags, WhereFlags, ExportFlags {
  json?: boolean;
  all?: boolean;
  request?: string;
  fates: boolean;
  step?: number;
  out?: string;
  quiet?: boolean;
}

const EXAMPLES = `Examples:
  spillway compare mine.yaml                              every pair of its policies
  spillway compare mine.yaml retry-storm retry-budget     these two
  spillway compare mine.yaml base circuit-breaker         a built-in policy laid over it
  spillway compare mine.yaml retry-storm retry-budget --request 812
  spillway compare before.yaml after.yaml                 policies of the same name, side by side
  spillway compare monday.json friday.json                results of spillway run --json
  spillway compare mine.yaml --until 2% --metric goodput  until the intervals are that tight
`;

const NOTES = `
Both policies of a pair are run on the same seeds, so that every request needs the same work under
either. Told is what the second does to the first: "higher by 12.3/s (4.1%) [11.8/s, 12.9/s]", with the
95% interval of the paired difference; where it covers zero no difference is shown. In the JSON
"A vs B" holds A - B. Without --replications there are at least ${REPLICATIONS_FIRST}, where anything is left to chance.
One policy alone is compared with each of the others.

Of one pair it is also told what became of each request, at the first seed: which failed under one and
not under the other, why, and where the two runs part. Requests are counted from 1, by producer where
there are several (web/812); those of users by user (users/17.3: the third of user 17).`;

/** `spillway compare`: what differs between policies, files or results, and how sure that is. */
export function add(program: Command): void {
  const command = program
    .command('compare')
    .description('compare policies on the same seeds: differences with their intervals')
    .argument('<what...>', 'FILE [POLICY …], FILE FILE [POLICY …], RESULT [RESULT] [POLICY …]')
    .option('--json', 'one JSON object on standard output: the run, and the differences')
    .option('--seed <seed>', "instead of the file's", seedText)
    .option(
      '--replications <n>',
      `instead of the file's number (default: at least ${REPLICATIONS_FIRST})`,
      wholeNumber,
    )
    .option('--request <n>', "tell this request's story under both: 812, web/812, users/17.3")
    .option('--no-fates', 'leave out what became of each request')
    .option('--out <dir>', 'write a page of it into this folder, with its charts as SVG')
    .option('--all', 'tell every metric, not only what one asks first')
    .option('--step <duration>', 'length of a step of the series', wholeSeconds);
  const until = withUntil(command, {
    interval: 'of each difference, as a share of the greater figure,',
    metric: 'tell this one (several times: these), and look at it for --until',
  });
  addWhere(withExports(until), { cache: true })
    .option('--quiet', 'say nothing but mistakes on standard error')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', NOTES)
    .action(async (what: string[], flags: Flags) => {
      process.exitCode = await compare(what, flags, program.version() ?? '');
    });
}

async function compare(what: readonly string[], flags: Flags, version: string): Promise<number> {
  await checkOut(flags.out);
  if (flags.out !== undefined) {
    await checkFolder(flags.out);
    writesFilesToo();
  }
  await checkExports(flags);
  const { files, policies } = await sorted(what);
  const texts = await Promise.all(files.map(readBytes));
  const results = texts.map((bytes) => looksLikeResult(new TextDecoder().decode(bytes)));
  if (results.every((is) => is)) {
    const read = texts.map((bytes, index) => resultFrom(files[index]!, bytes));
    return told(fromResults(read, policies, flags), { flags, fates: null });
  }
  const result = results.indexOf(true);
  if (result >= 0) throw mistakes.resultBesideScenario(files[result]!);
  const loaded = await loadAll(files);
  return fromScenarios(loaded, policies, { flags, version });
}

/** Files come first: what follows, and is none, names policies. */
async function sorted(
  what: readonly string[],
): Promise<{ files: string[]; policies: string[] | undefined }> {
  const [first, ...rest] = what as [string, ...string[]];
  const second = rest[0];
  const looks = second !== undefined && /[./\\]/.test(second);
  const isFile = second !== undefined && (looks || (await exists(second)));
  const policies = isFile ? rest.slice(1) : rest;
  const files = isFile ? [first, second] : [first];
  const twice = policies.find((name, index) => policies.indexOf(name) < index);
  if (twice !== undefined) {
    throw (await exists(twice)) ? mistakes.threeFiles(twice) : mistakes.samePolicyTwice(twice);
  }
  const third = isFile ? policies.find((name) => /[./\\]/.test(name)) : undefined;
  if (third !== undefined && (await exists(third))) throw mistakes.threeFiles(third);
  return { files, policies: policies.length > 0 ? [...new Set(policies)] : undefined };
}

function resultFrom(file: string, bytes: Uint8Array): ResultFile {
  const read = readResult(new TextDecoder().decode(bytes));
  if ('reason' in read) throw mistakes.noResult(file, read.reason);
  return { file, result: read.result };
}

/** Nothing is run: what would change the runs has no effect, and is refused. */
function fromResults(
  read: readonly ResultFile[],
  policies: string[] | undefined,
  flags: Flags,
): CompareResult {
  const ofRuns = ['request', 'seed', 'replications', 'until', 'replicationsMax', 'step'] as const;
  const asked = [...ofRuns, 'threads', 'store'] as const;
  const idle = asked.find((flag) => flags[flag] !== undefined);
  if (idle !== undefined) throw mistakes.nothingRun(idle);
  const [a, b] = read as [ResultFile, ResultFile | undefined];
  const names = Object.keys(a.result.policies);
  if (b !== undefined) {
    const others = Object.keys(b.result.policies);
    if (samePolicies(names, others, policies) === null) {
      throw mistakes.nothingInCommon([a.file, names], [b.file, others]);
    }
    return compareResults(a, b, policies);
  }
  for (const name of policies ?? []) {
    if (!names.includes(name)) throw mistakes.noSuchPolicy(name, names, a.file);
  }
  return compareResult(a, choice(names, policies, a.file));
}

/** Which policies, and whether one of them is compared with each of the others. */
function choice(
  names: readonly string[],
  wanted: string[] | undefined,
  file: string,
): { policies: readonly string[]; against?: string } {
  if (wanted === undefined || wanted.length > 1) {
    const policies = wanted ?? names;
    if (policies.length < 2) throw mistakes.onePolicy(file, policies);
    return { policies };
  }
  const against = wanted[0]!;
  const policies = names.includes(against) ? names : [...names, against];
  if (policies.length < 2) throw mistakes.onePolicy(file, policies);
  return { policies, against };
}

async function fromScenarios(
  loaded: readonly Loaded[],
  policies: string[] | undefined,
  { flags, version }: { flags: Flags; version: string },
): Promise<number> {
  const [a, b] = loaded as [Loaded, Loaded | undefined];
  for (const one of loaded) for (const name of policies ?? []) checkName(name, one);
  const chosen = b === undefined ? choice(policyNames(a.scenario), policies, a.file) : null;
  const names = loaded.map(({ file, scenario }) => [file, policyNames(scenario)] as const);
  const same = b === undefined ? null : samePolicies(names[0]![1], names[1]![1], policies);
  if (b !== undefined && same === null) throw mistakes.nothingInCommon(names[0]!, names[1]!);
  const pairs = chosen === null ? (same?.length ?? 0) : pairCount(chosen);
  if (flags.request !== undefined && pairs > 1) throw mistakes.requestOfPair();
  for (const { scenario, file } of loaded) {
    const names = chosen?.policies ?? policies ?? policyNames(scenario);
    checkMetrics(flags, metricsOf(scenario, names), file);
  }
  const until = untilOf(flags);
  const drawn = { policies: chosen?.policies ?? policies, without: withoutIn(flags) };
  await checkPictures(
    flags,
    loaded.map(({ scenario }) => ({
      scenario,
      ...drawn,
      policies: drawn.policies ?? policyNames(scenario),
    })),
  );
  const command = commandFor(loaded, policies, flags);
  if (!flags.quiet) introduce(loaded, command, flags);

  return studying(flags, async (of) => {
    const { bar } = of;
    const options: Omit<RunOptions, 'scenarioSha256'> = {
      version,
      memoryLimitBytes: memoryLimitBytes(),
      seed: flags.seed,
      replications: flags.replications,
      stepSeconds: flags.step,
      until,
      between: of.between,
      runner: of.runner,
    };
    const result =
      b === undefined
        ? await compareScenario(a.scenario, { ...options, ...chosen, scenarioSha256: sha256Of(a) })
        : await compareScenarios(comparedOf(a), comparedOf(b), { ...options, policies });
    bar.clear();
    const fates =
      flags.fates || flags.request !== undefined
        ? await fatesBeside(result, flags.request ?? null, (name) => sideOf(loaded, name), options)
        : null;
    const samples =
      exportsNeed('samples', flags) && !result.partial
        ? await samplesBeside(result, (name) => sideOf(loaded, name), options)
        : null;
    bar.clear();
    const scenario = b === undefined ? a : null;
    const code = await told(result, { flags, fates, scenario, samples, command });
    return of.interrupted ? EXIT.interrupted : code;
  });
}

/** What stands behind a name in a comparison: "retry-storm", of two files "B: retry-storm". */
function sideOf(loaded: readonly Loaded[], name: string): { scenario: Scenario; policy: string } {
  const [a, b] = loaded as [Loaded, Loaded | undefined];
  if (b === undefined) return { scenario: a.scenario, policy: name };
  return { scenario: name.startsWith('B') ? b.scenario : a.scenario, policy: name.slice(3) };
}

/** How many pairs there will be. */
function pairCount({ policies, against }: { policies: readonly string[]; against?: string }) {
  const { length } = policies;
  return against === undefined ? (length * (length - 1)) / 2 : length - 1;
}

/** One of the file's policies, the file as it stands, or a built-in one that fits it. */
function checkName(name: string, { scenario, file }: Loaded): void {
  const names = policyNames(scenario);
  if (names.includes(name)) return;
  if (name !== 'base' && presetNamed(name) === undefined) {
    throw mistakes.noSuchPolicy(name, names, file);
  }
  const errors = checkPolicy(scenario, name).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Mistake(errors.map(formatIssue).join('\n'));
}

function comparedOf(loaded: Loaded) {
  const { scenario, file } = loaded;
  return { scenario, file, scenarioSha256: sha256Of(loaded) };
}

/** Pictures that no comparison holds, or only one of a request. */
function withoutIn({ request }: Flags): Record<string, string> {
  return {
    'hockey-stick': 'spillway run makes it, spillway compare does not',
    ...(request === undefined ? { request: 'name a request with --request' } : {}),
  };
}

/** What it takes to see the same figures again. */
function commandFor(
  loaded: readonly Loaded[],
  policies: readonly string[] | undefined,
  flags: Flags,
): string {
  const words = ['spillway', 'compare', ...loaded.map(({ file }) => file), ...(policies ?? [])];
  words.push('--seed', flags.seed ?? loaded[0]!.scenario.seed);
  if (flags.replications !== undefined) words.push('--replications', String(flags.replications));
  words.push(...untilWords(flags));
  if (flags.step !== undefined) words.push('--step', `${flags.step}s`);
  return words.map(shellWord).join(' ');
}

function introduce(loaded: readonly Loaded[], command: string, flags: Flags): void {
  for (const { warnings } of loaded) for (const warning of warnings) note(formatIssue(warning));
  const [a, b] = loaded as [Loaded, Loaded | undefined];
  const seed = flags.seed ?? a.scenario.seed;
  if (b !== undefined && flags.seed === undefined && b.scenario.seed !== seed) {
    note(`${b.file} says seed ${b.scenario.seed}; both are run with ${seed}, so that they compare`);
  }
  note(`seed ${seed}; again with: ${command}`);
}

interface Telling {
  flags: Flags;
  fates: FatesResult | null;
  /** The one file that it is of. */
  scenario?: Loaded | null;
  samples?: Record<string, SampledRequest[]> | null;
  /** Where something was run. */
  command?: string;
}

/** Writes it out; the exit code. */
async function told(
  result: CompareResult,
  { flags, fates, scenario = null, samples = null, command }: Telling,
): Promise<number> {
  const present = Object.values(result.differences);
  for (const metric of flags.metric ?? []) {
    const known = present.flatMap((differences) => Object.keys(differences));
    if (present.length > 0 && !known.includes(metric)) throw mistakes.noFigure(metric, known);
  }
  const about = {
    ...(command === undefined ? {} : { command }),
    ...(scenario === null ? {} : { scenario: scenarioTold(scenario) }),
  };
  if (flags.json) say(JSON.stringify({ ...result, ...about, ...fatesJson(fates, flags) }));
  else print(result, flags, fates, colorsFor(process.stdout));
  const sampled = samples === null ? {} : { samples };
  const whole = { ...result, ...about, ...sampled, ...storiesOf(fates) };
  if (flags.out !== undefined) {
    await writeReport(flags.out, whole);
    if (!flags.json) say(`\nreport: ${join(flags.out, 'index.html')}`);
  }
  for (const name of await writeExports(flags, { result: whole })) {
    if (!flags.quiet) note(`wrote ${name}`);
  }
  if (result.stopped === undefined) return EXIT.fine;
  note(`stopped: ${result.stopped}`);
  return EXIT.mistake;
}

function fatesJson(found: FatesResult | null, { request }: Flags): object {
  if (found === null) return {};
  const { fates } = found;
  return request === undefined ? { fates } : { fates, ...storiesOf(found) };
}

/** The stories of one request by the names of the two runs; nothing where none was told. */
function storiesOf(found: FatesResult | null): { request?: Record<string, RequestStory> } {
  if (found === null || found.request === null) return {};
  const [a, b] = found.fates.runs;
  return { request: { [a]: found.request.a, [b]: found.request.b } };
}

function print(
  result: CompareResult,
  { metric, all, request }: Flags,
  fates: FatesResult | null,
  colors: Colors,
): void {
  const width = process.stdout.isTTY ? process.stdout.columns : Infinity;
  say(colors.bold(result.title));
  for (const [name, side] of Object.entries(result.sides ?? {})) say(`${name}: ${side.file}`);
  if (result.partial) say(colors.yellow(`partial: ${result.stopped ?? 'stopped before its end'}`));
  for (const line of ['', ...summaryTable(result, colors, width), '']) say(line);
  if (Object.keys(result.pairs).length === 0) say('no two policies were begun: nothing to compare');
  const telling = { metrics: metric, all: all === true };
  for (const line of differenceLines(result, telling, colors)) say(line);
  const until = untilLines(result);
  if (until.length > 0) for (const line of ['', ...until]) say(line);
  if (fates === null) return;
  for (const line of ['', ...fatesLines(fates, colors)]) say(line);
  if (request === undefined) return;
  for (const line of ['', ...storiesLines(fates, colors)]) say(line);
}
