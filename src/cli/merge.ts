import type { Command } from 'commander';
import { mergeParts, PartsMistake } from '../study/index.js';
import { EXIT, Mistake } from './support/ending.js';
import { collect } from './support/flags.js';
import { linesOf } from './support/streams.js';
import { checkMetrics, tellStudy } from './support/study.js';
import { StudyFiles } from './support/study-files.js';

interface Flags {
  metric?: string[];
  export?: string[];
  out?: string;
  png?: boolean;
  json?: boolean;
  quiet?: boolean;
}

const EXAMPLES = `Examples:
  spillway merge part-*.ndjson
  spillway merge part-*.ndjson --export rows.csv --export rows.parquet --json > study.json
`;

/** `spillway merge`: the parts that `sweep --shard` wrote as the one study that they are. */
export function add(program: Command): void {
  program
    .command('merge')
    .description('put the parts of a sharded sweep together, to the same bytes as unsharded')
    .argument('<parts...>', 'what spillway sweep --shard wrote, all of it')
    .option('--metric <name>', 'what tables, maps and pictures show (several times)', collect)
    .option(
      '--export <file>',
      'the study as .json, .ndjson, .csv, .parquet (several times)',
      collect,
    )
    .option('--out <dir>', 'folder of pictures, figures and rows')
    .option('--png', 'write each picture of --out as PNG too')
    .option('--json', 'one JSON object on standard output: a summary a cell and policy')
    .option('--quiet', 'say nothing but mistakes on standard error')
    .addHelpText('before', EXAMPLES)
    .action(async (parts: string[], flags: Flags) => {
      process.exitCode = await merge(parts, flags);
    });
}

async function merge(parts: readonly string[], flags: Flags): Promise<number> {
  const metrics = flags.metric ?? [];
  const files = await StudyFiles.open({
    exports: flags.export ?? [],
    folder: flags.out ?? null,
    metrics,
    png: flags.png === true,
  });
  try {
    const open = parts.map((name) => ({ name, lines: linesOf(name) }));
    const { result, names } = await mergeParts(open, (row) => files.take(row));
    checkMetrics(metrics, result.units);
    await tellStudy(result, { flags, files, names });
    return result.stopped === undefined ? EXIT.fine : EXIT.mistake;
  } catch (error) {
    if (error instanceof PartsMistake) throw new Mistake(error.message);
    throw error;
  } finally {
    await files.close();
  }
}
