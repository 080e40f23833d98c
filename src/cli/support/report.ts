import { join } from 'node:path';
import type { Study } from '../../report/index.js';
import { understood } from '../../scenario/index.js';
import { type RunResult, reported, type ScenarioTold } from '../../study/index.js';
import { makeFolder, writeWhole } from './files.js';
import type { Loaded } from './load.js';
import { writeChunks } from './streams.js';

/** What a result says of the scenario that it is of. */
export function scenarioTold({ scenario, bytes, file }: Loaded): ScenarioTold {
  const { description } = scenario;
  return {
    file,
    text: new TextDecoder().decode(bytes),
    ...(description === '' ? {} : { description }),
    resolved: understood(scenario),
  };
}

/**
 * The page, each chart as SVG, and the result that they were drawn from: `spillway report` makes the
 * same of it again. With `png` each chart as PNG too.
 */
export async function writeReport(
  folder: string,
  result: RunResult,
  { png = false } = {},
): Promise<void> {
  const stored = `${JSON.stringify(result)}\n`;
  // As it will be read again: what JSON leaves out is left out of the page too.
  const files = await drawnPage({ run: JSON.parse(stored) as RunResult, studies: [] });
  await makeFolder(folder);
  await writeFiles(folder, { ...files, 'result.json': stored });
  if (png) await writePngs(folder, files);
}

/** Every SVG of these files as PNG beside it; says which files they are. */
export async function writePngs(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<string[]> {
  const { pngOf } = await import('../../report/build/png.js');
  const written: string[] = [];
  for (const [name, svg] of Object.entries(files)) {
    if (!name.endsWith('.svg')) continue;
    const file = join(folder, name.replace(/svg$/, 'png'));
    await writeChunks(file, [pngOf(svg)]);
    written.push(file);
  }
  return written;
}

/** A page of a run, of studies, or of both, and its charts as SVG: texts by the files' names. */
export async function drawnPage({
  run,
  studies,
}: {
  run: RunResult | null;
  studies: readonly Study[];
}): Promise<Record<string, string>> {
  // Only here: drawing takes longer to load than a small scenario takes to run.
  const { renderReport, renderStudies } = await import('../../report/index.js');
  const { html, svgs } =
    run === null
      ? await renderStudies({ studies: studies as [Study, ...Study[]] })
      : await renderReport({ result: reported(run), studies });
  const files = Object.entries(svgs).map(([name, svg]) => [`${name}.svg`, svg] as const);
  return { ...Object.fromEntries(files), 'index.html': html };
}

/** Writes texts into a folder that is there; says which files they are. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<string[]> {
  const names = Object.keys(files).map((name) => join(folder, name));
  for (const [index, text] of Object.values(files).entries()) {
    await writeWhole(names[index]!, text);
  }
  return names;
}
