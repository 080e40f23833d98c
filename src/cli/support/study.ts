import type { SweepNames, SweepResult } from '../../study/index.js';
import { mistakes } from './mistakes.js';
import { sayChunks } from './streams.js';
import type { StudyFiles } from './study-files.js';
import { studyLines } from './study-tables.js';
import { colorsFor, note, say } from './terminal.js';

/** A line of text has this room where nobody says how much there is. */
const WIDTH = 80;

interface Asked {
  metric?: string[];
  json?: boolean;
  quiet?: boolean;
}

/** Refuses what is no metric of this study. */
export function checkMetrics(asked: readonly string[], units: SweepResult['units']): void {
  const unknown = asked.find((name) => !Object.hasOwn(units, name));
  if (unknown !== undefined) throw mistakes.unknownMetric(unknown, Object.keys(units));
}

/** Shows a study and writes its files. */
export async function tellStudy(
  result: SweepResult,
  { flags, files, names }: { flags: Asked; files: StudyFiles; names: SweepNames },
): Promise<void> {
  const written = await files.finish(result, names);
  if (flags.json) {
    const { summaryJson } = await import('../../report/export/index.js');
    await sayChunks(summaryJson(result));
  } else {
    const colors = colorsFor(process.stdout);
    const width = process.stdout.isTTY ? (process.stdout.columns ?? WIDTH) : WIDTH;
    say(colors.bold(result.title));
    if (result.partial)
      say(colors.yellow(`partial: ${result.stopped ?? 'stopped before its end'}`));
    say('');
    for (const line of studyLines({ result, metrics: flags.metric ?? [], colors, width }))
      say(line);
  }
  if (!flags.quiet) for (const file of written) note(`wrote ${file}`);
}
