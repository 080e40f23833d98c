import { dirname } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { NothingToExport, RUN_EXPORTS, runExportOf } from '../../report/export/run/index.js';
import type { Study } from '../../report/index.js';
import { neverIn, type RunResult, reported, type Scenario } from '../../study/index.js';
import { Mistake } from './ending.js';
import { checkFolder, checkNoFolder, exists, makeFolder } from './files.js';
import { collect } from './flags.js';
import { mistakes } from './mistakes.js';
import { writeChunks } from './streams.js';
import { partialName } from './study-files.js';
import { writesFilesToo } from './terminal.js';

/** The flags of a command that can write a run as other files. */
export interface ExportFlags {
  export?: string[];
  epoch?: number;
}

/** Adds `--export` and `--epoch` to a command, and what can be written to its help. */
export function withExports(command: Command): Command {
  return command
    .option(
      '--export <file>',
      'write it as this file too, by its ending: .html .md .csv .parquet … (several times)',
      collect,
    )
    .option(
      '--epoch <time>',
      'when the run began on the calendar, for OpenMetrics (default: 1970-01-01T00:00:00Z)',
      unixSeconds,
    )
    .addHelpText('after', endingsHelp());
}

function endingsHelp(): string {
  const rows = RUN_EXPORTS.map(({ about, endings }) => {
    const names = endings.map((ending) => `.${ending}`).join(' ');
    return names.length > 22
      ? `  ${names}\n${' '.repeat(26)}${about}`
      : `  ${names.padEnd(24)}${about}`;
  });
  return `\nWhat --export writes, by the ending:\n${rows.join('\n')}`;
}

/** `--epoch 2026-01-31T12:00:00Z`, or Unix time in seconds. */
function unixSeconds(text: string): number {
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const value = isDate ? Date.parse(text) / 1000 : /^\d{1,11}$/.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(value)) {
    throw new InvalidArgumentError(
      'Expected a time such as 2026-01-31T12:00:00Z, or Unix time in seconds.',
    );
  }
  return value;
}

/** Finds out before anything is run whether all of them can be written. */
export async function checkExports({ export: files = [] }: ExportFlags): Promise<void> {
  const endings = RUN_EXPORTS.flatMap(({ endings }) => endings);
  for (const file of files) {
    if (runExportOf(file) === null) throw mistakes.noExporter(file, endings);
    await checkFolder(dirname(file));
    await checkNoFolder(file);
  }
  if (files.length > 0) writesFilesToo();
}

/** What is to be run, as far as it decides what can be drawn of it. */
export interface ToDraw {
  scenario: Scenario;
  policies: readonly string[];
  /** Pictures that are not made at all, and why. */
  without?: Readonly<Record<string, string>>;
}

/** Finds out before anything is run whether each picture that is asked for can come of it. */
export async function checkPictures(
  { export: files = [] }: ExportFlags,
  runs: readonly ToDraw[],
): Promise<void> {
  const asked = files.flatMap((file) => {
    const picture = runExportOf(file)?.picture ?? null;
    return picture === null ? [] : [{ file, picture }];
  });
  if (asked.length === 0) return;
  const { PICTURES } = await import('../../report/index.js');
  const refused = asked.flatMap(({ file, picture }): string[] => {
    if (!PICTURES.some((name) => name === picture)) {
      return [mistakes.unknownPicture(file, picture, PICTURES).message];
    }
    const whys = runs.map(({ scenario, policies, without = {} }) => {
      return Object.hasOwn(without, picture)
        ? without[picture]!
        : neverIn(scenario, policies, picture);
    });
    return whys.includes(null) ? [] : [mistakes.noPicture(file, picture, whys[0]!).message];
  });
  if (refused.length > 0) throw new Mistake(refused.join('\n'));
}

/** Refuses a folder that is called like a file to be exported: that is asked for by another flag. */
export async function checkOut(folder: string | undefined): Promise<void> {
  if (folder === undefined || (await exists(folder))) return;
  if (runExportOf(folder) !== null) throw mistakes.outIsFolder(folder);
}

/** Whether any of them shows the pictures, or needs sampled requests. */
export function exportsNeed(
  what: 'draws' | 'samples',
  { export: files = [] }: ExportFlags,
): boolean {
  return files.some((file) => runExportOf(file)?.of[what] === true);
}

/**
 * Writes a result as each of the files, whole and then renamed; the names of those that were written.
 * Nothing is run: what a result does not hold is refused when all others are written. A result that
 * was cut short never takes the name of a whole one.
 */
export async function writeExports(
  { export: files = [], epoch = 0 }: ExportFlags,
  { result, studies = [] }: { result: RunResult; studies?: readonly Study[] },
): Promise<string[]> {
  if (files.length === 0) return [];
  // As it will be read again: what JSON leaves out is left out of every file.
  const stored = JSON.parse(JSON.stringify(result)) as RunResult;
  const input = { result: reported(stored), studies };
  const drawn = once(async () => {
    // Only here: drawing takes longer to load than a small scenario takes to run.
    const { renderReport } = await import('../../report/index.js');
    return renderReport(input);
  });
  const written: string[] = [];
  const refused: string[] = [];
  for (const file of files) {
    const { ending, of, picture } = runExportOf(file)!;
    const name = result.partial ? partialName(file) : file;
    await makeFolder(dirname(name));
    const write = await of.load(ending);
    try {
      await writeChunks(name, write({ input, stored, drawn, epochSeconds: epoch, picture }));
      written.push(name);
    } catch (error) {
      if (!(error instanceof NothingToExport)) throw error;
      refused.push(`--export ${file}: ${error.message}`);
    }
  }
  if (refused.length > 0) throw new Mistake(refused.join('\n'));
  return written;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
