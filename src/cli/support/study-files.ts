import { dirname, extname, join } from 'node:path';
import { EXPORT_ENDINGS, exporterOf } from '../../report/export/index.js';
import type { SweepNames, SweepResult, SweepRow } from '../../study/index.js';
import { tellDraftsLeft } from './drafts.js';
import { checkFolder, checkNoFolder, exists, makeFolder } from './files.js';
import { mistakes } from './mistakes.js';
import { drawnPage, writeFiles, writePngs } from './report.js';
import { DraftFile, writeChunks } from './streams.js';
import { note, writesFilesToo } from './terminal.js';

/** What a study is to be written to. */
export interface Targets {
  exports: readonly string[];
  /** Of pictures, figures and rows. */
  folder: string | null;
  /** What the pictures show; none for those that say most. */
  metrics: readonly string[];
  /** Each picture as PNG too. */
  png: boolean;
}

/**
 * The files of a study. Rows are kept on disk as they come, and read again for each file: what the
 * columns of a table are called is known only at the end. A study that was cut short never takes the
 * name of a whole one: `rows.csv` is then called `rows.partial.csv`.
 */
export class StudyFiles {
  readonly #files: string[];
  readonly #rows: DraftFile | null;

  private constructor(private readonly targets: Targets) {
    const { exports, folder } = targets;
    this.#files = [...exports, ...(folder === null ? [] : [join(folder, 'rows.ndjson')])];
    const [first] = this.#files;
    this.#rows = first === undefined ? null : new DraftFile(rowsOf(first));
  }

  /** Finds out before anything is run whether all of them can be written. */
  static async open(targets: Targets): Promise<StudyFiles> {
    if (targets.png && targets.folder === null) throw mistakes.pngNowhere();
    for (const file of targets.exports) {
      if (exporterOf(endingOf(file)) === undefined) throw mistakes.noExporter(file, EXPORT_ENDINGS);
      await checkFolder(dirname(file));
      await checkNoFolder(file);
    }
    if (targets.exports.length > 0 || targets.folder !== null) writesFilesToo();
    for (const folder of [...targets.exports.map(dirname), targets.folder]) {
      if (folder === null) continue;
      await checkFolder(folder);
      await makeFolder(folder);
    }
    const files = new StudyFiles(targets);
    await tellDraftsLeft([...files.#files, ...files.#files.slice(0, 1).map(rowsOf)]);
    return files;
  }

  async take(row: SweepRow): Promise<void> {
    await this.#rows?.write(`${JSON.stringify(row)}\n`);
  }

  /** Writes them all; the names of those that were written. */
  async finish(result: SweepResult, names: SweepNames): Promise<string[]> {
    const written: string[] = [];
    for (const file of this.#files) {
      const exporter = await exporterOf(endingOf(file))!();
      const name = result.partial ? partialName(file) : file;
      const rows = (): AsyncIterable<SweepRow> => this.#read();
      await writeChunks(name, exporter({ result, names, rows }));
      written.push(name);
      if (name === file) await tellPartialLeft(file);
    }
    const { folder } = this.targets;
    if (folder !== null) written.push(...(await this.#draw(folder, result)));
    return written;
  }

  /** To be called in the end, whatever happened. */
  async close(): Promise<void> {
    await this.#rows?.discard();
  }

  async *#read(): AsyncIterable<SweepRow> {
    if (this.#rows === null) return;
    for await (const line of this.#rows.lines()) yield JSON.parse(line) as SweepRow;
  }

  async #draw(folder: string, result: SweepResult): Promise<string[]> {
    // Only here: drawing takes longer to load than a small scenario takes to run.
    const { summaryJson } = await import('../../report/index.js');
    const file = join(folder, result.partial ? 'result.partial.json' : 'result.json');
    await writeChunks(file, summaryJson(result));
    const { metrics } = this.targets;
    const files = await drawnPage({ run: null, studies: [{ kind: 'sweep', result, metrics }] });
    const written = [file, ...(await writeFiles(folder, files))];
    return this.targets.png ? [...written, ...(await writePngs(folder, files))] : written;
  }
}

/** Where rows wait until it is known what the columns of the first file are. */
function rowsOf(file: string): string {
  return `${file}.rows`;
}

/** "rows.csv" of a study that was cut short: "rows.partial.csv". */
export function partialName(file: string): string {
  const ending = extname(file);
  return `${file.slice(0, file.length - ending.length)}.partial${ending}`;
}

/** A whole study beside what an earlier one, which was cut short, wrote of it. */
export async function tellPartialLeft(file: string): Promise<void> {
  const partial = partialName(file);
  if (await exists(partial)) note(`${partial}: of a run that was cut short; ${file} is whole`);
}

function endingOf(file: string): string {
  return extname(file).slice(1).toLowerCase();
}
