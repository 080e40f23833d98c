import type { Command } from 'commander';
import { formatIssue, understood } from '../scenario/index.js';
import { runSweep, type Shard, type SweepOptions, shardOf, sweepHead } from '../study/index.js';
import { checkFolder, makeFolder } from './support/files.js';
import { collect, seedText, wholeNumber } from './support/flags.js';
import { number, shellWord } from './support/format.js';
import { type Loaded, loadAll, policiesOf, sha256Of } from './support/load.js';
import { memoryLimitBytes } from './support/memory.js';
import { mistakes } from './support/mistakes.js';
import { checkMetrics, tellStudy } from './support/study.js';
import { StudyFiles } from './support/study-files.js';
import { PartWriter } from './support/study-parts.js';
import { endOf, studying } from './support/studying.js';
import { note } from './support/terminal.js';
import { addWhere, type WhereFlags } from './support/where.js';

interface Flags extends WhereFlags {
  vary?: string[];
  policy?: string[];
  seed?: string;
  replications?: number;
  metric?: string[];
  export?: string[];
  out?: string;
  png?: boolean;
  shard?: string;
  json?: boolean;
  quiet?: boolean;
  verbose?: boolean;
}

const EXAMPLES = `Examples:
  spillway sweep scenarios/hockey-stick.yaml
  spillway sweep mine.yaml --vary 'load=60%..140%..10%' --vary 'faults.0.for=1s,5s,20s'
  spillway sweep mine.yaml --vary 'services.shop.queue.capacity=10,100,1000' --export rows.csv
  spillway sweep mine.yaml --shard 3/16 --out part-3.ndjson
`;

/** `spillway sweep`: every cell under every policy and seed. */
export function add(program: Command): void {
  const command = program
    .command('sweep')
    .description('run every cell of a sweep: tables, maps, a row a run')
    .argument('<file>', 'scenario file (YAML)')
    .option(
      '--vary <axis>',
      "PATH=FROM..TO..STEP or PATH=A,B,C, beside the file's axes or instead of one (several times)",
      collect,
    )
    .option('--policy <name>', 'only this one (may be given several times)', collect)
    .option('--seed <seed>', "instead of the file's; 42/3 repeats the third replication", seedText)
    .option('--replications <n>', "instead of the file's number", wholeNumber)
    .option('--metric <name>', 'what tables, maps and pictures show (several times)', collect)
    .option(
      '--export <file>',
      'the study as .json, .ndjson, .csv, .parquet (several times)',
      collect,
    )
    .option('--out <path>', 'folder of pictures, figures and rows; with --shard, the part to write')
    .option('--png', 'write each picture of --out as PNG too')
    .option('--shard <n/m>', 'only this share of the runs, for spillway merge')
    .option('--json', 'one JSON object on standard output: a summary a cell and policy')
    .option('--quiet', 'say nothing but mistakes on standard error')
    .option('-v, --verbose', 'say every parameter as it was resolved');
  addWhere(command, { cache: true })
    .addHelpText('before', EXAMPLES)
    .action(async (file: string, flags: Flags) => {
      process.exitCode = await sweep(file, flags, program.version() ?? '');
    });
}

async function sweep(file: string, flags: Flags, version: string): Promise<number> {
  const shard = shardFrom(flags);
  const loaded = (await loadAll([file], flags.vary))[0]!;
  if (loaded.scenario.sweep.length === 0) throw mistakes.noSweep(file);
  const options: SweepOptions = { ...optionsFrom(loaded, flags, version), shard };
  const { units } = sweepHead(loaded.scenario, options);
  checkMetrics(flags.metric ?? [], units);
  const part = shard === undefined ? null : new PartWriter(flags.out!, shard);
  if (part !== null) {
    await checkFolder(part.folder);
    await makeFolder(part.folder);
  }
  const files = await StudyFiles.open({
    exports: flags.export ?? [],
    folder: part === null ? (flags.out ?? null) : null,
    metrics: flags.metric ?? [],
    png: flags.png === true,
  });
  if (!flags.quiet) introduce(loaded, flags);
  try {
    return await runAll(loaded, flags, { options, part, files });
  } finally {
    await files.close();
    await part?.close();
  }
}

async function runAll(
  { scenario }: Loaded,
  flags: Flags,
  { options, part, files }: { options: SweepOptions; part: PartWriter | null; files: StudyFiles },
): Promise<number> {
  return studying(flags, async (of) => {
    const { bar } = of;
    await part?.begin(sweepHead(scenario, options));
    const { result, names, interrupted } = await runSweep(scenario, {
      ...options,
      runner: of.runner,
      between: of.between,
      sink: (row) => (part === null ? files.take(row) : part.take(row)),
    });
    bar.clear();
    if (part === null) await tellStudy(result, { flags, files, names });
    else note(`${number(result.runs)} runs in ${await part.finish(interrupted)}`);
    return endOf(of, result.stopped);
  });
}

function shardFrom(flags: Flags): Shard | undefined {
  if (flags.shard === undefined) return undefined;
  const shard = shardOf(flags.shard);
  if (shard === null) throw mistakes.badShard(flags.shard);
  if (flags.json) throw mistakes.shardAlone('--json');
  if (flags.export !== undefined) throw mistakes.shardAlone('--export');
  if (flags.png) throw mistakes.shardAlone('--png');
  if (flags.out === undefined) throw mistakes.shardOut();
  return shard;
}

function optionsFrom(loaded: Loaded, flags: Flags, version: string): SweepOptions {
  return {
    version,
    scenarioSha256: sha256Of(loaded),
    policies: policiesOf(loaded, flags.policy),
    seed: flags.seed,
    replications: flags.replications,
    memoryLimitBytes: memoryLimitBytes(),
  };
}

/** What it takes to see the same figures again; where they go is no part of that. */
function commandFor({ file, scenario }: Loaded, flags: Flags): string {
  const words = ['spillway', 'sweep', file, '--seed', flags.seed ?? scenario.seed];
  for (const axis of flags.vary ?? []) words.push('--vary', axis);
  for (const name of flags.policy ?? []) words.push('--policy', name);
  if (flags.replications !== undefined) words.push('--replications', String(flags.replications));
  return words.map(shellWord).join(' ');
}

function introduce(loaded: Loaded, flags: Flags): void {
  const { scenario, warnings } = loaded;
  for (const warning of warnings) note(formatIssue(warning));
  note(`seed ${flags.seed ?? scenario.seed}; again with: ${commandFor(loaded, flags)}`);
  const sizes = scenario.sweep.map(({ path, values }) => `${path} (${values.length})`);
  const cells = scenario.sweep.reduce((product, { values }) => product * values.length, 1);
  note(`${number(cells)} ${cells === 1 ? 'cell' : 'cells'}: ${sizes.join(' × ')}`);
  if (flags.verbose) note(understood(scenario));
}
